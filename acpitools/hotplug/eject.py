"""Ejecting a device: offline all its blocks or put them back, remove the memory, let the device go.

Kernel: drivers/acpi/scan.c:acpi_scan_hot_remove, mm/memory_hotplug.c:try_remove_memory.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from acpitools.hotplug.objects import NOT_FOUND, STA_ENABLED, DeviceRange
from acpitools.hotplug.outcome import Outcome, block_list
from acpitools.hotplug.step import KernelMemory
from acpitools.hotplug.tree import CONTAINER, MEMORY, AcpiDevice, forget, look
from acpitools.kernel.pages import PageSet

__all__ = ["EJECT_REQUEST", "check_and_detach", "detach", "request_ejection"]

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


def _roll_back(
    machine: Machine, device: AcpiDevice, taken: list[BlockState], zones: dict[int, str | None], outcome: Outcome
) -> None:
    # Blocks go online again as by a plain write of "online", in the order in which they are bound.
    went = {block.number: block for block in taken}
    for number in _bound([device, *device.below()]):
        if number in went:
            put_online(machine, went[number], went[number].remembered or "online")
    turned = [b.number for b in taken if zones[b.number] == "Movable" and b.zone != "Movable"]
    if turned:
        text = f"the failed ejection turned Movable blocks into kernel memory: {block_list(turned)}"
        outcome.tell("HP002", f"{device.name}: {text}")


def _bound(devices: Iterable[AcpiDevice]) -> list[int]:
    held = (one.memory for one in devices if one.memory is not None and one.memory.attached)
    return [number for memory in held for number in memory.blocks]


def request_ejection(machine: Machine, device: AcpiDevice, event: int = EJECT_REQUEST) -> Outcome:
    """Do what the kernel does where it is asked for an ejection; tell why the device is still there, and its _OST.

    Blocks that went offline come back where one refuses, by the policy of the moment rather than to their old zones.
    Kernel: acpi_generic_hotplug_event.
    """
    outcome = Outcome()
    if device.memory is not None and device.handler is None:
        text = f"{device.name} is not attached: an Eject Request of it runs its _EJ0 all the same"
        outcome.tell("HP021", text, Severity.INFO)
    if device.handler == MEMORY and not machine.settings.profile_enabled:
        machine.log.append(f"acpi {device.acpi_name}: Eject disabled")
        outcome.fail("EPERM: ejecting memory is disabled")
        status = OST_UNSUPPORTED
    else:
        device.objects.report(EJECT_REQUEST, OST_PROGRESS)
        status = _hot_remove(machine, device, outcome)
    if machine.dead is None:
        outcome.ost = device.objects.report(event, status)
    return outcome


def _hot_remove(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # Gives the status for _OST.  A container is for userspace to put offline first.  Kernel: acpi_scan_hot_remove.
    if device.handler != CONTAINER:
        status = _try_offline(machine, device, outcome)
        if status != OST_SUCCESS:
            return status
    elif device.registered and not device.offline:
        why = f"EBUSY: {device.acpi_name} is online; the kernel only asks userspace to write 0 to"
        outcome.fail(f"{why} /sys/devices/system/container/{device.acpi_name}/online")
        return OST_BUSY
    check_and_detach(machine, device, outcome, ejecting=True)
    return OST_FAILED if machine.dead is not None else _let_go(machine, device, outcome)


def _try_offline(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # What lies in the device goes first.  Kernel: acpi_scan_try_to_offline.
    order = [*device.below_first(), device]
    barred = next((one for one in order if one.handler == MEMORY and not machine.settings.profile_enabled), None)
    if barred is not None:
        # What went offline before is put online again.
        order = order[: order.index(barred)]
    blocks = [machine.blocks[number] for number in _bound(order)]
    zones = {block.number: block.zone for block in blocks}
    taken, failed = _offline_all(machine, blocks)
    if barred is not None:
        machine.log.append(f"acpi {barred.acpi_name}: Offline disabled.")
        outcome.fail("EPERM: ejecting memory is disabled")
    elif failed:
        machine.log.append(f"memory memory{failed[0].number}: Offline failed.")
        outcome.fail(f"memory{failed[0].number}: {failed[1]}")
    else:
        return OST_SUCCESS
    _roll_back(machine, device, taken, zones, outcome)
    return OST_UNSUPPORTED if barred is not None else OST_BUSY


def check_and_detach(
    machine: Machine, device: AcpiDevice, outcome: Outcome, *, ejecting: bool = False, checking: bool = False
) -> None:
    """Take the handlers from a device and what lies in it, with the memory that they hold.

    ``checking`` spares what is enabled or was never enumerated.  Since 6.11 an ejection leaves the handlers be before
    it is complete.  Kernel: acpi_scan_check_and_detach, acpi_bus_trim.
    """
    for child in reversed(device.children):
        check_and_detach(machine, child, outcome, ejecting=ejecting, checking=checking)
        if machine.dead is not None:
            return
    if checking:
        look(device)
        if device.enabled or not device.enumerated:
            return
    if device.handler == MEMORY and device.memory is not None:
        detach(machine, device.memory, outcome)
        if machine.dead is not None:
            return
    device.registered = device.offline = device.initialized = False
    if not (ejecting and machine.env.policy.keeps_handlers):
        device.handler, device.visited = None, False
        if not ejecting:
            forget(machine, device)


def _let_go(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # The memory is gone; now the firmware takes the device.  Gives the status for _OST.
    done = device.objects.eject()
    where = "" if device.path is None else f"ACPI: {padded_path(device.path)}: "
    if where and done.lock not in (0, NOT_FOUND):
        machine.log.append(f"{where}Unlocking device failed ({done.lock:#x})")
    for one in device.below():
        forget(machine, one)
    if done.status:
        if done.status == NOT_FOUND:
            outcome.fail("ENODEV: the device has no _EJ0; its memory is gone")
        else:
            outcome.fail(f"EIO: _EJ0 fails: {done.why}; its memory is gone")
        if where:
            missing = done.status == NOT_FOUND
            machine.log.append(
                f"{where}No _EJ0 support for device" if missing else f"{where}Eject failed ({done.status:#x})"
            )
        return OST_FAILED
    failed, left = device.objects.left()
    if failed:
        machine.log.append(f"{where}Status check after eject failed ({failed:#x})")
    elif left & STA_ENABLED:
        machine.log.append(f"{where}Eject incomplete - status {left:#x}")
        outcome.fail(f"its memory is gone, and its firmware says that it is enabled still: _STA is {left:#x}")
        return OST_SUCCESS
    else:
        # Kernel: acpi_bus_post_eject.
        for one in (device, *device.below()):
            one.handler, one.visited = None, False
    forget(machine, device)
    return OST_SUCCESS


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
