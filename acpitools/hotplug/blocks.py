"""Putting blocks online and offline: which zone, which checks, what changes.

Kernel: mm/memory_hotplug.c:zone_for_pfn_range, online_pages, offline_pages; drivers/base/memory.c.
"""

from __future__ import annotations

from acpitools.core.units import PFN_UP
from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Device, Machine

__all__ = ["default_zone", "kernel_zone", "put_offline", "put_online", "valid_zones", "write_state"]

_ROUNDING: int = 2048
"""Pages (8 MiB) of a kernel zone below a Movable start that count as nothing."""


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


def _group(machine: Machine, block: BlockState) -> Device | None:
    device = machine.devices.get(block.device or "")
    return device if device and device.added else None


def _online_pages(machine: Machine, device: Device, *, movable: bool) -> int:
    blocks = (machine.blocks[number] for number in device.blocks)
    return machine.block_pages * sum(b.online and (b.zone == "Movable") == movable for b in blocks)


def _allowed(machine: Machine, need: int, nid: int | None) -> bool:
    # Kernel: auto_movable_can_online_movable; without dynamic groups.
    zones = [(name, zone) for (node, name), zone in machine.zones.items() if nid is None or node == nid]
    early = sum(zone.early for name, zone in zones if name in KERNEL_ZONES)
    movable = sum(zone.present for name, zone in zones if name == "Movable")
    return movable + need <= machine.settings.ratio * early // 100


def _auto_movable(machine: Machine, block: BlockState) -> str:
    # Policy auto-movable: the whole device must fit under the ratio.
    kernel = kernel_zone(machine, block)
    if not machine.settings.ratio:
        return kernel
    need = machine.block_pages
    device = _group(machine, block)
    if device:
        if _online_pages(machine, device, movable=False):
            return kernel
        need = PFN_UP(device.size) - _online_pages(machine, device, movable=True)
    scopes = [None, block.node] if machine.settings.numa_aware else [None]
    return "Movable" if all(_allowed(machine, need, nid) for nid in scopes) else kernel


def default_zone(machine: Machine, block: BlockState) -> str:
    """Give the zone that plain ``online`` chooses."""
    if machine.settings.policy == "auto-movable":
        return _auto_movable(machine, block)
    return _contiguous(machine, block)


def valid_zones(machine: Machine, block: BlockState) -> tuple[str, ...]:
    """Give what sysfs shows: the zone of an online block, the choices of an offline one."""
    if block.online:
        return (block.zone or "none",)
    return tuple(dict.fromkeys((default_zone(machine, block), kernel_zone(machine, block), "Movable")))


def put_online(machine: Machine, block: BlockState, kind: str) -> str | None:
    """Put an offline block online (``online``, ``online_kernel``, ``online_movable``); give why not, or None."""
    if kind == "online_kernel":
        name = kernel_zone(machine, block)
    else:
        name = "Movable" if kind == "online_movable" else default_zone(machine, block)
    start, end = machine.span(block.number)
    zone = machine.zone(block.node, name)
    if name in KERNEL_ZONES and block.node in machine.cpu_nodes and zone.present < _ROUNDING:
        block.busy = True  # allocations start where the zone's first memory appeared
    pages = _present(machine, block)
    machine.grow(block.node, name, start, end)
    zone.present += pages
    zone.count(pages - block.memmap_pages)
    if block.boot:
        zone.early += pages
    block.online, block.zone, block.remembered = True, name, None
    return None


def _present(machine: Machine, block: BlockState) -> int:
    start, end = machine.span(block.number)
    return machine.ram.count(start, end) if block.boot else end - start


def put_offline(machine: Machine, block: BlockState) -> str | None:
    """Take an online block offline on an idle machine; give why the kernel refuses, or None.

    Kernel: offline_pages, its checks in order.
    """
    start, end = machine.span(block.number)
    if block.zone is None:
        return "EINVAL: the block has no single zone"
    if block.boot and machine.ram.count(start, end) < end - start:
        return "EINVAL: memory holes"
    if block.removable == "no":
        return f"EBUSY: {block.why}" if "1 GiB page" not in block.why else "EINVAL: multizone range"
    if block.zone in KERNEL_ZONES and block.busy:
        return "EBUSY: failure to isolate range (kernel memory lies in it)"
    name, nid = block.zone, block.node
    zone = machine.zone(nid, name)
    pages = _present(machine, block)
    block.online, block.zone, block.busy = False, None, False
    zone.present -= pages
    zone.count(-(pages - block.memmap_pages))
    if block.boot:
        zone.early -= pages
    machine.shrink(nid, name, start, end)
    return None


def write_state(machine: Machine, number: int, value: str, *, file: str = "state") -> str | None:
    """Write to a block's ``state`` or ``online`` file; give why the write fails, or None.

    Kernel: drivers/base/memory.c:state_store, drivers/base/core.c:online_store.
    """
    block = machine.blocks.get(number)
    if block is None:
        return "ENOENT: there is no such block"
    if file == "online":
        word = value.strip().lower()
        if word[:1] not in ("0", "1", "y", "n", "t", "f"):
            return "EINVAL: not 0 or 1"
        want = word[:1] in ("1", "y", "t")
        if want == block.online:
            return None
        return put_online(machine, block, block.remembered or "online") if want else put_offline(machine, block)
    if value not in ("online", "online_kernel", "online_movable", "offline"):
        return "EINVAL: no such state"
    if value == "offline":
        return put_offline(machine, block) if block.online else "EINVAL: the block is offline already"
    if block.online:
        block.remembered = value
        return "EINVAL: the block is online already"
    return put_online(machine, block, value)
