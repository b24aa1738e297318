"""Fields of all layouts, written and read, against what acpiexec makes of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import Term, integer
from acpitools.aml.writer import write_terms
from acpitools.core.errors import AmlError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.spaces import Memory
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import session

SPACES = (0, 0, 0, 1, 3, 5)
"""SystemMemory, SystemIO, EmbeddedControl, SystemCMOS."""
SIZES = (1, 2, 3, 4, 7, 8, 8, 9, 12, 16, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 72, 100, 128)


def named(op: str, *arguments: Any) -> Term:
    return Term(op, tuple(name_from_text(item) if isinstance(item, str) else item for item in arguments))


class Program:
    """Regions with fields of any access, update rule and place; methods that write them, and show what is there."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.terms: list[Term] = []
        self.fields: list[str] = []
        self.asked: list[str] = []
        choose = self.random.choice
        regions = [(f"REG{index}", choose((8, 16, 17, 31, 64, 3))) for index in range(4)]
        for name, size in regions:
            base = choose((0, 0x100, 0x101, 0x1002))
            self.terms.append(named("OperationRegion", name, choose(SPACES), integer(base), integer(size)))
        for _ in range(8):
            name, size = choose(regions)
            self.terms.append(named("Field", name, self.flags(), self.elements(8 * size)))
        registers = tuple(self.fields)
        for _ in range(4):
            lists = self.flags(), self.elements(200)
            self.terms.append(named("IndexField", choose(registers), choose(registers), *lists))
        for _ in range(3):
            (name, size), value = choose(regions), integer(choose((0, 1, 2, 3, 200)))
            lists = self.flags(), self.elements(8 * size)
            self.terms.append(named("BankField", name, choose(registers), value, *lists))
        for name, size in regions:
            whole = named("NamedField", f"ALL{name[-1]}", 8 * size)
            self.terms.append(named("Field", name, 1, (whole,)))
        for number in range(40):
            self.method(f"M{number:03d}", named("NamePath", choose(self.fields)), f"ALL{choose(regions)[0][-1]}")

    def flags(self) -> int:
        choose = self.random.choice
        return choose((0, 1, 1, 2, 3, 4, 5)) | choose((0, 0x10)) | choose((0, 0, 0x20, 0x40))

    def elements(self, limit: int) -> tuple[Term, ...]:
        found, position = [], 0
        for _ in range(self.random.randint(1, 6)):
            kind = self.random.random()
            if kind < 0.2:
                found.append(named("ReservedField", gap := self.random.randint(0, 20)))
                position += gap
            elif kind < 0.3:
                found.append(named("AccessField", self.random.choice((0, 1, 2, 3, 4)), 0))
            bits = self.random.choice(SIZES)
            if self.random.random() < 0.85 and position + bits > limit:
                bits = max(1, min(8, limit - position))
            found.append(named("NamedField", name := f"F{len(self.fields):03d}", bits))
            self.fields.append(name)
            position += bits
        return tuple(found)

    def method(self, name: str, place: Term, shown: str) -> None:
        size = self.random.randint(1, 20)
        source = self.random.choice(
            (
                integer(self.random.getrandbits(64)),
                integer(self.random.getrandbits(8)),
                integer((1 << 64) - 1),
                named("Buffer", integer(size), self.random.randbytes(size)),
                named("String", b"abcdefghij"[:size]),
            )
        )
        body: tuple[Term, ...] = (named("Return", place),)
        if self.random.random() < 0.5:
            body = (named("Store", source, place), named("Return", named("NamePath", shown)))
            self.asked += [f"\\{name}", f"\\{place.args[0].path.decode()}"]
        else:
            self.asked.append(f"\\{name}")
        self.terms.append(named("Method", name, 0, body))

    def table(self, revision: int) -> bytes:
        body = write_terms(tuple(self.terms))
        data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + bytes([revision]).ljust(28, b"\0") + body
        return data[:9] + bytes([-sum(data) & 0xFF]) + data[10:]


def outcome(machine: Machine, path: str) -> dict[str, Any]:
    try:
        return as_data(machine, evaluate(machine, path))
    except AmlError:
        return {"type": "error"}


@pytest.mark.parametrize("seed", range(6))
def test_fields_of_any_layout_are_those_of_acpiexec(
    seed: int, tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    needs_tool("acpiexec")
    program = Program(seed)
    table = program.table(revision=1 + seed % 2)
    (tmp_path / "dsdt.aml").write_bytes(table)
    machine = load([table])
    start(machine)
    ours = [(path, outcome(machine, path)) for path in program.asked]
    assert session([tmp_path / "dsdt.aml"], program.asked) == ours


def test_a_field_of_an_embedded_controller_may_start_behind_what_is_accessed() -> None:
    # DWordAcc counts from a multiple of four bytes, and as many bytes as the field has are accessed from there.  Values
    # as acpiexec 20200925 gives them.
    fields = (named("ReservedField", 24), named("NamedField", "FLD0", 16), named("ReservedField", 4))
    region = named("OperationRegion", "ECOR", 3, integer(0), integer(16))
    field = named("Field", "ECOR", 3, (*fields, named("NamedField", "FLD1", 40)))
    body = write_terms(
        (region, field, named("Method", "FILL", 0, (named("Store", integer(0xAABB), named("NamePath", "FLD0")),)))
    )
    data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body
    memory = Memory({0: bytes(range(0x11, 0x21))})
    machine = load([data], handlers={"EmbeddedControl": memory})
    assert outcome(machine, "\\FLD0") == {"type": "integer", "value": 0}
    assert outcome(machine, "\\FLD1") == {"type": "integer", "value": 762919879025}
    evaluate(machine, "\\FILL")
    assert memory.get(0, 16).hex() == "1112001415161718191a1b1c1d1e1f20"
