"""Steps that say what runs next: conditions, jumps, loops."""

from __future__ import annotations

from acpitools.interp.exceptions import AE_AML_LOOP_TIMEOUT
from acpitools.interp.fetch import Fetch
from acpitools.interp.frames import Frame, Step
from acpitools.interp.limits import exceeded
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Integer
from acpitools.interp.trace import shown

__all__ = ["Loop", "again", "branch", "enter_loop", "jump", "remember", "skip"]


class Loop:
    """A While around what is planned."""

    def __init__(self, number: int, top: int, scopes: int) -> None:
        self.number, self.top, self.scopes = number, top, scopes
        self.leaves: list[int] = []
        """Steps that jump behind it."""


def jump(to: int) -> Step:
    """Go on at a step."""
    return lambda _: to


def branch(machine: Machine, condition: Fetch | None, to: int) -> Step:
    """Go on at a step where a condition, or else what is on the stack, is zero."""
    implicit = machine.semantics.implicit_return

    def step(frame: Frame) -> int | None:
        value = condition(frame) if condition is not None else frame.stack.pop()
        number = value.value if type(value) is Integer else machine.truth(value)
        if machine.traced:
            machine.trace(frame.depth, f"condition {shown(value)}")
        if implicit:
            frame.implicit = Integer(number)
        return None if number else to

    return step


def enter_loop(number: int) -> Step:
    """Begin a While."""

    def step(frame: Frame) -> None:
        frame.turns[number] = 0

    return step


def again(machine: Machine, number: int, to: int) -> Step:
    """Begin the next turn of a While at a step.  Raises AmlLimitError."""
    limit = machine.limits.loop_turns

    def step(frame: Frame) -> int:
        frame.turns[number] += 1
        if frame.turns[number] > limit:
            raise exceeded("turns of a loop", limit, frame.text, exception=AE_AML_LOOP_TIMEOUT)
        return to

    return step


def remember(number: int, found: int) -> Step:
    """Keep what an If found in a counter."""

    def step(frame: Frame) -> None:
        frame.turns[number] = found

    return step


def skip(number: int, to: int) -> Step:
    """Go on at a step where the last If found anything but zero."""
    return lambda frame: to if frame.turns[number] else None
