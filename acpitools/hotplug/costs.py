"""What added memory costs: page tables, memory map and bookkeeping, and from which node they are taken.

Kernel: arch/x86/mm/init_64.c:arch_add_memory, vmemmap_populate; mm/sparse.c:sparse_add_section.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.units import GIB, PAGE_SHIFT, PAGE_SIZE
from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Machine, PageTables
from acpitools.hotplug.step import KernelMemory
from acpitools.hotplug.zonelists import fallback_orders
from acpitools.kernel.memblock import Direction
from acpitools.kernel.stages.sparse import physmem_end, section_runs

__all__ = [
    "MEMORY_MAP",
    "add_costs",
    "boot_memmap",
    "charge",
    "give_back",
    "kernel_pages",
    "own_memmap_pages",
    "struct_pages",
]

MEMORY_MAP: Final = "memory map"
_VMEMMAP_WINDOW: Final = 64 * GIB
_ROOT_WINDOW: Final = 16 * GIB
_UPPER_WINDOW: Final = 512 * GIB
_USAGE: Final = 64
_PIECE: Final = 2 << 20


def kernel_pages(machine: Machine, nid: int) -> int:
    """Give the pages of a node that the kernel may use: the managed ones of its kernel zones, less what was taken."""
    managed = sum(zone.managed for (node, name), zone in machine.zones.items() if node == nid and name in KERNEL_ZONES)
    return managed - sum(sum(b.taken.values()) for b in machine.blocks.values() if b.taken and b.node == nid)


def _pieces(machine: Machine, block: BlockState, nid: int) -> list[tuple[str, int]]:
    # Zones of a node in an online block and the pages that they have for the kernel.
    start, end = machine.span(block.number)
    if not block.boot:
        return [(block.zone or "", end - start - block.memmap_pages)] if block.node == nid else []
    held = machine.grounds.held
    own = [(s, e, name) for s, e, node, name in machine.memory(start, end) if node == nid]
    return [(block.zone or name, e - s - held.count(s, e)) for s, e, name in own]


def _donors(machine: Machine, nid: int) -> list[tuple[BlockState, int]]:
    # Blocks in the order in which the allocator uses them up, and what each has: the highest kernel zone first, and in
    # it what came first.  The 16 MiB of zone DMA are kept for devices.
    found = []
    for block in machine.blocks.values():
        if not block.online:
            continue
        taken = sum(block.taken.values())
        for name, pages in _pieces(machine, block, nid):
            if name in KERNEL_ZONES[1:] and pages > taken:
                found.append((-KERNEL_ZONES.index(name), block.arrival, block.number, pages - taken))
    return [(machine.blocks[number], pages) for _, _, number, pages in sorted(found)]


def _take(machine: Machine, nid: int, pages: int) -> list[tuple[BlockState, int]]:
    # From the nodes in the order in which they serve its own, as far as each reaches.
    found = []
    for node in fallback_orders(machine, machine.memory_nodes)[nid]:
        for block, room in _donors(machine, node):
            part = min(pages, room)
            if part:
                found.append((block, part))
                pages -= part
            if not pages:
                return found
    return found


def _windows(start: int, end: int, size: int, known: set[int]) -> set[int]:
    return set(range(start // size, -(-end // size))) - known


def _direct_windows(machine: Machine, start: int, end: int, *, by_block: bool) -> set[int]:
    # A whole GiB is mapped by one entry; parts of one, or block by block, by 2 MiB pages.
    touched = set(range(start // GIB, -(-end // GIB)))
    if not by_block or machine.block_size >= GIB:
        touched -= set(range(-(-start // GIB), end // GIB))
    return touched - machine.tables.direct


def struct_pages(machine: Machine, size: int) -> int:
    """Give the pages that the memory map of so many bytes takes."""
    return (size >> PAGE_SHIFT) * machine.env.policy.struct_page >> PAGE_SHIFT


def own_memmap_pages(machine: Machine, size: int) -> int:
    """Give the pages of its own memory map that each block holds with memmap_on_memory; 0 where it is not used.

    Up to 6.6 only a range of a single block has it.  Kernel: mhp_supports_memmap_on_memory.
    """
    if not machine.env.policy.memmap_per_block and size != machine.block_size:
        return 0
    return struct_pages(machine, machine.block_size)


def _new_tables(machine: Machine, start: int, end: int, *, by_block: bool) -> PageTables:
    known = machine.tables
    return PageTables(
        vmemmap=_windows(start, end, _VMEMMAP_WINDOW, known.vmemmap),
        roots=_windows(start, end, _ROOT_WINDOW, known.roots),
        direct=_direct_windows(machine, start, end, by_block=by_block),
        direct_upper=_windows(start, end, _UPPER_WINDOW, known.direct_upper),
    )


def add_costs(machine: Machine, start: int, end: int, nid: int, memmap_pages: int) -> tuple[KernelMemory, ...]:
    """Give what adding ``[start, end)`` (bytes) to a node takes; memmap_pages of each block hold its own memory map.

    Where the memory map is less than `struct_pages`, the kernel zones do not have more.
    """
    by_node: dict[int, int] = {}
    if not memmap_pages:
        for block, pages in _take(machine, nid, struct_pages(machine, end - start)):
            by_node[block.node] = by_node.get(block.node, 0) + pages
    new = _new_tables(machine, start, end, by_block=bool(memmap_pages))
    sections = (end - start) // machine.env.policy.section_size
    small = (
        ("page tables of the memory map", len(new.vmemmap)),
        ("section table", len(new.roots)),
        ("page tables of the direct map", len(new.direct) + len(new.direct_upper)),
        ("section usage maps", -(-(sections * _USAGE) // PAGE_SIZE)),
    )
    home = next((block.node for block, _ in _take(machine, nid, 1)), None)
    return (
        *(KernelMemory(node=node, what=MEMORY_MAP, pages=pages) for node, pages in by_node.items()),
        *(KernelMemory(node=home, what=what, pages=pages) for what, pages in small if pages),
    )


def charge(machine: Machine, owner: str, start: int, end: int, nid: int, memmap_pages: int) -> None:
    """Take what adding ``[start, end)`` to a node takes: tables for good, the memory map until its owner gives it back.

    Blocks that hold a memory map are in use.
    """
    if not memmap_pages:
        for block, pages in _take(machine, nid, struct_pages(machine, end - start)):
            block.taken[owner] = block.taken.get(owner, 0) + pages
    known, new = machine.tables, _new_tables(machine, start, end, by_block=bool(memmap_pages))
    known.vmemmap |= new.vmemmap
    known.roots |= new.roots
    known.direct |= new.direct
    known.direct_upper |= new.direct_upper


def give_back(machine: Machine, owner: str) -> tuple[KernelMemory, ...]:
    """Give back the memory map that an owner took; the pages are negative."""
    by_node: dict[int, int] = {}
    for block in machine.blocks.values():
        pages = block.taken.pop(owner, 0)
        if pages:
            by_node[block.node] = by_node.get(block.node, 0) + pages
    return tuple(KernelMemory(node=node, what=MEMORY_MAP, pages=-pages) for node, pages in sorted(by_node.items()))


def boot_memmap(machine: Machine) -> dict[int, int]:
    """Give where the memory map of each section that was there at boot lies: section number to page frame.

    Kernel: sparse_init_nid: one piece of 2 MiB for each section, in address order where a node's are together.
    """
    found: dict[int, int] = {}
    env = machine.env
    runs = section_runs(machine.boot.memblock.memory, env.policy.section_size, physmem_end(la57=env.inputs.la57))
    for nid in {run.nid for run in runs}:
        owner = f"memory map of node {nid}"
        ledger = [a for a in machine.boot.ledger if a.owner == owner]
        sections = [n for run in runs if run.nid == nid for n in range(run.first, run.end)]
        together = len(ledger) == 1 and ledger[0].function == "sparse_init_nid"
        pieces: list[int] = []
        for entry in ledger:
            spots = list(range(entry.start, entry.end, _PIECE))
            downwards = not together and entry.direction is Direction.TOP_DOWN
            pieces += reversed(spots) if downwards else spots
        found.update((section, piece >> PAGE_SHIFT) for section, piece in zip(sections, pieces, strict=False))
    return found
