"""Adding a range of memory: checks, costs, blocks, auto-online.

Kernel: mm/memory_hotplug.c:__add_memory, add_memory_resource; drivers/acpi/acpi_memhotplug.c:acpi_bind_memory_blocks.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.errors import InputError
from acpitools.core.findings import Severity
from acpitools.core.firmware_map import E820Type
from acpitools.core.units import KIB, MIB, PAGE_SHIFT, TIB, round_up
from acpitools.hotplug.blocks import put_online
from acpitools.hotplug.costs import add_costs, charge, own_memmap_pages, struct_pages
from acpitools.hotplug.machine import MOST_BLOCKS, BlockState, Device, Machine
from acpitools.hotplug.objects import DeviceRange
from acpitools.hotplug.outcome import Outcome
from acpitools.hotplug.spare import spare_pages
from acpitools.hotplug.zonelists import new_node
from acpitools.kernel.stages.sparse import physmem_end

__all__ = ["add_range", "unaligned"]

_BUSY_TYPES: Final = (E820Type.ACPI, E820Type.NVS, E820Type.UNUSABLE)
"""What the kernel's resource tree marks as in use; other entries may hold added memory that lies inside them."""
_TIGHT: Final = 0.75
"""Share of what the kernel has left above which a memory map is told to be at risk."""


def _buffer_end(end: int) -> int:
    # Kernel: e820__reserve_resources_late: "RAM buffer" up to the next multiple of an alignment that grows with size.
    return round_up(end, 64 * KIB if end < MIB else MIB if end < 16 * MIB else 64 * MIB)


def _occupied(machine: Machine, start: int, end: int) -> bool:
    # Kernel: __request_region.
    if machine.grounds.ram.count(start >> PAGE_SHIFT, -(-end >> PAGE_SHIFT)):
        return True
    for entry in machine.boot.e820:
        if entry.type == E820Type.RAM:
            if start < _buffer_end(entry.end) and entry.end < end:
                return True
        elif entry.start < end and start < entry.end:
            inside = entry.start <= start and end <= entry.end
            if entry.type in _BUSY_TYPES or not inside:
                return True
    pieces = (piece for other in machine.devices.values() for piece in other.ranges if piece.added)
    if any(piece.start < end and start < piece.end for piece in pieces):
        return True
    claims = (claim for claim in machine.claims if claim.start < end and start < claim.end)
    return any(not (claim.start <= start and end <= claim.end) for claim in claims)


def _bind(machine: Machine, device: Device, piece: DeviceRange, outcome: Outcome) -> bool:
    # Blocks that are a device's, be it this one, cannot be bound again; trying it takes them from that one.  Kernel:
    # acpi_bind_one, acpi_unbind_one.
    first, last = piece.start // machine.block_size, (piece.end - 1) // machine.block_size
    numbers = [n for n in range(first, last + 1) if n in machine.blocks]
    taken = [n for n in numbers if machine.blocks[n].device is not None]
    if taken:
        others = sorted({name for n in taken if (name := machine.blocks[n].device)})
        machine.log.append(f"memory memory{taken[0]}: ACPI companion already set")
        text = f"{device.name}: {piece.span} is bound to {', '.join(others)}, which loses its blocks:"
        outcome.tell("HP010", f"{text} ejecting that one while they are online ends in a kernel BUG", Severity.ERROR)
        for name in others:
            owner = machine.devices[name]
            owner.blocks = [n for n in owner.blocks if n not in numbers]
        for number in numbers:
            machine.blocks[number].device = None
        return False
    for number in numbers:
        machine.blocks[number].device = device.name
    device.blocks += numbers
    return True


def _already_there(machine: Machine, device: Device, piece: DeviceRange, outcome: Outcome) -> bool:
    # -EEXIST is the normal case for RAM of the firmware's map: its blocks are bound, and can be ejected.
    span, before = piece.span, len(device.blocks)
    if not _bind(machine, device, piece, outcome):
        outcome.fail(f"ENODEV: {span}: its blocks belong to another device")
        return False
    piece.enabled = True
    size = machine.block_size
    if piece.start % size or piece.end % size:
        text = f"{device.name}: {span} is bound, and no multiple of {size >> 20} MiB: ejecting it ends in a kernel BUG"
        outcome.tell("HP007", text, Severity.ERROR)
    if len(device.blocks) == before:
        outcome.fail(f"EEXIST: {span} is in use by something else")
        return True
    pages = (piece.end - piece.start) >> PAGE_SHIFT
    if machine.grounds.ram.count(piece.start >> PAGE_SHIFT, piece.end >> PAGE_SHIFT) < pages:
        outcome.fail(f"EEXIST: part of {span} is in use, so the rest of it is not added")
        outcome.tell("HP006", f"{device.name}: {span} is RAM in part: only the blocks that exist are bound")
    return True


