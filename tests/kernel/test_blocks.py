"""Memory blocks: their size, and runs against an evaluation of every page of every block."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.units import GIB, MIB
from acpitools.kernel.blocks import block_size
from acpitools.kernel.layout import Layout
from acpitools.kernel.policy import Policy
from tests.kernel.machines import E820, LOW, RAM, layout, memory, srat

NEW, OLD = Policy(release="6.12"), Policy(release="4.0", bare_metal_max_block=False)
SECTION = 128 * MIB
STEP = 2 * MIB
"""Borders of the random machines are multiples of this, so that one page stands for that much."""


@pytest.mark.parametrize(
    ("end", "hypervisor", "policy", "size"),
    [
        (4 * GIB, True, NEW, 128 * MIB),
        (64 * GIB - MIB, False, NEW, 128 * MIB),
        (64 * GIB, True, NEW, 2 * GIB),
        (66 * GIB + 128 * MIB, True, NEW, 128 * MIB),
        (66 * GIB + 128 * MIB, False, NEW, 2 * GIB),
        (66 * GIB + 128 * MIB, False, OLD, 128 * MIB),
        (0x10D0000000, True, NEW, 256 * MIB),
        (64 * GIB + MIB, True, NEW, 128 * MIB),
    ],
)
def test_the_size_follows_the_end_of_memory(end: int, hypervisor: bool, policy: Policy, size: int) -> None:
    assert block_size(end >> 12, policy, hypervisor=hypervisor) == size


def brute(found: Layout) -> list[tuple[int, tuple[int, ...], str]]:
    """Give (number, nodes, zone) of every block, page by page in steps."""
    size = found.blocks.size
    regions = [r for r in found.memory if r.node is not None]
    spans = {
        n: (min(r.start for r in regions if r.node == n), max(r.end for r in regions if r.node == n))
        for n in {r.node for r in regions}
    }
    present = {address // SECTION for r in regions for address in range(r.start // SECTION * SECTION, r.end, SECTION)}
    first = (found.online_nodes or (0,))[0]
    blocks = []
    for number in sorted({section * SECTION // size for section in present}):
        start, end = number * size, (number + 1) * size
        seen = set()
        for address in range(start, end, STEP):
            if address // SECTION in present:
                owner = next((r.node for r in regions if r.start < address + STEP and address < r.end), None)
                whole = any(r.start <= address and address + STEP <= r.end for r in regions)
                seen.add(owner if owner is not None else first)
                if not whole:
                    seen.add(first)
        linked = sorted(n for n in seen if n in spans and spans[n][0] < end and start < spans[n][1])
        zones = [
            z.zone
            for z in found.zones
            if linked and z.node == linked[0] and z.start_pfn << 12 < end and start < z.end_pfn << 12
        ]
        zone = zones[0] if len(linked) == 1 and len(zones) == 1 else "none"
        blocks.append((number, tuple(linked), zone))
    return blocks


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 511), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 2), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 1023), st.integers(1, 40)), max_size=3),
    st.sampled_from(["", "movable_node", "kernelcore=40%", "movablecore=700M"]),
    st.sampled_from(["6.1", "6.12"]),
)
def test_runs_equal_a_look_at_every_block(
    cuts: list[int], owners: list[int], holes: list[tuple[int, int]], option: str, release: str
) -> None:
    """4 to 5 GiB is cut into pieces of three nodes, with holes."""
    edges = [0, *sorted(cuts), 512]
    pieces = [
        memory(1 + owners[n], 4 * GIB + a * STEP, 4 * GIB + b * STEP, hot=owners[n] != 1)
        for n, (a, b) in enumerate(itertools.pairwise(edges))
    ]
    reserved = [E820Entry(4 * GIB + a * STEP, 4 * GIB + (a + b) * STEP, E820Type.RESERVED) for a, b in holes]
    e820 = (*E820[:3], E820Entry(4 * GIB, 5 * GIB, RAM), *reserved)
    found = layout(option, srat(*LOW, *pieces), e820=e820, release=release)
    if not found.boots or found.numa.source != "srat":
        return
    seen = [(b.id, b.nodes, b.valid_zones[0]) for b in found.blocks]
    assert [b for b in seen if b[0] >= 32] == [b for b in brute(found) if b[0] >= 32]


def removable(found: Layout) -> dict[int, str]:
    """Give the verdict on every block."""
    return {block.id: block.removable for block in found.blocks}


def test_movable_blocks_without_kernel_memory_are_removable() -> None:
    verdict = removable(layout("movable_node", srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))))
    assert {verdict[number] for number in range(32, 48)} == {"yes"}
    assert verdict[0] == "no"


def test_a_hole_of_one_page_makes_a_block_unremovable() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
    verdict = removable(layout("movable_node memmap=4K$0x108000000", view))
    assert verdict[33] == "no"
    assert verdict[34] == "yes"


def test_the_memory_map_at_the_top_of_movable_memory_makes_its_blocks_unremovable() -> None:
    found = layout("movablecore=1G", srat(*LOW, memory(1, 4 * GIB, 6 * GIB)))
    verdict = removable(found)
    held = {r.start // found.blocks.size for r in found.reserved if r.node == 1}
    assert {verdict[number] for number in held} == {"no"}
    assert "yes" in {verdict[number] for number in range(32, 48)}


@pytest.mark.parametrize(("release", "removable"), [("6.12", "no"), ("6.1", "yes")])
def test_a_1_gib_page_across_the_start_of_movable_binds_blocks_since_6_7(release: str, removable: str) -> None:
    """Seen on both, by taking every block offline: 6.12 refuses those under the page, 6.1 dissolves it."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 8 * GIB, RAM))
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(2, 6 * GIB, 8 * GIB))
    option = "movablecore=3G hugepagesz=1G hugepages=2"
    found = layout(option, view, e820=e820, release=release, apic_ids=(0, 1), gigabyte_pages=True)
    assert {start >> 20 for node, start in found.movable_zone_start if node == 2} == {6 * 1024 + 4}
    assert {b.removable for b in found.blocks if 49 <= b.id < 56} == {removable}
    assert {b.removable for b in found.blocks if 56 <= b.id < 63} == {"yes"}
