"""Managed pages: what each zone hands to the page allocator, with bounds for what cannot be known.

Kernel: mm/memblock.c:memblock_free_all, and what is given back once init is done.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.ranges import coalesce, intersect, subtract
from acpitools.core.units import MIB, PAGE_SHIFT, PFN_DOWN, PFN_UP
from acpitools.kernel.huge_pages import optimized_pages
from acpitools.kernel.layout import Estimate
from acpitools.kernel.memblock import MIRROR, NUMA_NO_NODE, UNSET_NID
from acpitools.kernel.pages import PageSet
from acpitools.kernel.state import Allocation, BootEnv, BootState

__all__ = ["freed_pages", "kernel_pages", "managed_pages", "node_pages", "reserved_pages", "zone_pages"]

_SLACK_PAGES: Final = 64
_UNKNOWN_IMAGE: Final = 8 * MIB >> PAGE_SHIFT


def reserved_pages(state: BootState) -> PageSet:
    """Give every page that a reserved byte touches when the page allocator starts."""
    return PageSet((PFN_DOWN(r.base), PFN_UP(r.end)) for r in state.memblock.reserved)


def freed_pages(state: BootState, env: BootEnv) -> PageSet:
    """Give the pages that are reserved at first and handed out before userspace starts."""
    start, end = env.image.start, env.image.end  # an image of another build may be smaller than the model's
    freed = [(PFN_UP(start + low), PFN_DOWN(min(start + high, end))) for low, high in env.policy.image_freed]
    keep_boot_services = "debug" in env.options.efi
    for entry in state.ledger:
        initrd = entry.owner == "initrd" and not env.options.retain_initrd
        boot_services = entry.owner == "EFI boot services" and not keep_boot_services
        if initrd or boot_services or entry.owner == "CMA":
            freed.append((PFN_UP(entry.start), PFN_DOWN(entry.end)))
    # memblock's own arrays, where they have outgrown their static places.  Kernel: memblock_discard.
    arrays = (state.memblock.memory_array, state.memblock.reserved_array)
    freed += [(PFN_DOWN(array.base), PFN_UP(array.end)) for array in arrays if array]
    return PageSet(freed)


def node_pages(state: BootState) -> dict[int, PageSet]:
    """Give the whole pages of memory of each node."""
    return {
        nid: PageSet((PFN_UP(r.base), PFN_DOWN(r.end)) for r in regions)
        for nid, regions in state.memblock.memory.by_nid.items()
        if nid not in (NUMA_NO_NODE, UNSET_NID)
    }


def zone_pages(state: BootState, env: BootEnv) -> dict[tuple[int, str], PageSet]:
    """Give the pages that are handed to each zone, by node and zone name.

    With mirrored kernelcore Normal and Movable share a span: Movable has what is not mirrored of its own, and all of
    a Normal zone without a present page, whose pages are set up as a hole below it.  Kernel: memmap_init.
    """
    memory = node_pages(state)
    found = {
        (zone.node, zone.name): intersect(memory[zone.node].ranges, [(zone.start_pfn, zone.end_pfn)])
        for zone in state.zones
    }
    if env.options.kernelcore_mirror:
        mirrored = [(PFN_UP(r.base), PFN_DOWN(r.end)) for r in state.memblock.memory if r.flags & MIRROR]
        empty = {(zone.node, zone.name) for zone in state.zones if not zone.present_pages}
        for node, name in [key for key in found if key[1] == "Movable"]:
            own, normal = subtract(found[node, name], mirrored), found.get((node, "Normal"), [])
            if (node, "Normal") in empty:
                own, normal = coalesce([*own, *normal]), []
            found[node, name] = own
            if (node, "Normal") in found:
                found[node, "Normal"] = subtract(normal, own)
    return {key: PageSet(ranges) for key, ranges in found.items()}


def _count(pages: PageSet, within: PageSet) -> int:
    return sum(pages.count(low, high) for low, high in within.ranges)


def _has_memory_map(state: BootState, own: PageSet, nid: int) -> bool:
    # Most of the node's: it lies in one piece, save on nodes with little memory.
    area = max(
        (a for a in state.ledger if a.owner == f"memory map of node {nid}"), key=lambda a: a.end - a.start, default=None
    )
    return area is not None and _holds(own, PFN_DOWN(area.start))


def _holds(pages: PageSet, pfn: int) -> bool:
    return bool(pages.count(pfn, pfn + 1))


def managed_pages(state: BootState, env: BootEnv) -> dict[tuple[int, str], Estimate]:
    """Estimate the managed pages of each zone, by node and zone name.

    A 1 GiB page counts for the zone of its first page, even where it reaches into the next one.
    """
    return _estimates(state, env, [a for a in state.ledger if a.owner == "1 GiB page"])


def kernel_pages(state: BootState, env: BootEnv) -> int:
    """Estimate the pages that the kernel can take for itself: not Movable, and not in 1 GiB pages."""
    return sum(pages.estimate for (_, name), pages in _estimates(state, env, []).items() if name != "Movable")


def _estimates(state: BootState, env: BootEnv, gigantic: list[Allocation]) -> dict[tuple[int, str], Estimate]:
    reserved, freed, given = reserved_pages(state), freed_pages(state, env), zone_pages(state, env)
    image = PFN_DOWN(env.image.start)
    # What is given back of the image is known of the builds that were booted: another build has another size.
    unknown = any(item.what == "kernel image" for item in env.inputs.assumed)
    unknown = unknown or env.image.end - env.image.start != env.policy.image_size
    spared = optimized_pages(state, env)
    found = {}
    for zone in state.zones:
        own = given[zone.node, zone.name]
        held = _count(reserved, own)
        back = _count(freed, own)
        back += sum((a.end - a.start) >> PAGE_SHIFT for a in gigantic if _holds(own, PFN_DOWN(a.start)))
        slack = _SLACK_PAGES if held else 0
        if _holds(own, image):
            slack += _UNKNOWN_IMAGE if unknown else _SLACK_PAGES
        if spared.get(zone.node) and _has_memory_map(state, own, zone.node):
            back += spared[zone.node]
            slack += spared[zone.node]
        size = sum(r.size for r in own.ranges)
        estimate = max(0, size - held + back)
        low, high = max(0, estimate - slack), min(max(size, estimate), estimate + slack)
        found[zone.node, zone.name] = Estimate(estimate=estimate, low=low, high=high)
    return found
