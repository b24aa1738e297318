"""Steps that end a method or a value: what is on the stack is returned, and where it stood in the method."""

from __future__ import annotations

from acpitools.interp.fetch import Fetch
from acpitools.interp.frames import RETURN, Frame, Step
from acpitools.interp.holding import HELD, Loose

__all__ = ["leave", "leave_from", "leave_returned", "return_"]


def leave(_: Frame) -> int:
    """Return what is on the stack."""
    return RETURN


def leave_from(origin: int) -> Step:
    """Return what is on the stack, and where it stood."""

    def step(frame: Frame) -> int:
        frame.origin = origin
        return RETURN

    return step


def leave_returned(frame: Frame) -> int:
    """Return what a method returned."""
    if frame.stack and type(top := frame.stack[-1]) is Loose:
        frame.stack[-1] = top.value
    else:
        frame.origin = HELD
    return RETURN


def return_(fetch: Fetch, origin: int) -> Step:
    """Return an operand."""

    def step(frame: Frame) -> int:
        frame.stack.append(fetch(frame))
        return RETURN

    def step_from(frame: Frame) -> int:
        frame.origin = origin
        frame.stack.append(fetch(frame))
        return RETURN

    return step_from if origin else step
