"""Where Movable starts and what each zone holds; numbers by hand, or seen on real kernels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.firmware_map import E820Entry, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.units import GIB, KIB, MIB
from tests.kernel.machines import E820, LOW, after, layout, memory, predict, printed, srat, zones

NODES = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB, 6 * GIB))
HOT = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
PAGES = GIB // 4096


def movable(cmdline: str, view: object = NODES, **more: object) -> dict[int, int]:
    """Give where Movable starts on each node, in bytes."""
    return dict(layout(cmdline, view, **more).movable_zone_start)  # type: ignore[arg-type]


def mirrored(start: int, end: int) -> tuple[EfiDescriptor, ...]:
    """A firmware that mirrors one range."""
    return (
        EfiDescriptor(start, end, EfiType.CONVENTIONAL, EfiAttribute.WB | EfiAttribute.MORE_RELIABLE),
        EfiDescriptor(end, end + MIB, EfiType.CONVENTIONAL, EfiAttribute.WB),
    )


# --- limits -------------------------------------------------------------------------------------------------------


def test_dma_ends_at_16_mib_dma32_at_4_gib_and_normal_with_memory() -> None:
    assert layout("").zone_ranges == (
        ("DMA", 0x1000, 16 * MIB),
        ("DMA32", 16 * MIB, 4 * GIB),
        ("Normal", 4 * GIB, 6 * GIB),
    )


def test_a_machine_below_4_gib_has_no_normal_zone() -> None:
    assert layout("", e820=E820[:3]).zone_ranges == (("DMA", 0x1000, 16 * MIB), ("DMA32", 16 * MIB, 0x7FFDF000))


def test_before_4_0_dma32_ends_at_4_gib_always() -> None:
    ranges = layout("", e820=E820[:3], release="3.14").zone_ranges
    assert ranges is not None
    assert ranges[1] == ("DMA32", 16 * MIB, 4 * GIB)


def test_a_zone_counts_its_holes_as_spanned_up_to_the_next_zone() -> None:
    """Node 0 goes on above 4 GiB, so its DMA32 spans to there: 4 GiB less 16 MiB."""
    found = zones(layout(""))
    assert found[0, "DMA32"][1:] == ((4 * GIB - 16 * MIB) // 4096, 4096)
    assert found[0, "DMA"] == (3998, 4095, 1)


# --- movable_node -------------------------------------------------------------------------------------------------


def test_without_options_no_zone_is_movable() -> None:
    assert movable("", HOT) == {}


@pytest.mark.parametrize("option", ["kernelcore=3G", "movablecore=1G", "kernelcore=mirror", "kernelcore=10%"])
def test_movable_node_wins_over_every_amount(option: str) -> None:
    found = layout(f"movable_node {option}", HOT)
    assert dict(found.movable_zone_start) == {1: 4 * GIB, 2: 5 * GIB}
    assert "CMD002" in [finding.code for finding in found.findings]


def test_movable_node_alone_is_no_finding() -> None:
    assert layout("movable_node", HOT).findings == ()


def test_the_starts_are_printed_for_nodes_that_have_one() -> None:
    assert printed(predict("movable_node", HOT), "free_area_init") == [
        "Movable zone start for each node",
        "  Node 1: 0x0000000100000000",
        "  Node 2: 0x0000000140000000",
    ]


def test_a_movable_zone_below_the_next_4_mib_border_of_the_end_does_not_exist() -> None:
    """Hot-pluggable from 1 MiB before the end of the node: the border is the end."""
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB - MIB), memory(1, 6 * GIB - MIB, 6 * GIB, hot=True))
    assert movable("movable_node", view) == {}


# --- kernelcore=mirror --------------------------------------------------------------------------------------------


def test_with_mirrored_memory_the_rest_above_4_gib_is_movable() -> None:
    assert movable("kernelcore=mirror", efi_memmap=mirrored(4 * GIB, 5 * GIB)) == {2: 5 * GIB}


@pytest.mark.parametrize(("release", "starts"), [("6.1", {1: 4 * GIB, 2: 5 * GIB}), ("6.12", {}), ("6.5", {})])
def test_without_mirrored_memory_only_old_kernels_make_all_above_4_gib_movable(
    release: str, starts: dict[int, int]
) -> None:
    assert movable("kernelcore=mirror", release=release) == starts


def test_mirror_wins_over_movablecore() -> None:
    assert movable("kernelcore=mirror movablecore=1G", efi_memmap=mirrored(4 * GIB, 5 * GIB)) == {2: 5 * GIB}


def test_normal_and_movable_of_a_node_share_its_span_and_part_its_pages() -> None:
    """Node 1 is 4 to 6 GiB, half of it mirrored: Normal keeps the whole span, each zone counts its own half."""
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))
    found = zones(layout("kernelcore=mirror", view, efi_memmap=mirrored(4 * GIB, 5 * GIB)))
    assert found[1, "Normal"] == (PAGES, 2 * PAGES, 0x100000)
    assert found[1, "Movable"] == (PAGES, PAGES, 0x140000)


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_mirror_beside_movable_node_empties_the_normal_zone_of_a_node_in_parts(release: str) -> None:
    """Seen on both: node 1 fixed 4G-5G and hot 5G-6G, nothing mirrored: its Normal has no present page."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(1, 5 * GIB, 6 * GIB, hot=True))
    found = layout("kernelcore=mirror movable_node", view, release=release)
    assert (1, "Normal") not in zones(found)
    assert {b.valid_zones for b in found.blocks if 32 <= b.id < 40} == {("none",)}


