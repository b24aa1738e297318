"""The state that hot-plug changes: zones, memory blocks, devices.  Mutable inside, one machine for one run.

Kernel: mm/memory_hotplug.c, drivers/base/memory.c.  Page frames and pages throughout.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from acpitools.core.firmware_map import E820Type
from acpitools.core.units import GIB, PAGE_SHIFT, PFN_DOWN, PFN_UP, round_down, round_up
from acpitools.hotplug.settings import Settings
from acpitools.kernel.layout import Layout
from acpitools.kernel.pages import PageSet
from acpitools.kernel.state import BootEnv, BootState

__all__ = ["KERNEL_ZONES", "BlockState", "Device", "Machine", "ZoneState", "booted", "first_free_address"]

KERNEL_ZONES: Final = ("DMA", "DMA32", "Normal")
_SUBSECTION: Final = 512


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
    removable: str = "maybe"
    why: str = ""
    remembered: str | None = None
    """Online type stored by a write that was refused."""
    device: str | None = None
    busy: bool = False
    """Kernel memory lies in it on an idle machine."""
    memmap_pages: int = 0
    """Pages at its start that hold its own memory map."""

    @property
    def node(self) -> int:
        """The node that sysfs gives the block: the last of its nodes."""
        return self.nodes[-1]


@dataclass(slots=True)
class Device:
    """An ACPI memory device (PNP0C80) that is present."""

    name: str
    slot: int
    start: int
    """Bytes."""
    size: int
    pxm: int | None
    node: int | None = None
    """Node of the kernel, once attached."""
    attached: bool = False
    added: bool = False
    """Its memory was added; False where it lies over memory that was there."""
    blocks: list[int] = field(default_factory=list)


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
    ram: PageSet
    """System RAM of the firmware's map, in whole pages."""
    pieces: list[tuple[int, int, int, str]]
    """Boot memory as (start, end, node, zone), in address order."""
    online_nodes: set[int]
    possible_nodes: frozenset[int]
    cpu_nodes: frozenset[int]
    devices: dict[str, Device] = field(default_factory=dict)

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

    def _memory(self, low: int, high: int) -> list[tuple[int, int, int, str]]:
        index = max(0, bisect_right(self.pieces, (low,)) - 1)
        found = []
        while index < len(self.pieces) and self.pieces[index][0] < high:
            start, end, nid, name = self.pieces[index]
            if end > low:
                found.append((max(start, low), min(end, high), nid, name))
            index += 1
        return found

    def _owned(self, nid: int, name: str) -> list[tuple[int, int]]:
        # Online memory of a zone by block, in address order.  A boot block without a single zone keeps the zones it
        # booted with; every other block is all of one zone.
        owned: list[tuple[int, int]] = []
        for number in sorted(self.blocks):
            block = self.blocks[number]
            low, high = self.span(number)
            if not block.online:
                continue
            if block.zone is None:
                owned += [(s, e) for s, e, node, zone in self._memory(low, high) if (node, zone) == (nid, name)]
            elif block.zone == name and block.node == nid:
                owned += [(s, e) for s, e, *_ in self._memory(low, high)] if block.boot else [(low, high)]
        return owned

    def _first_page(self, nid: int, name: str, low: int, high: int) -> int | None:
        for start, end in self._owned(nid, name):
            if end > low and start < high:
                return max(low, round_down(start, _SUBSECTION))
        return None

    def _last_page(self, nid: int, name: str, low: int, high: int) -> int | None:
        for start, end in reversed(self._owned(nid, name)):
            if start < high and end > low:
                return min(high, round_up(end, _SUBSECTION))
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


def booted(layout: Layout, state: BootState, env: BootEnv, settings: Settings, online: frozenset[int]) -> Machine:
    """Give the machine as the boot left it."""
    zones = {}
    for view in layout.zones:
        managed = view.managed_pages
        zones[view.node, view.zone] = ZoneState(
            view.start_pfn,
            view.spanned_pages,
            view.present_pages,
            view.present_pages,
            managed.estimate,
            managed.low,
            managed.high,
        )
    blocks = {}
    for run in layout.blocks.runs:
        for number in range(run.first, run.first + run.count):
            zone = None if run.valid_zones == ("none",) else run.valid_zones[0]
            blocks[number] = BlockState(number, run.nodes, True, zone, True, run.removable, run.why)
    ram = PageSet((PFN_UP(e.start), PFN_DOWN(e.end)) for e in state.e820 if e.type == E820Type.RAM)
    pieces = [(PFN_UP(r.start), PFN_DOWN(r.end), r.node, r.zone) for r in layout.ranges]
    machine = Machine(
        env=env,
        boot=state,
        settings=settings,
        block_size=layout.blocks.size,
        zones=zones,
        blocks=blocks,
        ram=ram,
        pieces=pieces,
        online_nodes=set(online),
        possible_nodes=state.numa.possible,
        cpu_nodes=frozenset(node.node for node in layout.numa.nodes if node.cpus),
    )
    _mark_first_blocks(machine)
    return machine


def _mark_first_blocks(machine: Machine) -> None:
    # Idle rule: memory is taken into use from the lowest block of each kernel zone.
    for (_, name), zone in machine.zones.items():
        number = zone.start // machine.block_pages
        if name in KERNEL_ZONES and zone.present and number in machine.blocks:
            machine.blocks[number].busy = True


def first_free_address(machine: Machine, size: int) -> int:
    """Give the lowest address for a device: a multiple of 2 MiB that no other has, above RAM and 4 GiB (bytes)."""
    ends = [entry.end for entry in machine.env.inputs.e820 if entry.type == E820Type.RAM]
    address = round_up(max([4 * GIB, *ends]), GIB)
    for device in sorted(machine.devices.values(), key=lambda d: d.start):
        if device.start >= address + size:
            break
        if device.start + device.size > address:
            address = round_up(device.start + device.size, _SUBSECTION << PAGE_SHIFT)
    return address
