"""What two machines' tables say is compared, not how they say it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.diff.compare import compare_machines
from acpitools.diff.values import Kind, MachineDifference, Status
from acpitools.tables.srat import MemoryAffinity
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.build import build
from acpitools.topology.read import parse, read_spec

BASE = """
[processors]
sockets = 2
cores = 2
caches = { l1d = "32K", l3 = "8M" }
[[domains]]
sockets = [0]
memory = [{ base = 0, size = "2G" }]
[[domains]]
sockets = [1]
memory = [{ base = "4G", size = "2G" }]
[[initiators]]
domain = 2
pci = "0000:3b:00.0"
[distances]
remote = 21
[performance]
latency = { local = "80ns", remote = "140ns" }
caches = [{ domain = 1, size = "1G" }]
[cxl]
bridges = [{ uid = 7 }]
windows = [{ size = "1G", base = "8G", targets = [7] }]
"""


def machine(*changes: tuple[str, str]) -> TableSet:
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return build(read_spec(parse(text)))


def said(found: MachineDifference, signature: str) -> list[tuple[str, str]]:
    (table,) = [t for t in found.tables if t.id.signature == signature]
    return [(change.kind.value, str(change)) for change in table.changes]


def differing(found: MachineDifference) -> set[str]:
    return {table.id.signature for table in found.tables if table.status is not Status.SAME}


def with_record(tables: TableSet, signature: str, record: Any) -> TableSet:
    data = encode(seal(record))
    return TableSet(tables=tuple(replace(t, data=data, _record=[]) if t.signature == signature else t for t in tables))


def record(tables: TableSet, signature: str) -> Any:
    found = tables.first(signature)
    assert found is not None
    return found.record


MEMORY = '{ base = "4G", size = "2G" }'
CHANGES = [
    (
        [(MEMORY, '{ base = "4G", size = "2G", hotplug = true }')],
        "SRAT",
        [("changed", "domain 1: [mem 0x100000000-0x17fffffff] (2 GiB) became hot-pluggable")],
    ),
    (
        [(MEMORY, '{ base = "4G", size = "1G" }, { base = "5G", size = "1G", hotplug = true }')],
        "SRAT",
        [("changed", "domain 1: [mem 0x140000000-0x17fffffff] (1 GiB) became hot-pluggable")],
    ),
    (
        [(MEMORY, '{ base = "4G", size = "1G" }')],
        "SRAT",
        [("removed", "[mem 0x140000000-0x17fffffff] (1 GiB): belongs to no domain any more; it was domain 1")],
    ),
    (
        [(MEMORY, '{ base = "4G", size = "3G", nonvolatile = true }')],
        "SRAT",
        [
            ("changed", "domain 1: [mem 0x100000000-0x17fffffff] (2 GiB) became non-volatile"),
            ("added", "[mem 0x180000000-0x1bfffffff] (1 GiB): now belongs to domain 1, non-volatile"),
        ],
    ),
    (
        [("sockets = [0]", "apic_ids = [0, 1, 2]"), ("sockets = [1]", "apic_ids = [3]")],
        "SRAT",
        [("changed", "processor APIC id 0x2: domain 1 -> domain 0")],
    ),
    (
        [("0000:3b:00.0", "0000:3c:00.0")],
        "SRAT",
        [
            ("removed", "generic initiator 0000:3b:00.0: removed: domain 2"),
            ("added", "generic initiator 0000:3c:00.0: added: domain 2"),
        ],
    ),
    ([("remote = 21", "remote = 31")], "SLIT", [("changed", "distance between 0-1, 0-2, 1-2: 21 -> 31")]),
    (
        [("remote = 21", "remote = 21\npairs = [{ from = 0, to = 1, distance = 40, both = false }]")],
        "SLIT",
        [("changed", "distance from-to 0-1: 21 -> 40")],
    ),
    (
        [('remote = "140ns"', 'remote = "150ns"')],
        "HMAT",
        [("changed", "access latency from-to 0-1, 1-0, 2-0, 2-1: 140 ns -> 150 ns")],
    ),
    (
        [('size = "1G" }]\n[cxl]', 'size = "2G" }]\n[cxl]')],
        "HMAT",
        [("changed", "domain 1 memory-side cache level 1: size 1 GiB -> 2 GiB")],
    ),
    (
        [("uid = 7", "uid = 8"), ("targets = [7]", "targets = [8]")],
        "CEDT",
        [
            ("removed", "host bridge 7: removed: version 0x1, base address 0xfe000000, register size 0x10000"),
            ("changed", "window [mem 0x200000000-0x23fffffff] 1 GiB: bridges [7] -> [8]"),
            ("added", "host bridge 8: added: version 0x1, base address 0xfe000000, register size 0x10000"),
        ],
    ),
    (
        [("sockets = 2", "sockets = 2\nabsent_apic_ids = [3]")],
        "APIC",
        [("changed", "processor APIC id 0x3: enabled -> not there, online capable")],
    ),
    (
        [("sockets = 2", "sockets = 2\nuids = [0, 1, 3, 2]")],
        "APIC",
        [("changed", "UIDs of 2 processors by APIC id: 0x2: 2 -> 3, 0x3: 3 -> 2")],
    ),
    (
        [('l3 = "8M"', 'l3 = "16M"')],
        "PPTT",
        [
            (
                "changed",
                "4 processors UID 0-3: caches 32 KiB data of 8 ways x 64; 8 MiB unified of 8 ways x 64 -> "
                "32 KiB data of 8 ways x 64; 16 MiB unified of 8 ways x 64",
            )
        ],
    ),
    ([("[processors]", "[oem]\nrevision = 9\n[processors]")], "SLIT", [("changed", "oem_revision: 0x2 -> 0x9")]),
]


@pytest.mark.parametrize(("changes", "signature", "expected"), CHANGES)
def test_a_change_is_told_by_what_it_means(
    changes: list[tuple[str, str]], signature: str, expected: list[tuple[str, str]]
) -> None:
    found = compare_machines(machine(), machine(*changes))
    assert sorted(said(found, signature)) == sorted(expected)
    assert not found.same


@pytest.mark.parametrize(
    "changes",
    [
        [("sockets = 2", 'sockets = 2\nsrat_x2apic = "0-3"')],
        [(MEMORY, '{ base = "4G", size = "1G" }, { base = "5G", size = "1G" }')],
        [("[processors]", "[oem]\ncreator_id = 'OTHE'\ncreator_revision = 77\n[processors]")],
        [("remote = 21", "matrix = [[10, 21, 21], [21, 10, 21], [21, 21, 10]]")],
    ],
    ids=["x2APIC", "two pieces", "creator", "matrix"],
)
def test_the_same_said_otherwise_is_the_same(changes: list[tuple[str, str]]) -> None:
    assert compare_machines(machine(), machine(*changes)).same


def test_what_is_not_enabled_says_nothing() -> None:
    other = machine((MEMORY, f'{MEMORY}, {{ base = "64G", size = "1G", enabled = false }}'))
    found = compare_machines(machine(), other)
    assert said(found, "SRAT") == []
    assert [c.subject for t in found.tables if t.id.signature == "SRAT" for c in t.volatile] == ["form"]


def test_another_order_of_structures_is_the_same() -> None:
    tables = machine()
    for signature in ("APIC", "CEDT", "HMAT"):
        old = record(tables, signature)
        found = compare_machines(tables, with_record(tables, signature, replace(old, structures=old.structures[::-1])))
        assert found.same, said(found, signature)
        assert [c.text for t in found.tables for c in t.volatile] == ["the same structures in another order"]


def test_another_order_of_domains_is_another_numbering_of_nodes() -> None:
    tables = machine()
    old = record(tables, "SRAT")
    found = compare_machines(tables, with_record(tables, "SRAT", replace(old, structures=old.structures[::-1])))
    text = "domains: first named in another order, by which Linux numbers its nodes: 0, 1, 2 -> 1, 0, 2"
    assert said(found, "SRAT") == [("changed", text)]


def test_another_unit_is_the_same_latency() -> None:
    tables = machine()
    old = record(tables, "HMAT")
    at = next(i for i, s in enumerate(old.structures) if s.type == 1)
    locality = old.structures[at]
    entries = type(locality.entries).of([entry * 2 for entry in locality.entries], 2)
    other = replace(locality, entry_base_unit=locality.entry_base_unit // 2, entries=entries)
    structures = (*old.structures[:at], other, *old.structures[at + 1 :])
    assert compare_machines(tables, with_record(tables, "HMAT", replace(old, structures=structures))).same


def test_overlapping_claims_are_told() -> None:
    tables = machine()
    old = record(tables, "SRAT")
    extra = MemoryAffinity(proximity_domain=0, base_address=5 << 30, range_length=1 << 30)
    found = compare_machines(tables, with_record(tables, "SRAT", replace(old, structures=(*old.structures, extra))))
    text = "[mem 0x140000000-0x17fffffff] (1 GiB): domain 1 -> domain 0 and domain 1"
    assert said(found, "SRAT") == [("changed", text)]


def test_a_checksum_that_becomes_wrong_is_a_difference() -> None:
    tables = machine()
    slit = tables.first("SLIT")
    assert slit is not None
    broken = slit.data[:9] + bytes([slit.data[9] ^ 1]) + slit.data[10:]
    other = TableSet(tables=tuple(replace(t, data=broken, _record=[]) if t is slit else t for t in tables))
    assert said(compare_machines(tables, other), "SLIT") == [("changed", "checksum: right -> wrong")]


def test_tables_that_come_and_go() -> None:
    tables = machine()
    fewer = TableSet(tables=tuple(t for t in tables if t.signature != "HMAT"))
    found = compare_machines(tables, fewer)
    assert [(t.id.signature, t.status) for t in found.tables if t.status is not Status.SAME] == [
        ("HMAT", Status.REMOVED)
    ]
    found = compare_machines(fewer, tables)
    assert [(t.id.signature, t.status) for t in found.tables if t.status is not Status.SAME] == [("HMAT", Status.ADDED)]


def ssdt(name: bytes, body: bytes, address: int | None = None) -> LoadedTable:
    header = b"SSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2\0OEMOEM" + name.ljust(8) + bytes(12)
    data = bytearray(header + body)
    data[9] = -sum(data) & 0xFF
    return LoadedTable(data=bytes(data), source="test", address=address)


def test_ssdts_belong_together_by_content_and_name_not_by_place() -> None:
    old = TableSet(tables=(ssdt(b"A", b"aaaa"), ssdt(b"B", b"bbbb"), ssdt(b"C", b"cccc")))
    new = TableSet(tables=(ssdt(b"C", b"cccc"), ssdt(b"B", b"bbxb"), ssdt(b"D", b"dddd")))
    found = compare_machines(old, new)
    status = {(t.id.oem_table_id.strip(), t.status.value) for t in found.tables}
    assert status == {("C", "same"), ("B", "changed"), ("A", "removed"), ("D", "added")}
    (changed,) = [t for t in found.tables if t.status is Status.CHANGED]
    assert changed.changes[0].text.startswith("1 of 40 bytes differ at 0x26 (sha256 ")


def test_aml_of_another_size_is_told_from_where_on() -> None:
    found = compare_machines(
        TableSet(tables=(ssdt(b"A", b"aaaa----zzzz"),)), TableSet(tables=(ssdt(b"A", b"aaaa++++++zzzz"),))
    )
    assert "48 -> 50 bytes; from offset 0x28 on 4 bytes became 6" in str(found.tables[0].changes[0])


def test_an_address_does_not_count() -> None:
    found = compare_machines(TableSet(tables=(ssdt(b"A", b"x", 0x1000),)), TableSet(tables=(ssdt(b"A", b"x", 0x2000),)))
    assert found.same
    assert [str(change) for change in found.tables[0].volatile] == ["address: 0x1000 -> 0x2000"]


def test_kinds_turn_round_with_the_sides() -> None:
    one, other = machine(), machine((MEMORY, '{ base = "6G", size = "2G" }'))
    turned = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}
    there, back = compare_machines(one, other), compare_machines(other, one)
    for table, again in zip(there.tables, back.tables, strict=True):
        assert sorted(turned[c.kind].value for c in table.changes) == sorted(c.kind.value for c in again.changes)
