"""Pictures of a layout: a bar for each node, and the address space with its zones, marks and what the kernel holds."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import groupby
from typing import Final

from acpitools.core.units import format_size
from acpitools.kernel.layout import Layout, RangeView
from acpitools.report.address_axis import Axis
from acpitools.report.terminal import Palette, bar, cut, mem, percent

__all__ = ["LOST_CODES", "address_picture", "node_bars"]

LOST_CODES: Final = frozenset({"node-reserved", "mark-unused"})
"""Reasons of memory that the SRAT calls hot-pluggable in vain."""
_NODES: Final = 32
_ZONES: Final = {"DMA": ".", "DMA32": "░", "Normal": "▒", "Movable": "█"}
_MARKED, _LOST = "^", "x"
_HOTPLUG: Final = {_MARKED: "hot-pluggable", _LOST: "hot-plug mark lost or without effect"}
_HOLE: Final = 16
"""A hole is drawn where it is at least this part of a column."""
_STYLES: Final = {
    **dict.fromkeys((".", "░", "▒"), "yellow"),
    "█": "green",
    _MARKED: "green",
    _LOST: "red",
}
_NAME: Final = 12
"""Columns before the picture: indent and the name of the row."""


def _legend(present: Container[str]) -> list[str]:
    return [f"{mark} {zone}" for zone, mark in _ZONES.items() if mark in present]


def node_bars(layout: Layout, width: int, palette: Palette, *, verbose: bool) -> Iterator[str]:
    """Draw the RAM of each node to scale, by zone, with the Movable share."""
    ram = layout.ram_by_zone()
    if not ram:
        return
    sums = {node: sum(zones.values()) for node, zones in ram.items()}
    nodes, rest = cut(sorted(ram), _NODES, verbose=verbose)
    rows = [(f"node {n}", format_size(sums[n]), _share(ram[n].get("Movable", 0), sums[n])) for n in nodes]
    name, size, share = (max(map(len, column)) for column in zip(*rows, strict=True))
    room, most = max(16, width - name - size - share - 8), max(sums.values())
    present = {_ZONES[zone] for zones in ram.values() for zone in zones}
    yield "   ".join([palette.title("RAM by node"), *_legend(present)])
    for node, row in zip(nodes, rows, strict=True):
        drawn = bar([(ram[node].get(zone, 0), mark) for zone, mark in _ZONES.items()], most, room)
        painted = palette.marks(drawn, _STYLES) + " " * (room - len(drawn))
        yield f"  {row[0]:<{name}}  {row[1]:>{size}}  {painted}  {row[2]}"
    yield from rest


def _share(movable: int, whole: int) -> str:
    return f"{percent(movable, whole)} Movable" if movable else "none Movable"


def _mark(piece: RangeView) -> str:
    if piece.hotpluggable:
        return _MARKED
    return _LOST if any(why.code in LOST_CODES for why in piece.why) else ""


def address_picture(layout: Layout, width: int, palette: Palette) -> Iterator[str]:
    """Draw the address space to scale: nodes, zones, hot-plug marks, and how much the kernel took while booting."""
    memory, pieces = layout.memory, layout.ranges
    if not memory or not pieces:
        return
    firsts = [(next(group).start, node) for node, group in groupby(memory, key=lambda region: region.node)]
    room = width - _NAME - 2
    axis = Axis(
        ((region.start, region.end) for region in memory),
        room,
        borders=(start for start, _ in firsts),
        smallest_hole=sum(region.end - region.start for region in memory) // room // _HOLE,
    )
    yield f"{palette.title('Address space')} {mem(memory[0].start, memory[-1].end)}, RAM to scale, holes shortened"
    zones = axis.row([(p.start, p.end, _ZONES.get(p.zone, " ")) for p in pieces])
    marked = [(p.start, p.end, mark) for p in pieces if (mark := _mark(p))]
    marks = axis.row(marked) if marked else ""
    held = axis.levels((r.start, r.end) for r in layout.reserved)
    nodes = axis.labels((start, str(node)) for start, node in firsts if node is not None)
    rows = [("node", nodes), ("zone", palette.marks(zones, _STYLES))]
    legend = _legend(zones)
    if marks:
        rows.append(("hot-plug", palette.marks(marks, _STYLES)))
        legend += [f"{mark} {text}" for mark, text in _HOTPLUG.items() if mark in marks]
    if held:
        rows.append(("held", palette.paint("red", held)))
        legend.append("▁-█ share taken while booting")
    for name, row in rows:
        yield f"  {name:<{_NAME - 2}}{row}"
    for line in axis.ruler():
        yield " " * _NAME + palette.paint("dim", line)
    yield from _legends(legend, width)


def _legends(parts: list[str], width: int) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and len(line) + 3 + len(part) > width:
            yield line
            line = ""
        line = f"{line}   {part}" if line else f"  {part}"
    yield line
