"""Tables as text: every field with offset, value and meaning, and each finding where it belongs.

A large table has a hundred thousand structures, so that those of one kind are rendered together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from acpitools.core.findings import Finding
from acpitools.report.record_text import (
    NAME_WIDTH,
    SHOWN_BYTES,
    record_text,
    shown,
    string_lines,
    summary_of,
)
from acpitools.tables.describe import FieldView, Kind, field_views, table_title
from acpitools.tables.header import Fragment, UnknownTable
from acpitools.tables.spans import field_spans, row_places, structure_spans
from acpitools.tables.table_set import LoadedTable

__all__ = ["printable", "table_text"]

_BLOCK = 160
"""Structures that are rendered together: their text stays within the processor's cache."""
_HEAD = "\n  [%d] %04x  %s\n"
_AML = frozenset({"DSDT", "SSDT", "PSDT", "OSDT"})


def table_text(
    table: LoadedTable, findings: Sequence[Finding], addresses: Mapping[int, str] | None = None
) -> Iterator[str]:
    """Give a table's text in blocks; ``addresses`` names the tables that lie at physical addresses."""
    record = table.record
    by_place: dict[int | None, list[Finding]] = {}
    for finding in findings:
        by_place.setdefault(finding.location.index, []).append(finding)
    yield _title(table)
    yield from map(_finding_line, by_place.pop(None, ()))
    yield "\n"
    if isinstance(record, Fragment):
        yield from _hex_dump(record.data, 0)
    else:
        *views, trailing = field_views(type(record))
        yield from _fields(record, views, addresses or {}, table.signature)
        yield from _structures(table, by_place)
        yield from _bytes(trailing, record.trailing, len(table.data) - len(record.trailing))
    yield "\n"


def _title(table: LoadedTable) -> str:
    record = table.record
    name = printable(table.signature.strip())
    title = table_title(record, table.signature)
    spec = f"  ({type(record).SPEC})" if type(record).SPEC else ""
    place = f" at {table.address:#x}" if table.address is not None else ""
    return f"{name}: {title}{spec}\n{len(table.data)} bytes{place}, from {printable(table.source)}\n"


def _finding_line(finding: Finding) -> str:
    offset = finding.location.offset
    place = f" at {offset:04x}" if offset is not None else ""
    return f"  {finding.severity.value} {finding.code}{place}: {finding.message}\n"


