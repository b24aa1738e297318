"""Whole machines: each real dump is loaded, started, and all that takes no arguments is evaluated."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from acpitools.core.errors import AmlError, AmlLimitError
from acpitools.dumps.load import load as load_dump
from acpitools.interp.evaluate import evaluate
from acpitools.interp.hardware import ACPIEXEC, built_in
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Method
from acpitools.interp.scripted import Board
from acpitools.interp.semantics import SLACK_MODE, Semantics
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import SLACK_OPTION, session
from tests.interp.test_evaluate import plain
from tests.support import shared_cases

DUMPS = shared_cases("corpus/dumps", "*.gz")
COMPARED = [path for path in DUMPS if any(part in path.name for part in ("dl360", "inspiron-530", "kvm", "h8dgu"))]
OBJECTS = (b"_STA", b"_CRS", b"_PRT", b"_PRS", b"_HID", b"_CID", b"_UID", b"_ADR")
STEPS = 10_000


def tables(dump: Path) -> list[bytes]:
    """Return the tables of a dump, the DSDT first."""
    return sorted((table.data for table in load_dump((str(dump),))), key=lambda data: data[:4] != b"DSDT")


def paths(machine: Machine) -> Iterator[str]:
    """Give the methods that take no arguments, and the objects that describe devices."""
    for path, node in tuple(machine.namespace.nodes.items()):
        held = node.value
        if node.path == path and (
            (held.arity == 0 and held.native is None) if isinstance(held, Method) else path[-4:] in OBJECTS
        ):
            yield node.text


def outcome(machine: Machine, path: str) -> dict[str, Any]:
    try:
        return plain(as_data(machine, evaluate(machine, path)))
    except AmlError as error:
        return {"type": "limit" if isinstance(error, AmlLimitError) else "error"}


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name.partition(".")[0])
def test_every_method_of_a_machine_ends_in_a_value_or_an_aml_error(dump: Path) -> None:
    machine = load(tables(dump))
    machine.limits = Limits(steps=STEPS)
    start(machine)
    kinds = Counter(outcome(machine, path)["type"] for path in paths(machine))
    # Most of what gives none waits for hardware that never answers, or misses what another table had.
    assert kinds["limit"] + kinds["error"] <= kinds.total() / 8


@pytest.mark.parametrize("dump", COMPARED, ids=lambda path: path.name.partition(".")[0])
@pytest.mark.parametrize(("like", "options"), [(None, ()), (SLACK_MODE, (SLACK_OPTION,))], ids=["strict", "slack"])
def test_machines_give_what_acpiexec_gives(
    dump: Path, like: Semantics | None, options: tuple[str, ...], needs_tool: Callable[[str], str]
) -> None:
    needs_tool("acpiexec")
    hardware = built_in(ACPIEXEC)
    assert hardware is not None
    board = Board(hardware)
    machine = load(tables(dump), handlers=board.handlers, buses=board.buses, like=like)
    start(machine)
    asked = list(paths(machine))
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, data in enumerate(tables(dump)):
            files.append(Path(folder) / f"{number}.dat")
            files[-1].write_bytes(data)
        given = dict(session(files, asked, *options))
    ours = {path: outcome(machine, path) for path in asked}
    assert len(given) > 140
    assert {path: ours[path] for path in given} == given
