"""The differences between a predicted layout and what a real kernel did.

Only what the observation tells is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from acpitools.core.observed import Observed, ObservedBlock, ObservedZone
from acpitools.core.ranges import coalesce
from acpitools.core.units import PFN_DOWN, PFN_PHYS, PFN_UP
from acpitools.core.value import value
from acpitools.kernel.layout import Block, Layout, ZoneView

__all__ = ["Difference", "Value", "compare", "compare_state"]

Value = int | str | bool | None
"""What a difference holds on either side: None is absent; lists are text."""


@value
class Difference:
    """One fact on which the prediction and the observation disagree (bytes, PFN and pages as `what` says)."""

    what: str
    """``boots``, ``zone``, ``present_pages``, ``movable_zone_start``, ``node_range``, ``valid_zones`` ..."""
    where: str
    """``node 1 Movable``, ``memory40``, ``node 1``; empty for the machine."""
    predicted: Value
    observed: Value

    def __str__(self) -> str:
        place = f"{self.where} " if self.where else ""
        return f"{place}{self.what}: predicted {_shown(self.predicted)}, observed {_shown(self.observed)}"


def compare(layout: Layout, observed: Observed) -> tuple[Difference, ...]:
    """Give every difference, in the order boots, zones, zone ranges, movable starts, node ranges, blocks, nodes.

    Zone extents are compared exactly, managed pages against the bounds of their estimate, node ranges page by page
    (touching ranges of a node are one).  Where neither comes up, what the kernel printed before is compared still.
    """
    return tuple(_differences(layout, observed))


def compare_state(
    zones: Iterable[ZoneView],
    blocks: Iterable[Block],
    block_size: int,
    online_nodes: Iterable[int] | None,
    observed: Observed,
) -> Iterator[Difference]:
    """Give the differences of a running machine's zones, blocks (size in bytes) and online nodes, in this order."""
    if observed.zones is not None:
        yield from _zones(zones, observed.zones)
    if observed.block_size is not None:
        yield from _differ("block_size", "", block_size, observed.block_size)
    if observed.blocks is not None:
        yield from _blocks(blocks, observed.blocks)
    if observed.online_nodes is not None and online_nodes is not None:
        yield from _differ("online_nodes", "", _listed(online_nodes), _listed(observed.online_nodes))


def _differences(layout: Layout, observed: Observed) -> Iterator[Difference]:
    if observed.boots is not None and observed.boots != layout.boots:
        yield Difference(what="boots", where="", predicted=layout.boots, observed=observed.boots)
        return
    if observed.zones is not None:
        yield from _zones(layout.zones, observed.zones)
    if observed.zone_ranges is not None and layout.zone_ranges is not None:
        yield from _zone_ranges(layout.zone_ranges, observed.zone_ranges)
    if observed.movable_zone_start is not None:
        predicted, seen = dict(layout.movable_zone_start), dict(observed.movable_zone_start)
        for node in sorted(predicted.keys() | seen.keys()):
            yield from _differ("movable_zone_start", f"node {node}", predicted.get(node), seen.get(node))
    if observed.node_ranges is not None:
        yield from _node_ranges(layout, observed.node_ranges)
    if observed.block_size is not None and layout.boots:
        yield from _differ("block_size", "", layout.blocks.size, observed.block_size)
    if observed.blocks is not None:
        yield from _blocks(layout.blocks, observed.blocks)
    if observed.online_nodes is not None and layout.online_nodes is not None:
        yield from _differ("online_nodes", "", _listed(layout.online_nodes), _listed(observed.online_nodes))


def _differ(what: str, where: str, predicted: Value, observed: Value) -> Iterator[Difference]:
    if predicted != observed:
        yield Difference(what=what, where=where, predicted=predicted, observed=observed)