def test_pages_of_other_nodes_in_the_span_make_the_count_of_present_pages_wrap() -> None:
    """Seen on 6.1: node 0 lies below and above node 1; of its Normal the kernel takes node 1's pages off twice."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(0, 5 * GIB, 6 * GIB))
    found = layout("kernelcore=mirror", view, release="6.1")
    assert zones(found)[0, "Normal"] == (2**64 - PAGES, 2 * PAGES, 0x100000)
    assert zones(found)[0, "Movable"] == (PAGES, PAGES, 0x140000)
    assert [f.code for f in found.findings] == ["ZONE001"]
    assert {b.valid_zones for b in found.blocks if 40 <= b.id < 48} == {("none",)}


# --- kernelcore= and movablecore= ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "option", ["kernelcore=0", "kernelcore=4095", "kernelcore=8G", "kernelcore=100%", "kernelcore=x"]
)
def test_no_amount_or_all_of_memory_makes_nothing_movable(option: str) -> None:
    assert movable(option) == {}


def test_per_cents_above_100_are_all_of_memory() -> None:
    assert movable("kernelcore=200%") == {}


def test_a_per_cent_wins_over_a_size_and_a_later_size_over_a_per_cent() -> None:
    assert movable("kernelcore=3G kernelcore=50%") == movable("kernelcore=50%") != {}
    assert movable("kernelcore=50% kernelcore=3G") == movable("kernelcore=3G") != movable("kernelcore=50%")


def test_movable_lies_in_the_highest_zone_only() -> None:
    """A machine below 4 GiB: DMA32 is the highest; 158 pages lie below 640 KiB, all others above 1 MiB."""
    e820 = (E820Entry(0, 0x9F000, 1), E820Entry(MIB, 2 * GIB, 1))
    start = movable("kernelcore=1G", None, e820=e820, initrd=None)[0]
    kernel_pages = 158 + (start - MIB) // 4096
    assert start % (4 * MIB) == 0
    assert PAGES <= kernel_pages < PAGES + 1024


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
    st.lists(st.integers(0, 200), min_size=4, max_size=4),
    st.integers(1, 3000),
    st.sampled_from(["kernelcore", "movablecore"]),
)
def test_the_kernel_gets_at_least_what_was_asked_for(
    sizes: list[int], gaps: list[int], amount: int, option: str
) -> None:
    """Nodes of some MiB above 4 GiB: Movable is in the highest zone, aligned, and not larger than it may be."""
    cursor, ranges = 4 * GIB, []
    for size, gap in zip(sizes, gaps, strict=False):
        ranges.append((cursor, cursor + size * MIB))
        cursor += (size + gap) * MIB
    view = srat(*LOW, *(memory(1 + n, a, b) for n, (a, b) in enumerate(ranges)))
    e820 = (*E820[:3], *(E820Entry(a, b, 1) for a, b in ranges))
    found = layout(f"{option}={amount}M", view, e820=e820)
    total = sum(z.present_pages for z in found.zones)
    movable_pages = sum(z.present_pages for z in found.zones if z.zone == "Movable")
    asked = amount * 256
    if option == "kernelcore":
        assert total - movable_pages >= min(asked, total)
    else:
        assert movable_pages <= -(-asked // 1024) * 1024
    assert all(start >= 4 * GIB and start % (4 * MIB) == 0 for _, start in found.movable_zone_start)


# --- extents ------------------------------------------------------------------------------------------------------


def test_a_zone_without_a_present_page_has_a_span_but_is_not_populated() -> None:
    """Seen on 6.12: node 1 below 4 GiB, and Movable above a piece of node 0 at 4 GiB."""
    view = srat(
        memory(0, 0, GIB),
        memory(1, GIB, 2 * GIB),
        memory(0, 4 * GIB, 5 * GIB),
        memory(1, 5 * GIB, 6 * GIB, hot=True),
    )
    run = predict("movable_node", view, initrd=None)
    spans = {(z.node, z.name): (z.start_pfn, z.spanned_pages, z.present_pages) for z in run.replay.state.zones}
    assert spans[1, "Normal"] == (0x100000, PAGES, 0)
    assert (1, "Normal") not in zones(run.layout)
    assert zones(run.layout)[1, "Movable"] == (PAGES, PAGES, 0x140000)


def test_pages_that_a_border_cuts_are_in_no_zone() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 0x800), memory(2, 5 * GIB + 0x800, 6 * GIB))
    found = zones(layout("", view))
    assert found[1, "Normal"] == (PAGES, PAGES, 0x100000)
    assert found[2, "Normal"] == (PAGES - 1, PAGES - 1, 0x140001)


def test_nothing_is_placed_once_the_boot_is_lost() -> None:
    assert after(predict("memmap=64M@6G"), "free_area_init").zones == ()


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_pages_without_a_node_kill_the_boot_only_after_movable_starts_are_printed(release: str) -> None:
    """Seen on both."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB, hot=True))
    run = predict("movable_node", view, release=release)
    assert not run.layout.boots
    assert printed(run, "free_area_init")[1:] == ["  Node 2: 0x0000000140400000"]


@pytest.mark.parametrize(("step", "told"), [(64 * KIB, ["ZONE002"]), (2 * MIB, [])])
def test_nodes_that_take_turns_in_a_page_block_are_told(step: int, told: list[str]) -> None:
    """Seen on 6.1: it died of a page of another node, 64 KiB by turns; a single border in a block is harmless."""
    turns = [memory(1 + n % 2, 4 * GIB + n * step, 4 * GIB + (n + 1) * step) for n in range(128)]
    view = srat(*LOW, *turns, memory(1, 4 * GIB + 128 * step, 6 * GIB))
    assert [f.code for f in layout("", view).findings] == told
    border = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 64 * KIB), memory(2, 5 * GIB + 64 * KIB, 6 * GIB))
    assert not layout("", border).findings
