from __future__ import annotations

from dataclasses import replace

import pytest

from acpitools.core.observed import Observed, ObservedBlock, ObservedZone
from acpitools.core.ranges import AddrRange
from acpitools.kernel.compare import Difference, Value, compare
from acpitools.kernel.layout import (
    BlockRun,
    Blocks,
    Estimate,
    Layout,
    MemoryRegion,
    NodeView,
    Numa,
    ZoneView,
)

# One node below 4 GiB, one movable node of 1 GiB above:
#
#   0x1000 [ DMA | DMA32 ... ) 2G          4G [ Movable ) 5G
#     node 0                                  node 1
LAYOUT = Layout(
    kernel="6.12",
    cmdline="movable_node",
    boots=True,
    numa=Numa(
        source="srat",
        rejected=None,
        nodes=(
            NodeView(node=0, pxm=0, ranges=(AddrRange(0, 2 << 30),), hotpluggable=(), cpus=2, memory=True),
            NodeView(node=1, pxm=1, ranges=(AddrRange(4 << 30, 5 << 30),), hotpluggable=(), cpus=0, memory=True),
        ),
    ),
    memory=(
        MemoryRegion(start=0x1000, end=1 << 30, node=0, flags=()),
        MemoryRegion(start=1 << 30, end=2 << 30, node=0, flags=("hotplug",)),
        MemoryRegion(start=4 << 30, end=5 << 30, node=1, flags=("hotplug",)),
    ),
    reserved=(),
    zones=(
        ZoneView(
            node=0,
            zone="DMA32",
            start_pfn=4096,
            spanned_pages=520192,
            present_pages=520000,
            managed_pages=Estimate(estimate=510000, low=500000, high=515000),
        ),
        ZoneView(
            node=1,
            zone="Movable",
            start_pfn=1 << 20,
            spanned_pages=1 << 18,
            present_pages=1 << 18,
            managed_pages=Estimate(estimate=1 << 18, low=1 << 18, high=1 << 18),
        ),
    ),
    movable_zone_start=((1, 4 << 30),),
    ranges=(),
    blocks=Blocks(
        size=128 << 20,
        runs=(
            BlockRun(first=0, count=2, nodes=(0,), state="online", valid_zones=("DMA32",), removable="no", why=""),
            BlockRun(first=32, count=1, nodes=(0, 1), state="online", valid_zones=("none",), removable="no", why=""),
        ),
    ),
    assumed=(),
    findings=(),
    zone_ranges=(("DMA", 0x1000, 16 << 20), ("Normal", 4 << 30, 5 << 30)),
    online_nodes=(0, 1),
)
DMA32 = ObservedZone(
    node=0, zone="DMA32", start_pfn=4096, spanned_pages=520192, present_pages=520000, managed_pages=500000
)
MOVABLE = ObservedZone(
    node=1, zone="Movable", start_pfn=1 << 20, spanned_pages=1 << 18, present_pages=1 << 18, managed_pages=1 << 18
)
BLOCKS = (
    ObservedBlock(id=0, state="online", nodes=(0,), valid_zones=("DMA32",)),
    ObservedBlock(id=1, state="online", nodes=(0,), valid_zones=("DMA32",)),
    ObservedBlock(id=32, state="online", nodes=(0, 1), valid_zones=("none",)),
)
SAME = Observed(
    source="record",
    boots=True,
    zones=(DMA32, MOVABLE),
    zone_ranges=LAYOUT.zone_ranges,
    movable_zone_start=LAYOUT.movable_zone_start,
    node_ranges=((0, 0x1000, 2 << 30), (1, 4 << 30, 0x110000000), (1, 0x110000000, 5 << 30)),
    block_size=128 << 20,
    blocks=BLOCKS,
    online_nodes=(0, 1),
)


def test_same_facts_are_no_difference() -> None:
    assert compare(LAYOUT, SAME) == ()


def test_what_is_not_observed_is_not_compared() -> None:
    assert compare(LAYOUT, Observed(source="nothing")) == ()
    untold = ObservedZone(node=0, zone="DMA32")
    assert compare(LAYOUT, Observed(source="part", zones=(untold, MOVABLE))) == ()
    assert compare(LAYOUT, Observed(source="part", blocks=tuple(ObservedBlock(id=b.id) for b in BLOCKS))) == ()


def test_what_the_layout_does_not_hold_is_not_compared() -> None:
    bare = replace(LAYOUT, zone_ranges=None, online_nodes=None)
    assert compare(bare, replace(SAME, zone_ranges=(), online_nodes=())) == ()


