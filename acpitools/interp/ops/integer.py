"""Arithmetic, bits and BCD.  Spec: ACPI 6.5, 19.6.  ACPICA: exmisc.c, exoparg1.c, exoparg2.c."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from acpitools.core.errors import AmlRuntimeError
from acpitools.interp.exceptions import AE_AML_DIVIDE_BY_ZERO, AE_AML_NUMERIC_OVERFLOW
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    IndexReference,
    Integer,
    Object,
    Package,
    Reference,
)
from acpitools.interp.store import last_target

__all__ = ["MATH", "decrement", "divide", "find_left", "find_right", "from_bcd", "increment", "mod", "not_", "to_bcd"]

Operation = Callable[[Machine, Frame, Sequence[Any]], Object]


def _binary(operate: Callable[[int, int, int], int]) -> Operation:
    def run(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
        left, right = machine.integer(args[0]), machine.integer(args[1])
        return machine.computed(operate(left, right, 8 * machine.size), args[2])

    return run


MATH: dict[str, Operation] = {
    "Add": _binary(lambda left, right, _: left + right),
    "Subtract": _binary(lambda left, right, _: left - right),
    "Multiply": _binary(lambda left, right, _: left * right),
    "ShiftLeft": _binary(lambda left, right, bits: left << right if right < bits else 0),
    "ShiftRight": _binary(lambda left, right, bits: left >> right if right < bits else 0),
    "And": _binary(lambda left, right, _: left & right),
    "NAnd": _binary(lambda left, right, _: ~(left & right)),
    "Or": _binary(lambda left, right, _: left | right),
    "NOr": _binary(lambda left, right, _: ~(left | right)),
    "XOr": _binary(lambda left, right, _: left ^ right),
}
"""Operators of two integers and a target."""


def _nonzero(value: int) -> int:
    if value == 0:
        raise AmlRuntimeError("Divide", "", "division by zero", exception=AE_AML_DIVIDE_BY_ZERO)
    return value


def divide(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Divide; the remainder goes to the third operand.  Spec: 19.6.32."""
    left, right = machine.integer(args[0]), _nonzero(machine.integer(args[1]))
    machine.result(Integer(left % right), args[2])
    return machine.result(Integer(left // right), args[3])


def mod(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the remainder.  Spec: 19.6.84."""
    left, right = machine.integer(args[0]), _nonzero(machine.integer(args[1]))
    return machine.result(Integer(left % right), args[2])


def not_(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Invert all bits.  Spec: 19.6.94."""
    return machine.computed(~machine.integer(args[0]), args[1])


def find_left(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the number of the highest bit set, from 1; 0 where there is none.  Spec: 19.6.49."""
    return machine.result(Integer(machine.integer(args[0]).bit_length()), args[1])


def find_right(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the number of the lowest bit set, from 1; 0 where there is none.  Spec: 19.6.50."""
    value = machine.integer(args[0])
    return machine.result(Integer((value & -value).bit_length()), args[1])


def _step(machine: Machine, place: Any, by: int) -> Object:
    element = isinstance(place, IndexReference) and isinstance(place.container, Package)
    item = machine.element_value(place) if element else place
    if machine.semantics.references_are_followed and isinstance(held := machine.held(item), Reference):
        item = last_target(held)
    value = machine.integer(machine.read(item))
    return machine.computed(value + by, place)


def increment(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Add one.  Spec: 19.6.62."""
    return _step(machine, args[0], 1)


def decrement(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Subtract one.  Spec: 19.6.27."""
    return _step(machine, args[0], -1)


def from_bcd(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert from binary coded decimal.  Spec: 19.6.54."""
    text = f"{machine.integer(args[0]):x}"
    if machine.semantics.digits_are_lenient:
        number = 0
        for digit in text:
            number = number * 10 + int(digit, 16)
        return machine.converted(Integer(number & machine.mask), args[1])
    if not text.isdecimal():
        raise AmlRuntimeError("FromBCD", "", f"{text.upper()} has digits above 9", exception=AE_AML_NUMERIC_OVERFLOW)
    return machine.converted(Integer(int(text) & machine.mask), args[1])


def to_bcd(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to binary coded decimal.  Spec: 19.6.136."""
    value = int(str(machine.integer(args[0])), 16)
    if value > machine.mask:
        raise AmlRuntimeError("ToBCD", "", "the number has too many digits", exception=AE_AML_NUMERIC_OVERFLOW)
    return machine.converted(Integer(value), args[1])
