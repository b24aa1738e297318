"""Laws of the comparison: equal is same, different is never silent, whatever the bytes; big tables in bounded time."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.diff.compare import MOST_CHANGES, compare_machines
from acpitools.diff.sweep import differing_pieces
from acpitools.dumps.load import load
from acpitools.report.diff_json import diff_json
from acpitools.report.diff_text import diff_text
from acpitools.tables.hmat import Hmat, SystemLocalityInformation
from acpitools.tables.msct import MaximumProximityDomainInformation, Msct
from acpitools.tables.registry import TABLES
from acpitools.tables.slit import Slit
from acpitools.tables.srat import MemoryAffinity, Srat
from acpitools.tables.table_set import LoadedTable, TableSet
from tests.strategies import mutated, tables, topologies
from tests.support import FIXTURES, shared_cases
from tests.topology.machines import EVERYTHING, tables_of

DUMPS = [FIXTURES / "dumps" / "demo-4node" / "acpidump.txt", *shared_cases("corpus/dumps", "*.acpidump.gz")]
SEEDS = [table.data for table in tables_of(EVERYTHING)]


def one(data: bytes) -> TableSet:
    return TableSet(tables=(LoadedTable(data=data, source="test"),))


def written(before: TableSet, after: TableSet) -> str:
    found = compare_machines(before, after)
    return "".join((*diff_text(found, width=100, verbose=True), *diff_json(found)))


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.name[:40])
def test_a_machine_is_the_same_as_itself(path: Path) -> None:
    tables_ = load([path])
    found = compare_machines(tables_, tables_)
    assert found.same
    assert not any(table.volatile for table in found.tables)
    assert len(found.tables) == len(tables_)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(TABLES)).flatmap(lambda name: st.tuples(tables(name), tables(name))))
def test_two_tables_of_a_kind_are_never_silently_different(pair: tuple[object, object]) -> None:
    before, after = (encode(table) for table in pair)  # type: ignore[arg-type]
    found = compare_machines(one(before), one(after))
    assert (before == after) == all(not t.changes and not t.volatile and not t.more for t in found.tables)
    assert written(one(before), one(after))


@settings(max_examples=150, deadline=None)
@given(mutated(*SEEDS), mutated(*SEEDS))
def test_damaged_tables_compare(before: bytes, after: bytes) -> None:
    if before and after:
        found = compare_machines(one(before), one(after))
        if before != after:
            assert any(t.changes or t.volatile or t.before is None or t.after is None for t in found.tables)
        assert written(one(before), one(after))


@settings(max_examples=20, deadline=None)
@given(topologies())
def test_a_described_machine_is_the_same_as_itself(described: dict[str, object]) -> None:
    from acpitools.topology.build import build
    from acpitools.topology.read import read_spec

    assert compare_machines(build(read_spec(described)), build(read_spec(described))).same


_RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from("abc")), max_size=8)


@settings(max_examples=300, deadline=None)
@given(_RANGES, _RANGES)
def test_the_sweep_says_what_each_number_says(
    before: list[tuple[int, int, str]], after: list[tuple[int, int, str]]
) -> None:
    def words(ranges: list[tuple[int, int, str]], number: int) -> set[str]:
        return {key for start, end, key in ranges if start <= number < end}

    told = {}
    for piece in differing_pieces(before, after):
        assert piece.start < piece.end
        for number in range(piece.start, piece.end):
            told[number] = (set(piece.before), set(piece.after))
    for number in range(32):
        sides = (words(before, number), words(after, number))
        assert told.get(number) == (sides if sides[0] != sides[1] else None)


def srat(count: int, domain: int, step: int = 2 << 20) -> TableSet:
    items = [
        MemoryAffinity(proximity_domain=(n + domain) % 64, base_address=n * step, range_length=2 << 20)
        for n in range(count)
    ]
    return one(encode(seal(Srat(structures=tuple(items)))))


def hmat(side: int, unit: int) -> TableSet:
    numbers = IntArray.of(range(side), 4)
    item = SystemLocalityInformation(
        length=0,
        data_type=0,
        initiator_count=side,
        target_count=side,
        entry_base_unit=unit,
        initiators=numbers,
        targets=numbers,
        entries=IntArray.of((n % 1000 + 1 for n in range(side * side)), 2),
    )
    return one(encode(seal(Hmat(structures=(item,)))))


def msct() -> TableSet:
    item = MaximumProximityDomainInformation(
        low_domain=0, high_domain=0xFFFFFFFF, processor_capacity=1, memory_capacity=1
    )
    return one(encode(seal(Msct(structures=(item,)))))


BIG = {
    "every range in another domain": (srat(50_000, 0), srat(50_000, 1)),
    "all ranges nested": (srat(5_000, 0, 0), srat(5_000, 1, 4096)),
    "SLIT of 1024": (
        one(encode(seal(Slit(locality_count=1024, matrix=b"\x14" * 1024**2)))),
        one(encode(seal(Slit(locality_count=1024, matrix=bytes(11 + n % 200 for n in range(1024**2)))))),
    ),
    "HMAT of 500": (hmat(500, 1), hmat(500, 3)),
    "MSCT of all domains": (msct(), one(encode(seal(Msct())))),
}


@pytest.mark.parametrize("name", BIG)
def test_big_tables_take_bounded_time_and_space(name: str) -> None:
    before, after = BIG[name]
    start = time.process_time()
    found = compare_machines(before, after)
    text = "".join(diff_text(found, width=100))
    size = sum(map(len, diff_json(found)))
    assert time.process_time() - start < 15
    assert not found.same
    assert len(text) < 50_000
    assert size < 30_000_000
    assert all(len(table.changes) <= MOST_CHANGES for table in found.tables)


def test_changes_beyond_the_limit_are_counted() -> None:
    found = compare_machines(srat(50_000, 0), srat(50_000, 1))
    (table,) = found.tables
    # Neighbours differ from each other, so that each range is a piece of its own; and domain 1 is the first one now.
    assert len(table.changes) + table.more == 50_000 + 1


def test_the_same_bytes_of_other_records_are_told() -> None:
    # A checksum that is wrong on both sides says nothing, but it is not silent.
    sound = SEEDS[0]
    first, second = (sound[:9] + bytes([sound[9] ^ mask]) + sound[10:] for mask in (1, 2))
    (table,) = compare_machines(one(first), one(second)).tables
    assert [change.subject for change in table.volatile] == ["bytes without a meaning"]
    assert compare_machines(one(first), replace(one(first))).same
