"""The state that hot-plug changes: zones, memory blocks, devices.  Mutable inside, one machine for one run.

Kernel: mm/memory_hotplug.c, drivers/base/memory.c.  Page frames and pages throughout.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from acpitools.core.ranges import AddrRange
from acpitools.core.units import PAGE_SHIFT, U64_MAX, round_down, round_up
from acpitools.hotplug.objects import DeviceObjects, DeviceRange
from acpitools.hotplug.settings import Settings
from acpitools.kernel.removable import Grounds
from acpitools.kernel.state import BootEnv, BootState

if TYPE_CHECKING:
    from acpitools.hotplug.platform import Platform
    from acpitools.hotplug.tree import AcpiDevice

__all__ = [
    "KERNEL_ZONES",
    "MOST_BLOCKS",
    "SUBSECTION",
    "BlockState",
    "Device",
    "Machine",
    "PageTables",
    "ZoneState",
]

KERNEL_ZONES: Final = ("DMA", "DMA32", "Normal")
MOST_BLOCKS: Final = 600_000
"""More memory blocks are not followed: 64 TiB of the smallest ones."""
SUBSECTION: Final = 512
"""Pages of the smallest unit that has a memory map of its own."""


@dataclass(slots=True)
class ZoneState:
    """A zone of a node; start and span are 0 while it is empty."""

    start: int = 0
    spanned: int = 0
    present: int = 0
    early: int = 0
    """Present pages of boot sections."""
    managed: int = 0
    managed_low: int = 0
    managed_high: int = 0

    @property
    def end(self) -> int:
        """First page frame past the span."""
        return self.start + self.spanned

    def meets(self, start: int, end: int) -> bool:
        """Tell whether the span and ``[start, end)`` have a page frame in common.  Kernel: zone_intersects."""
        return bool(self.spanned) and self.start < end and start < self.end

    def add_present(self, pages: int) -> None:
        """Add (or, negative, take away) present pages, which wrap as the kernel's do.

        With kernelcore=mirror a zone can start below nothing.
        """
        self.present = (self.present + pages) & U64_MAX

    def count(self, pages: int) -> None:
        """Add (or, negative, take away) managed pages."""
        self.managed = max(0, self.managed + pages)
        self.managed_low = max(0, self.managed_low + pages)
        self.managed_high = max(0, self.managed_high + pages)


@dataclass(slots=True)
class BlockState:
    """A memory block."""

    number: int
    nodes: tuple[int, ...]
    online: bool
    zone: str | None
    boot: bool
    remembered: str | None = None
    """Online type stored by a write that was refused."""
    device: str | None = None
    """The ACPI device that it is bound to."""
    group: str | None = None
    """The ACPI device that brought it: its memory group."""
    busy: bool = False
    """Kernel memory lies in it on an idle machine."""
    home: str | None = None
    """Zone that it was in before it went offline: kernels before 4.13 leave it there."""
    memmap_pages: int = 0
    """Pages at its start that hold its own memory map."""
    arrival: int = 0
    """When it went online: 0 at boot, then counted."""
    taken: dict[str, int] = field(default_factory=dict)
    """Pages of it that hold the memory map of added memory, by owner."""

    @property
    def node(self) -> int:
        """The node that sysfs gives the block: the last of its nodes."""
        return self.nodes[-1]


@dataclass(slots=True)
class Device:
    """An ACPI memory device (PNP0C80) that is present."""

    name: str
    slot: int
    """Number in its name, PNP0C80:NN."""
    objects: DeviceObjects
    acpi_id: str = "PNP0C80"
    path: bytes | None = None
    """Where it is in the namespace; None for a device that only an action describes."""
    ranges: list[DeviceRange] = field(default_factory=list)
    """Of _CRS, as last evaluated."""
    container: str | None = None
    """What it lies in: the name of a container, or a path in the namespace."""
    node: int | None = None
    """Node of the kernel, once attached."""
    attached: bool = False
    blocks: list[int] = field(default_factory=list)
    """Blocks bound to it, in the order they were."""
    kernel_pages: int = 0
    """Pages that it brought and that are online in kernel zones.  Kernel: struct memory_group."""
    movable_pages: int = 0

    @property
    def size(self) -> int:
        """Bytes of all ranges."""
        return sum(r.end - r.start for r in self.ranges)

    @property
    def acpi_name(self) -> str:
        """What the kernel calls it."""
        return f"{self.acpi_id}:{self.slot:02x}"


@dataclass(slots=True)
class PageTables:
    """Which windows of the address space have tables already, by number."""

    vmemmap: set[int] = field(default_factory=set)
    """64 GiB each: a page of PMD entries for their part of the memory map."""
    roots: set[int] = field(default_factory=set)
    """16 GiB each: a chunk of the section table."""
    direct: set[int] = field(default_factory=set)
    """1 GiB each: mapped by 2 MiB pages, so with a page of PMD entries."""
    direct_upper: set[int] = field(default_factory=set)
    """512 GiB each: a page of PUD entries."""


@dataclass(slots=True)
class Machine:
    """A booted machine."""

    env: BootEnv
    boot: BootState
    settings: Settings
    block_size: int
    """Bytes."""
    zones: dict[tuple[int, str], ZoneState]
    blocks: dict[int, BlockState]
    grounds: Grounds
    """What decides about boot memory."""
    pieces: list[tuple[int, int, int, str]]
    """Boot memory as (start, end, node, zone), in address order."""
    online_nodes: set[int]
    possible_nodes: frozenset[int]
    cpu_nodes: frozenset[int]
    devices: dict[str, Device] = field(default_factory=dict)
    """Devices that are present, by name."""
    platform: Platform | None = None
    """The firmware in the loop; None where devices are only described by actions."""
    described: AcpiDevice | None = None
    """What devices that actions describe lie in; None before the first one."""
    claims: list[AddrRange] = field(default_factory=list)
    """What memory devices that nothing took have claimed; added memory may lie in it, and not across its borders."""
    tables: PageTables = field(default_factory=PageTables)
    arrivals: int = 0
    """How often a block went online since boot."""
    cma: dict[int, int] = field(default_factory=dict)
    """Pages of CMA areas by node: movable memory inside kernel zones."""
    log: list[str] = field(default_factory=list)
    """What the kernel printed since the last look."""
    guesses: dict[int, bool] = field(default_factory=dict)
    """Blocks of kernel zones that were to go offline since the last look, and whether they were taken as in use."""
    dead: str | None = None
    """Why the kernel carries out no more hot-plug."""
    starved: str | None = None
    """Why no kernel memory is left, so that the kernel dies of its next allocations."""
    orders: tuple[tuple[frozenset[int], frozenset[int]], dict[int, list[int]]] | None = None
    """In what order nodes serve each other, for which nodes with memory and with CPUs: worked out last."""
    _sorted: list[int] | None = None
    """Numbers of the blocks, ascending; None until they are asked for."""

    def count_group(self, block: BlockState, pages: int) -> None:
        """Count pages of a block that went online (or, negative, offline) in its memory group."""
        device = self.devices.get(block.group or "")
        if device and block.zone == "Movable":
            device.movable_pages += pages
        elif device:
            device.kernel_pages += pages

    @property
    def block_pages(self) -> int:
        """Pages of a block."""
        return self.block_size >> PAGE_SHIFT

    def zone(self, nid: int, name: str) -> ZoneState:
        """Give a zone, empty where the node does not have it yet."""
        return self.zones.setdefault((nid, name), ZoneState())

    def span(self, number: int) -> tuple[int, int]:
        """Give the page frames of a block."""
        return number * self.block_pages, (number + 1) * self.block_pages

    def add_block(self, block: BlockState) -> None:
        """Enter a new block."""
        self.blocks[block.number] = block
        self._sorted = None

    def remove_block(self, number: int) -> BlockState | None:
        """Take a block away and give it; None where there is none."""
        self._sorted = None
        return self.blocks.pop(number, None)

    def acpi_devices(self) -> Iterator[AcpiDevice]:
        """Yield the ACPI devices that matter to memory, of the tables and those that actions describe."""
        for root in (self.platform.root if self.platform is not None else None, self.described):
            if root is not None:
                yield from root.below()

    # --- spans ------------------------------------------------------------------------------------------------

    def grow(self, nid: int, name: str, start: int, end: int) -> None:
        """Make a zone span ``[start, end)`` as well.  Kernel: resize_zone_range."""
        zone = self.zone(nid, name)
        if zone.spanned:
            start, end = min(start, zone.start), max(end, zone.end)
        zone.start, zone.spanned = start, end - start

    def shrink(self, nid: int, name: str, start: int, end: int) -> None:
        """Take ``[start, end)`` from the edge of a zone's span; the middle stays.  Kernel: shrink_zone_span.

        The blocks in the range must be marked offline already.
        """
        zone = self.zone(nid, name)
        if zone.start == start:
            first = self._first_page(nid, name, end, zone.end)
            zone.spanned = 0 if first is None else zone.end - first
            zone.start = first or 0
        elif zone.end == end:
            last = self._last_page(nid, name, zone.start, start)
            zone.spanned = 0 if last is None else last - zone.start
            zone.start = 0 if last is None else zone.start

    def memory(self, low: int, high: int) -> list[tuple[int, int, int, str]]:
        """Give the boot memory of ``[low, high)`` as (start, end, node, zone), in address order."""
        index = max(0, bisect_right(self.pieces, (low,)) - 1)
        found = []
        while index < len(self.pieces) and self.pieces[index][0] < high:
            start, end, nid, name = self.pieces[index]
            if end > low:
                found.append((max(start, low), min(end, high), nid, name))
            index += 1
        return found

    def _pages(self, number: int, nid: int, name: str) -> list[tuple[int, int]]:
        # Online memory of a zone in a block.  A boot block without a single zone keeps the zones it booted with; every
        # other block is all of one zone.
        block = self.blocks[number]
        low, high = self.span(number)
        if not block.online:
            return []
        if block.zone is None:
            return [(s, e) for s, e, node, zone in self.memory(low, high) if (node, zone) == (nid, name)]
        if block.zone != name or block.node != nid:
            return []
        return [(s, e) for s, e, *_ in self.memory(low, high)] if block.boot else [(low, high)]

    def _numbers(self, low: int, high: int, *, downwards: bool = False) -> Iterator[int]:
        # Numbers of the blocks that lie in [low, high), in order; one at a time, as mostly the first will do.
        if self._sorted is None:
            self._sorted = sorted(self.blocks)
        first, last = low // self.block_pages, -(-high // self.block_pages)
        found = range(bisect_left(self._sorted, first), bisect_left(self._sorted, last))
        return (self._sorted[index] for index in (reversed(found) if downwards else found))

    def _first_page(self, nid: int, name: str, low: int, high: int) -> int | None:
        for number in self._numbers(low, high):
            for start, end in self._pages(number, nid, name):
                if end > low and start < high:
                    return max(low, round_down(start, SUBSECTION))
        return None

    def _last_page(self, nid: int, name: str, low: int, high: int) -> int | None:
        for number in self._numbers(low, high, downwards=True):
            for start, end in reversed(self._pages(number, nid, name)):
                if start < high and end > low:
                    return min(high, round_up(end, SUBSECTION))
        return None

    # --- what a snapshot shows --------------------------------------------------------------------------------

    @property
    def memory_nodes(self) -> set[int]:
        """Nodes with present pages."""
        return {nid for (nid, _), zone in self.zones.items() if zone.present}

    @property
    def normal_nodes(self) -> set[int]:
        """Nodes with present pages in a kernel zone."""
        return {nid for (nid, name), zone in self.zones.items() if zone.present and name in KERNEL_ZONES}
