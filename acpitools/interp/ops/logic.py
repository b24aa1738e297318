"""Comparisons, logic and Match.  Spec: ACPI 6.5, 19.6.  ACPICA: acpi_ex_do_logical_op, acpi_ex_do_match."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import convert
from acpitools.interp.exceptions import AE_AML_OPERAND_VALUE, AE_AML_PACKAGE_LIMIT
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Object, Package, String

__all__ = ["equal", "greater", "land", "less", "lnot", "lor", "match"]


def _order(machine: Machine, left: Object, right: Object) -> int:
    # Below, at or above zero; the second is converted to the type of the first.
    if isinstance(left, Integer):
        number = machine.integer(right)
        return (left.value > number) - (left.value < number)
    machine.weigh(left)
    machine.weigh(right)
    if isinstance(left, String):
        ours, theirs = left.data, convert.to_string(right, machine.size)
    elif isinstance(left, Buffer):
        ours, theirs = left.data, convert.to_buffer(right, machine.size)
    else:
        raise AmlTypeError("comparison", "", "only integers, strings and buffers can be compared")
    return (ours > theirs) - (ours < theirs)


def _truth(machine: Machine, true: bool) -> Object:
    return Integer(machine.mask if true else 0)


def equal(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether two objects are equal.  Spec: 19.6.71."""
    return _truth(machine, _order(machine, args[0], args[1]) == 0)


def greater(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether the first is greater.  Spec: 19.6.72."""
    return _truth(machine, _order(machine, args[0], args[1]) > 0)


def less(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether the first is less.  Spec: 19.6.74."""
    return _truth(machine, _order(machine, args[0], args[1]) < 0)


def _operand(machine: Machine, item: Object) -> int:
    if machine.semantics.logic_takes_4_bytes and isinstance(item, Buffer):
        return int.from_bytes(item.data[:4], "little")
    return machine.integer(item)


def land(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether both are true; both are evaluated.  Spec: 19.6.70."""
    left, right = _operand(machine, args[0]), _operand(machine, args[1])
    return _truth(machine, bool(left and right))


def lor(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether one is true; both are evaluated.  Spec: 19.6.79."""
    left, right = _operand(machine, args[0]), _operand(machine, args[1])
    return _truth(machine, bool(left or right))


def lnot(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Tell whether an integer is zero.  Spec: 19.6.76."""
    return _truth(machine, machine.integer(args[0]) == 0)


_MATCHES: tuple[Callable[[int], bool], ...] = (
    lambda order: order in (-1, 0, 1),
    lambda order: order == 0,
    lambda order: order >= 0,
    lambda order: order > 0,
    lambda order: order <= 0,
    lambda order: order < 0,
)
"""MTR, MEQ, MLE, MLT, MGE, MGT, of how the operand stands to the element."""


def match(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the index of the first element that fits both comparisons, or all bits set.  Spec: 19.6.81."""
    package, first, one, second, two, start = args
    if not isinstance(package, Package):
        raise AmlTypeError("Match", "", "the first operand is no package")
    for operand in (one, two):
        if not isinstance(operand, Integer | String | Buffer):
            raise AmlTypeError("Match", "", "an operand is no integer, string or buffer")
    begin = machine.integer(start)
    if max(first, second) >= len(_MATCHES):
        raise AmlRuntimeError(
            "Match", "", f"there is no comparison {max(first, second)}", exception=AE_AML_OPERAND_VALUE
        )
    if begin >= len(package.elements):
        raise AmlRuntimeError("Match", "", f"the package has no element {begin}", exception=AE_AML_PACKAGE_LIMIT)
    for index in range(begin, len(package.elements)):
        machine.step(frame.text)
        element = package.elements[index]
        if element is not None and all(
            _fits(machine, which, operand, element) for which, operand in ((first, one), (second, two))
        ):
            return Integer(index)
    return Integer(machine.mask)


def _fits(machine: Machine, which: int, operand: Object, element: Object) -> bool:
    if which == 0:
        return True
    try:
        return _MATCHES[which](_order(machine, operand, element))
    except AmlTypeError:
        return False
