"""Two layouts of one machine side by side: what two kernels, or two configurations, make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from acpitools.core.ranges import coalesce, intersect, total
from acpitools.core.value import value
from acpitools.kernel.layout import BlockRun, Layout, RangeView

__all__ = ["FactPair", "compare_layouts"]

Fact = int | str | bool | None


@value
class FactPair:
    """One fact of both layouts (bytes, pages, PFN as `what` says); None is absent."""

    where: str
    """``node 1``, ``node 1 Movable``, ``memory32-memory47``; empty for the machine."""
    what: str
    """``present_pages``, ``movable``, ``removable`` ..."""
    left: Fact
    right: Fact
    counts: bool = True
    """Decides whether the layouts are equal; estimates and sizes of a build do not."""

    @property
    def differs(self) -> bool:
        """The two layouts disagree here."""
        return self.left != self.right


def compare_layouts(left: Layout, right: Layout) -> tuple[FactPair, ...]:
    """Give the facts of two layouts, alike or not, in the order machine, nodes, zones, blocks that differ."""
    pairs = [*_pairs(_machine(left), _machine(right)), *_pairs(_nodes(left), _nodes(right))]
    pairs += _pairs(_zones(left), _zones(right))
    return (*pairs, *_blocks(left, right))


_Facts = dict[tuple[str, str], tuple[Fact, bool]]


def _pairs(left: _Facts, right: _Facts) -> Iterator[FactPair]:
    absent = (None, True)
    for key in sorted(left.keys() | right.keys(), key=lambda key: _order(key, left, right)):
        (one, counts), (other, _) = left.get(key, absent), right.get(key, absent)
        counts = counts and right.get(key, absent)[1]
        yield FactPair(where=key[0], what=key[1], left=one, right=other, counts=counts)


def _order(key: tuple[str, str], left: _Facts, right: _Facts) -> tuple[int, str, int]:
    listed = list(left if key in left else right)
    names = [where for where, _ in listed]
    return int(key[0].split()[1]) if key[0] else -1, key[0], names.index(key[0]) + listed.index(key)


def _machine(layout: Layout) -> _Facts:
    counts = Counter[str]()
    for run in layout.blocks.runs:
        counts[run.removable] += run.count
    facts: _Facts = {
        ("", "boots"): (layout.boots, True),
        ("", "numa_source"): (layout.numa.source, True),
        ("", "srat_rejected"): (layout.numa.rejected, False),
        ("", "movable"): (_size(p for p in layout.ranges if p.movable), True),
        ("", "block_size"): (layout.blocks.size, True),
    }
    for answer in ("yes", "maybe", "no"):
        facts["", f"blocks_removable_{answer}"] = counts[answer], True
    return facts


def _size(pieces: Iterator[RangeView]) -> int:
    return sum(piece.end - piece.start for piece in pieces)


def _nodes(layout: Layout) -> _Facts:
    facts: _Facts = {}
    held = coalesce((r.start, r.end) for r in layout.reserved)
    for node in layout.numa.nodes:
        own = [p for p in layout.ranges if p.node == node.node]
        name = f"node {node.node}"
        facts[name, "ram"] = sum(p.end - p.start for p in own), True
        facts[name, "movable"] = sum(p.end - p.start for p in own if p.movable), True
        facts[name, "hotpluggable"] = sum(p.end - p.start for p in own if p.hotpluggable), True
        facts[name, "kernel"] = total(intersect(held, [(p.start, p.end) for p in own])), False
    return facts


def _zones(layout: Layout) -> _Facts:
    facts: _Facts = {}
    for zone in layout.zones:
        name = f"node {zone.node} {zone.zone}"
        facts[name, "start_pfn"] = zone.start_pfn, True
        facts[name, "spanned_pages"] = zone.spanned_pages, True
        facts[name, "present_pages"] = zone.present_pages, True
        facts[name, "managed_pages"] = zone.managed_pages.estimate, False
    return facts


def _told(run: BlockRun | None) -> str | None:
    if run is None:
        return None
    return f"node {' '.join(map(str, run.nodes))}, {'/'.join(run.valid_zones)}, {run.removable}"


def _blocks(left: Layout, right: Layout) -> Iterator[FactPair]:
    # Stretches of blocks over which both sides stay the same; only those that differ.
    if left.blocks.size != right.blocks.size:
        return
    edges = sorted(
        {edge for layout in (left, right) for r in layout.blocks.runs for edge in (r.first, r.first + r.count)}
    )
    runs = [_Runs(left), _Runs(right)]
    for first, end in pairwise(edges):
        one, other = (_told(side.at(first)) for side in runs)
        if one != other:
            name = f"memory{first}" if end - first == 1 else f"memory{first}-memory{end - 1}"
            yield FactPair(where=name, what="block", left=one, right=other)


class _Runs:
    """Runs of blocks, asked in ascending order."""

    def __init__(self, layout: Layout) -> None:
        self.runs = list(layout.blocks.runs)
        self.index = 0

    def at(self, number: int) -> BlockRun | None:
        while self.index < len(self.runs) and self.runs[self.index].first + self.runs[self.index].count <= number:
            self.index += 1
        here = self.runs[self.index] if self.index < len(self.runs) else None
        return here if here is not None and here.first <= number else None
