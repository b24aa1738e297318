"""Records compared field by field: the header, and tables that have no meaning of their own here."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, IntFlag
from typing import Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import Leaf, Role, Show, flag_names
from acpitools.codec.record import FieldSpec, Record, encode
from acpitools.core.units import format_size
from acpitools.diff.values import Change, Kind, listed
from acpitools.tables.describe import structure_title

__all__ = ["compare_fields", "compare_lists", "keyed", "plain", "reserved_changes", "shown_value"]

_MOST_WORDS = 4
_LONG = 24


def plain(value: Any) -> Any:
    """Give a field's value as a JSON value."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Record):
        return {spec.name: plain(getattr(value, spec.name)) for spec in value.FIELDS if spec.name != "trailing"}
    if isinstance(value, IntArray | tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, bool | str) or value is None:
        return value
    return int(value) if isinstance(value, int) else str(value)


def shown_value(spec: FieldSpec, value: Any) -> str:
    """Write a field's value for a reader."""
    leaf = spec.leaf
    if isinstance(value, bytes):
        return value.hex() if len(value) <= _LONG else f"{value[:_LONG].hex()}... ({len(value)} bytes)"
    if isinstance(value, str):
        return repr(value.rstrip("\0 "))
    if isinstance(value, IntArray):
        return f"[{listed([str(item) for item in value[:64]])}]"
    if isinstance(value, tuple):
        return f"{len(value)} elements"
    if isinstance(leaf, Leaf):
        if leaf.show is Show.SIZE:
            return format_size(value)
        if leaf.show is Show.FLAGS:
            return f"{int(value):#x}"
        if isinstance(value, Enum):
            return f"{value.value} ({value.name.lower()})"
        if leaf.show is Show.HEX:
            return f"{value:#x}"
        if isinstance(value, Record):
            return ", ".join(f"{s.name} {shown_value(s, getattr(value, s.name))}" for s in value.FIELDS[:-1])
    return str(value)


def compare_fields(
    before: Record, after: Record, *, without: Collection[str] = (), prefix: str = ""
) -> Iterator[Change]:
    """Give the fields that differ; a field that only one record has was added or removed.

    Flags are told bit by bit, and records inside by their fields.
    """
    old = {spec.name: spec for spec in before.FIELDS}
    new = {spec.name: spec for spec in after.FIELDS}
    for name in dict.fromkeys((*old, *new)):
        if name in without:
            continue
        subject = f"{prefix}{name}"
        if name not in new:
            value = getattr(before, name)
            text = f"was {shown_value(old[name], value)}, and is not in the table any more"
            yield Change(kind=Kind.REMOVED, subject=subject, text=text, before=plain(value))
        elif name not in old:
            value = getattr(after, name)
            text = f"is new, {shown_value(new[name], value)}"
            yield Change(kind=Kind.ADDED, subject=subject, text=text, after=plain(value))
        else:
            yield from _compared(subject, old[name], new[name], getattr(before, name), getattr(after, name))


def _compared(subject: str, old: FieldSpec, new: FieldSpec, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Record) and isinstance(after, Record):
        yield from compare_fields(before, after, prefix=f"{subject}.")
    elif isinstance(before, tuple) and isinstance(after, tuple) and all(isinstance(x, Record) for x in before + after):
        yield from compare_lists(before, after)
    elif isinstance(before, IntFlag) and isinstance(after, IntFlag):
        text = _flags(type(after), int(before), int(after))
        yield Change(kind=Kind.CHANGED, subject=subject, text=text, before=int(before), after=int(after))
    else:
        shown = shown_value(old, before), shown_value(new, after)
        if shown[0] == shown[1]:
            shown = repr(before), repr(after)  # what differs is in the padding
        text = f"{shown[0]} -> {shown[1]}"
        yield Change(kind=Kind.CHANGED, subject=subject, text=text, before=plain(before), after=plain(after))


def _flags(flags: type[IntFlag], before: int, after: int) -> str:
    parts = []
    for word, bits in (("set", after & ~before), ("cleared", before & ~after)):
        names = list(flag_names(flags, bits))
        unknown = bits & ~sum({member.value for name in names for member in (flags[name],)})
        if unknown > 0:
            names.append(f"reserved {unknown:#x}")
        if names:
            parts.append(f"{', '.join(names)} {word}")
    return f"{'; '.join(parts)} ({before:#x} -> {after:#x})"


