"""The walk over typed structures: what it makes of every malformed length."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.record import encode
from acpitools.codec.structures import RawStructure, RawStructure8, RawStructure16R32, StructureList, spans
from acpitools.core.errors import EncodeError
from acpitools.tables import cedt, hmat, madt, srat
from tests.record_classes import LISTS

ITS = bytes.fromhex("04 0c 07000000 0000 2a000000")  # SRAT type 4, 12 bytes: domain 7, ITS 42


def walked(data: bytes, known: StructureList = srat.STRUCTURES) -> tuple[list[tuple[object, ...]], int]:
    found, stop = known.take(None, data, 0, len(data))
    return [
        (item.type, item.length, item.payload) if isinstance(item, RawStructure) else (type(item).__name__,)
        for item in found
    ], stop


def test_structures_follow_one_another() -> None:
    assert walked(ITS + ITS) == ([("GicItsAffinity",), ("GicItsAffinity",)], 24)


def test_an_unknown_type_is_raw_and_the_walk_goes_on() -> None:
    assert walked(b"\xc8\x04ab" + ITS) == ([(200, 4, b"ab"), ("GicItsAffinity",)], 16)


def test_a_structure_too_short_for_its_type_is_raw_and_the_walk_goes_on() -> None:
    assert walked(b"\x04\x03x" + ITS) == ([(4, 3, b"x"), ("GicItsAffinity",)], 15)


def test_a_structure_longer_than_its_type_keeps_the_rest() -> None:
    (longer, _), stop = srat.STRUCTURES.take(None, b"\x04\x0e" + ITS[2:] + b"zz" + ITS, 0, 26)
    assert isinstance(longer, srat.GicItsAffinity)
    assert (longer.its_id, longer.trailing, stop) == (42, b"zz", 26)


@pytest.mark.parametrize("length", [0, 1])
def test_a_length_shorter_than_the_header_ends_the_walk(length: int) -> None:
    data = ITS + bytes([4, length]) + ITS
    assert walked(data) == ([("GicItsAffinity",), (4, length, ITS)], len(data))


def test_a_length_past_the_end_ends_the_walk() -> None:
    assert walked(ITS + b"\x04\xff" + ITS[2:]) == ([("GicItsAffinity",), (4, 255, ITS[2:])], 24)


def test_the_same_header_past_the_end_is_raw_too() -> None:
    assert walked(ITS + ITS[:9]) == ([("GicItsAffinity",), (4, 12, ITS[2:9])], 21)


def test_less_than_a_header_is_left_alone() -> None:
    assert walked(ITS + b"\x01") == ([("GicItsAffinity",)], 12)
    assert walked(b"") == ([], 0)


def test_the_longest_published_layout_that_fits_is_taken() -> None:
    names = {size: walked(bytes([11, size]) + bytes(size - 2), madt.STRUCTURES)[0][0][0] for size in (40, 79, 82, 200)}
    assert names == {40: "Gicc40", 79: "Gicc76", 82: "Gicc82", 200: "Gicc88"}
    assert walked(bytes([11, 39]) + bytes(37), madt.STRUCTURES)[0] == [(11, 39, bytes(37))]


def test_reserved_bytes_of_a_header_are_kept() -> None:
    data = bytes.fromhex("0900 efbe 0a000000 4142")
    (raw,), stop = hmat.STRUCTURES.take(None, data, 0, 10)
    assert isinstance(raw, RawStructure16R32)
    assert (raw.type, raw.reserved, raw.length, raw.payload, stop) == (9, 0xBEEF, 10, b"AB", 10)


def test_a_4_gib_length_is_only_a_number() -> None:
    data = bytes.fromhex("0000 0000 ffffffff") + bytes(32)
    assert walked(data, hmat.STRUCTURES) == ([(0, 0xFFFFFFFF, bytes(32))], 40)


def test_rdpas_that_declares_16_bytes_has_17() -> None:
    # rust-vmm writes protocol and address, 17 bytes, and declares 16.
    rdpas = bytes.fromhex("03 00 1000 0100 0008 01 0000001000000000")
    host_bridge = bytes.fromhex("00 00 2000") + bytes(28)
    found, stop = cedt.STRUCTURES.take(None, rdpas + host_bridge, 0, 49)
    assert [type(item).__name__ for item in found] == ["RcecDownstreamPortAssociation17", "CxlHostBridge"]
    assert isinstance(found[0], cedt.RcecDownstreamPortAssociation17)
    assert (found[0].length, found[0].protocol, found[0].base_address, stop) == (16, 1, 0x1000_0000, 49)


def test_rdpas_that_declares_16_bytes_at_the_end_is_raw() -> None:
    assert walked(bytes.fromhex("03 00 1000") + bytes(12), cedt.STRUCTURES) == ([(3, 16, bytes(12))], 16)


def draft_of(known: StructureList) -> object:
    """A record whose fields put the list at its start, and ask for all there is."""
    asked = {known.at: 0, known.sized_by: 1000, known.counted_by: 1000}
    return SimpleNamespace(**{name: value for name, value in asked.items() if name is not None})


@pytest.mark.parametrize("known", LISTS, ids=lambda known: known.raw.__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_walked_without_loss(known: StructureList, data: bytes) -> None:
    found, stop = known.take(draft_of(known), data, 0, len(data))
    assert known.put(found) == data[:stop]
    assert known.size_of(found) == stop


@pytest.mark.parametrize("known", LISTS, ids=lambda known: known.raw.__name__)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300))
def test_spans_are_where_the_bytes_are(known: StructureList, data: bytes) -> None:
    found, stop = known.take(draft_of(known), data, 0, len(data))
    cursor = 0
    for index, offset, item in spans(found, 1000):
        encoded = encode(item)
        assert item is found[index]
        assert data[offset - 1000 : offset - 1000 + len(encoded)] == encoded
        cursor = offset - 1000 + len(encoded)
    assert cursor == stop


def test_an_error_names_the_structure() -> None:
    good = srat.GicItsAffinity(proximity_domain=1, its_id=2)
    bad = srat.GicItsAffinity(proximity_domain=1, its_id=-2)
    with pytest.raises(EncodeError, match=r"\[1\].GicItsAffinity.its_id: -2 does not fit in 4 bytes"):
        srat.STRUCTURES.put((good, bad))
    with pytest.raises(EncodeError, match=r"Srat.structures\[1\].GicItsAffinity.its_id: -2 does not fit"):
        encode(srat.Srat(structures=(good, bad)))


def test_unknown_headers_are_not_remembered_without_end() -> None:
    known = StructureList(RawStructure16R32, {})
    data = b"".join(number.to_bytes(4, "little") + b"\x08\0\0\0" for number in range(5000))
    assert len(known.take(None, data, 0, len(data))[0]) == 5000
    assert len(known._exact) <= 4096


def test_a_hundred_thousand_smallest_structures_take_no_recursion() -> None:
    found, stop = srat.STRUCTURES.take(None, b"\xc8\x02" * 100_000, 0, 200_000)
    assert (len(found), stop) == (100_000, 200_000)
    assert isinstance(found[-1], RawStructure8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((0, 1, 2, 3)), st.integers(1, 300)), max_size=6), st.binary(max_size=11))
def test_runs_of_one_kind_are_what_they_are_one_by_one(runs: list[tuple[int, int]], rest: bytes) -> None:
    kinds = [
        ITS,
        bytes.fromhex("01 28 03000000 0000") + bytes(range(32)),
        bytes.fromhex("02 18 0000 05000000 00010000 01000000 00000000 00000000"),
        b"\xc8\x04ab",
    ]
    pieces = [kinds[kind] for kind, number in runs for _ in range(number)]
    found, stop = srat.STRUCTURES.take(None, b"".join(pieces), 0, sum(map(len, pieces)))
    assert [encode(item) for item in found] == pieces
    assert stop == sum(map(len, pieces))
    data = b"".join(pieces) + rest
    cut, _ = srat.STRUCTURES.take(None, data, 0, len(data))
    assert cut[: len(found)] == found


def test_headers_that_differ_in_one_byte_end_a_run() -> None:
    other = ITS[:1] + b"\x0d" + ITS[2:] + b"!"
    data = ITS * 200 + other + ITS * 3
    found, stop = srat.STRUCTURES.take(None, data, 0, len(data))
    assert [item.trailing for item in found] == [b""] * 200 + [b"!"] + [b""] * 3
    assert stop == len(data)
