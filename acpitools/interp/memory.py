"""How many bytes code handles, and how many of those it makes live at one time: a bound on time and on memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from acpitools.interp.limits import Limits, exceeded
from acpitools.interp.objects import Buffer, BufferField, IndexReference, Object, Package, Reference, String

__all__ = ["Memory"]

_NAME_BYTES = 400
"""About what a name takes."""
_OBJECT_BYTES = 64
_PACKAGE_BYTES = 100
_ELEMENT_BYTES = 40


class Memory:
    """Bytes are counted where they are made or looked at.

    What lives is measured, from all names and variables, only when as much was counted as may live: that costs little,
    and what is made and dropped again in a long loop is no reason to stop.
    """

    def __init__(self, limits: Callable[[], Limits], held: Callable[[], Iterable[Object | None]]) -> None:
        """``held`` gives the objects of all names, variables and operands."""
        self._limits = limits
        self._held = held
        self._total = 0
        self._kept = 0
        self._next = 0
        self._measure_at = 0
        self.begin()

    def begin(self) -> None:
        """Begin an evaluation: the bytes that it may handle count from zero."""
        self._stop_at = self._total + self._limits().work
        self._measure_at = self._measure_at or self._limits().memory
        self._next = min(self._stop_at, self._measure_at)

    def charge(self, size: int) -> None:
        """Count bytes that are made or looked at.  Raises AmlLimitError."""
        self._total += size
        if self._total > self._next:
            self._check()

    def keep(self, size: int) -> None:
        """Count bytes that no object shows and that stay.  Raises AmlLimitError."""
        self._kept += size
        self.charge(size)

    def fits(self, size: int) -> int:
        """Give a size back that an object may have, and count it.  Raises AmlLimitError."""
        if size > self._limits().object_size:
            raise exceeded("bytes or elements of an object", self._limits().object_size)
        self.charge(size)
        return size

    def weigh(self, item: Object | None, times: int = 1) -> None:
        """Count the bytes of an object, as if it were copied so many times.  Raises AmlLimitError."""
        if isinstance(item, String | Buffer):
            self.charge(times * len(item.data))
            return
        todo = [item] if isinstance(item, Package) else []
        while todo:
            top = todo.pop()
            self.charge(times * (_PACKAGE_BYTES + _ELEMENT_BYTES * len(top.elements)))
            for element in top.elements:
                if isinstance(element, Package):
                    todo.append(element)
                elif isinstance(element, String | Buffer):
                    self.charge(times * len(element.data))

    def _check(self) -> None:
        limits = self._limits()
        if self._total > self._stop_at:
            raise exceeded("bytes made, copied or compared", limits.work)
        live = self._kept + _live(self._held())
        if live > limits.memory:
            raise exceeded("bytes that live at one time", limits.memory)
        self._measure_at = self._total + max(limits.memory - live, limits.memory // 8)
        self._next = min(self._stop_at, self._measure_at)


def _live(held: Iterable[Object | None]) -> int:
    # Bytes of all objects that can be reached.
    todo = list(held)
    seen: set[int] = set()
    total = _NAME_BYTES * len(todo)
    while todo:
        item = todo.pop()
        if isinstance(item, BufferField):
            item = item.buffer
        elif isinstance(item, IndexReference):
            item = item.container
        elif isinstance(item, Reference):
            item = item.target.value
        if id(item) in seen or not isinstance(item, String | Buffer | Package):
            continue
        seen.add(id(item))
        if isinstance(item, Package):
            total += _PACKAGE_BYTES + _ELEMENT_BYTES * len(item.elements)
            todo += item.elements
        else:
            total += _OBJECT_BYTES + len(item.data)
    return total