def difference(what: str, where: str, predicted: Value, observed: Value) -> Difference:
    return Difference(what=what, where=where, predicted=predicted, observed=observed)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (replace(SAME, zones=(DMA32,)), difference("zone", "node 1 Movable", "262144 pages", None)),
        (
            replace(SAME, zones=(DMA32, MOVABLE, ObservedZone(node=1, zone="Normal", present_pages=7))),
            difference("zone", "node 1 Normal", None, "7 pages"),
        ),
        (
            replace(SAME, zones=(DMA32, replace(MOVABLE, start_pfn=1049600))),
            difference("start_pfn", "node 1 Movable", 1 << 20, 1049600),
        ),
        (
            replace(SAME, zones=(replace(DMA32, spanned_pages=520191), MOVABLE)),
            difference("spanned_pages", "node 0 DMA32", 520192, 520191),
        ),
        (
            replace(SAME, zones=(replace(DMA32, present_pages=520001), MOVABLE)),
            difference("present_pages", "node 0 DMA32", 520000, 520001),
        ),
        (
            replace(SAME, zones=(replace(DMA32, managed_pages=499999), MOVABLE)),
            difference("managed_pages", "node 0 DMA32", "500000..515000", 499999),
        ),
        (
            replace(SAME, zones=(replace(DMA32, managed_pages=515001), MOVABLE)),
            difference("managed_pages", "node 0 DMA32", "500000..515000", 515001),
        ),
        (
            replace(SAME, zone_ranges=(("DMA", 0x1000, 16 << 20),)),
            difference("zone_range", "Normal", "[mem 0x0000000100000000-0x000000013fffffff]", None),
        ),
        (replace(SAME, movable_zone_start=()), difference("movable_zone_start", "node 1", 4 << 30, None)),
        (
            replace(SAME, movable_zone_start=((1, 4 << 30), (2, 5 << 30))),
            difference("movable_zone_start", "node 2", None, 5 << 30),
        ),
        (
            replace(SAME, node_ranges=((0, 0x1000, 2 << 30),)),
            difference("node_range", "node 1", "[mem 0x0000000100000000-0x000000013fffffff]", None),
        ),
        (
            replace(SAME, node_ranges=((-1, 6 << 30, 7 << 30), *(SAME.node_ranges or ()))),
            difference("node_range", "node -1", None, "[mem 0x0000000180000000-0x00000001bfffffff]"),
        ),
        (replace(SAME, block_size=2 << 30), difference("block_size", "", 128 << 20, 2 << 30)),
        (replace(SAME, blocks=BLOCKS[:2]), difference("block", "memory32", "online", None)),
        (replace(SAME, blocks=(*BLOCKS, ObservedBlock(id=40))), difference("block", "memory40", None, "present")),
        (
            replace(SAME, blocks=(replace(BLOCKS[0], state="offline"), *BLOCKS[1:])),
            difference("state", "memory0", "online", "offline"),
        ),
        (
            replace(SAME, blocks=(*BLOCKS[:2], replace(BLOCKS[2], nodes=(1,)))),
            difference("nodes", "memory32", "0 1", "1"),
        ),
        (
            replace(SAME, blocks=(*BLOCKS[:2], replace(BLOCKS[2], valid_zones=("Movable",)))),
            difference("valid_zones", "memory32", "none", "Movable"),
        ),
        (replace(SAME, online_nodes=(0,)), difference("online_nodes", "", "0 1", "0")),
    ],
)
def test_each_fact_that_differs_is_one_difference(observed: Observed, expected: Difference) -> None:
    assert compare(LAYOUT, observed) == (expected,)


def test_where_one_comes_up_and_the_other_does_not_nothing_else_is_compared() -> None:
    died = Observed(source="log", boots=False, node_ranges=())
    assert compare(LAYOUT, died) == (difference("boots", "", True, False),)


def test_where_neither_comes_up_what_was_printed_is_compared() -> None:
    layout = replace(
        LAYOUT, boots=False, memory=(MemoryRegion(start=0x1000, end=0x2000, node=None, flags=()),), zones=()
    )
    log = Observed(source="log", boots=False, node_ranges=((-1, 0x1000, 0x2000),), block_size=7)
    assert compare(layout, log) == ()
    assert [found.where for found in compare(layout, replace(log, node_ranges=((0, 0x1000, 0x2000),)))] == [
        "node -1",
        "node 0",
    ]


def test_only_whole_pages_of_a_region_are_compared() -> None:
    # A border inside a page: the page belongs to neither side, as in the kernel's list.
    layout = replace(
        LAYOUT,
        memory=(
            MemoryRegion(start=0x1000, end=0x5800, node=0, flags=()),
            MemoryRegion(start=0x5800, end=0x9000, node=1, flags=()),
            MemoryRegion(start=0x9000, end=0x9800, node=2, flags=()),
        ),
    )
    observed = Observed(source="log", node_ranges=((0, 0x1000, 0x5000), (1, 0x6000, 0x9000)))
    assert compare(layout, observed) == ()


def test_differences_read_as_sentences() -> None:
    assert str(difference("valid_zones", "memory32", "none", "Movable")) == (
        "memory32 valid_zones: predicted none, observed Movable"
    )
    assert str(difference("boots", "", True, False)) == "boots: predicted true, observed false"
    assert str(difference("zone", "node 1 Movable", None, "9 pages")) == (
        "node 1 Movable zone: predicted absent, observed 9 pages"
    )
