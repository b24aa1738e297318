"""Managed pages: what each zone hands out."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.kernel.inputs import KernelImage
from acpitools.kernel.layout import Estimate
from tests.kernel.machines import E820, INITRD, LOW, layout, memory, predict, srat

PAGES = GIB // 4096
HOT = memory(1, 4 * GIB, 6 * GIB, hot=True)
WB = EfiAttribute.WB


def managed(cmdline: str = "", view: object = None, **more: object) -> dict[tuple[int, str], Estimate]:
    """Give the estimate of every zone."""
    found = layout(cmdline, view, **more)  # type: ignore[arg-type]
    return {(zone.node, zone.zone): zone.managed_pages for zone in found.zones}


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_dma_has_3840_pages_on_every_machine_seen(release: str) -> None:
    """3998 present, less 158 below 640 KiB: all of the first MiB is reserved."""
    assert managed(release=release)[0, "DMA"].estimate == 3840


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_a_movable_zone_that_is_all_hot_pluggable_has_all_its_pages(release: str) -> None:
    zone = managed("movable_node", srat(*LOW, HOT), release=release)[1, "Movable"]
    assert zone == Estimate(estimate=2 * PAGES, low=2 * PAGES, high=2 * PAGES)


@pytest.mark.parametrize("option", ["", "movable_node", "kernelcore=30%", "hugepagesz=1G hugepages=2"])
def test_bounds_hold_the_estimate(option: str) -> None:
    for zone in managed(option, srat(*LOW, HOT)).values():
        assert 0 <= zone.low <= zone.estimate <= zone.high


def test_the_initrd_is_given_back_unless_it_is_kept() -> None:
    """All of it lies in DMA32."""
    freed, kept = managed()[0, "DMA32"], managed("retain_initrd")[0, "DMA32"]
    assert freed.estimate - kept.estimate == (INITRD.end - INITRD.start) // 4096


def test_arrays_that_memblock_has_outgrown_are_given_back_with_the_last_ones() -> None:
    """300 ranges of node 1, marks in turn: seen with 2045 of them.  All that is held is what is held without marks."""
    ends = [4 * GIB + n * 4 * MIB for n in range(300)]
    view = srat(*LOW, *(memory(1, a, a + 4 * MIB, hot=n % 2 == 0) for n, a in enumerate(ends)))
    plain = srat(*LOW, memory(1, 4 * GIB, ends[-1] + 4 * MIB))
    e820 = (*E820[:3], E820Entry(4 * GIB, ends[-1] + 4 * MIB, 1))
    assert predict("", view, e820=e820).replay.state.memblock.memory_array
    assert managed("", view, e820=e820) == managed("", plain, e820=e820)


def test_efi_boot_services_are_given_back_unless_efi_debug_keeps_them() -> None:
    efi = (EfiDescriptor(GIB, GIB + 30 * MIB, EfiType.BOOT_SERVICES_DATA, WB),)
    freed, kept = managed(efi_memmap=efi)[0, "DMA32"], managed("efi=debug", efi_memmap=efi)[0, "DMA32"]
    assert freed.estimate - kept.estimate == 30 * MIB // 4096


def test_a_page_that_a_reserved_byte_touches_is_not_managed() -> None:
    """Two pieces of setup_data in two pages, one of them over the border of two more."""
    pieces = (AddrRange(GIB + 10, GIB + 20), AddrRange(GIB + 0x2FFF, GIB + 0x3001))
    without, with_it = managed()[0, "DMA32"], managed(setup_data=pieces)[0, "DMA32"]
    # The sanitised map has four entries more, which cost part of a page in small allocations high up.
    assert without.estimate - with_it.estimate == 3


def test_1_gib_pages_count_as_managed() -> None:
    """They are taken from memblock, and added to the zone once they are known to the page allocator."""
    before, after = managed()[0, "Normal"], managed("hugepagesz=1G hugepages=1")[0, "Normal"]
    assert before.estimate == after.estimate


def test_an_image_whose_place_is_assumed_widens_the_bounds() -> None:
    known, assumed = managed("nokaslr"), managed("nokaslr", image=None)
    assert known[0, "DMA32"].estimate == assumed[0, "DMA32"].estimate
    width = [zone[0, "DMA32"].high - zone[0, "DMA32"].low for zone in (known, assumed)]
    assert width[0] < width[1]


def test_an_image_of_another_build_widens_the_bounds() -> None:
    """What of an image is given back differs by build; the builds that were booted are known by their size."""
    known = KernelImage(start=16 * MIB, end=16 * MIB + 0x2C00000)
    other = KernelImage(start=16 * MIB, end=16 * MIB + 0x2E00000)
    zones = [managed("nokaslr", release="6.12", image=image)[0, "DMA32"] for image in (known, other)]
    assert zones[0].high - zones[0].low < 8 * MIB // 4096 < zones[1].high - zones[1].low


def test_a_normal_zone_without_a_present_page_gives_its_pages_to_movable() -> None:
    """Seen on 6.1 and 6.12 with kernelcore=mirror beside movable_node: Movable manages more than it has."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(1, 5 * GIB, 6 * GIB, hot=True))
    run = predict("kernelcore=mirror movable_node", view)
    zone = next(z for z in run.layout.zones if z.zone == "Movable")
    assert zone.present_pages == PAGES
    taken = sum((r.end - r.start) // 4096 for r in run.layout.reserved if r.node == 1 and r.end - r.start >= 4096)
    assert abs(zone.managed_pages.estimate - (2 * PAGES - taken)) < 16


def test_mirrored_memory_in_the_span_of_movable_is_managed_by_normal() -> None:
    """
    node 1    |4G  mirrored  |5G  not  |5.5G  mirrored  |6G
    Normal    |..............           ................|
    Movable                  |.........                 |
    """
    half = 5 * GIB + 512 * MIB
    efi = tuple(
        EfiDescriptor(start, end, EfiType.CONVENTIONAL, WB | EfiAttribute.MORE_RELIABLE)
        for start, end in ((4 * GIB, 5 * GIB), (half, 6 * GIB))
    )
    found = layout("kernelcore=mirror", srat(*LOW, memory(1, 4 * GIB, 6 * GIB)), efi_memmap=efi)
    normal, movable = (zone for zone in found.zones if zone.node == 1)
    assert (normal.present_pages, movable.present_pages) == (3 * PAGES // 2, PAGES // 2)
    assert movable.managed_pages.estimate == PAGES // 2
    assert PAGES < normal.managed_pages.estimate < 3 * PAGES // 2
    assert [piece.zone for piece in found.ranges if piece.node == 1] == ["Normal", "Movable", "Normal"]


def test_an_image_smaller_than_the_models_gives_nothing_back_behind_its_end() -> None:
    image = KernelImage(start=2 * GIB - 46 * MIB, end=2 * GIB - 2 * MIB)
    ram = (E820Entry(0, 0x9F000, E820Type.RAM), E820Entry(MIB, 6 * GIB, E820Type.RAM))
    view = srat(*LOW[:1], memory(0, MIB, 2 * GIB), memory(1, 2 * GIB, 6 * GIB, hot=True))
    zone = managed("movable_node", view, release="6.1", e820=ram, image=image, initrd=None)[1, "Movable"]
    assert zone.estimate <= 4 * PAGES