def printable(text: str) -> str:
    """Give a text that a terminal only shows: names of files and signatures may hold anything."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _fields(record: Any, views: Sequence[FieldView], addresses: Mapping[int, str], signature: str) -> Iterator[str]:
    for view, (_, at, value) in zip(views, field_spans(record), strict=False):  # the last one is trailing
        if view.kind is Kind.RECORDS:
            if view.name != "structures":
                yield from _records(value, at)
        elif view.kind is Kind.ARRAY:
            yield from _array(view, value, at, addresses)
        elif view.kind is Kind.MATRIX:
            yield from _matrix(view, value, getattr(record, str(view.side)), at)
        elif view.kind is Kind.STRING:
            for number, text in enumerate(string_lines(value)):
                yield _line(at, view.name if number == 0 else "", text, view.doc.rstrip(".") if number == 0 else "")
        elif view.kind is Kind.BYTES and view.digits == 0:
            yield from _bytes(view, value, at, aml=signature in _AML and isinstance(record, UnknownTable))
        elif view.kind is Kind.RECORD and (summary := summary_of(value)):
            yield _line(at, view.name, summary, "")
        elif view.kind is Kind.RECORD:
            yield f"  {at:04x}  {view.name}\n{record_text(type(value)).fixed(at, value)}"
        else:
            yield _line(at, view.name, shown(view, value), _noted(view, value))


def _records(records: Sequence[Any], start: int) -> Iterator[str]:
    for index, (offset, item) in enumerate(row_places(records, start)):
        text = record_text(type(item), documented=index == 0)
        yield f"\n  [{index}] {offset:04x}  {text.title(item)}\n{text.render(offset, item)}"


def _line(offset: int, name: str, value: str, note: str) -> str:
    return f"  {offset:04x}  {name:<{NAME_WIDTH}}  {value:<18}  {note}".rstrip() + "\n"


def _noted(view: FieldView, value: Any) -> str:
    return view.meaning(value) if view.meaning is not None else view.doc.rstrip(".")


def _structures(table: LoadedTable, findings: Mapping[int | None, list[Finding]]) -> Iterator[str]:
    spans = structure_spans(table.record)
    met: set[type[Any]] = set()
    while block := tuple(islice(spans, _BLOCK)):
        indices, offsets, structures = zip(*block, strict=True)
        titles, bodies = _rendered(offsets, structures, table.data, met)
        heads = list(map(_HEAD.__mod__, zip(indices, offsets, titles, strict=True)))
        for index in findings.keys() & set(indices):
            heads[index - indices[0]] += "".join("    " + _finding_line(finding) for finding in findings[index])
        yield "".join(chain.from_iterable(zip(heads, bodies, strict=True)))


def _rendered(
    offsets: Sequence[int], structures: Sequence[Any], data: bytes, met: set[type[Any]]
) -> tuple[list[str], list[str]]:
    # Titles and bodies, one class after another.  What fields mean is said once a table: where a class is first met.
    titles, bodies = [""] * len(structures), [""] * len(structures)
    classes = list(map(type, structures))
    for cls in dict.fromkeys(classes):
        places = [place for place, each in enumerate(classes) if each is cls]
        text = record_text(cls)
        own, at = [structures[place] for place in places], [offsets[place] for place in places]
        made = text.render_all(at, own, data)
        if cls not in met:
            met.add(cls)
            made[0] = record_text(cls, documented=True).render(at[0], own[0])
        for place, title, body in zip(places, map(text.title, own), made, strict=True):
            titles[place], bodies[place] = title, body
    return titles, bodies


def _array(view: FieldView, value: Iterable[int], at: int, addresses: Mapping[int, str]) -> Iterator[str]:
    yield f"\n  {view.name}: {view.doc}\n"
    for index, item in enumerate(value):
        shown = f"0x{item:0{view.digits}x}" if view.digits else str(item)
        yield f"  [{index}] {at + index * view.width:04x}  {shown}  {addresses.get(item, '')}".rstrip() + "\n"


def _matrix(view: FieldView, value: bytes, side: int, at: int) -> Iterator[str]:
    yield f"\n  {at:04x}  {view.name}: {view.doc}\n"
    columns = min(side, len(value)) or 1
    width = max(3, len(str(columns)))
    yield " " * (width + 6) + " ".join(f"{column:>{width}}" for column in range(columns)) + "\n"
    cells = [f"{distance:>{width}}" for distance in range(256)]
    for row in range(0, len(value), columns):
        cut = value[row : row + columns]
        yield f"  {row // columns:>{width + 2}}: " + " ".join([cells[distance] for distance in cut]) + "\n"


def _bytes(view: FieldView, value: bytes, at: int, *, aml: bool = False) -> Iterator[str]:
    if not value:
        return
    if aml:
        yield f"\n  {at:04x}  {view.name}: {len(value)} bytes of AML\n"
        return
    yield f"\n  {at:04x}  {view.name}: {len(value)} bytes. {view.doc}\n"
    yield from _hex_dump(value[:SHOWN_BYTES], at)
    if len(value) > SHOWN_BYTES:
        yield f"  and {len(value) - SHOWN_BYTES} bytes more; --format hex shows all\n"


_PRINTABLE = bytes(byte if 32 <= byte < 127 else ord(".") for byte in range(256))


def _hex_dump(data: bytes, start: int) -> Iterator[str]:
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        yield f"  {start + offset:04x}  {row.hex(' '):<47}  {row.translate(_PRINTABLE).decode('ascii')}\n"
