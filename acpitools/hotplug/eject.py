"""Ejecting a memory device: offline all its blocks or put them back, remove the memory, let the device go.

Kernel: drivers/acpi/scan.c:acpi_scan_hot_remove, mm/memory_hotplug.c:try_remove_memory.
"""

from __future__ import annotations

from typing import Final

from acpitools.aml.names import padded_path
from acpitools.core.findings import Severity
from acpitools.core.ranges import subtract
from acpitools.core.units import PAGE_SHIFT
from acpitools.hotplug.adding import unaligned
from acpitools.hotplug.blocks import put_offline, put_online
from acpitools.hotplug.costs import MEMORY_MAP, boot_memmap, give_back
from acpitools.hotplug.devices import OST_BUSY, OST_FAILED, OST_PROGRESS, OST_SUCCESS, OST_UNSUPPORTED
from acpitools.hotplug.machine import BlockState, Device, Machine
from acpitools.hotplug.objects import DeviceRange
from acpitools.hotplug.outcome import Outcome, block_list
from acpitools.hotplug.step import KernelMemory
from acpitools.kernel.pages import PageSet

__all__ = ["EJECT_REQUEST", "detach", "eject", "eject_container"]

EJECT_REQUEST: Final = 3
"""Notification by which the firmware asks for an ejection."""


def _offline_all(machine: Machine, blocks: list[BlockState]) -> tuple[list[BlockState], tuple[BlockState, str] | None]:
    # Two passes: a block may hold what others need, so errors of the first one are ignored.
    taken: list[BlockState] = []
    for attempt in (1, 2):
        failed: tuple[BlockState, str] | None = None
        for block in blocks:
            if not block.online:
                continue
            why = put_offline(machine, block)
            if why is None:
                taken.append(block)
            else:
                failed = (block, why)
                if attempt == 2:
                    return taken, failed
        if failed is None:
            break
    return taken, None


def _roll_back(machine: Machine, device: Device, taken: list[BlockState], zones: dict[int, str | None]) -> Outcome:
    # Blocks go online again as by a plain write of "online", in the order in which they are bound.
    outcome = Outcome()
    went = {block.number: block for block in taken}
    for block in (went[number] for number in device.blocks if number in went):
        put_online(machine, block, block.remembered or "online")
    turned = [b.number for b in taken if zones[b.number] == "Movable" and b.zone != "Movable"]
    if turned:
        text = f"the failed ejection turned Movable blocks into kernel memory: {block_list(turned)}"
        outcome.tell("HP002", f"{device.name}: {text}")
    return outcome


def eject(machine: Machine, device: Device, event: int = EJECT_REQUEST) -> Outcome:
    """Eject a device; tell why it is still there, and the last _OST status.

    Blocks that went offline come back where one refuses, by the policy of the moment rather than to their old zones.
    """
    if device.attached and not machine.settings.profile_enabled:
        machine.log.append(f"acpi {device.acpi_name}: Eject disabled")
        return Outcome("EPERM: ejecting memory is disabled", device.objects.report(event, OST_UNSUPPORTED))
    device.objects.report(EJECT_REQUEST, OST_PROGRESS)
    blocks = [machine.blocks[number] for number in device.blocks] if device.attached else []
    zones = {block.number: block.zone for block in blocks}
    taken, failed = _offline_all(machine, blocks)
    if failed:
        block, why = failed
        machine.log.append(f"memory memory{block.number}: Offline failed.")
        outcome = _roll_back(machine, device, taken, zones)
        outcome.fail(f"memory{block.number}: {why}")
        outcome.ost = device.objects.report(event, OST_BUSY)
        return outcome
    outcome = Outcome()
    detach(machine, device, outcome)
    if machine.dead is None:
        status = _let_go(machine, device, outcome)
        outcome.ost = device.objects.report(event, status)
    return outcome


