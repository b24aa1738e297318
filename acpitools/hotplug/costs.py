"""What added memory costs: page tables, memory map and bookkeeping, and from which node they are taken.

Kernel: arch/x86/mm/init_64.c:arch_add_memory, vmemmap_populate; mm/sparse.c:sparse_add_section.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.units import GIB, PAGE_SHIFT, PAGE_SIZE
from acpitools.hotplug.machine import KERNEL_ZONES, Machine
from acpitools.hotplug.step import KernelMemory
from acpitools.kernel.memblock import Direction
from acpitools.kernel.stages.sparse import physmem_end, section_runs

__all__ = ["MEMORY_MAP", "add_costs", "boot_memmap", "charge", "kernel_pages", "own_memmap_pages", "refund"]

MEMORY_MAP: Final = "memory map"
_VMEMMAP_WINDOW: Final = 64 * GIB
_ROOT_WINDOW: Final = 16 * GIB
_UPPER_WINDOW: Final = 512 * GIB
_USAGE: Final = 64
_PIECE: Final = 2 << 20


def kernel_pages(machine: Machine, nid: int) -> int:
    """Give the pages of a node that the kernel may use: the managed ones of its kernel zones, less what was spent."""
    managed = sum(zone.managed for (node, name), zone in machine.zones.items() if node == nid and name in KERNEL_ZONES)
    return managed - machine.spent.get(nid, 0)


def _sources(machine: Machine, nid: int, pages: int) -> list[tuple[int, int]]:
    # Its own node first, then the others by number, as far as each reaches.
    found = []
    for node in [nid, *(n for n in sorted(machine.online_nodes) if n != nid)]:
        part = min(pages, max(0, kernel_pages(machine, node)))
        if part:
            found.append((node, part))
            pages -= part
    return found


def _windows(start: int, end: int, size: int, known: set[int]) -> set[int]:
    return set(range(start // size, -(-end // size))) - known


def _direct_windows(machine: Machine, start: int, end: int, *, by_block: bool) -> set[int]:
    # A whole GiB is mapped by one entry; parts of one, or block by block, by 2 MiB pages.
    touched = set(range(start // GIB, -(-end // GIB)))
    if not by_block or machine.block_size >= GIB:
        touched -= set(range(-(-start // GIB), end // GIB))
    return touched - machine.tables.direct


def add_costs(machine: Machine, start: int, end: int, nid: int, memmap_pages: int) -> tuple[KernelMemory, ...]:
    """Give what adding ``[start, end)`` (bytes) to a node takes; memmap_pages of each block hold its own memory map."""
    tables, section = machine.tables, machine.env.policy.section_size
    found = []
    struct_pages = ((end - start) >> PAGE_SHIFT) * machine.env.policy.struct_page >> PAGE_SHIFT
    if not memmap_pages:
        found += [KernelMemory(node=n, what=MEMORY_MAP, pages=part) for n, part in _sources(machine, nid, struct_pages)]
    small = (
        ("page tables of the memory map", len(_windows(start, end, _VMEMMAP_WINDOW, tables.vmemmap))),
        ("section table", len(_windows(start, end, _ROOT_WINDOW, tables.roots))),
        (
            "page tables of the direct map",
            len(_direct_windows(machine, start, end, by_block=bool(memmap_pages)))
            + len(_windows(start, end, _UPPER_WINDOW, tables.direct_upper)),
        ),
        ("section usage maps", -(-((end - start) // section * _USAGE) // PAGE_SIZE)),
    )
    home = next((n for n, _ in _sources(machine, nid, 1)), None)
    found += [KernelMemory(node=home, what=what, pages=pages) for what, pages in small if pages]
    return tuple(found)


def own_memmap_pages(machine: Machine, size: int) -> int:
    """Give the pages of its own memory map that each block holds with memmap_on_memory; 0 where it is not used.

    Up to 6.6 only a range of a single block has it.  Kernel: mhp_supports_memmap_on_memory.
    """
    policy = machine.env.policy
    if not policy.memmap_per_block and size != machine.block_size:
        return 0
    return machine.block_pages * policy.struct_page >> PAGE_SHIFT


def charge(machine: Machine, start: int, end: int, costs: tuple[KernelMemory, ...], *, by_block: bool) -> None:
    """Enter the costs of adding ``[start, end)`` and the tables that it made."""
    for cost in costs:
        if cost.node is not None:
            machine.spent[cost.node] = machine.spent.get(cost.node, 0) + cost.pages
    tables = machine.tables
    tables.direct |= _direct_windows(machine, start, end, by_block=by_block)
    tables.vmemmap |= _windows(start, end, _VMEMMAP_WINDOW, set())
    tables.roots |= _windows(start, end, _ROOT_WINDOW, set())
    tables.direct_upper |= _windows(start, end, _UPPER_WINDOW, set())


def refund(machine: Machine, costs: tuple[KernelMemory, ...]) -> tuple[KernelMemory, ...]:
    """Give back the memory map of removed memory; tables and bookkeeping stay.  Gives what came back, negative."""
    back = tuple(KernelMemory(node=c.node, what=c.what, pages=-c.pages) for c in costs if c.what == MEMORY_MAP)
    for cost in back:
        if cost.node is not None:
            machine.spent[cost.node] = machine.spent.get(cost.node, 0) + cost.pages
    return back


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
