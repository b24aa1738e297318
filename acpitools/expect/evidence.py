"""Evidence: the ranges, blocks and allocations behind a measurement, each with its reasons and their source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from acpitools.core.findings import Finding
from acpitools.core.ranges import AddrRange, subtract, total
from acpitools.core.units import format_size
from acpitools.expect.result import Evidence
from acpitools.expect.world import World, overlapping
from acpitools.kernel.layout import BlockRun, RangeView, ReservedRegion, Why

__all__ = ["MOST", "about_blocks", "about_findings", "about_holders", "about_ranges", "fact"]

MOST: Final = 32
"""Pieces of evidence that a result keeps; the rest is counted."""
_NOT_RAM: Final = Why(code="no-ram", text="no memory of the page allocator", source="e820")


def fact(text: str, code: str, why: str, source: str | None) -> Evidence:
    """Give evidence that is no range: a statement and its reason."""
    return Evidence(text=text, why=(Why(code=code, text=why, source=source),))


def _bounded(found: list[Evidence], what: str) -> tuple[Evidence, ...]:
    if len(found) <= MOST:
        return tuple(found)
    return (*found[:MOST], Evidence(text=f"and {len(found) - MOST} more {what}"))


def _alike(piece: RangeView) -> tuple[object, ...]:
    return piece.node, piece.zone, piece.movable, piece.why


def about_ranges(world: World, ranges: Sequence[AddrRange]) -> tuple[Evidence, ...]:
    """Say for a set of addresses what lies there and why; pieces of one fate are told together."""
    groups: dict[tuple[object, ...], list[tuple[RangeView, AddrRange]]] = {}
    for place in ranges:
        for number in overlapping(*world.piece_edges, place.start, place.end):
            piece = world.layout.ranges[number]
            part = AddrRange(max(piece.start, place.start), min(piece.end, place.end))
            groups.setdefault(_alike(piece), []).append((piece, part))
    found = [_piece(parts) for parts in groups.values()]
    outside = subtract(ranges, world.ram)
    if outside:
        text = f"{_places(outside)}: not RAM"
        found.append(Evidence(text=text, ranges=tuple(outside[:MOST]), why=(_NOT_RAM,)))
    return _bounded(found, "kinds of memory")


def _piece(parts: list[tuple[RangeView, AddrRange]]) -> Evidence:
    piece, ranges = parts[0][0], [part for _, part in parts]
    fate = "movable" if piece.movable else "not movable"
    text = f"{_places(ranges)}: node {piece.node}, {piece.zone}, {format_size(total(ranges))}, {fate}"
    return Evidence(text=text, ranges=tuple(ranges[:MOST]), node=piece.node, why=piece.why)


def _places(ranges: Sequence[AddrRange]) -> str:
    shown = ", ".join(str(place) for place in ranges[:3])
    return f"{shown} and {len(ranges) - 3} more" if len(ranges) > 3 else shown


def about_blocks(world: World, ranges: Sequence[AddrRange]) -> tuple[Evidence, ...]:
    """Say for the memory blocks that touch a set of addresses whether they can go offline, and why."""
    size = world.layout.blocks.size
    reach: dict[int, tuple[int, int]] = {}
    for place in ranges:
        for number in overlapping(*world.run_edges, place.start, place.end):
            run = world.layout.blocks.runs[number]
            first = max(run.first, place.start // size)
            last = min(run.first + run.count - 1, (place.end - 1) // size)
            known = reach.get(number, (first, last))
            reach[number] = min(known[0], first), max(known[1], last)
    told = list(reach.items())
    found = [_blocks(world, world.layout.blocks.runs[number], *edges) for number, edges in told[:MOST]]
    more = [Evidence(text=f"and {len(told) - MOST} more runs of blocks")] if len(told) > MOST else []
    return (*found, *more)


def _blocks(world: World, run: BlockRun, first: int, last: int) -> Evidence:
    size = world.layout.blocks.size
    place = AddrRange(first * size, (last + 1) * size)
    name = f"memory{first}" if first == last else f"memory{first}-memory{last}"
    nodes = ", ".join(map(str, run.nodes)) or "none"
    text = f"{name}: node {nodes}, zone {'/'.join(run.valid_zones)}, removable: {run.removable}"
    reason = Why(code=f"removable-{run.removable}", text=run.why, source="offline_pages")
    inside = [e for e in world.holders if e.start < place.end and place.start < e.end] if run.removable == "no" else []
    held = [_holder(entry) for entry in inside]
    more = (Why(code="held", text=f"{len(held) - 3} more", source=None),) if len(held) > 3 else ()
    return Evidence(
        text=text,
        ranges=(place,),
        node=run.nodes[0] if len(run.nodes) == 1 else None,
        why=(reason, *held[:3], *more),
    )


def _holder(entry: ReservedRegion) -> Why:
    text = f"{entry.owner} {AddrRange(entry.start, entry.end)}, {format_size(entry.end - entry.start)}"
    return Why(code="held", text=text, source=None)


def about_holders(world: World, entries: Sequence[ReservedRegion]) -> tuple[Evidence, ...]:
    """Say who took what, with the kernel function that did."""
    functions = {(a.start, a.end, a.owner): a.function for a in world.state.ledger}
    found = [
        Evidence(
            text=f"{AddrRange(e.start, e.end)}: {e.owner}, {format_size(e.end - e.start)}"
            + (f", node {e.node}" if e.node is not None else ""),
            ranges=(AddrRange(e.start, e.end),),
            node=e.node,
            why=(
                Why(
                    code="allocation",
                    text="taken while booting" if e.certain else "taken while booting; its place is an estimate",
                    source=functions.get((e.start, e.end, e.owner)),
                ),
            ),
        )
        for e in entries
    ]
    return _bounded(found, "allocations")


def about_findings(findings: Iterable[Finding]) -> tuple[Evidence, ...]:
    """Give findings as evidence."""
    found = []
    for item in findings:
        why = Why(code=item.code, text=item.message, source=str(item.location) or None)
        found.append(Evidence(text=f"{item.severity.value} {item.code}", why=(why,)))
    return _bounded(found, "findings")
