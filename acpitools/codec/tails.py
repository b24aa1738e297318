"""Fields of variable size: arrays of integers, counted bytes, strings, and the gaps in front of what an offset names.

A count that asks for more than there is gets what there is; the difference between count and content is a finding.
A field with ``at`` is where the field of that name says, counted from the start of the record, or it is empty: what
lies elsewhere stays in a ``Gap`` or in ``trailing``.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray
from acpitools.core.errors import EncodeError

__all__ = ["CountedBytes", "Gap", "Integers", "String", "U16Array", "U32Array", "U64Array", "counter", "in_place"]

Count = Callable[[Any], int]
"""Gives the declared number of elements from the fields before."""


def counter(count: Count | str | None) -> Count | None:
    """Give what reads a count, for the name of a field or a function of the fields before; None: as many as fit."""
    return attrgetter(count) if isinstance(count, str) else count


def in_place(at: str | None, draft: Any, start: int, begin: int) -> bool:
    """Tell whether start is where the offset field ``at`` says; with no such field it is."""
    return at is None or begin + int(getattr(draft, at)) == start


class Integers:
    """An IntArray of ``width``-byte integers (Construct: ``Array`` or ``GreedyRange``); ends are whole elements."""

    __slots__ = ("at", "count", "counted_by", "hexadecimal", "row", "width")

    def __init__(
        self,
        width: int,
        count: Count | str | None = None,
        *,
        hexadecimal: bool = False,
        row: str | None = None,
        at: str | None = None,
    ) -> None:
        self.width = width
        self.count = counter(count)
        """None: as many as fit."""
        self.counted_by = count if isinstance(count, str) else None
        """The field that holds the number of elements, where one does."""
        self.hexadecimal = hexadecimal
        """The elements read better in hexadecimal."""
        self.row = row
        """The field that holds the number of elements in a row, where the array is a matrix."""
        self.at = at
        """The field that holds the array's offset in the record, where one does."""

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[IntArray, int]:
        """Give the array in the bytes from start, and where it ends."""
        room = max(0, end - start) // self.width if in_place(self.at, draft, start, begin) else 0
        items = room if self.count is None else max(0, min(room, self.count(draft)))
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

    __slots__ = ("at", "count", "counted_by", "side")

    def __init__(self, count: Count | str, *, side: str | None = None, at: str | None = None) -> None:
        self.count: Count = attrgetter(count) if isinstance(count, str) else count
        self.counted_by = count if isinstance(count, str) else None
        """The field that holds the number of bytes, where one does."""
        self.side = side
        """The field that holds the number of rows and columns, where the bytes are a square matrix."""
        self.at = at
        """The field that holds the bytes' offset in the record, where one does."""

    @classmethod
    def square(cls, side: str) -> CountedBytes:
        """Make a field of as many bytes as the square of another field."""
        get = attrgetter(side)
        return cls(lambda draft: get(draft) ** 2, side=side)

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[bytes, int]:
        """Give the bytes from start, and where they end."""
        count = max(0, self.count(draft)) if in_place(self.at, draft, start, begin) else 0
        stop = min(max(start, end), start + count)
        return data[start:stop], stop

    def put(self, value: bytes) -> bytes:
        """Give the bytes."""
        return value

    def size_of(self, value: bytes) -> int:
        """Give the number of bytes."""
        return len(value)


class Gap:
    """The bytes in front of what an offset field names, where something is there; usually none."""

    __slots__ = ("at", "content")

    def __init__(self, at: str, content: Count | str | None = None) -> None:
        self.at = at
        """The field that holds the offset, from the start of the record."""
        self.content = counter(content)
        """How much is there: an offset of nothing means nothing.  None: always something."""

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[bytes, int]:
        """Give the bytes up to the offset, and where they end; none where the offset lies before or past the end."""
        stop = begin + int(getattr(draft, self.at))
        if not start < stop <= end or (self.content is not None and not self.content(draft)):
            stop = start
        return data[start:stop], stop

    def put(self, value: bytes) -> bytes:
        """Give the bytes."""
        return value

    def size_of(self, value: bytes) -> int:
        """Give the number of bytes."""
        return len(value)


class String:
    """Text of a counted number of bytes, or up to and with a NUL, or up to the end; NULs are part of the value."""

    __slots__ = ("at", "count", "counted_by", "encoding", "unit", "zero_ended")

    def __init__(
        self,
        count: Count | str | None = None,
        *,
        wide: bool = False,
        zero_ended: bool = False,
        at: str | None = None,
    ) -> None:
        self.count = counter(count)
        self.counted_by = count if isinstance(count, str) else None
        """The field that holds the number of bytes, where one does."""
        self.encoding = "utf-16-le" if wide else "latin-1"
        self.unit = 2 if wide else 1
        """Bytes of a character; two are UTF-16."""
        self.zero_ended = zero_ended
        self.at = at
        """The field that holds the text's offset in the record, where one does."""

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[str, int]:
        """Give the text from start, and where it ends: at a whole character."""
        room = max(0, end - start) if in_place(self.at, draft, start, begin) else 0
        size = room if self.count is None else max(0, min(room, self.count(draft)))
        size -= size % self.unit
        stop = start + size
        if self.zero_ended and (nul := self._find_nul(data, start, stop)) is not None:
            stop = nul + self.unit
        return data[start:stop].decode(self.encoding, "surrogatepass"), stop

    def _find_nul(self, data: bytes, start: int, stop: int) -> int | None:
        at = data.find(bytes(self.unit), start, stop)
        while at >= 0 and (at - start) % self.unit:
            at = data.find(bytes(self.unit), at + 1, stop)
        return at if at >= 0 else None

    def put(self, value: str) -> bytes:
        """Give the text's bytes.  Raises EncodeError for a character that has none."""
        try:
            return value.encode(self.encoding, "surrogatepass" if self.unit == 2 else "strict")
        except UnicodeEncodeError as exc:
            why = f"{value[exc.start]!r} is not one byte"
            raise EncodeError("cannot encode", f"character {exc.start}", why) from None

    def size_of(self, value: str) -> int:
        """Give the number of bytes of the text."""
        return len(self.put(value))


U16Array = Annotated[IntArray, Integers(2)]
U32Array = Annotated[IntArray, Integers(4)]
U64Array = Annotated[IntArray, Integers(8)]