def compare_lists(before: Sequence[Record], after: Sequence[Record]) -> Iterator[Change]:
    """Compare lists of structures: equal ones belong together wherever they are, the rest in order, kind by kind."""
    spare = Counter(_identity(item) for item in after)
    left: dict[Hashable, deque[Record]] = {}
    for item in before:
        identity = _identity(item)
        if spare[identity]:
            spare[identity] -= 1
        else:
            left.setdefault(_kind(item), deque()).append(item)
    fresh: list[Record] = []
    for item in reversed(after):
        identity = _identity(item)
        if spare[identity]:
            spare[identity] -= 1
            fresh.append(item)
    for item in reversed(fresh):
        waiting = left.get(_kind(item))
        title = structure_title(type(item))
        if waiting:
            old = waiting.popleft()
            for change in compare_fields(old, item, without=("length", "reserved")):
                yield Change(
                    kind=change.kind,
                    subject=f"{title} {_words(old)}".rstrip(),
                    text=str(change),
                    before=change.before,
                    after=change.after,
                )
        else:
            yield Change(kind=Kind.ADDED, subject=title, text=f"added: {_words(item)}", after=plain(item))
    for waiting in left.values():
        for old in waiting:
            title = structure_title(type(old))
            yield Change(kind=Kind.REMOVED, subject=title, text=f"removed: {_words(old)}", before=plain(old))


def _identity(item: Record) -> bytes:
    return encode(item)


def _kind(item: Record) -> Hashable:
    return (type(item).__name__.rstrip("0123456789"), int(getattr(item, "type", 0)))


def _words(item: Record) -> str:
    # The first fields that say something, as the structure's name.
    found: list[str] = []
    for spec in item.FIELDS:
        if spec.name in ("type", "length", "trailing") or not isinstance(spec.leaf, Leaf):
            continue
        if spec.leaf.role is Role.RESERVED or len(found) == _MOST_WORDS:
            continue
        found.append(f"{spec.name} {shown_value(spec, getattr(item, spec.name))}")
    return ", ".join(found) or f"{len(encode(item))} bytes"


def keyed(
    before: Mapping[Any, Mapping[str, Any]], after: Mapping[Any, Mapping[str, Any]], name: Any, describe: Any
) -> Iterator[Change]:
    """Compare things that have an identity: what is new, what is gone, and which of their words changed.

    ``name`` writes an identity, ``describe`` a thing; the words are JSON values, their names for a reader.
    """
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if old is None and new is not None:
            yield Change(kind=Kind.ADDED, subject=name(key), text=f"added: {describe(new)}", after=dict(new))
        elif new is None and old is not None:
            yield Change(kind=Kind.REMOVED, subject=name(key), text=f"removed: {describe(old)}", before=dict(old))
        elif old is not None and new is not None:
            for word in new:
                if old[word] != new[word]:
                    text = f"{word} {_word(word, old[word])} -> {_word(word, new[word])}"
                    yield Change(
                        kind=Kind.CHANGED,
                        subject=name(key),
                        text=text,
                        before={word: old[word]},
                        after={word: new[word]},
                    )


def _word(word: str, value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and ("address" in word or "flags" in word or "base" in word):
        return f"{value:#x}"
    if isinstance(value, int) and ("size" in word or "capacity" in word):
        return format_size(value)
    return str(value)


def reserved_changes(before: Iterable[Record], after: Iterable[Record]) -> Iterator[Change]:
    """Give reserved fields of structures that are not zero on one side only."""
    old, new = Counter(_reserved(before)), Counter(_reserved(after))
    for (title, field, value), count in (new - old).items():
        text = f"{value} in {count} structures, reserved"
        yield Change(kind=Kind.ADDED, subject=f"{title}.{field}", text=text, after=value)
    for (title, field, value), count in (old - new).items():
        text = f"{value} no more in {count} structures, reserved"
        yield Change(kind=Kind.REMOVED, subject=f"{title}.{field}", text=text, before=value)


def _reserved(items: Iterable[Record]) -> Iterator[tuple[str, str, str]]:
    for item in items:
        for spec in item.FIELDS:
            if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.RESERVED:
                value = getattr(item, spec.name)
                if value.strip(b"\0") if isinstance(value, bytes) else value:
                    shown = value.hex() if isinstance(value, bytes) else f"{value:#x}"
                    yield structure_title(type(item)), spec.name, shown
