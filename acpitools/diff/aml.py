"""Two AML tables compared by what they declare: devices, methods, names, regions and field units by their path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from acpitools.aml.machine import AML_SIGNATURES, AmlTable, read_machine
from acpitools.aml.names import path_text
from acpitools.core.collection import uncollected
from acpitools.diff.aml_objects import CONTAINERS, Item, TableObjects, asl_of, objects_of
from acpitools.diff.values import Change, Kind
from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["Machine", "compare_aml"]

_MOST_BYTES = 4 << 20
"""AML of a machine that is read; more is compared as bytes."""
_MOST_LINES = 400
"""Lines of a method that are compared one by one."""
_SHORT = 60
"""Characters of a value that stands in one line."""
_STATEMENT = re.compile(r"(?:Name|OperationRegion|DataTableRegion) \(\S+, (.*?)\)(?:  //.*)?", re.DOTALL)


class Machine:
    """The AML of one machine, read when first asked for: what one table says depends on the others."""

    def __init__(self, tables: TableSet) -> None:
        self._tables = [table for table in tables if table.signature in AML_SIGNATURES]
        self._read: dict[int, AmlTable] | None = None

    def table(self, loaded: LoadedTable) -> AmlTable | None:
        """Give a table as read; None where the machine has more AML than is read."""
        if self._read is None:
            self._read = {}
            if sum(len(table.data) for table in self._tables) <= _MOST_BYTES:
                read = read_machine([table.data for table in self._tables])
                self._read = {id(table): aml for table, aml in zip(self._tables, read, strict=True)}
        return self._read.get(id(loaded))


def compare_aml(before: AmlTable, after: AmlTable) -> Iterator[Change]:
    """Give what two tables declare differently, and what they do otherwise outside methods, in the order of paths."""
    with uncollected():
        old, new = objects_of(before), objects_of(after)
        paths = sorted(old.items.keys() | new.items.keys())
        inside: bytes | None = None
        for path in paths:
            was, now = old.items.get(path, []), new.items.get(path, [])
            if inside is not None and path.startswith(inside) and (not was or not now):
                continue
            inside = None
            if was and now:
                yield from _changed(path, was, now)
                continue
            yield _whole(path, was, now, old, new)
            if (was or now)[0].kind in CONTAINERS:
                inside = path
        yield from _loose(old, new)


def _subject(path: bytes, item: Item) -> str:
    return f"{item.kind} {path_text(path)}"


def _whole(path: bytes, was: list[Item], now: list[Item], old: TableObjects, new: TableObjects) -> Change:
    # An object that is on one side only, with all that is inside it.
    item, items = (now or was)[0], (new if now else old).items
    if item.kind in CONTAINERS:
        number = sum(1 for other in items if other.startswith(path) and other != path)
        text = f"with {number} object{'s' * (number != 1)}" if number else "empty"
    else:
        text = _in_a_line(item)
    kind, shown = (Kind.ADDED, "after") if now else (Kind.REMOVED, "before")
    value = {shown: item.text().strip()}
    return Change(kind=kind, subject=_subject(path, item), text=text, **value)


def _in_a_line(item: Item) -> str:
    text = item.text().strip()
    if item.kind == "method":
        arguments, lines = item.content.args[1] & 7, len(_code_lines(text))
        return f"{arguments} argument{'s' * (arguments != 1)}, {lines} line{'s' * (lines != 1)}"
    line = " ".join(_value(text).split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 3]}..."


def _code_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _changed(path: bytes, was: list[Item], now: list[Item]) -> Iterator[Change]:
    if [(item.kind, item.content) for item in was] == [(item.kind, item.content) for item in now]:
        return
    if len(was) != len(now):
        text = f"declared {len(was)} times -> {len(now)} times"
        yield Change(kind=Kind.CHANGED, subject=_subject(path, now[0]), text=text, before=len(was), after=len(now))
        return
    for old, new in zip(was, now, strict=True):
        if old.kind != new.kind:
            text = f"a {old.kind} -> a {new.kind}"
        elif old.content == new.content:
            continue
        else:
            text = _difference(old, new)
        # The same words for what is only encoded otherwise.
        if text:
            before, after = old.text().strip(), new.text().strip()
            yield Change(kind=Kind.CHANGED, subject=_subject(path, new), text=text, before=before, after=after)


def _difference(old: Item, new: Item) -> str:
    # Empty where only the encoding is another one.
    was, now = old.text().strip(), new.text().strip()
    if was == now:
        return ""
    if "\n" in was or "\n" in now:
        return _lines(was, now)
    return f"{_value(was)} -> {_value(now)}"


def _value(text: str) -> str:
    # What an object holds, without the word and the name in front: the subject has them.
    match = _STATEMENT.fullmatch(text)
    shown = match[1] if match is not None else text
    return shown if len(shown) <= 2 * _SHORT else f"{shown[: 2 * _SHORT - 3]}..."


def _lines(before: str, after: str) -> str:
    was, now = _code_lines(before), _code_lines(after)
    if max(len(was), len(now)) > _MOST_LINES:
        return f"{len(was)} lines -> {len(now)} lines"
    gone = come = 0
    for op, first, last, start, end in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if op != "equal":
            gone, come = gone + last - first, come + end - start
    if gone and come:
        return f"{gone} line{'s' * (gone != 1)} became {come}"
    return f"{gone or come} line{'s' * (gone + come != 1)} {'removed' if gone else 'added'}"


def _loose(old: TableObjects, new: TableObjects) -> Iterator[Change]:
    for scope in sorted(old.loose.keys() | new.loose.keys()):
        was, now = old.loose.get(scope, []), new.loose.get(scope, [])
        if was == now:
            continue
        before, after = asl_of(was, scope).strip(), asl_of(now, scope).strip()
        if before == after:
            continue
        text = _lines(before, after)
        subject = f"statements in {path_text(scope)} outside methods"
        kind = Kind.CHANGED if was and now else Kind.ADDED if now else Kind.REMOVED
        values: dict[str, Any] = {"before": before or None, "after": after or None}
        yield Change(kind=kind, subject=subject, text=text, **values)
