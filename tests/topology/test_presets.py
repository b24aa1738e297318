"""The machines that come with the program: sound, of many kinds, and as iasl reads and writes them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.tables.check import check_table
from acpitools.tables.table_set import TableSet
from acpitools.topology.build import build
from acpitools.topology.presets import PRESETS
from acpitools.topology.read import parse, read_spec
from tests.topology.machines import EVERYTHING

UNKNOWN_TO_OLD_IASL = {"CEDT"}
"""Tables that the oldest supported iasl (20200925) does not know."""
TOO_SLOW = 6000
"""Bytes; iasl's compiler takes the square of the number of structures."""


def preset(name: str) -> TableSet:
    return build(read_spec(parse(PRESETS[name].text)))


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_is_wrong_with_a_preset(name: str) -> None:
    assert [finding for table in preset(name) for finding in check_table(table)] == []


def test_the_presets_are_of_different_kinds() -> None:
    specs = {name: read_spec(parse(found.text)) for name, found in PRESETS.items()}
    assert len(specs) >= 10
    assert {len(spec.domains) for spec in specs.values()} >= {1, 2, 4, 8}
    assert max(len(spec.processors) for spec in specs.values()) >= 1000
    assert any(spec.dimms for spec in specs.values())
    assert any(spec.windows for spec in specs.values())
    assert any(spec.devices for spec in specs.values())
    assert any(p.state.value == "absent" for spec in specs.values() for p in spec.processors)
    for spec in specs.values():
        with_cpus = {p.domain for p in spec.processors}
        assert with_cpus


def compiled(iasl: str, data: bytes, folder: Path) -> bytes:
    (folder / "t.aml").write_bytes(data)
    for arguments in (("-d", "t.aml"), ("-p", "again", "t.dsl")):
        done = subprocess.run([iasl, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Error" not in done.stdout.replace("0 Errors", "")
    return (folder / "again.aml").read_bytes()


def for_old_iasl(text: str) -> TableSet:
    # It knows neither generic ports (ACPI 6.4) nor caches with an id (PPTT revision 3).
    described = {key: value for key, value in parse(text).items() if key != "ports"}
    return build(read_spec({**described, "tables": {"revisions": {"PPTT": 2}}}))


@pytest.mark.parametrize("name", [*PRESETS, "everything"])
def test_iasl_makes_the_same_bytes(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    iasl = needs_tool("iasl")
    for table in for_old_iasl(PRESETS[name].text if name in PRESETS else EVERYTHING):
        if table.signature in UNKNOWN_TO_OLD_IASL or len(table.data) > TOO_SLOW:
            continue
        again = compiled(iasl, table.data, tmp_path)
        # iasl writes itself into the header as the creator, and the checksum changes with that.
        assert again[:9] + again[10:28] + again[36:] == table.data[:9] + table.data[10:28] + table.data[36:]
