"""A boot stage by stage: at the end of each phase a picture of memory[] and reserved[], then what happened in it.

The phases and the pictures are those in which the original design (2013) was explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from acpitools.core.ranges import coalesce
from acpitools.core.units import format_size
from acpitools.kernel.memblock import HOTPLUG, NUMA_NO_NODE, UNSET_NID, Direction, Memblock, Region
from acpitools.kernel.replay import Replay, Step
from acpitools.kernel.state import Allocation, BootState, Phase
from acpitools.report.terminal import Palette, cut, mem, wrapped

__all__ = ["replay_text"]

_MARKS: Final = {"free": "░", "hotplug": "▓", "reserved": "█", "hole": " "}
_LEGEND: Final = "memory: ░ fixed  ▓ hot-pluggable    reserved: █"
_EVENTS: Final = 24
_SEGMENTS: Final = 24


class _Segment(NamedTuple):
    """A stretch of the axis: bytes ``[start, end)`` drawn in columns ``[column, column + width)``."""

    start: int
    end: int
    column: int
    width: int


def replay_text(replay: Replay, *, until: Phase | None, step: bool, width: int, color: bool) -> Iterator[str]:
    """Give the boot in lines, each with its line end; ``step`` shows every stage that did something."""
    steps = replay.until(until) if until else replay.steps
    palette, width = Palette(color), max(width, 60)
    for phase, group in groupby(steps, key=lambda one: one.phase):
        stages = list(group)
        number = list(Phase).index(phase) + 1
        yield palette.title(f"{number}. {phase.value}") + "\n"
        for line in _phase(stages, width, palette, step):
            yield line + "\n"
        yield "\n"
    last = steps[-1].after
    if last.panic:
        yield palette.paint("red", f"The kernel dies here: {last.panic}") + "\n"


def _phase(stages: Sequence[Step], width: int, palette: Palette, step: bool) -> Iterator[str]:
    after = stages[-1].after
    if after.memblock.memory:
        yield from _picture(after, width, palette)
    for stage in stages:
        body = [*_events(stage, width), *_taken(stage)]
        if step or body:
            yield palette.paint("cyan", f"  {stage.stage}") + palette.paint("dim", f"  {stage.function}")
        shown, rest = cut(body, _EVENTS, verbose=step)
        yield from (*shown, *rest)


def _events(stage: Step, width: int) -> Iterator[str]:
    for event in stage.events:
        cause = f"  <{event.cause}>" if event.cause else ""
        if event.dmesg:
            yield f"    | {event.dmesg}{cause}"
        else:
            place = f" {mem(*event.ranges[0])}" if len(event.ranges) == 1 else ""
            yield from wrapped(f"{event.message}{place}{cause}", width, "    ")


def _taken(stage: Step) -> Iterator[str]:
    known = set(stage.before.ledger)
    fresh = [entry for entry in stage.after.ledger if entry not in known]
    for (owner, _), group in groupby(fresh, key=lambda entry: (entry.owner, entry.direction)):
        yield f"    {_entry(owner, list(group))}"


def _entry(owner: str, entries: list[Allocation]) -> str:
    places = coalesce((entry.start, entry.end) for entry in entries)
    size = sum(place.size for place in places)
    direction = entries[0].direction
    how = f", allocated {direction.value}" if direction else ""
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"reserve {mem(*places[0])}{more}: {owner}, {format_size(size)}{how}"


# --- the picture ------------------------------------------------------------------------------------------------


def _axis(memory: Sequence[Region], width: int) -> list[_Segment]:
    # Stretches of RAM, wider the larger they are (by powers of two), with one column for each hole between them.
    ram = coalesce((region.base, region.end) for region in memory)
    if len(ram) > _SEGMENTS:
        ram = [*ram[: _SEGMENTS - 1], type(ram[0])(ram[_SEGMENTS - 1].start, ram[-1].end)]
    weights = [max(1, place.size.bit_length() - 18) ** 2 for place in ram]
    room = max(len(ram), width - 13 - len(ram))
    total = sum(weights)
    segments, column = [], 0
    for place, weight in zip(ram, weights, strict=True):
        span = max(1, room * weight // total)
        segments.append(_Segment(place.start, place.end, column, span))
        column += span + 1
    return segments


def _edges(segment: _Segment) -> Iterator[tuple[int, int, int]]:
    size = segment.end - segment.start
    for number in range(segment.width):
        low = segment.start + size * number // segment.width
        high = segment.start + size * (number + 1) // segment.width
        yield segment.column + number, low, max(high, low + 1)


def _row(segments: list[_Segment], regions: Sequence[Region], mark: str | None) -> list[str]:
    # A column shows what any byte of it holds: a mark, or fixed or hot-pluggable memory.
    last = segments[-1]
    row = [" "] * (last.column + last.width)
    index = 0
    for segment in segments:
        for column, low, high in _edges(segment):
            while index < len(regions) and regions[index].end <= low:
                index += 1
            probe = index
            while probe < len(regions) and regions[probe].base < high:
                hot = regions[probe].flags & HOTPLUG
                row[column] = mark or (_MARKS["hotplug"] if hot else _MARKS["free"])
                probe += 1
    return row


def _nodes(segments: list[_Segment], regions: Sequence[Region]) -> str:
    last = segments[-1]
    row = [" "] * (last.column + last.width)
    for nid, group in groupby(regions, key=lambda region: region.nid):
        if nid in (NUMA_NO_NODE, UNSET_NID):
            continue
        start = next(iter(group)).base
        for segment in segments:
            for column, low, high in _edges(segment):
                if low <= start < high:
                    for offset, digit in enumerate(str(nid)):
                        if column + offset < len(row):
                            row[column + offset] = digit
    return "".join(row).rstrip()


def _picture(state: BootState, width: int, palette: Palette) -> Iterator[str]:
    mb: Memblock = state.memblock
    segments = _axis(mb.memory, width)
    nodes = _nodes(segments, mb.memory)
    if nodes:
        yield f"  node       {nodes}"
    memory = "".join(_row(segments, mb.memory, None))
    yield f"  memory[]   {palette.paint('green', memory)}"
    reserved = "".join(_row(segments, mb.reserved, _MARKS["reserved"]))
    yield f"  reserved[] {palette.paint('red', reserved)}"
    arrow = "→ lowest free first" if mb.direction is Direction.BOTTOM_UP else "← highest free first"
    skipping = ", never hot-pluggable memory" if mb.movable_node else ""
    yield f"  {_LEGEND}    allocations {arrow}{skipping}"
    places = ", ".join(f"{segment.start:#x}-{segment.end - 1:#x}" for segment in segments)
    yield from wrapped(f"from the left: {places}", width, "  ")
