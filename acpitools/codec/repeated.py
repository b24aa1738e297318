"""A row of records of one fixed size, without headers of their own."""

from collections.abc import Sequence
from typing import Any

from acpitools.codec.plan import within
from acpitools.codec.record import Record, encode, fixed_size, plan_of, size_of
from acpitools.core.errors import EncodeError

__all__ = ["Repeated"]


class Repeated:
    """As many records as fit (Construct: ``GreedyRange`` of the record's Struct)."""

    __slots__ = ("record",)

    def __init__(self, record: type[Record]) -> None:
        self.record = record

    def take(self, draft: Any, data: bytes, start: int, end: int) -> tuple[tuple[Record, ...], int]:  # noqa: ARG002
        """Give the records in the bytes ``[start, end)``, and where the last one ends."""
        size = fixed_size(self.record)
        make = plan_of(self.record).make
        stop = start + max(0, end - start) // size * size
        return tuple([make(data, at, at + size) for at in range(start, stop, size)]), stop

    def put(self, value: Sequence[Record]) -> bytes:
        """Give the records' bytes."""
        parts = []
        for index, item in enumerate(value):
            try:
                parts.append(encode(item))
            except EncodeError as exc:
                raise within(exc, f"[{index}]") from None
        return b"".join(parts)

    def size_of(self, value: Sequence[Record]) -> int:
        """Give the number of bytes of all records."""
        return sum(map(size_of, value))
