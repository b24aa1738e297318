"""The layout: what a boot leaves, as one frozen value.  JSON: acpitools.layout/1."""

from __future__ import annotations

from collections.abc import Iterator

from acpitools.core.findings import Finding
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value

__all__ = [
    "Assumption",
    "Block",
    "BlockRun",
    "Blocks",
    "Estimate",
    "Layout",
    "MemoryRegion",
    "NodeView",
    "Numa",
    "RangeView",
    "ReservedRegion",
    "Why",
    "ZoneView",
]


@value
class Why:
    """One reason, with what it rests on."""

    code: str
    """Stable, for scripts: ``srat-hotplug``, ``node-reserved``, ``movable_node`` ..."""
    text: str
    source: str | None = None
    """``SRAT[5] at offset 0x98``, ``e820[7]``, ``cmdline: movable_node``, a kernel function ..."""


@value
class NodeView:
    """A node of the predicted machine; ranges are the cleaned-up numa_meminfo, half open, bytes."""

    node: int
    pxm: int | None
    ranges: tuple[AddrRange, ...]
    hotpluggable: tuple[AddrRange, ...]
    """RAM that still carries the hot-plug mark."""
    cpus: int
    memory: bool


@value
class Numa:
    """How NUMA was set up."""

    source: str
    """``srat``, ``dummy`` (one node over everything)."""
    rejected: str | None
    """Why the SRAT was not used, or None."""
    nodes: tuple[NodeView, ...]


@value
class MemoryRegion:
    """A region of memblock.memory, half open, bytes."""

    start: int
    end: int
    node: int | None
    flags: tuple[str, ...]


@value
class ReservedRegion:
    """A range that the kernel took before the page allocator started, half open, bytes."""

    start: int
    end: int
    node: int | None
    owner: str
    certain: bool


@value
class Estimate:
    """A number of pages that cannot be known exactly."""

    estimate: int
    low: int
    high: int


@value
class ZoneView:
    """A populated zone (PFN and pages)."""

    node: int
    zone: str
    start_pfn: int
    spanned_pages: int
    present_pages: int
    managed_pages: Estimate

    @property
    def end_pfn(self) -> int:
        """First page frame past the zone's span."""
        return self.start_pfn + self.spanned_pages


@value
class RangeView:
    """A piece of RAM that has one fate, half open, bytes."""

    start: int
    end: int
    node: int
    zone: str
    movable: bool
    hotpluggable: bool
    why: tuple[Why, ...]


@value
class Block:
    """A memory block device."""

    id: int
    start: int
    nodes: tuple[int, ...]
    state: str
    valid_zones: tuple[str, ...]
    removable: str
    """``yes``: offlines on an idle system; ``no``: cannot; ``maybe``: what is in use decides."""


@value
class BlockRun:
    """Neighbouring blocks that are alike: ids ``[first, first + count)``."""

    first: int
    count: int
    nodes: tuple[int, ...]
    state: str
    valid_zones: tuple[str, ...]
    removable: str
    why: str
    """Why the blocks are (not) removable, in words."""


@value
class Blocks:
    """All memory blocks, as runs; sizes in bytes."""

    size: int
    runs: tuple[BlockRun, ...]

    def __iter__(self) -> Iterator[Block]:
        for run in self.runs:
            for number in range(run.first, run.first + run.count):
                yield Block(
                    id=number,
                    start=number * self.size,
                    nodes=run.nodes,
                    state=run.state,
                    valid_zones=run.valid_zones,
                    removable=run.removable,
                )


@value
class Assumption:
    """An input that was not given, and what was taken instead."""

    what: str
    value: int | str | bool | tuple[str, ...] | None
    why: str


@value
class Layout:
    """Everything that the boot decides about memory."""

    kernel: str
    cmdline: str
    boots: bool
    numa: Numa
    memory: tuple[MemoryRegion, ...]
    reserved: tuple[ReservedRegion, ...]
    zones: tuple[ZoneView, ...]
    movable_zone_start: tuple[tuple[int, int], ...]
    """(node, address in bytes)."""
    ranges: tuple[RangeView, ...]
    blocks: Blocks
    assumed: tuple[Assumption, ...]
    findings: tuple[Finding, ...]
    zone_ranges: tuple[tuple[str, int, int], ...] | None = None
    """``Zone ranges:`` as the kernel prints them (name, start, end), half open, bytes; empty zones left out."""
    online_nodes: tuple[int, ...] | None = None
    """Nodes that are online after boot: with RAM, a CPU or a generic initiator."""

    def ram_by_zone(self) -> dict[int, dict[str, int]]:
        """Give the RAM of each node by zone, in bytes.

        Taken from the ranges: the kernel's count of present pages can wrap below 0, and leaves out broken pages.
        """
        ram: dict[int, dict[str, int]] = {}
        for piece in self.ranges:
            zones = ram.setdefault(piece.node, {})
            zones[piece.zone] = zones.get(piece.zone, 0) + piece.end - piece.start
        return ram
