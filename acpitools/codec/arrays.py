"""Arrays of little-endian integers that stay bytes until an element is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from struct import error as StructError  # noqa: N812  (the exception's only name is ``error``)
from typing import overload

from acpitools.core.errors import EncodeError

__all__ = ["IntArray"]

_ITEM = {1: Struct("<B"), 2: Struct("<H"), 4: Struct("<I"), 8: Struct("<Q")}
_CODE = {1: "B", 2: "H", 4: "I", 8: "Q"}


class IntArray(Sequence[int]):
    """Immutable unsigned integers, ``width`` bytes each; a matrix of a million costs its bytes and no more."""

    __slots__ = ("data", "width")
    data: bytes
    width: int

    def __init__(self, data: bytes, width: int) -> None:
        if len(data) % width:
            raise ValueError(f"{len(data)} bytes are not a multiple of {width}")
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "width", width)

    @classmethod
    def of(cls, values: Iterable[int], width: int) -> IntArray:
        """Pack integers, ``width`` bytes each.  Raises EncodeError for a value that does not fit."""
        items = tuple(values)
        try:
            return cls(Struct(f"<{len(items)}{_CODE[width]}").pack(*items), width)
        except (StructError, TypeError):
            limit = 1 << (8 * width)
            for index, item in enumerate(items):
                if not isinstance(item, int) or not 0 <= item < limit:
                    why = f"{item!r} does not fit in {width} bytes (0 to {limit - 1})"
                    raise EncodeError("cannot encode", f"element {index}", why) from None
            raise

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __len__(self) -> int:
        return len(self.data) // self.width

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[int, ...]: ...
    def __getitem__(self, index: int | slice) -> int | tuple[int, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        count = len(self)
        if not -count <= index < count:
            raise IndexError(index)
        return int(_ITEM[self.width].unpack_from(self.data, (index % count) * self.width)[0])

    def __iter__(self) -> Iterator[int]:
        for (item,) in _ITEM[self.width].iter_unpack(self.data):
            yield item

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IntArray):
            return self.width == other.width and self.data == other.data
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.width, self.data))

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self[:8]))
        return f"IntArray([{shown}{', ...' if len(self) > 8 else ''}], width={self.width})"

    def __reduce__(self) -> tuple[type[IntArray], tuple[bytes, int]]:
        return IntArray, (self.data, self.width)
