"""The picture of a moment of the boot: memory[] and reserved[] over one address axis, and what is taken next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from acpitools.core.ranges import subtract
from acpitools.core.units import PAGE_SIZE
from acpitools.kernel.memblock import HOTPLUG, NUMA_NO_NODE, UNSET_NID, Direction, Memblock, Region
from acpitools.kernel.replay import Replay
from acpitools.kernel.state import BootState
from acpitools.report.address_axis import Axis, by_magnitude
from acpitools.report.terminal import Palette

__all__ = ["LEGEND", "axis_of", "boot_picture"]

_FIXED, _MARKED = "░", "▓"
_STYLES: Final = {_FIXED: "yellow", _MARKED: "green"}
LEGEND: Final = f"{_FIXED} memory   {_MARKED} hot-pluggable   ▁-█ share reserved   wider is larger, not to scale"
_NAME: Final = 13
"""Columns before the picture: indent and the name of the row."""


def axis_of(replay: Replay, width: int) -> Axis:
    """Give one axis for all moments of a boot: whatever is in memory[] at the end of a phase, divided at nodes."""
    last = {step.phase: step.after.memblock.memory for step in replay.steps}
    regions = [(region.base, region.end) for memory in last.values() for region in memory]
    borders = [start for start, _ in _nodes(replay.state.memblock.memory)]
    return Axis(regions, width - _NAME - 2, borders=borders, weight=by_magnitude)


def boot_picture(state: BootState, axis: Axis, palette: Palette, *, ruler: bool = True) -> Iterator[str]:
    """Draw the allocator's two arrays, the nodes once they are known, and the side from which it takes memory."""
    mb = state.memblock
    if not mb.memory:
        yield "  memory[] is empty"
        return
    memory = axis.row([(r.base, r.end, _MARKED if r.flags & HOTPLUG else _FIXED) for r in mb.memory])
    rows = [
        ("memory[]", palette.marks(memory, _STYLES)),
        ("reserved[]", palette.paint("red", axis.levels((r.base, r.end) for r in mb.reserved))),
        *(("next" if number == 0 else "", line) for number, line in enumerate(_next(mb, axis))),
    ]
    # The SRAT names nodes before memory[] gets them.
    known = list(_nodes(mb.memory)) or [
        (first, blk.nid)
        for blk in sorted(state.numa.meminfo)
        if (first := axis.first_of(blk.start, blk.end)) is not None
    ]
    nodes = axis.labels((start, str(node)) for start, node in known)
    if nodes:
        rows.insert(0, ("node", nodes))
    for name, row in rows:
        yield f"  {name:<{_NAME - 2}}{row}".rstrip()
    for line in axis.ruler() if ruler else ():
        yield " " * _NAME + palette.paint("dim", line)


def _nodes(memory: Sequence[Region]) -> Iterator[tuple[int, int]]:
    for nid, group in groupby(memory, key=lambda region: region.nid):
        if nid not in (NUMA_NO_NODE, UNSET_NID):
            yield next(group).base, nid


def _next(mb: Memblock, axis: Axis) -> list[str]:
    # The free page that a search finds first: the arrow stands at its column and points the way the search goes on.
    allowed = [(r.base, min(r.end, mb.current_limit)) for r in mb.memory if not (mb.movable_node and r.flags & HOTPLUG)]
    free = [place for place in subtract(allowed, ((r.base, r.end) for r in mb.reserved)) if place.size >= PAGE_SIZE]
    if not free:
        return ["nothing is free" + (" outside hot-pluggable memory" if mb.movable_node else "")]
    up = mb.direction is Direction.BOTTOM_UP
    arrow = "→" if up else "←"
    column = _column(axis, free[0].start if up else free[-1].end - 1)
    below = f" below {mb.current_limit:#x}" if mb.current_limit < mb.memory[-1].end else ""
    hint = f"{'lowest' if up else 'highest'} free first{below}" + (", never hot-pluggable" if mb.movable_node else "")
    if not up and column > len(hint):
        return [f"{hint} {arrow}".rjust(column + 1)]
    if column + 2 + len(hint) <= axis.width:
        return [" " * column + f"{arrow} {hint}"]
    return [" " * column + arrow, hint]


def _column(axis: Axis, address: int) -> int:
    index = bisect_right(axis.columns, address, key=lambda column: column.start) - 1
    return axis.columns[max(index, 0)].number
