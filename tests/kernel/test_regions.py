"""Arrays of regions, page by page and in pictures; a tuple is a value, a list a working copy."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from acpitools.kernel import regions
from acpitools.kernel.regions import HOTPLUG, MIRROR, Region, Regions

SPACE = 30


@st.composite
def arrays(draw: st.DrawFn) -> Regions:
    """Sorted, disjoint regions with two nodes; neighbours that touch differ."""
    edges = sorted(draw(st.lists(st.integers(0, SPACE), max_size=10, unique=True)))
    made: list[Region] = []
    for base, end in itertools.pairwise(edges):
        nid, there = draw(st.integers(0, 1)), draw(st.booleans())
        if there and not (made and made[-1].end == base and made[-1].nid == nid):
            made.append(Region(base, end, nid))
    return Regions(made)


WINDOWS = st.tuples(st.integers(0, SPACE), st.integers(0, SPACE)).map(sorted)


def places(pieces: list[tuple[int, int]] | Regions | list[Region]) -> set[int]:
    """Give every address that is held."""
    return {address for piece in pieces for address in range(piece[0], piece[1])}


@given(arrays(), st.integers(0, SPACE))
def test_first_overlap_is_the_first_region_that_ends_above_an_address(array: Regions, address: int) -> None:
    index = regions.first_overlap(array, address)
    assert all(region.end <= address for region in array[:index])
    assert all(region.end > address for region in array[index:])


@given(arrays(), WINDOWS)
def test_gaps_are_what_no_region_holds_in_both_directions(array: Regions, window: list[int]) -> None:
    base, end = window
    up = list(regions.gaps_up(array, base, end))
    assert places(up) == set(range(base, end)) - places(array)
    assert up == sorted(up)
    assert list(regions.gaps_down(array, base, end)) == up[::-1]


@given(arrays(), WINDOWS)
def test_isolating_changes_no_address_and_parts_inside_from_outside(array: Regions, window: list[int]) -> None:
    base, end = window
    out, start, stop = regions.isolated(array, base, end)
    assert [(a, r.nid) for r in out for a in range(r.base, r.end)] == [
        (a, r.nid) for r in array for a in range(r.base, r.end)
    ]
    if base < end:
        assert all(base <= r.base and r.end <= end for r in out[start:stop])
        assert all(r.end <= base or r.base >= end for r in (*out[:start], *out[stop:]))


@given(arrays(), WINDOWS)
def test_a_list_is_changed_in_place_to_what_a_tuple_gives(array: Regions, window: list[int]) -> None:
    def change(region: Region) -> Region:
        return region._replace(nid=1)

    base, end = window
    working = list(array)
    assert regions.changed(working, base, end, change) is working
    assert tuple(working) == tuple(regions.changed(array, base, end, change))


def test_isolating_splits_at_both_ends() -> None:
    """
    before  |   0..10   |
    window     |3..6|
    after   |0 |3   |6  |
    """
    out, start, stop = regions.isolated((Region(0, 10, 0),), 3, 6)
    assert out == [Region(0, 3, 0), Region(3, 6, 0), Region(6, 10, 0)]
    assert (start, stop) == (1, 2)


def test_a_piece_that_touches_an_alike_neighbour_joins_it() -> None:
    """
    before  |0..4 n0|       |6..9 n0|
    piece           |4..6 n0|
    after   |0..9 n0                |
    """
    assert regions.inserted((Region(0, 4, 0), Region(6, 9, 0)), [(4, 6)], 0, 0) == (Region(0, 9, 0),)


def test_a_piece_of_another_node_or_flag_stays_apart() -> None:
    """
    before  |0..4 n0|       |6..9 n0 hot|
    piece           |4..6 n0|
    """
    before = (Region(0, 4, 1), Region(6, 9, 0, HOTPLUG))
    assert regions.inserted(before, [(4, 6)], 0, 0) == (Region(0, 4, 1), Region(4, 6, 0), Region(6, 9, 0, HOTPLUG))


def test_usable_regions_have_no_flag_to_skip_and_every_flag_needed() -> None:
    hot, mirrored, plain = Region(0, 1, 0, HOTPLUG), Region(2, 3, 1, MIRROR), Region(4, 5, 0)
    array = Regions((hot, mirrored, plain))
    assert array.usable(HOTPLUG, 0)[0] == (mirrored, plain)
    assert array.usable(0, MIRROR)[0] == (mirrored,)
    assert array.usable(HOTPLUG, 0)[1] == {0: (plain,), 1: (mirrored,)}


def test_flags_have_the_kernels_names() -> None:
    assert regions.flag_names(0) == ()
    assert regions.flag_names(0x1F) == ("hotplug", "mirror", "nomap", "driver_managed", "rsrv_noinit")
