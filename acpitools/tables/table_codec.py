"""What the registry knows of a table: its records, how one is chosen, and the checks of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from acpitools.codec.record import fixed_size
from acpitools.core.findings import Finding
from acpitools.tables.header import Table

__all__ = ["TableCodec"]


def _no_checks(table: Any, data: bytes) -> Iterator[Finding]:  # noqa: ARG001
    return iter(())


class TableCodec(NamedTuple):
    """The records of one signature."""

    records: tuple[type[Table], ...]
    """One per published layout, shortest first."""
    choose: Callable[[bytes, int], type[Table] | None] | None = None
    """Picks the record for these bytes of which ``size`` are the table; left out: the longest that fits."""
    check: Callable[[Any, bytes], Iterator[Finding]] = _no_checks
    """Findings that only this table can have, from the record and its bytes."""

    refused: Callable[[bytes, int], str | None] | None = None
    """Why iasl refuses the text of a table in its own language, where it does: a sentence."""

    def record_for(self, data: bytes, size: int) -> type[Table] | None:
        """Give the record class for a table of ``size`` bytes, or None where it is too short for all of them."""
        if self.choose is not None:
            return self.choose(data, size)
        for cls in reversed(self.records):
            if fixed_size(cls) <= size:
                return cls
        return None
