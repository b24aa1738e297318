"""ACPI memory devices: attaching, adding their memory, ejecting.

Kernel: drivers/acpi/acpi_memhotplug.c, drivers/acpi/scan.c, mm/memory_hotplug.c:__add_memory, try_remove_memory.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.units import PAGE_SHIFT
from acpitools.hotplug.blocks import put_offline, put_online
from acpitools.hotplug.machine import BlockState, Device, Machine

__all__ = ["OST_BUSY", "OST_FAILED", "OST_SUCCESS", "OST_UNSUPPORTED", "attach_all", "eject", "insert"]

OST_SUCCESS: Final = 0x00
OST_FAILED: Final = 0x01
OST_UNSUPPORTED: Final = 0x80
OST_BUSY: Final = 0x82
_MAX_PHYSMEM: Final = {False: 1 << 46, True: 1 << 52}


def node_of(machine: Machine, device: Device) -> int:
    """Give the node that the kernel puts a device on: by its domain, else by its address, else the first block's.

    Kernel: acpi_get_node, memory_add_physaddr_to_nid.
    """
    numa = machine.boot.numa
    mapped = numa.pxm_to_node.get(device.pxm) if device.pxm is not None else None
    if mapped is not None and not machine.env.options.numa_off:
        if not numa.fake_of or not machine.env.policy.emulation_needs_pxm_map:
            return mapped
        fakes = [fake for fake, physical in sorted(numa.fake_of.items()) if physical == mapped]
        if fakes:
            return fakes[0]
    for blk in numa.meminfo:
        if blk.start <= device.start < blk.end:
            return blk.nid
    return numa.meminfo[0].nid


def _refusal(machine: Machine, device: Device, *, booting: bool) -> tuple[str | None, list[str]]:
    # Why __add_memory refuses a range, and what it prints; EEXIST means that the memory is there already.
    start, end = device.start, device.start + device.size
    limit = _MAX_PHYSMEM[machine.env.inputs.la57]
    if end > limit:
        line = f"Hotplug memory [{start:#x}-{end:#x}] exceeds maximum addressable range [0x0-{limit - 1:#x}]"
        return "E2BIG: beyond the largest physical address", [line]
    if booting and machine.settings.max_size is not None and end > machine.settings.max_size:
        return "E2BIG: above mem= while the kernel boots", []
    if _occupied(machine, device):
        return "EEXIST", []
    size = machine.block_size
    if start % size or device.size % size:
        line = f"Block size [{size:#x}] unaligned hotplug range: start {start:#x}, size {device.size:#x}"
        return f"EINVAL: start or size is no multiple of the block size {size >> 20} MiB", [line]
    return None, []


def _occupied(machine: Machine, device: Device) -> bool:
    start, end = device.start, device.start + device.size
    if machine.ram.count(start >> PAGE_SHIFT, -(-end >> PAGE_SHIFT)):
        return True
    if any(e.start < end and start < e.end for e in machine.boot.e820):
        return True
    return any(
        other is not device and other.added and other.start < end and start < other.start + other.size
        for other in machine.devices.values()
    )


def _attach(machine: Machine, device: Device, *, booting: bool) -> tuple[str | None, list[str]]:
    # Give why the kernel does not have the memory, or None, and the lines it prints.
    name = f"acpi PNP0C80:{device.slot:02x}"
    failed = f"{name}: acpi_memory_enable_device() error"
    node = node_of(machine, device)
    if node not in machine.possible_nodes:
        return f"EINVAL: node {node} is not possible: the SRAT did not name its domain at boot", [failed]
    why, lines = _refusal(machine, device, booting=booting)
    if why == "EEXIST":
        first, last = device.start // machine.block_size, (device.start + device.size - 1) // machine.block_size
        device.blocks = [n for n in range(first, last + 1) if n in machine.blocks and not machine.blocks[n].device]
        for number in device.blocks:
            machine.blocks[number].device = device.name
        device.node, device.attached = node, True
        if device.blocks:
            return None, []
        return "EEXIST: the range is in use by something else", []
    if why:
        return why, [*lines, f"{name}: add_memory failed", failed]
    _add(machine, device, node)
    return None, []


def _add(machine: Machine, device: Device, node: int) -> None:
    device.node, device.attached, device.added = node, True, True
    first, last = device.start // machine.block_size, (device.start + device.size) // machine.block_size
    device.blocks = list(range(first, last))
    memmap = _memmap_pages(machine, device)
    machine.online_nodes.add(node)
    for number in device.blocks:
        machine.blocks[number] = BlockState(
            number, (node,), False, None, False, device=device.name, memmap_pages=memmap
        )
    kind = machine.settings.auto_online
    if kind != "offline":
        for number in device.blocks:
            if put_online(machine, machine.blocks[number], kind):
                break


def _memmap_pages(machine: Machine, device: Device) -> int:
    # memmap_on_memory: each block holds its own memory map; up to 6.1 only a range of a single block.
    if not machine.settings.memmap_on_memory:
        return 0
    if not machine.env.policy.memmap_per_block and device.size != machine.block_size:
        return 0
    return machine.block_pages * machine.env.policy.struct_page >> PAGE_SHIFT


def attach_all(machine: Machine, device: Device, *, booting: bool) -> tuple[str | None, list[str]]:
    """Attach a device that appeared; since 6.12 also every other that is present and without its memory.

    Gives why the kernel does not have the memory of the device, or None, and what it prints.
    """
    if not machine.settings.acpi_memhotplug:
        return "acpi_no_memhotplug: the kernel does not attach memory devices", []
    lines: list[str] = []
    candidates = [device]
    if machine.env.policy.rescans_siblings and not booting:
        candidates = [d for d in sorted(machine.devices.values(), key=lambda d: d.slot) if not d.attached]
    why: str | None = None
    for candidate in candidates:
        refused, printed = _attach(machine, candidate, booting=booting)
        lines += printed
        if candidate is device:
            why = refused
    return why, lines


def insert(machine: Machine, device: Device, *, booting: bool) -> tuple[str | None, list[str], int | None]:
    """Plug a device: give why the kernel does not have its memory (or None), its lines, and the _OST status.

    A failed insertion still reports success: the scan swallows the error.
    """
    machine.devices[device.name] = device
    why, lines = attach_all(machine, device, booting=booting)
    return why, lines, None if booting else OST_SUCCESS


def eject(machine: Machine, device: Device) -> tuple[str | None, list[str], int]:
    """Eject a device: offline all its blocks in two passes, or put those back that went offline.

    Gives why it is still there (or None), the kernel's lines, and the last _OST status.  Kernel: acpi_scan_hot_remove.
    """
    if not machine.settings.profile_enabled:
        return "EPERM: ejecting memory is disabled", [], OST_UNSUPPORTED
    blocks = [machine.blocks[number] for number in device.blocks]
    taken: list[BlockState] = []
    failed: tuple[BlockState, str] | None = None
    for attempt in (1, 2):
        failed = None
        for block in blocks:
            if not block.online:
                continue
            why = put_offline(machine, block)
            if why is None:
                taken.append(block)
            else:
                failed = failed or (block, why)
                if attempt == 2:
                    break
        if failed is None:
            break
    if failed:
        for block in sorted(taken, key=lambda b: b.number):
            put_online(machine, block, block.remembered or "online")
        block, why = failed
        return f"memory{block.number}: {why}", [f"memory memory{block.number}: Offline failed."], OST_BUSY
    _remove(machine, device)
    return None, [], OST_SUCCESS


def _remove(machine: Machine, device: Device) -> None:
    for number in device.blocks:
        del machine.blocks[number]
    del machine.devices[device.name]
    nodes = {device.node} if device.node is not None else set()
    for nid in nodes:
        spans = any(zone.spanned for (node, _), zone in machine.zones.items() if node == nid)
        used = any(block.node == nid for block in machine.blocks.values())
        if not spans and not used and nid not in machine.cpu_nodes:
            machine.online_nodes.discard(nid)
