"""What differs between two machines' tables, for a reader: changed tables first, the rest summed up."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from acpitools.diff.values import Change, Kind, MachineDifference, Status, TableDifference, TableId, listed
from acpitools.report.tables_text import printable

__all__ = ["diff_text"]

_NUMBER = re.compile(r"(.*?\b)(0x[0-9a-f]+|\d+)(|[ :].*)", re.DOTALL)
"""The first number of a subject, what is before it and what is after."""
_FIELD = re.compile(r"(field unit|buffer field) (\\(?:.*\.)?)([^.]+)")
"""A field and the scope that it is in."""
_MOST_FIELDS = 4
"""Fields of one scope that came or went and have a line each."""
_MOST_NAMES = 16
"""Names of such fields that are shown unless all are asked for."""
_SHOWN = 50
"""Changes of a table that are shown unless all are asked for."""
_SHOWN_LINES = 12
"""Lines of code of a change that are shown unless all are asked for."""
_MOST_COMPARED = 400
"""Lines of code that are compared one by one."""
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
    lines = _gathered(table.changes, verbose)
    shown = lines if verbose else lines[:_SHOWN]
    for kind, text, changes in shown:
        yield from _line(_MARKS[kind], text, kind, width, color)
        if len(changes) == 1:
            yield from _code(changes[0], color, None if verbose else _SHOWN_LINES)
    if more := sum(len(changes) for _, _, changes in lines[len(shown) :]) + table.more:
        yield f"  ... and {more} more changes (-v shows all that are kept)\n"


def _code(change: Change, color: bool, most: int | None) -> Iterator[str]:
    # Lines of code that went and came, where a change has more than one.
    before, after = change.before, change.after
    if not isinstance(before, str) or not isinstance(after, str) or "\n" not in before + after:
        return
    was, now = ([line for line in text.splitlines() if line.strip()] for text in (before, after))
    if max(len(was), len(now)) > _MOST_COMPARED:
        return
    lines = [line for line in difflib.unified_diff(was, now, n=1, lineterm="") if line[:3] not in ("---", "+++")]
    lines = ["..." if line.startswith("@@") else line for line in lines[1:]]
    for line in lines[:most]:
        mark = {"+": Kind.ADDED, "-": Kind.REMOVED}.get(line[:1])
        text = f"      {printable(line)}".rstrip()
        yield f"{_COLOURS[mark]}{text}{_PLAIN}\n" if color and mark is not None else f"{text}\n"
    if more := len(lines[most:]) if most is not None else 0:
        yield f"      ... and {more} more line{'s' * (more != 1)} (-v shows {'them' if more != 1 else 'it'})\n"


def _gathered(changes: Sequence[Change], verbose: bool) -> list[tuple[Kind, str, list[Change]]]:
    # Things that differ by a number and of which the same is said make one line: NMI of processor UID 0, 2, 4.
    # So do fields of one scope that came or went: firmware has hundreds.
    fields: dict[tuple[Kind, str], list[Change]] = {}
    for change in changes:
        if change.kind is not Kind.CHANGED and (match := _FIELD.fullmatch(change.subject)):
            scope = match[2].removesuffix(".") if len(match[2]) > 1 else match[2]
            fields.setdefault((change.kind, f"{match[1]}s in {scope}"), []).append(change)
    told = {id(change): key for key, found in fields.items() if len(found) > _MOST_FIELDS for change in found}
    groups: dict[tuple[Kind, str, str, str], list[tuple[str, Change]]] = {}
    for change in changes:
        if (key := told.get(id(change))) is not None:
            groups.setdefault((*key, "", ""), []).append(("", change))
            continue
        parts = _NUMBER.fullmatch(change.subject)
        head, number, tail = parts.groups() if parts else (change.subject, "", "")
        groups.setdefault((change.kind, head, tail, change.text), []).append((number, change))
    found = []
    for (kind, head, tail, text), members in groups.items():
        if id(members[0][1]) in told:
            names = [_FIELD.sub(r"\3", change.subject) for _, change in members]
            shown = names if verbose else names[:_MOST_NAMES]
            more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
            found.append((kind, f"{len(names)} {head}: {', '.join(shown)}{more}", [change for _, change in members]))
            continue
        subject = f"{head}{listed([number for number, _ in members])}{tail}"
        found.append((kind, f"{subject}: {text}" if text else subject, [change for _, change in members]))
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
