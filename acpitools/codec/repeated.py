"""A row of records of one kind: of one fixed size, or each with fields that know their own end."""

from collections.abc import Sequence
from typing import Any

from acpitools.codec.fields import Leaf
from acpitools.codec.plan import within
from acpitools.codec.record import Record, encode, fixed_size, plan_of, size_of
from acpitools.codec.tails import Count, counter, in_place
from acpitools.core.errors import EncodeError

__all__ = ["Repeated"]


class Repeated:
    """As many records as are counted, or as fit (Construct: ``Array`` or ``GreedyRange`` of the record's Struct)."""

    __slots__ = ("at", "constant", "count", "counted_by", "flat", "most", "record", "sized_by")

    def __init__(
        self,
        record: type[Record],
        count: Count | str | int | None = None,
        *,
        claimed: str | None = None,
        most: int | None = None,
        sized_by: str | None = None,
        at: str | None = None,
    ) -> None:
        self.record = record
        self.constant = count if isinstance(count, int) else None
        """The number of records where the layout fixes it."""
        self.count = (lambda _: count) if isinstance(count, int) else counter(count)
        """None: as many as fit."""
        self.most = most
        """No more than so many, and fewer are fine."""
        self.counted_by = count if isinstance(count, str) else claimed
        """The field that holds the number of records, where one does; ``claimed`` ends no row."""
        self.sized_by = sized_by
        """The field that holds the number of bytes of all records, where one does."""
        self.at = at
        """The field that holds the offset of the first one in the record, where one does."""
        self.flat = all(isinstance(spec.leaf, Leaf) for spec in record.FIELDS if spec.name != "trailing")
        """Every record has the same size."""

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[tuple[Record, ...], int]:
        """Give the records in the bytes ``[start, end)``, and where the last one ends."""
        if self.sized_by is not None:
            end = min(end, start + max(0, getattr(draft, self.sized_by)))
        # A record of nothing but a string has a byte at least.
        size = max(1, fixed_size(self.record))
        room = max(0, end - start) // size if in_place(self.at, draft, start, begin) else 0
        number = room if self.count is None else max(0, min(room, self.count(draft)))
        number = number if self.most is None else min(number, self.most)
        plan = plan_of(self.record)
        if self.flat:
            stop = start + number * size
            return tuple([plan.make(data, at, at + size) for at in range(start, stop, size)]), stop
        found: list[Record] = []
        while len(found) < number and end - start >= size:
            item, start = plan.prefix(data, start, end)
            found.append(item)
        return tuple(found), start

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
