"""A predicted machine as sets of memory, each made once: what expectations are measured on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from acpitools.core.ranges import AddrRange, coalesce, intersect
from acpitools.kernel.inputs import AffinityType
from acpitools.kernel.layout import BlockRun, Layout, NodeView, ReservedRegion
from acpitools.kernel.predict import Prediction
from acpitools.kernel.state import BootEnv, BootState

__all__ = ["World", "overlapping", "touches"]


def overlapping(starts: Sequence[int], ends: Sequence[int], start: int, end: int) -> range:
    """Give the numbers of the stretches, sorted and disjoint, that overlap ``[start, end)``."""
    return range(bisect_right(ends, start), bisect_left(starts, end))


def touches(ranges: Sequence[AddrRange], start: int, end: int) -> bool:
    """Tell whether ``[start, end)`` overlaps any of some sorted, disjoint ranges."""
    index = bisect_right(ranges, start, key=lambda place: place.end)
    return start < end and index < len(ranges) and ranges[index].start < end


class World:
    """A boot and its layout; ranges are half open, bytes, sorted and disjoint."""

    def __init__(self, prediction: Prediction) -> None:
        self.layout: Layout = prediction.layout
        self.state: BootState = prediction.replay.state
        self.env: BootEnv = prediction.replay.env

    @cached_property
    def nodes(self) -> dict[int, NodeView]:
        """Possible nodes by number."""
        return {node.node: node for node in self.layout.numa.nodes}

    @cached_property
    def ram(self) -> list[AddrRange]:
        """All RAM of the page allocator."""
        return coalesce((piece.start, piece.end) for piece in self.layout.ranges)

    @cached_property
    def movable(self) -> list[AddrRange]:
        """RAM in a Movable zone."""
        return coalesce((piece.start, piece.end) for piece in self.layout.ranges if piece.movable)

    @cached_property
    def hotpluggable(self) -> list[AddrRange]:
        """RAM that an enabled structure of the SRAT calls hot-pluggable, whether or not the mark survives."""
        srat = self.env.inputs.srat
        flagged = [
            (e.base, e.base + e.size)
            for e in (srat.entries if srat else ())
            if e.type == AffinityType.MEMORY and e.flags & 3 == 3
        ]
        return intersect(self.ram, flagged)

    @cached_property
    def _by_node(self) -> dict[int, list[AddrRange]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for piece in self.layout.ranges:
            found.setdefault(piece.node, []).append((piece.start, piece.end))
        return {node: coalesce(ranges) for node, ranges in found.items()}

    def of_node(self, node: int) -> list[AddrRange]:
        """Give the RAM of a node."""
        return self._by_node.get(node, [])

    def of_zone(self, zone: str) -> list[AddrRange]:
        """Give the RAM of a zone, over all nodes."""
        return coalesce((piece.start, piece.end) for piece in self.layout.ranges if piece.zone == zone)

    def of_runs(self, *answers: str) -> list[AddrRange]:
        """Give the RAM in memory blocks with one of these answers to whether they are removable."""
        size = self.layout.blocks.size
        runs = [run for run in self.layout.blocks.runs if run.removable in answers]
        return intersect(self.ram, [(run.first * size, (run.first + run.count) * size) for run in runs])

    def block_range(self, block: int) -> AddrRange:
        """Give the addresses of a memory block, there or not."""
        size = self.layout.blocks.size
        return AddrRange(block * size, (block + 1) * size)

    def run_of(self, block: int) -> BlockRun | None:
        """Give the run of blocks that holds a block."""
        return next((r for r in self.layout.blocks.runs if r.first <= block < r.first + r.count), None)

    @property
    def unmarked(self) -> frozenset[int]:
        """Nodes that lost their hot-plug marks to what was reserved in them."""
        return frozenset(self.state.numa.unmarked)

    @cached_property
    def held(self) -> list[AddrRange]:
        """RAM that the kernel took while it booted, what it gives back later included."""
        return intersect(self.ram, [(region.base, region.end) for region in self.state.memblock.reserved])

    @cached_property
    def holders(self) -> tuple[ReservedRegion, ...]:
        """Who took what, as far as it is still taken when the page allocator starts, in address order."""
        taken = coalesce((region.base, region.end) for region in self.state.memblock.reserved)
        return tuple(entry for entry in self.layout.reserved if touches(taken, entry.start, entry.end))

    @cached_property
    def piece_edges(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the pieces of RAM, in address order."""
        return [piece.start for piece in self.layout.ranges], [piece.end for piece in self.layout.ranges]

    @cached_property
    def run_edges(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the runs of memory blocks, in address order."""
        size, runs = self.layout.blocks.size, self.layout.blocks.runs
        return [run.first * size for run in runs], [(run.first + run.count) * size for run in runs]
