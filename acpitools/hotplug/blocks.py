"""Putting blocks online and offline: which checks, what changes.

Kernel: mm/memory_hotplug.c:online_pages, offline_pages; drivers/base/memory.c, drivers/base/core.c.
"""

from __future__ import annotations

from typing import Final

from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Machine
from acpitools.hotplug.settings import ONLINE_TYPES, kstrtobool
from acpitools.hotplug.zonelists import rebuilt
from acpitools.hotplug.zones import refusal, zone_for
from acpitools.kernel.removable import Verdict

__all__ = ["put_offline", "put_online", "verdict", "write_state"]

_ROUNDING: Final = 2048
"""Pages (8 MiB) of a kernel zone below a Movable start that count as nothing."""


def _present(machine: Machine, block: BlockState) -> int:
    start, end = machine.span(block.number)
    return machine.grounds.ram.count(start, end) if block.boot else end - start


def put_online(machine: Machine, block: BlockState, kind: str, *, booting: bool = False) -> None:
    """Put an offline block online (``online``, ``online_kernel``, ``online_movable``)."""
    name = zone_for(machine, block, kind)
    start, end = machine.span(block.number)
    zone = machine.zone(block.node, name)
    # Idle rule: allocations start where a kernel zone's first memory appeared; while the kernel boots on every node,
    # as each new cache has a structure on each.
    used = booting or block.node in machine.cpu_nodes
    if name in KERNEL_ZONES and used and zone.managed < _ROUNDING:
        block.busy = True
    pages = _present(machine, block)
    machine.grow(block.node, name, start, end)
    populated = bool(zone.present)
    zone.add_present(pages)
    if not populated:
        rebuilt(machine, machine.memory_nodes)
    zone.count(pages - block.memmap_pages)
    if block.boot:
        zone.early += pages
    block.online, block.zone, block.remembered = True, name, None
    machine.arrivals += 1
    block.arrival = machine.arrivals
    machine.count_group(block, pages)


def verdict(machine: Machine, block: BlockState) -> Verdict:
    """Tell whether a block can go offline as things are (``yes``, ``maybe``, ``no``), and why."""
    if not block.online:
        return "yes", "offline already"
    if block.boot:
        found, why = machine.grounds.verdict(block.zone, block.nodes, *machine.span(block.number))
        if found != "maybe" or block.zone == "Movable":
            return found, why
    elif block.zone == "Movable":
        return "yes", "Movable, no kernel memory"
    if block.taken:
        return "maybe", f"in a kernel zone: expected to hold the memory map of {min(block.taken)}"
    if block.busy:
        return "maybe", "in a kernel zone, where allocations start: expected to be in use"
    return "maybe", "in a kernel zone: use decides; untouched on an idle machine"


def put_offline(machine: Machine, block: BlockState) -> str | None:
    """Take an online block offline on an idle machine; give why the kernel refuses, or None.

    Kernel: memory_block_offline, offline_pages, in the order of their checks.
    """
    start, end = machine.span(block.number)
    if block.zone is None:
        return "EINVAL: the block has no single zone"
    if block.boot:
        grounds = machine.grounds
        if grounds.ram.count(start, end) < end - start:
            return "EINVAL: memory holes"
        if grounds.across.count(start, end):
            return "EINVAL: multizone range"
        if grounds.held.count(start, end):
            return "EBUSY: failure to isolate range (holds memory in use from boot)"
    if block.zone in KERNEL_ZONES:
        machine.guesses[block.number] = bool(block.taken) or block.busy
        if block.taken:
            return f"EBUSY: failure to isolate range (expected to hold the memory map of {min(block.taken)})"
        if block.busy:
            return "EBUSY: failure to isolate range (kernel memory is expected in it)"
    name, nid = block.zone, block.node
    zone = machine.zone(nid, name)
    pages = _present(machine, block)
    machine.count_group(block, -pages)
    block.online, block.zone, block.home, block.busy = False, None, block.zone, False
    before = machine.memory_nodes
    zone.add_present(-pages)
    if not zone.present:
        # Up to 6.1 the node counts as one with memory until the lists are made.
        rebuilt(machine, before if machine.env.policy.node_empties_late else machine.memory_nodes)
    zone.count(-(pages - block.memmap_pages))
    if block.boot:
        zone.early -= pages
    machine.shrink(nid, name, start, end)
    return None


def _write_online(machine: Machine, block: BlockState, value: str) -> str | None:
    # drivers/base/core.c:online_store; asking for what is there already is no error.
    want = kstrtobool(value)
    if want is None:
        return "EINVAL: no truth value"
    if want == block.online:
        return None
    if not want:
        return put_offline(machine, block)
    put_online(machine, block, block.remembered or "online")
    return None


def write_state(machine: Machine, number: int, value: str, *, file: str = "state") -> str | None:
    """Write to a block's ``state`` or ``online`` file; give why the write fails, or None.

    Kernel: drivers/base/memory.c:state_store, drivers/base/core.c:online_store.
    """
    block = machine.blocks.get(number)
    if block is None:
        return "ENOENT: there is no such block"
    if file == "online":
        return _write_online(machine, block, value)
    if value not in ONLINE_TYPES:
        return "EINVAL: no such state"
    if value == "offline":
        return put_offline(machine, block) if block.online else "EINVAL: the block is offline already"
    if block.online:
        block.remembered = value
        return "EINVAL: the block is online already"
    why = refusal(machine, block, value)
    if why is None:
        put_online(machine, block, value)
    return why
