"""What differs between two machines' tables, for a reader: changed tables first, the rest summed up."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from acpitools.diff.values import Change, Kind, MachineDifference, Status, TableDifference, TableId, listed
from acpitools.report.tables_text import printable

__all__ = ["diff_text"]

_NUMBER = re.compile(r"(.*?\b)(0x[0-9a-f]+|\d+)(|[ :].*)", re.DOTALL)
"""The first number of a subject, what is before it and what is after."""
_SHOWN = 50
"""Changes of a table that are shown unless all are asked for."""
_MARKS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}
_COLOURS = {Kind.ADDED: "\x1b[32m", Kind.REMOVED: "\x1b[31m", Kind.CHANGED: "\x1b[33m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def diff_text(found: MachineDifference, *, width: int, color: bool = False, verbose: bool = False) -> Iterator[str]:
    """Give the lines; ``verbose`` shows every change, and what does not count table by table."""
    groups = {status: [table for table in found.tables if table.status is status] for status in Status}
    yield from _summary(found, groups)
    for table in groups[Status.CHANGED]:
        yield from _changed(table, width, color, verbose)
    for status, mark, word in ((Status.ADDED, Kind.ADDED, "Added"), (Status.REMOVED, Kind.REMOVED, "Removed")):
        if groups[status]:
            yield f"\n{word}\n"
            for table in groups[status]:
                yield from _line(_MARKS[mark], f"{table.id.name}: {_size(table.id)}, {table.title}", mark, width, color)
    yield from _same(groups[Status.SAME], width)
    yield from _volatile(found.tables, width, verbose)


def _summary(found: MachineDifference, groups: dict[Status, list[TableDifference]]) -> Iterator[str]:
    if found.same:
        yield f"No difference that counts, in {len(found.tables)} tables.\n"
        return
    words = {Status.CHANGED: "changed", Status.ADDED: "added", Status.REMOVED: "removed", Status.SAME: "the same"}
    counts = [f"{len(groups[status])} {word}" for status, word in words.items() if groups[status]]
    yield f"{len(found.tables)} tables: {', '.join(counts)}.\n"


def _changed(table: TableDifference, width: int, color: bool, verbose: bool) -> Iterator[str]:
    head = f"{printable(table.id.name)}  {table.title}"
    yield f"\n{_BOLD}{head}{_PLAIN}\n" if color else f"\n{head}\n"
    lines = _gathered(table.changes)
    shown = lines if verbose else lines[:_SHOWN]
    for kind, text, _ in shown:
        yield from _line(_MARKS[kind], text, kind, width, color)
    if more := sum(count for _, _, count in lines[len(shown) :]) + table.more:
        yield f"  ... and {more} more changes (-v shows all that are kept)\n"


def _gathered(changes: Sequence[Change]) -> list[tuple[Kind, str, int]]:
    # Things that differ by a number and of which the same is said make one line: NMI of processor UID 0, 2, 4.
    groups: dict[tuple[Kind, str, str, str], list[str]] = {}
    for change in changes:
        parts = _NUMBER.fullmatch(change.subject)
        head, number, tail = parts.groups() if parts else (change.subject, "", "")
        groups.setdefault((change.kind, head, tail, change.text), []).append(number)
    found = []
    for (kind, head, tail, text), numbers in groups.items():
        subject = f"{head}{listed(numbers)}{tail}"
        found.append((kind, f"{subject}: {text}" if text else subject, len(numbers)))
    return found


def _line(mark: str, text: str, kind: Kind, width: int, color: bool) -> Iterator[str]:
    lines = textwrap.wrap(
        printable(text), max(40, width - 4), break_long_words=False, break_on_hyphens=False, subsequent_indent="  "
    )
    first, *rest = lines or [""]
    yield f"  {_COLOURS[kind]}{mark}{_PLAIN} {first}\n" if color else f"  {mark} {first}\n"
    yield from (f"    {line}\n" for line in rest)


def _size(table: TableId) -> str:
    oem = " ".join(part.strip(" \0") for part in (table.oem_id, table.oem_table_id) if part.strip(" \0"))
    return f"{table.size} bytes" + (f" of {oem}" if oem else "")


def _same(tables: Sequence[TableDifference], width: int) -> Iterator[str]:
    if not tables:
        return
    counts = Counter(table.id.signature.strip() for table in tables)
    names = [f"{name} ({count})" if count > 1 else name for name, count in counts.items()]
    yield "\n"
    yield from _wrapped(f"The same: {', '.join(names)}.", width)


def _volatile(tables: Sequence[TableDifference], width: int, verbose: bool) -> Iterator[str]:
    noted = [table for table in tables if table.volatile]
    if not noted:
        return
    if verbose:
        yield "\nWhat does not count\n"
        for table in noted:
            for change in table.volatile:
                yield from _line(" ", f"{table.id.name}: {change}", Kind.CHANGED, width, False)
        return
    counts: dict[str, list[str]] = {}
    for table in noted:
        for change in table.volatile:
            counts.setdefault(_word(change), []).append(table.id.signature.strip())
    parts = [f"{word} of {_names(names)}" for word, names in counts.items()]
    yield from _wrapped(f"What does not count: {'; '.join(parts)} (-v shows it).", width)


def _word(change: Change) -> str:
    return change.subject.replace("_", " ")


def _names(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct) if len(distinct) <= 4 else f"{len(names)} tables"


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in textwrap.wrap(printable(text), width, break_long_words=False, break_on_hyphens=False):
        yield f"{line}\n"