def _let_go(machine: Machine, device: Device, outcome: Outcome) -> int:
    # The memory is gone; now the firmware takes the device.
    why = device.objects.eject()
    left = None if why else device.objects.left()
    if device.path is not None and not device.objects.ejectable:
        machine.log.append(f"ACPI: {padded_path(device.path)}: No _EJ0 support for device")
    if why:
        outcome.fail(why)
    elif left is not None and device.path is not None:
        machine.log.append(f"ACPI: {padded_path(device.path)}: Eject incomplete - status {left:#x}")
        outcome.fail(f"its memory is gone, and its firmware says that it is enabled still: _STA is {left:#x}")
    else:
        machine.devices.pop(device.name, None)  # what was never there can be asked for as well
        device.enumerated = False
        return OST_SUCCESS
    # The scan handler is let go only where the ejection is complete.  Kernel: acpi_bus_post_eject, since 6.11.
    device.kept = device.enumerated = machine.env.policy.rescans_siblings
    return OST_FAILED if why else OST_SUCCESS


def eject_container(machine: Machine, name: str, devices: list[Device]) -> Outcome:
    """Eject a container that actions describe: only when userspace has put all memory in it offline before.

    Kernel: drivers/acpi/container.c (demand_offline), acpi_scan_is_offline.
    """
    online = [n for device in devices if device.attached for n in device.blocks if machine.blocks[n].online]
    if online:
        why = f"EBUSY: memory{online[0]} in {name} is online; the kernel only asks userspace to put it offline"
        return Outcome(why, ost=OST_BUSY)
    outcome = Outcome(ost=OST_SUCCESS)
    for device in reversed(devices):
        detach(machine, device, outcome)
        del machine.devices[device.name]
    return outcome


def _bug(machine: Machine, piece: DeviceRange) -> str | None:
    size = machine.block_size
    if piece.start % size or piece.end % size:
        machine.log.append(unaligned(piece, size))
        return "is no multiple of the block size"
    numbers = range(piece.start // size, piece.end // size)
    online = next((n for n in numbers if n in machine.blocks and machine.blocks[n].online), None)
    return None if online is None else f"is online still: memory{online} is bound to nothing"


def detach(machine: Machine, device: Device, outcome: Outcome) -> None:
    """Remove a device's memory; where that is a kernel BUG, the machine is dead.

    Kernel: acpi_memory_remove_memory.
    """
    for piece in device.ranges:
        if not device.attached or not piece.enabled:
            continue
        why = _bug(machine, piece)
        if why:
            machine.dead = f"a kernel BUG in try_remove_memory: {piece.span} of {device.name} {why}"
            outcome.fail(machine.dead)
            outcome.tell("HP007", machine.dead, Severity.ERROR)
            return
        _remove_range(machine, piece, outcome)
        device.blocks = [n for n in device.blocks if n in machine.blocks]
    device.attached = False
    device.blocks = []


def _remove_range(machine: Machine, piece: DeviceRange, outcome: Outcome) -> None:
    first, last = piece.start // machine.block_size, piece.end // machine.block_size
    gone = [block for n in range(first, last) if (block := machine.remove_block(n))]
    if any(block.boot for block in gone):
        _give_back_boot_memory(machine, piece, outcome)
    outcome.costs += give_back(machine, piece.span)
    piece.enabled = piece.added = False
    for nid in sorted({block.node for block in gone}):
        spans = any(zone.spanned for (node, _), zone in machine.zones.items() if node == nid)
        used = any(block.node == nid for block in machine.blocks.values())
        if not spans and not used and nid not in machine.cpu_nodes:
            machine.online_nodes.discard(nid)


def _give_back_boot_memory(machine: Machine, piece: DeviceRange, outcome: Outcome) -> None:
    # The memory map of boot memory was reserved: freed, it counts as managed.  Kernel: free_pagetable.
    start, end = piece.start >> PAGE_SHIFT, piece.end >> PAGE_SHIFT
    section = machine.env.policy.section_size
    pages = section // (1 << PAGE_SHIFT) * machine.env.policy.struct_page >> PAGE_SHIFT
    where = boot_memmap(machine)
    freed = [(where[n], where[n] + pages) for n in range(piece.start // section, piece.end // section) if n in where]
    back: dict[int, int] = {}
    for low, high in freed:
        for one, other, nid, name in machine.memory(low, high):
            zone = machine.zones.get((nid, name))
            if zone and zone.spanned:
                zone.count(other - one)
                back[nid] = back.get(nid, 0) + other - one
    outcome.costs += [KernelMemory(node=nid, what=MEMORY_MAP, pages=-count) for nid, count in sorted(back.items())]
    grounds = machine.grounds
    grounds.ram = PageSet(subtract(grounds.ram.ranges, [(start, end)]))
    grounds.held = PageSet(subtract(grounds.held.ranges, freed))
