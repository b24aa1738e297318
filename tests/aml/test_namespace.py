"""The namespace against acpiexec's, and devices with their values."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.aml.devices import AmlDevice, devices, eisa_text
from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import AML_SIGNATURES, read_machine, read_table
from acpitools.aml.namespace import Namespace, namespace
from acpitools.aml.resources.memory import Memory32Fixed
from acpitools.aml.terms import Term, integer, name_path, string
from acpitools.aml.writer import write_terms
from acpitools.dumps.load import load

CRS = bytes.fromhex("8609000100000000 00000010 7900")


def n(text: str) -> Term:
    return name_path(name_from_text(text))


def name(text: str, value: Term) -> Term:
    return Term("Name", (name_from_text(text), value))


def method(text: str, *body: Term, arguments: int = 0) -> Term:
    return Term("Method", (name_from_text(text), arguments, body))


def returns(value: Term) -> Term:
    return Term("Return", (value,))


def table(*terms: Term, signature: bytes = b"DSDT", revision: int = 2) -> bytes:
    body = write_terms(terms)
    return signature + (36 + len(body)).to_bytes(4, "little") + bytes((revision,)) + bytes(27) + body


def names_of(*tables: bytes) -> Namespace:
    return namespace(read_machine(tables))


def device(*body: Term, text: str = "\\_SB.MEM0", revision: int = 2) -> AmlDevice:
    (found,) = devices(names_of(table(Term("Device", (name_from_text(text), body)), revision=revision)))
    return found


def test_objects_have_their_kinds() -> None:
    region = Term("OperationRegion", (name_from_text("REGN"), 0, integer(0), integer(8)))
    field = Term("Field", (name_from_text("REGN"), 1, (Term("NamedField", (name_from_text("FLD"), 8)),)))
    found = names_of(table(region, field, method("M", arguments=3), name("I", integer(1)), name("S", string(b"s"))))
    kinds = {item.path: (item.kind, item.arguments) for item in found.values() if item.table == 0}
    assert kinds == {
        b"REGN": ("region", None),
        b"FLD_": ("field unit", None),
        b"M___": ("method", 3),
        b"I___": ("integer", None),
        b"S___": ("string", None),
    }


def test_what_stands_in_a_condition_is_there_and_marked() -> None:
    found = names_of(
        table(Term("If", (integer(1), (name("A", integer(1)),))), Term("Else", ((name("B", integer(1)),),)))
    )
    assert found[b"A___"].conditional
    assert found[b"B___"].conditional


def test_the_dsdt_comes_first_and_the_first_declaration_counts() -> None:
    found = names_of(table(name("A", string(b"ssdt")), signature=b"SSDT"), table(name("A", integer(1))))
    assert (found[b"A___"].kind, found[b"A___"].table) == ("integer", 1)


def test_a_scope_adds_to_what_is_there() -> None:
    body = Term("Scope", (name_from_text("PCI0"), (name("A", integer(1)),)))
    outer = Term("Scope", (name_from_text("\\_SB"), (Term("Device", (name_from_text("PCI0"), ())), body)))
    assert b"_SB_PCI0A___" in names_of(table(outer))


def test_the_root_is_no_object_even_if_code_declares_it() -> None:
    assert b"" not in names_of(table(Term("Device", (name_from_text("\\"), (name("A", integer(1)),)))))


def test_aliases_that_go_round_end() -> None:
    one = Term("Alias", (name_from_text("B"), name_from_text("A")))
    two = Term("Alias", (name_from_text("A"), name_from_text("B")))
    assert names_of(table(one, two)).find(b"", name_from_text("A")) is None


def test_a_device_with_constants() -> None:
    eisa = Term("DWordConst", (0x800CD041,))
    crs = Term("Buffer", (integer(len(CRS)), CRS))
    found = device(
        name("_HID", eisa),
        name("_CID", Term("Package", (2, (eisa, string(b"ACME0001"))))),
        name("_UID", string(b"zero")),
        method("_STA", returns(integer(0xF))),
        method("_PXM", returns(n("DOM"))),
        name("DOM", integer(3)),
        method("_CRS", returns(n("BUF"))),
        name("BUF", crs),
    )
    assert (found.path, found.hid, found.cid, found.uid) == (b"_SB_MEM0", "PNP0C80", ("PNP0C80", "ACME0001"), "zero")
    assert (found.sta, found.pxm, found.needs_run) == (15, 3, ())
    assert found.crs is not None
    (memory,) = found.crs
    assert isinstance(memory, Memory32Fixed)
    assert (memory.base, memory.size) == (0, 0x10000000)


def test_what_takes_code_to_know_is_told() -> None:
    busy = (Term("Store", (integer(1), Term("Local0"))), returns(Term("Local0")))
    found = device(method("_STA", *busy), method("_CRS", *busy), name("_UID", integer(1)))
    assert (found.sta, found.crs, found.uid, found.needs_run) == (None, None, 1, ("_STA", "_CRS"))


def test_names_that_go_round_have_no_value() -> None:
    found = device(method("_STA", returns(n("AAAA"))), method("AAAA", returns(n("_STA"))))
    assert found.needs_run == ("_STA",)


@pytest.mark.parametrize(("revision", "ones"), [(1, 0xFFFFFFFF), (2, 0xFFFFFFFFFFFFFFFF)])
def test_integers_are_as_wide_as_the_dsdt_says(revision: int, ones: int) -> None:
    assert device(name("_UID", Term("Ones")), revision=revision).uid == ones


def test_a_buffer_of_a_huge_size_is_not_made() -> None:
    assert device(name("_CRS", Term("Buffer", (integer(1 << 60), b"\x79\0")))).needs_run == ("_CRS",)


def test_an_evaluator_may_be_given() -> None:
    read = read_table(table(Term("Device", (name_from_text("\\DEV"), (method("_STA", Term("Noop")),)))))
    (found,) = devices(namespace((read,)), evaluate=lambda path: 7 if path == b"DEV__STA" else None)
    assert found.sta == 7


def test_an_eisa_id_is_three_letters_and_four_digits() -> None:
    assert eisa_text(0x800CD041) == "PNP0C80"
    assert eisa_text(0x12) == "0x12"


# --- acpiexec -----------------------------------------------------------------------------------------------------

_LINE = re.compile(r"^ ?(?P<depth>[0-9A-F]{1,2})  +(?P<name>[A-Z_0-9]{4}) (?P<type>\S+)")
_KINDS = {
    "Scope": "scope",
    "Power": "power resource",
    "Thermal": "thermal zone",
    "RegionField": "field unit",
    "IndexField": "field unit",
    "BankField": "field unit",
    "BufferField": "buffer field",
}


def listed(text: str) -> dict[bytes, str]:
    """Return path -> kind of what acpiexec lists as the namespace."""
    found: dict[bytes, str] = {}
    path = b""
    for match in filter(None, map(_LINE.match, text.splitlines())):
        path = path[: 4 * int(match["depth"], 16)] + match["name"].encode()
        if path[:4] == b"_TI_":  # acpiexec's own
            continue
        found[path] = _KINDS.get(match["type"], match["type"].lower())
    return found


@pytest.mark.parametrize("pattern", ["*h8dgu*", "*kvm*", "*x8dtt*", "*dc7800*"])
def test_the_namespace_is_that_of_acpiexec(
    pattern: str, needs_tool: Callable[[str], str], shared: Callable[[str], Path], tmp_path: Path
) -> None:
    """acpiexec has run what stands outside methods: of what is conditional it lists a part."""
    acpiexec = needs_tool("acpiexec")
    (dump,) = shared("corpus/dumps").glob(pattern)
    blocks = [found.data for found in load((str(dump),)) if found.signature in AML_SIGNATURES]
    blocks.sort(key=lambda data: data[:4] != b"DSDT")
    for number, data in enumerate(blocks):
        (tmp_path / f"{number:02}.dat").write_bytes(data)
    files = [f"{number:02}.dat" for number in range(len(blocks))]
    done = subprocess.run(
        [acpiexec, "-b", "namespace", *files],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    theirs = listed(done.stdout)
    ours = names_of(*blocks)
    assert len(theirs) > 300
    assert {path: kind for path, kind in theirs.items() if path not in ours} == {}
    missing = {item.path for item in ours.values() if not item.conditional} - theirs.keys()
    assert missing == set()
    differ = {path: (kind, ours[path].kind) for path, kind in theirs.items() if ours[path].kind != kind}
    assert {path: pair for path, pair in differ.items() if pair[1] not in ("uninitialized", "alias")} == {}
