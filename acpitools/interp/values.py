"""Values of evaluated objects as plain ones, for what describes devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acpitools.aml.devices import Value
from acpitools.aml.names import path_text
from acpitools.core.errors import AmlError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Object, Package, String

__all__ = ["Evaluated", "plain_value"]

_MOST_STEPS: Final = 20_000_000
"""Steps that all objects together may take; those of real machines take a hundredth at most."""
_LEVELS: Final = 3
"""Packages in packages that are followed; what describes devices has no more."""


def plain_value(item: Object | None, levels: int = _LEVELS) -> Value:
    """Give an integer, a text, bytes or a tuple of them; None for any other object."""
    if isinstance(item, Integer):
        return item.value
    if isinstance(item, String):
        return bytes(item.data).decode("latin-1")
    if isinstance(item, Buffer):
        return bytes(item.data)
    if isinstance(item, Package) and levels:
        return tuple(plain_value(element, levels - 1) for element in item.elements)
    return None


class Evaluated:
    """Values of objects found out by running the machine."""

    def __init__(self, machine: Machine, failed: Callable[[str, str], None]) -> None:
        """``failed`` takes the path of an object that cannot be evaluated, and why."""
        self._machine = machine
        self._failed = failed
        self._left = _MOST_STEPS

    def __call__(self, path: bytes) -> Value:
        """Give the value of an object, or None where it cannot be evaluated."""
        if self._left <= 0:
            self._failed(path_text(path), "objects before it took too many steps")
            return None
        try:
            return plain_value(evaluate(self._machine, path_text(path)))
        except AmlError as error:
            self._failed(path_text(path), str(error))
            return None
        finally:
            self._left -= self._machine.steps