def _zones(predicted: Iterable[ZoneView], observed: Iterable[ObservedZone]) -> Iterator[Difference]:
    expected = {(zone.node, zone.zone): zone for zone in predicted}
    seen = {(zone.node, zone.zone): zone for zone in observed}
    for key in sorted(expected.keys() | seen.keys(), key=_zone_order):
        where = f"node {key[0]} {key[1]}"
        left, right = expected.get(key), seen.get(key)
        if left is None or right is None:
            yield Difference(
                what="zone",
                where=where,
                predicted=None if left is None else f"{left.present_pages} pages",
                observed=None if right is None else f"{right.present_pages} pages",
            )
            continue
        for what in ("start_pfn", "spanned_pages", "present_pages"):
            told = getattr(right, what)
            if told is not None:
                yield from _differ(what, where, getattr(left, what), told)
        managed, bounds = right.managed_pages, left.managed_pages
        if managed is not None and not bounds.low <= managed <= bounds.high:
            yield Difference(
                what="managed_pages", where=where, predicted=f"{bounds.low}..{bounds.high}", observed=managed
            )


def _zone_order(key: tuple[int, str]) -> tuple[int, int, str]:
    names = ("DMA", "DMA32", "Normal", "Movable")
    return key[0], names.index(key[1]) if key[1] in names else len(names), key[1]


def _zone_ranges(
    predicted: Iterable[tuple[str, int, int]], observed: Iterable[tuple[str, int, int]]
) -> Iterator[Difference]:
    expected = {name: _range(start, end) for name, start, end in predicted}
    seen = {name: _range(start, end) for name, start, end in observed}
    for name in sorted(expected.keys() | seen.keys(), key=lambda name: _zone_order((0, name))):
        yield from _differ("zone_range", name, expected.get(name), seen.get(name))


def _node_ranges(layout: Layout, observed: Iterable[tuple[int, int, int]]) -> Iterator[Difference]:
    # The kernel prints the whole pages of each region, and a line for each change of flags.
    expected = _by_node(
        (-1 if region.node is None else region.node, PFN_PHYS(PFN_UP(region.start)), PFN_PHYS(PFN_DOWN(region.end)))
        for region in layout.memory
    )
    seen = _by_node(observed)
    for node in sorted(expected.keys() | seen.keys()):
        left, right = expected.get(node, frozenset()), seen.get(node, frozenset())
        for start, end in sorted(left - right):
            yield Difference(what="node_range", where=f"node {node}", predicted=_range(start, end), observed=None)
        for start, end in sorted(right - left):
            yield Difference(what="node_range", where=f"node {node}", predicted=None, observed=_range(start, end))


def _by_node(ranges: Iterable[tuple[int, int, int]]) -> Mapping[int, frozenset[tuple[int, int]]]:
    nodes: dict[int, list[tuple[int, int]]] = {}
    for node, start, end in ranges:
        if start < end:
            nodes.setdefault(node, []).append((start, end))
    return {node: frozenset(coalesce(spans)) for node, spans in nodes.items()}


def _blocks(predicted: Iterable[Block], observed: Iterable[ObservedBlock]) -> Iterator[Difference]:
    expected = {block.id: block for block in predicted}
    seen = {block.id: block for block in observed}
    for number in sorted(expected.keys() | seen.keys()):
        where = f"memory{number}"
        left, right = expected.get(number), seen.get(number)
        if left is None or right is None:
            yield Difference(
                what="block",
                where=where,
                predicted=None if left is None else left.state,
                observed=None if right is None else right.state or "present",
            )
            continue
        if right.state is not None:
            yield from _differ("state", where, left.state, right.state)
        if right.nodes is not None:
            yield from _differ("nodes", where, _listed(left.nodes), _listed(right.nodes))
        if right.valid_zones is not None:
            yield from _differ("valid_zones", where, _listed(left.valid_zones), _listed(right.valid_zones))


def _listed(values: Iterable[object]) -> str:
    return " ".join(str(value) for value in values)


def _range(start: int, end: int) -> str:
    return f"[mem {start:#018x}-{end - 1:#018x}]"


def _shown(value: Value) -> str:
    if value is None:
        return "absent"
    return str(value).lower() if isinstance(value, bool) else str(value)
