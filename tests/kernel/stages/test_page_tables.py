"""Page tables of the direct map: how many, and where; the facts were seen on 6.1 and 6.12."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, MIB, TIB
from acpitools.kernel.inputs import KernelImage
from acpitools.kernel.policy import Policy
from tests.kernel.machines import E820, IMAGE, after, held, predict

RELEASES = ("6.1", "6.12")
OWNER = "direct-map page tables"


def pages(option: str = "", **more: object) -> list[tuple[int, int]]:
    """Give the places of the tables, sorted."""
    return sorted(held(after(predict(option, **more), "init_mem_mapping"), OWNER))  # type: ignore[arg-type]


def total(option: str = "", **more: object) -> int:
    """Give the bytes of all tables."""
    return sum(end - start for start, end in pages(option, **more))


@pytest.mark.parametrize("release", RELEASES)
def test_the_unaligned_end_of_low_memory_takes_two_pages_at_the_top(release: str) -> None:
    found = pages(release=release)
    assert (found[0][0], found[-1][1], total(release=release)) == (6 * GIB - 0x2000, 6 * GIB, 0x2000)


@pytest.mark.parametrize("release", RELEASES)
def test_an_image_above_4_gib_finds_them_in_its_buffer(release: str) -> None:
    image = KernelImage(start=5 * GIB, end=5 * GIB + IMAGE.end - IMAGE.start)
    assert pages(image=image, release=release) == []


@pytest.mark.parametrize("release", RELEASES)
def test_without_memory_above_4_gib_none_are_needed(release: str) -> None:
    assert pages(e820=E820[:3], release=release) == []


@pytest.mark.parametrize("release", RELEASES)
def test_under_movable_node_none_are_needed(release: str) -> None:
    assert pages("movable_node", release=release) == []


def test_an_end_of_memory_far_above_all_memory_takes_no_longer() -> None:
    # Two halves of pages count for where memory ends (e820_end_pfn), and are no memory (memblock_trim_memory).
    e820 = (E820[0], E820Entry(1 * MIB, IMAGE.end, 1), E820Entry(60 * TIB - 0x800, 60 * TIB + 0x800, 1))
    end = after(predict("movable_node", e820=e820), "init_mem_mapping").max_pfn
    assert (end, pages("movable_node", e820=e820)) == (60 * TIB >> 12, pages("movable_node", e820=e820[:2]))


def test_with_2_mib_pages_each_gib_takes_a_page() -> None:
    """
    1000 GiB of memory more: 1000 tables, and 2 above them for 512 GiB each.  The base machine needs 3 for its GiB 1, 4
    and 5 (GiB 0 has one already) and one for the unaligned end of low memory.  The buffer gives 16 - 4 pages.
    """
    e820 = (*E820[:3], E820Entry(4 * GIB, 6 * GIB, 1), E820Entry(1024 * GIB, 2024 * GIB, 1))
    assert total("nogbpages", e820=e820) == (1000 + 2 + 3 + 1 - 12) * 4096


@pytest.mark.parametrize(("option", "la57", "left"), [("", False, 12), ("", True, 10), ("nokaslr", True, 12)])
def test_the_first_mib_and_the_trampoline_have_taken_their_part_of_the_buffer(
    option: str, la57: bool, left: int
) -> None:
    """A table of each level below the top for the first MiB, and with KASLR two fewer for the trampoline.

    The base machine needs 40 tables with 40 GiB: seen on 6.1 with five levels and nokaslr, 28 outside the buffer.
    """
    e820 = (*E820[:3], E820Entry(4 * GIB, 42 * GIB, 1))
    assert total(f"{option} nogbpages", e820=e820, la57=la57) == (40 - left) * 4096


def test_a_cpu_without_1_gib_pages_is_a_kernel_without_them() -> None:
    assert total("", gigabyte_pages=False) == total("nogbpages")


def test_with_4_kib_pages_each_gib_takes_2_mib_and_a_page() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 6 * GIB, 1), E820Entry(8 * GIB, 24 * GIB, 1))
    debug = Policy(release="6.12", debug_pagealloc=True)
    more = total("debug_pagealloc=on", e820=e820, policy=debug) - total("debug_pagealloc=on", policy=debug)
    assert more == 16 * (2 * MIB + 4096)


def test_a_kernel_without_the_debug_option_maps_large_pages() -> None:
    assert pages("debug_pagealloc=on") == pages()


def test_the_whole_of_memory_can_be_allocated_from_then_on() -> None:
    assert after(predict(), "init_mem_mapping").memblock.current_limit == 6 * GIB
