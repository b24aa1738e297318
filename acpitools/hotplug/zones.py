"""Which zone a memory block goes to when it is put online.

Kernel: mm/memory_hotplug.c:zone_for_pfn_range and what it calls.
"""

from __future__ import annotations

from acpitools.core.units import PFN_UP, U64_MAX
from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Machine
from acpitools.hotplug.old_zones import old_refusal, old_valid_zones, old_zone_for

__all__ = ["kernel_zone", "refusal", "valid_zones", "zone_for"]


def kernel_zone(machine: Machine, block: BlockState) -> str:
    """Give the zone of online_kernel: a low zone whose span meets the block, else Normal.

    Kernel: default_kernel_zone_for_pfn.
    """
    start, end = machine.span(block.number)
    for name in KERNEL_ZONES[:-1]:
        if machine.zone(block.node, name).meets(start, end):
            return name
    return KERNEL_ZONES[-1]


def _contiguous(machine: Machine, block: BlockState) -> str:
    # Policy contig-zones: the zone that is there already; Movable with movable_node where that does not decide.
    start, end = machine.span(block.number)
    kernel = kernel_zone(machine, block)
    in_kernel = machine.zone(block.node, kernel).meets(start, end)
    in_movable = machine.zone(block.node, "Movable").meets(start, end)
    if in_kernel != in_movable:
        return kernel if in_kernel else "Movable"
    return "Movable" if machine.settings.movable_node else kernel


def _allowed(machine: Machine, need: int, nid: int | None) -> bool:
    # Kernel: auto_movable_can_online_movable; without dynamic groups, which no ACPI device makes.
    zones = [(name, zone) for (node, name), zone in machine.zones.items() if nid is None or node == nid]
    cma = sum(pages for node, pages in machine.cma.items() if nid is None or node == nid)
    early = sum(zone.early for name, zone in zones if name in KERNEL_ZONES) - cma
    movable = sum(zone.present for name, zone in zones if name == "Movable") + cma
    return movable + need & U64_MAX <= (machine.settings.ratio * early & U64_MAX) // 100


def _auto_movable(machine: Machine, block: BlockState) -> str:
    # Policy auto-movable: the whole device must fit under the ratio.
    kernel = kernel_zone(machine, block)
    if not machine.settings.ratio:
        return kernel
    need = machine.block_pages
    group = machine.devices.get(block.group or "")
    if group:
        if group.kernel_pages:
            return kernel
        need = PFN_UP(group.size) - group.movable_pages
    scopes = [None, block.node] if machine.settings.numa_aware else [None]
    return "Movable" if all(_allowed(machine, need, nid) for nid in scopes) else kernel


def zone_for(machine: Machine, block: BlockState, kind: str) -> str:
    """Give the zone that ``online``, ``online_kernel`` or ``online_movable`` chooses at this moment."""
    if not machine.env.policy.online_in_any_order:
        return old_zone_for(machine, block, kind)
    if kind == "online_kernel":
        return kernel_zone(machine, block)
    if kind == "online_movable":
        return "Movable"
    if machine.settings.policy == "auto-movable":
        return _auto_movable(machine, block)
    return _contiguous(machine, block)


def refusal(machine: Machine, block: BlockState, kind: str) -> str | None:
    """Tell why an offline block cannot be put online in this way; since 4.13 any can."""
    return None if machine.env.policy.online_in_any_order else old_refusal(machine, block, kind)


def valid_zones(machine: Machine, block: BlockState) -> tuple[str, ...]:
    """Give what sysfs shows: the zone of an online block, the choices of an offline one."""
    if block.online:
        return (block.zone or "none",)
    if not machine.env.policy.online_in_any_order:
        return old_valid_zones(machine, block)
    return tuple(dict.fromkeys((zone_for(machine, block, "online"), kernel_zone(machine, block), "Movable")))
