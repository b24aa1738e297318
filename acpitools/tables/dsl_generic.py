"""Tables in the generic form of the data-table language, for those that iasl has no labels for.

    UINT32 : 00000010  /* Length */

Any iasl compiles it, and it holds every byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.codec.record import Record, plan_of, size_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import Integers
from acpitools.tables.dsl_layout import Tail, tails
from acpitools.tables.dsl_lines import hexed, line, renderer

__all__ = ["buffers", "generic_text"]

_ROW = 256
"""Bytes of one buffer."""


def generic_text(cls: type[Record], data: bytes, start: int, end: int, *, skip: int = 0) -> Iterator[str]:
    """Give the lines of a record in the bytes ``[start, end)``, without its first ``skip`` bytes."""
    render = renderer(cls)
    yield render.generic(data, start, skip)
    offset = start + render.size
    draft = plan_of(cls).make(data, start, offset)
    for tail in tails(cls):
        value, stop = tail.spec.leaf.take(draft, data, offset, end, start)
        object.__setattr__(draft, tail.spec.name, value)
        yield from _tail(tail, value, data, offset, stop)
        offset = stop
    yield from buffers(data, offset, end)


def _tail(tail: Tail, value: Any, data: bytes, offset: int, stop: int) -> Iterator[str]:
    leaf = tail.spec.leaf
    if isinstance(leaf, StructureList | Repeated):
        for item in value:
            size = size_of(item)
            yield "\n"
            yield from generic_text(type(item), data, offset, offset + size)
            offset += size
    elif isinstance(leaf, Integers):
        for index, item in enumerate(value):
            note = f"/* {tail.label_of(index)} */"
            yield line(leaf.width, f"UINT{8 * leaf.width}", f"{item:0{2 * leaf.width}X}  {note}")
    else:
        yield from buffers(data, offset, stop)


def buffers(data: bytes, start: int, end: int) -> Iterator[str]:
    """Give the bytes ``[start, end)`` as they are."""
    for at in range(start, end, _ROW):
        cut = data[at : min(end, at + _ROW)]
        yield line(len(cut), "Buffer", hexed(cut))
