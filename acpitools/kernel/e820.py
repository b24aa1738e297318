"""The e820 table: sanitising, retyping and the options that edit it.

Kernel: arch/x86/kernel/e820.c.  A table is a list of entries in table order; sizes of 0 are kept until it is sanitised,
for they count as entries.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.units import U64_MAX, memparse, simple_strtoull
from acpitools.kernel.cmdline import Param

__all__ = ["apply_option", "end_of_ram", "remove", "retype", "sanitize"]

_NO_MERGE: Final = (E820Type.PRAM, E820Type.SOFT_RESERVED)
_EMPTY: Final = E820Entry(0, 0, 0)


def sanitize(table: Sequence[E820Entry], max_entries: int) -> tuple[E820Entry, ...] | None:
    """Sort a table and resolve overlaps: the numerically highest type wins, alike neighbours become one.

    None where the kernel leaves it untouched: fewer than two entries, or one that wraps.
    Kernel: e820__update_table.
    """
    if len(table) < 2 or any(entry.end > U64_MAX for entry in table):
        return None
    points = sorted(
        [(e.start, 0, n) for n, e in enumerate(table) if e.end > e.start]
        + [(e.end, 1, n) for n, e in enumerate(table) if e.end > e.start]
    )
    active: list[tuple[int, int]] = []  # heap of (-type, entry); entries that ended are dropped lazily
    ended: set[int] = set()
    clean: list[E820Entry] = []
    last_type = last_start = 0
    for address, is_end, number in points:
        if is_end:
            ended.add(number)
        else:
            heapq.heappush(active, (-table[number].type, number))
        while active and active[0][1] in ended:
            heapq.heappop(active)
        kind = -active[0][0] if active else 0
        if kind == last_type and kind not in _NO_MERGE:
            continue
        if last_type and address > last_start:
            clean.append(E820Entry(last_start, address, last_type))
            if len(clean) >= max_entries:
                break
        last_type, last_start = kind, address
    return tuple(clean)


def retype(table: Iterable[E820Entry], start: int, end: int, old: int, new: int) -> list[E820Entry]:
    """Change the parts of one type in ``[start, end)`` to another type.  Kernel: e820__range_update."""
    return _edit(table, start, end, lambda kind: kind == old, new)


def remove(table: Iterable[E820Entry], start: int, end: int, old: int | None) -> list[E820Entry]:
    """Take ``[start, end)`` out of entries of a type, or of all types (None).  Kernel: e820__range_remove."""
    return _edit(table, start, end, lambda kind: old is None or kind == old, None)


def _edit(
    table: Iterable[E820Entry], start: int, end: int, wanted: Callable[[int], bool], new: int | None
) -> list[E820Entry]:
    end = min(end, U64_MAX)
    out: list[E820Entry] = []
    added: list[E820Entry] = []
    for entry in table:
        low, high = max(start, entry.start), min(end, entry.end)
        if not wanted(entry.type) or (low >= high and not (entry.start >= start and entry.end <= end)):
            out.append(entry)
            continue
        if entry.start >= start and entry.end <= end:
            out.append(_EMPTY if new is None else entry._replace(type=new))
            continue
        if new is not None:
            added.append(E820Entry(low, high, new))
        if entry.start < low:
            out.append(entry._replace(end=low))
            if high < entry.end:
                added.append(entry._replace(start=high))
        else:
            out.append(entry._replace(start=high))
    return out + added


def apply_option(table: Sequence[E820Entry], option: Param) -> tuple[list[E820Entry], str | None]:
    """Apply one ``mem=`` or ``memmap=`` option; give the new table and what was wrong with the option, if anything.

    A part that the kernel cannot read changes nothing.  Kernel: parse_memopt, parse_memmap_one.
    """
    value = option.value or ""
    if option.name == "mem":
        size = memparse(value)[0]
        if value == "nopentium" or size == 0:
            return list(table), f"{option}: the kernel ignores it"
        return remove(table, size, U64_MAX, E820Type.RAM), None
    edited, problems = list(table), []
    for part in value.split(","):
        edited, understood = _memmap_part(edited, part)
        if not understood:
            problems.append(part)
    return edited, f"memmap={','.join(problems)}: malformed" if problems else None


def _memmap_part(table: list[E820Entry], text: str) -> tuple[list[E820Entry], bool]:
    if text.startswith("exactmap"):
        return [], True
    size, rest = memparse(text)
    if rest == text:
        return table, False
    kinds = {"@": E820Type.RAM, "#": E820Type.ACPI, "$": E820Type.RESERVED, "!": E820Type.PRAM}
    mark = rest[:1]
    if mark in kinds:
        start, rest = memparse(rest[1:])
        return [*table, E820Entry(start, start + size, kinds[mark])], not rest
    if mark != "%":
        return remove(table, size, U64_MAX, E820Type.RAM), not rest
    start, rest = memparse(rest[1:])
    old = new = 0
    if rest.startswith("-"):
        old, rest = simple_strtoull(rest[1:])
    if rest.startswith("+"):
        new, rest = simple_strtoull(rest[1:])
    old, new = old & 0xFFFFFFFF, new & 0xFFFFFFFF
    if rest:
        return table, False
    if old and new:
        return retype(table, start, start + size, old, new), True
    if new:
        return [*table, E820Entry(start, start + size, new)], True
    return remove(table, start, start + size, old or None), True


def end_of_ram(table: Iterable[E820Entry], kinds: tuple[int, ...], limit_pfn: int) -> int:
    """Give the highest end (PFN, exclusive) over entries of some types, at most a limit.

    Kernel: e820__end_of_ram_pfn.
    """
    ends = (entry.end >> 12 for entry in table if entry.type in kinds and entry.start >> 12 < limit_pfn)
    return min(max(ends, default=0), limit_pfn)