def unaligned(piece: DeviceRange, size: int) -> str:
    """Give what the kernel prints of a range that is no multiple of the block size.

    Kernel: check_hotplug_memory_range.
    """
    shown = f"start {piece.start:#x}, size {piece.end - piece.start:#x}"
    return f"Block size [{size:#x}] unaligned hotplug range: {shown}"


def _reachable(machine: Machine) -> int:
    # First address that cannot be mapped.  Kernel: PHYSMEM_END, kernel_randomize_memory.
    env = machine.env
    limit = physmem_end(la57=env.inputs.la57)
    trimmed = env.policy.randomize_memory and not env.policy.zone_device
    if not (trimmed and env.policy.kaslr and env.options.kaslr):
        return limit
    return min(limit, round_up(machine.boot.max_pfn << PAGE_SHIFT, TIB) + env.policy.memory_padding * TIB)


def _refusal(machine: Machine, piece: DeviceRange, *, booting: bool) -> str | None:
    start, end, size = piece.start, piece.end, machine.block_size
    limit = _reachable(machine)
    if end > limit:
        line = f"Hotplug memory [{start:#x}-{end:#x}] exceeds maximum addressable range [0x0-{limit - 1:#x}]"
        machine.log.append(line)
        return "E2BIG: beyond the largest physical address"
    if booting and machine.settings.max_size is not None and end > machine.settings.max_size:
        return "E2BIG: above mem= while the kernel boots"
    if _occupied(machine, start, end):
        return "EEXIST"
    if start % size or end % size:
        machine.log.append(unaligned(piece, size))
        return f"EINVAL: start or size is no multiple of the block size {size >> 20} MiB"
    return None


def _memmap_pages(machine: Machine, piece: DeviceRange) -> int:
    return own_memmap_pages(machine, piece.end - piece.start) if machine.settings.memmap_on_memory else 0


def add_range(
    machine: Machine, device: Device, piece: DeviceRange, node: int, outcome: Outcome, *, booting: bool, single: bool
) -> bool:
    """Add a range of a device to a node, or bind the blocks that are there; what is refused goes into the outcome.

    With single a range of one block came before, or this is one.  Gives False where the driver looks at no more ranges.
    """
    start, end = piece.start, piece.end
    why = _refusal(machine, piece, booting=booting)
    if why == "EEXIST":
        return _already_there(machine, device, piece, outcome)
    memmap = _memmap_pages(machine, piece)
    per_range = machine.settings.memmap_on_memory and not machine.env.policy.memmap_per_block
    if not why and per_range and single > bool(memmap):
        why = "EINVAL: a range before it asked for its memory map on the memory, which several blocks cannot have"
    costs = () if why else add_costs(machine, start, end, node, memmap)
    if not why and not memmap:
        why = _no_room(machine, device, piece, outcome)
        if why:
            # Kernel: __add_pages and add_memory_resource keep what the sections before the failing one took.
            charge(machine, piece.span, start, end, node, memmap)
            outcome.costs += costs
    if why:
        outcome.fail(f"{piece.span}: {why}" if len(device.ranges) > 1 else why)
        return True
    charge(machine, piece.span, start, end, node, memmap)
    outcome.costs += costs
    piece.enabled = piece.added = True
    _create_blocks(machine, device, piece, node, memmap, booting=booting)
    return True


def _no_room(machine: Machine, device: Device, piece: DeviceRange, outcome: Outcome) -> str | None:
    # The memory map comes from kernel zones only.
    need, spare = struct_pages(machine, piece.end - piece.start), spare_pages(machine)
    if need > _TIGHT * spare.expected:
        text = f"its memory map takes {need} pages; an idle machine has about {spare.expected} left in the kernel zones"
        outcome.tell("HP008", f"{device.name}: {text}: what is in use decides")
    if need <= spare.expected:
        return None
    machine.starved = f"adding {piece.span} of {device.name} failed half-way"
    text = "the kernel keeps the memory map of the part that it added, has no memory left, and most likely dies"
    outcome.tell("HP012", f"{machine.starved}: {text}", Severity.ERROR)
    left = f"about {spare.expected}" if need <= spare.most else f"at most {spare.most}"
    return f"ENOMEM: the memory map needs {need} pages, the kernel zones have {left} left"


def _create_blocks(
    machine: Machine, device: Device, piece: DeviceRange, node: int, memmap: int, *, booting: bool
) -> None:
    if node not in machine.online_nodes:
        new_node(machine, node)
    machine.online_nodes.add(node)
    numbers = range(piece.start // machine.block_size, piece.end // machine.block_size)
    if len(machine.blocks) + len(numbers) > MOST_BLOCKS:
        raise InputError(
            "hot-plug actions", device.name, f"the machine would have more than {MOST_BLOCKS} memory blocks"
        )
    for number in numbers:
        added = BlockState(number, (node,), False, None, False, memmap_pages=memmap)
        added.device = added.group = device.name
        machine.add_block(added)
    device.blocks += numbers
    kind = machine.settings.auto_online
    if kind != "offline":
        for number in numbers:
            put_online(machine, machine.blocks[number], kind, booting=booting)
