"""Any description that contradicts nothing makes sound tables that agree with each other and with the memory map."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from acpitools.cli.firmware import firmware_of
from acpitools.codec.checksum import checksum_ok
from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange, intersect, overlapping, subtract, total
from acpitools.core.units import MIB
from acpitools.kernel import predict
from acpitools.kernel.gather import Given, gather
from acpitools.tables.check import check_table
from acpitools.tables.table_set import TableSet
from acpitools.topology.build import build, memory_map
from acpitools.topology.explain import document, toml_text
from acpitools.topology.from_tables import from_tables
from acpitools.topology.read import parse, read_spec
from acpitools.topology.spec import Spec
from tests.strategies import topologies

LEGACY = AddrRange(0xA0000, MIB)


def record(tables: TableSet, signature: str) -> Any:
    found = tables.first(signature)
    assert found is not None
    return found.record


def structures(tables: TableSet, signature: str, name: str) -> list[Any]:
    return [s for s in record(tables, signature).structures if type(s).__name__ == name]


def domains_of_processors(tables: TableSet) -> dict[int, int]:
    small = {s.apic_id: s.proximity_domain for s in structures(tables, "SRAT", "ProcessorLocalApicAffinity")}
    return small | {s.x2apic_id: s.proximity_domain for s in structures(tables, "SRAT", "ProcessorLocalX2apicAffinity")}


def data(tables: TableSet) -> list[bytes]:
    return [table.data for table in tables]


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_tables_are_sound_and_the_same_each_time(described: dict[str, Any]) -> None:
    tables = build(read_spec(described))
    assert all(checksum_ok(table.data) for table in tables)
    assert [finding for table in tables for finding in check_table(table)] == []
    assert data(build(read_spec(described))) == data(tables)


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_the_srat_says_what_was_asked_for(described: dict[str, Any]) -> None:
    tables = build(read_spec(described))
    memory = structures(tables, "SRAT", "MemoryAffinity")
    assert overlapping([(m.base_address, m.base_address + m.range_length) for m in memory]) == []
    sizes: Counter[int] = Counter()
    for item in memory:
        sizes[item.proximity_domain] += item.range_length
    asked: Counter[int] = Counter()
    for domain in described["domains"]:
        asked[domain["domain"]] += sum(item["size"] for item in domain["memory"])
    for slots in described.get("dimms", []):
        asked[slots["domain"]] += slots["slots"] * 512 * MIB
    for window in described.get("cxl", {}).get("windows", []):
        asked[window["domain"]] += window["size"]
    if described["memory"]["legacy_hole"]:
        asked[described["domains"][0]["domain"]] -= LEGACY.size
    assert +sizes == +asked
    owners = domains_of_processors(tables)
    counted = Counter(owners.values())
    assert counted == Counter({d["domain"]: len(d["cpus"]) for d in described["domains"] if d["cpus"]})
    listed = structures(tables, "APIC", "ProcessorLocalApic") + structures(tables, "APIC", "ProcessorLocalX2apic")
    assert {getattr(s, "apic_id", None) or getattr(s, "x2apic_id", 0) for s in listed} == owners.keys()
    assert all(s.apic_id < 255 for s in structures(tables, "APIC", "ProcessorLocalApic"))


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_the_memory_map_is_ram_that_the_srat_covers(described: dict[str, Any]) -> None:
    spec = read_spec(described)
    entries = memory_map(spec)
    assert list(entries) == sorted(entries)
    assert overlapping([(e.start, e.end) for e in entries]) == []
    covered = [
        (m.base_address, m.base_address + m.range_length) for m in structures(build(spec), "SRAT", "MemoryAffinity")
    ]
    ram = [AddrRange(e.start, e.end) for e in entries if e.type == E820Type.RAM]
    assert subtract(ram, covered) == []
    assert intersect(ram, [LEGACY]) == []
    present = sum(
        item["size"]
        for domain in described["domains"]
        for item in domain["memory"]
        if item.get("present", True) and not {"nonvolatile", "specific_purpose"} & item.keys()
    )
    # Firmware keeps 384 KiB below 1 MiB, 1 KiB of EBDA, 128 KiB at the end of low RAM.
    assert present - 600 * 1024 <= total(ram) <= present


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_the_filled_in_description_makes_the_same_machine(described: dict[str, Any]) -> None:
    spec = read_spec(described)
    text = "".join(toml_text(document(spec)))
    again = read_spec(parse(text))
    assert again == spec
    assert "".join(toml_text(document(again))) == text


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_the_tables_describe_the_machine_that_they_were_made_of(described: dict[str, Any]) -> None:
    spec = read_spec(described)
    tables = build(spec)
    found = from_tables(tables, memory_map(spec))
    made = {table.signature: table.data for table in build(found.spec)}
    kept = {table.signature: table.data for table in found.kept}
    assert made.keys() | kept.keys() == {table.signature for table in tables}
    for table in tables:
        again = made.get(table.signature, kept.get(table.signature))
        assert again is not None
        assert sorted(again) == sorted(table.data)  # windows of slots come between other memory
    assert read_spec(document(found.spec)) == found.spec


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_tables_agree_with_each_other(described: dict[str, Any]) -> None:
    spec = read_spec(described)
    tables = build(spec)
    domains = {s.proximity_domain for s in record(tables, "SRAT").structures}
    if tables.first("SLIT"):
        slit = record(tables, "SLIT")
        assert slit.locality_count == max(domains) + 1
        assert all(slit.distance(d, d) == 10 for d in range(slit.locality_count))
        assert all(slit.distance(a, b) == slit.distance(b, a) for a in domains for b in domains)
        if remote := described.get("distances", {}).get("remote"):
            assert {slit.distance(a, b) for a in domains for b in domains if a != b} <= {remote}
    if tables.first("HMAT"):
        for item in structures(tables, "HMAT", "SystemLocalityInformation"):
            assert set(item.initiators) <= domains
            assert set(item.targets) <= {m.proximity_domain for m in structures(tables, "SRAT", "MemoryAffinity")}
    msct = record(tables, "MSCT")
    assert msct.maximum_domains == max(domains)
    assert (
        msct.maximum_address
        >= max(e.base_address + e.range_length for e in structures(tables, "SRAT", "MemoryAffinity")) - 1
    )
    spans = [(s.low_domain, s.high_domain) for s in msct.structures]
    assert spans[0][0] == 0
    assert spans[-1][1] == max(domains)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(spans))
    uids = {s.processor_uid for s in record(tables, "APIC").structures if hasattr(s, "processor_uid")} - {
        255,
        0xFFFFFFFF,
    }
    nodes = [s for s in structures(tables, "PPTT", "ProcessorHierarchyNode") if s.flags & 2]
    assert {s.acpi_processor_id for s in nodes} == uids


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_every_pointer_of_the_pptt_leads_to_an_earlier_structure(described: dict[str, Any]) -> None:
    tables = build(read_spec(described))
    kinds: dict[int, int] = {}
    offset = 36
    for item in record(tables, "PPTT").structures:
        if item.type == 0:
            assert item.parent == 0 or kinds[item.parent] == 0
            assert all(kinds[resource] == 1 for resource in item.private_resources)
        else:
            assert item.next_level_of_cache == 0 or kinds[item.next_level_of_cache] == 1
        kinds[offset] = item.type
        offset += item.length


def booted(spec: Spec, tables: TableSet, release: str) -> Any:
    given_ = Given(e820=memory_map(spec), cmdline="", kernel=release)
    inputs, policy = gather(firmware_of(tables), given_, None)
    return predict.boot(inputs, policy=policy).layout


@settings(max_examples=12, deadline=None)
@given(topologies())
def test_a_kernel_takes_the_srat(described: dict[str, Any]) -> None:
    spec = read_spec(described)
    tables = build(spec)
    layout = booted(spec, tables, "6.12")
    assert (layout.numa.source, layout.numa.rejected, layout.boots) == ("srat", None, True)
    cpus = {node.pxm: node.cpus for node in layout.numa.nodes}
    for domain in described["domains"]:
        if domain["cpus"] and described["processors"]["first_apic_id"] < 0x8000:
            assert cpus[domain["domain"]] == len(domain["cpus"])
