"""A boot stage by stage: at the end of each phase a picture of memory[] and reserved[], then what happened in it.

The phases and the pictures are those in which the original design (2013) was explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from acpitools.core.ranges import AddrRange, coalesce
from acpitools.core.units import format_size
from acpitools.kernel.memblock import Direction
from acpitools.kernel.replay import Replay, Step
from acpitools.kernel.state import Allocation, Event, Phase
from acpitools.report.address_axis import Axis
from acpitools.report.replay_picture import LEGEND, axis_of, boot_picture
from acpitools.report.terminal import Palette, cut, mem, wrapped

__all__ = ["replay_text"]

_NARROWEST: Final = 60
_LINES: Final = 24
"""Lines of a stage that are shown without ``step``."""
_PLACES: Final = 3
_ARROWS: Final = {Direction.BOTTOM_UP: "bottom-up\xa0→", Direction.TOP_DOWN: "←\xa0top-down"}


def replay_text(replay: Replay, *, until: Phase | None, step: bool, width: int, color: bool) -> Iterator[str]:
    """Give the boot in lines, each with its line end; ``step`` shows every stage, and all lines of each.

    Lines after ``|`` are the kernel's own: they are never broken.  After a panic the phases left are named as such.
    """
    steps = replay.until(until) if until else replay.steps
    width = max(width, _NARROWEST)
    page = _Page(axis_of(replay, width), width, Palette(color), step)
    for line in page.lines(steps, until):
        yield line + "\n"


class _Page:
    def __init__(self, axis: Axis, width: int, palette: Palette, every_stage: bool) -> None:
        self.axis = axis
        self.width = width
        self.palette = palette
        self.every_stage = every_stage

    def lines(self, steps: Sequence[Step], until: Phase | None) -> Iterator[str]:
        order = list(Phase)
        wanted = order[: order.index(until) + 1] if until else order
        by_phase = {phase: list(group) for phase, group in groupby(steps, key=lambda one: one.phase)}
        dead = next((step for step in steps if step.after.panic), None)
        yield LEGEND
        for number, phase in enumerate(wanted, 1):
            yield ""
            yield self.palette.title(f"{number}. {phase.value}")
            if dead and order.index(dead.phase) < order.index(phase):
                yield f"  never reached: the kernel died in phase {order.index(dead.phase) + 1}, {dead.phase.value}"
            else:
                yield from self.phase(by_phase.get(phase, []), dead)

    def phase(self, stages: list[Step], dead: Step | None) -> Iterator[str]:
        if dead in stages:
            stages = stages[: stages.index(dead) + 1]
        if stages:
            yield from boot_picture(stages[-1].after, self.axis, self.palette)
        for stage in stages:
            body = [*self.events(stage), *self.allocations(stage)]
            if body or self.every_stage or stage is dead:
                yield self.palette.paint("cyan", f"  {stage.stage}") + self.palette.paint("dim", f"  {stage.function}")
            if self.every_stage and stage.before.memblock is not stage.after.memblock:
                yield from boot_picture(stage.after, self.axis, self.palette, ruler=False)
            shown, _ = cut(body, _LINES, verbose=self.every_stage)
            yield from shown
            if len(shown) < len(body):
                yield f"    ... and {len(body) - len(shown)} more (--step shows all, --format json has them)"
            if stage is dead:
                text = f"The kernel dies here: {stage.after.panic}"
                yield from (self.palette.paint("red", line) for line in wrapped(text, self.width, "    "))

    def events(self, stage: Step) -> Iterator[str]:
        for event in stage.events:
            if event.dmesg is not None:
                yield from self.quoted(event.dmesg, _beside(event))
            elif event.kind == "unmark" and event.node is not None:
                text = f"node {event.node} loses its hot-plug marks, as these lie in it: <{event.cause}>"
                yield from wrapped(text, self.width, "    ", "      ")
                for holder in stage.after.numa.unmarked.get(event.node, ()):
                    yield from wrapped(f"{mem(holder.start, holder.end)} {holder.owner}", self.width, "      ")
            else:
                yield from wrapped(_told(event), self.width, "    ", "      ")

    def quoted(self, line: str, note: str) -> Iterator[str]:
        line = f"    | {line}"
        if note and len(line) + 2 + len(note) <= self.width:
            yield f"{line}  {note}"
        else:
            yield line
            yield from wrapped(note, self.width, "      ")

    def allocations(self, stage: Step) -> Iterator[str]:
        known = set(stage.before.ledger)
        # What a line of the kernel tells already: a place that was given, not searched for.
        told = {place for event in stage.events if event.dmesg for place in event.ranges}
        fresh = [
            entry
            for entry in stage.after.ledger
            if entry not in known and (entry.direction or (entry.start, entry.end) not in told)
        ]
        for _, group in groupby(fresh, key=lambda entry: (entry.owner, entry.direction, entry.function)):
            yield from wrapped(_taken(list(group), stage), self.width, "    ", "      ")


def _told(event: Event) -> str:
    places = [mem(*place) for place in event.ranges]
    if any(place in event.message for place in places):
        places = []
    if len(places) > _PLACES:
        places = [*places[:_PLACES], f"and {len(places) - _PLACES} more"]
    node = f"node {event.node}" if event.node is not None and "ode " not in event.message else ""
    parts = [event.message, *([node] if node else []), *([", ".join(places)] if places else [])]
    return ": ".join(parts) + (f"  <{event.cause}>" if event.cause else "")


def _beside(event: Event) -> str:
    # What the kernel's line does not say: the reason of a rejection, and the source.
    reason = event.message if event.kind == "reject" and event.message not in (event.dmesg or "") else ""
    cause = f"<{event.cause}>" if event.cause else ""
    return "  ".join(part for part in (reason, cause) if part)


def _taken(entries: list[Allocation], stage: Step) -> str:
    first = entries[0]
    places = coalesce((entry.start, entry.end) for entry in entries)
    size = format_size(sum(place.size for place in places))
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    how = f", {_ARROWS[first.direction]}" if first.direction else ""
    sure = "" if all(entry.certain for entry in entries) else ", place assumed"
    back = ", given back" if all(entry.temporary for entry in entries) else ""
    where = "" if stage.function.endswith(f":{first.function}") else f" ({first.function})"
    return f"+ {_place(places)}{more} {first.owner}, {size}{how}{sure}{back}{where}"


def _place(places: list[AddrRange]) -> str:
    return mem(*places[0]) if places else "nothing"
