"""What a fault is, and what faults share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from acpitools.codec.structures import Structure
from acpitools.core.errors import TopologyError
from acpitools.core.firmware_map import E820Entry
from acpitools.tables.header import Table

__all__ = ["BytesFault", "Fault", "MapFault", "RecordFault", "changed", "nothing", "resummed", "with_structures"]

RecordFault = Callable[[Any], Table]
"""Gives a table with something wrong in it; its lengths and checksum are made right afterwards."""
BytesFault = Callable[[bytes], bytes | Sequence[bytes]]
"""Gives the bytes of a finished table, or of several, with something wrong in them."""
MapFault = Callable[[Sequence[E820Entry]], Sequence[E820Entry]]
_R = TypeVar("_R")
_CHECKSUM_AT = 9


class Fault(NamedTuple):
    """One way to be wrong."""

    name: str
    table: str
    """Signature of the table; of those that fit any table the one that is meant where none is said; MAP: the map."""
    text: str
    """What is wrong, then what a kernel does with it where that is known."""
    record: RecordFault | None = None
    data: BytesFault | None = None
    map: MapFault | None = None
    any_table: bool = False


def nothing(why: str) -> TopologyError:
    """Make the error for a machine that has nothing to break."""
    return TopologyError("topology", "faults", why)


def resummed(data: bytes) -> bytes:
    """Give a table with the checksum that its declared length asks for."""
    length = min(len(data), int.from_bytes(data[4:8], "little"))
    total = sum(data[:length]) - data[_CHECKSUM_AT]
    return data[:_CHECKSUM_AT] + bytes([-total & 0xFF]) + data[_CHECKSUM_AT + 1 :]


def changed(record: _R, **fields: Any) -> _R:
    """Give a record with some fields changed."""
    return dataclasses.replace(record, **fields)  # type: ignore[type-var]


def with_structures(table: Any, structures: Sequence[Structure]) -> Table:
    """Give a table with other structures."""
    return changed(table, structures=tuple(structures))  # type: ignore[no-any-return]
