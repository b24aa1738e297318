"""Structures of one kind as columns of plain values, without an object for each.

For questions over a whole table (coverage, overlaps, counts).  Tuples, not arrays: up to a hundred thousand structures,
importing numpy costs more than its arrays save.
"""

from __future__ import annotations

from typing import Any

from acpitools.codec.plan import Plan
from acpitools.codec.record import plan_of
from acpitools.codec.structures import Structure, StructureList

__all__ = ["columns"]


def columns(
    known: StructureList, cls: type[Structure], data: bytes, start: int, end: int | None = None
) -> dict[str, tuple[Any, ...]]:
    """Give one tuple per fixed-size field of ``cls``, and ``index`` and ``offset`` (bytes), for its structures.

    The walk is that of decoding, over the bytes ``[start, end)``.  Flags and enumerations are plain integers.
    """
    wanted = plan_of(cls)
    indices: list[int] = []
    offsets: list[int] = []
    for index, (offset, _, plan) in enumerate(known.walk(data, start, len(data) if end is None else end)):
        if plan is wanted:
            indices.append(index)
            offsets.append(offset)
    # The fixed parts side by side unpack in one call.
    size = wanted.size
    rows = wanted.iter_unpack(b"".join([data[offset : offset + size] for offset in offsets]))
    gathered: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [() for _ in wanted.fixed]
    table: dict[str, tuple[Any, ...]] = {"index": tuple(indices), "offset": tuple(offsets)}
    for spec, column in zip(wanted.fixed, gathered, strict=True):
        table[spec.name] = _plain(wanted, spec.name, column)
    return table


def _plain(plan: Plan, name: str, column: tuple[Any, ...]) -> tuple[Any, ...]:
    convert = plan.plain_decoder(name)
    return column if convert is None else tuple(map(convert, column))
