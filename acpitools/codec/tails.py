"""Fields of variable size: arrays of integers and counted bytes.

A count that asks for more than there is gets what there is; the difference between count and content is a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray

__all__ = ["CountedBytes", "Integers", "U16Array", "U32Array", "U64Array"]

Count = Callable[[Any], int]
"""Gives the declared number of elements from the fields before."""


class Integers:
    """An IntArray of ``width``-byte integers (Construct: ``Array`` or ``GreedyRange``); ends are whole elements."""

    __slots__ = ("count", "counted_by", "hexadecimal", "row", "width")

    def __init__(
        self, width: int, count: Count | str | None = None, *, hexadecimal: bool = False, row: str | None = None
    ) -> None:
        self.width = width
        self.count: Count | None = attrgetter(count) if isinstance(count, str) else count
        """None: as many as fit."""
        self.counted_by = count if isinstance(count, str) else None
        """The field that holds the number of elements, where one does."""
        self.hexadecimal = hexadecimal
        """The elements read better in hexadecimal."""
        self.row = row
        """The field that holds the number of elements in a row, where the array is a matrix."""

    def take(self, draft: Any, data: bytes, start: int, end: int) -> tuple[IntArray, int]:
        """Give the array in the bytes from start, and where it ends."""
        room = max(0, end - start) // self.width
        items = room if self.count is None else min(room, self.count(draft))
        stop = start + items * self.width
        return IntArray(data[start:stop], self.width), stop

    def put(self, value: IntArray) -> bytes:
        """Give the array's bytes."""
        return value.data

    def size_of(self, value: IntArray) -> int:
        """Give the number of bytes of the array."""
        return len(value.data)


class CountedBytes:
    """Bytes whose number comes from fields before (Construct: ``Bytes(this...)``)."""

    __slots__ = ("count", "side")

    def __init__(self, count: Count, *, side: str | None = None) -> None:
        self.count = count
        self.side = side
        """The field that holds the number of rows and columns, where the bytes are a square matrix."""

    @classmethod
    def square(cls, side: str) -> CountedBytes:
        """Make a field of as many bytes as the square of another field."""
        get = attrgetter(side)
        return cls(lambda draft: get(draft) ** 2, side=side)

    def take(self, draft: Any, data: bytes, start: int, end: int) -> tuple[bytes, int]:
        """Give the bytes from start, and where they end."""
        stop = min(max(start, end), start + max(0, self.count(draft)))
        return data[start:stop], stop

    def put(self, value: bytes) -> bytes:
        """Give the bytes."""
        return value

    def size_of(self, value: bytes) -> int:
        """Give the number of bytes."""
        return len(value)


U16Array = Annotated[IntArray, Integers(2)]
U32Array = Annotated[IntArray, Integers(4)]
U64Array = Annotated[IntArray, Integers(8)]
