"""A machine's tables, described and made again, say the same; what a change does not touch keeps its bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from acpitools.core.errors import TopologyError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB
from acpitools.dumps.load import load
from acpitools.tables.table_set import TableSet
from acpitools.topology.build import build
from acpitools.topology.explain import document
from acpitools.topology.from_tables import from_tables
from acpitools.topology.read import parse, read_spec
from acpitools.topology.rebuild import rebuild
from tests.support import FIXTURES, shared_cases
from tests.topology.machines import EVERYTHING, tables_of

DEMO = FIXTURES / "dumps" / "demo-4node" / "acpidump.txt"
RECORDED = [path for path in sorted((FIXTURES / "replays").glob("*/tables")) if (path / "SRAT").exists()]
DUMPS = shared_cases("corpus/dumps", "*.acpidump.gz")


def structures(data: bytes) -> list[bytes]:
    # Structures with 8-bit type and length; the SRAT's fixed part has 48 bytes, the MADT's 44.
    found, at = [], 48 if data[:4] == b"SRAT" else 44
    while at + 2 <= len(data) and data[at + 1] >= 2:
        found.append(data[at : at + data[at + 1]])
        at += data[at + 1]
    return sorted(found)


def check(tables: TableSet) -> None:
    found = from_tables(tables)
    again = read_spec(document(found.spec))
    assert replace(again, distances=found.spec.distances) == found.spec  # which has none where there is no SLIT
    for made in build(found.spec):
        original = tables.first(made.signature)
        assert original is not None
        assert made.data[:9] + made.data[10:48] == original.data[:9] + original.data[10:48] or made.signature != "SRAT"
        if made.signature in ("SRAT", "APIC"):
            assert structures(made.data) == structures(original.data)
        else:
            assert made.data == original.data
    rebuilt = rebuild(tables, {})
    assert {t.data for t in (*rebuilt.made, *rebuilt.kept)} == {t.data for t in tables}


@pytest.mark.parametrize("path", [DEMO, *RECORDED], ids=lambda path: path.parent.name)
def test_a_recorded_machine_keeps_every_structure(path: Path) -> None:
    check(load([path]))


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.name[:40])
def test_a_real_machine_keeps_every_structure(path: Path) -> None:
    tables = load([path])
    if tables.first("SRAT") is None:
        with pytest.raises(TopologyError, match="no topology to start from"):
            from_tables(tables)
    else:
        check(tables)


def test_a_change_of_one_domain_leaves_all_else() -> None:
    tables = load([DEMO])
    rebuilt = rebuild(tables, parse("[[domains]]\ndomain = 0\nhotplug = true"))
    changed = {table.signature for table in rebuilt.made if table.data not in {old.data for old in tables}}
    assert changed == {"SRAT"}
    assert {m.hotplug for m in rebuilt.spec.memory if m.domain == 0} == {True}
    before = from_tables(tables).spec
    assert [(m.base, m.size) for m in rebuilt.spec.memory] == [(m.base, m.size) for m in before.memory]


def test_a_new_domain_gets_a_row_of_distances() -> None:
    text = '[[domains]]\ndomain = 4\nmemory = [{ base = "64G", size = "1G" }]'
    rebuilt = rebuild(tables_of(EVERYTHING), parse(text))
    distances = rebuilt.spec.distances
    assert distances is not None
    assert distances.count == 5
    assert list(distances.matrix[-5:]) == [20, 20, 20, 20, 10]
    assert E820Entry(64 * GIB, 65 * GIB, 1) in rebuilt.spec.memory_map


def test_a_section_asks_for_its_table() -> None:
    tables = tables_of('[[domains]]\nmemory = "4G"')
    assert tables.first("HMAT") is None
    rebuilt = rebuild(tables, parse("[performance]\nlatency = { local = '80ns' }"))
    assert [table.signature for table in rebuilt.made if table.data not in {t.data for t in tables}] == ["HMAT"]


def test_other_sockets_make_other_processors() -> None:
    tables = tables_of('[[domains]]\nmemory = "4G"')
    rebuilt = rebuild(tables, parse("[processors]\ncores = 8"))
    assert [p.apic_id for p in rebuilt.spec.processors] == list(range(8))
    assert {p.domain for p in rebuilt.spec.processors} == {0}


def test_a_fault_breaks_the_machine() -> None:
    tables = load([DEMO])
    rebuilt = rebuild(tables, {"faults": ["checksum@APIC"]})
    different = [table.signature for table in rebuilt.made if table.data not in {old.data for old in tables}]
    assert different == ["APIC"]


def test_the_map_tells_what_is_there() -> None:
    tables = tables_of("[[domains]]\nmemory = ['4G', { size = '4G', present = false, hotplug = true }]")
    entries = (E820Entry(0, 2 * GIB, 1), E820Entry(4 * GIB, 6 * GIB, 1))
    spec = rebuild(tables, {}, entries).spec
    assert spec.memory_map == entries
    assert [m.map_type for m in spec.memory] == [1, 1, 1, None]


def test_changes_say_which_domain() -> None:
    with pytest.raises(TopologyError, match=r"domains\[0\]: say which: domain = N"):
        rebuild(load([DEMO]), parse("[[domains]]\nhotplug = true"))


def test_a_remote_distance_replaces_those_of_the_machine() -> None:
    rebuilt = rebuild(tables_of(EVERYTHING), parse("[distances]\nremote = 33"))
    distances = rebuilt.spec.distances
    assert distances is not None
    assert set(distances.matrix) == {10, 33}
