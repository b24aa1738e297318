"""One record as lines of text: offset, name, value, meaning.

A table may have a hundred thousand structures: each kind is rendered by one format, many of a kind by rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from acpitools.report.row_text import FEWEST, Cell, Digits, Place, Rows
from acpitools.report.structure_summary import SUMMARIES
from acpitools.tables.describe import FieldView, Kind, field_views, structure_title
from acpitools.tables.spans import field_spans, row_places

__all__ = ["NAME_WIDTH", "SHOWN_BYTES", "RecordText", "record_text", "shown", "string_lines", "summary_of"]

NAME_WIDTH = 28
SHOWN_BYTES = 512
"""Bytes of one field that are shown."""
_INDENT = "      "
_LINE_WIDTH = 64
_MAX_ROW = 64
_TRAILING = attrgetter("trailing")


def shown(view: FieldView, value: Any) -> str:
    """Give a value as it reads in one word."""
    if view.kind is Kind.TEXT:
        return _quoted(value)
    if view.kind is Kind.STRING:
        return _quoted(value)
    if view.kind is Kind.GUID:
        return str(value)
    if view.kind is Kind.BYTES:
        return str(value.hex(" "))
    if view.kind is Kind.HEX:
        return f"0x{value:0{view.digits}x}"
    return f"{value:d}"


def _quoted(value: str) -> str:
    return '"' + "".join(char if " " <= char <= "~" else f"\\x{ord(char):02x}" for char in value) + '"'


def string_lines(value: str) -> Iterator[str]:
    """Give a text as it reads, without the NULs that end it, in lines of a bearable length."""
    cut = value[:SHOWN_BYTES].rstrip("\0")
    yield from (_quoted(cut[start : start + _LINE_WIDTH]) for start in range(0, len(cut) or 1, _LINE_WIDTH))
    if len(value) > SHOWN_BYTES:
        yield f"and {len(value) - SHOWN_BYTES} characters more"


def summary_of(item: Any) -> str:
    """Give what to say about a record in one line; empty where there is nothing."""
    summary = SUMMARIES.get(type(item).__name__)
    return summary(item) if summary is not None else ""


def _title(cls: type[Any]) -> Callable[[Any], str]:
    name = structure_title(cls)
    if (summary := SUMMARIES.get(cls.__name__)) is not None:
        head, summarized = f"{name}: ", summary
        return lambda record: head + summarized(record)
    if cls.__name__.startswith("RawStructure"):
        return lambda record: f"{name} of type {record.type}" if hasattr(record, "type") else name
    return lambda _: name


class RecordText:
    """How the records of one class read."""

    def __init__(self, cls: type[Any], *, documented: bool) -> None:
        self._views = field_views(cls)
        fixed = [view for view in self._views if view.digits and view.kind is not Kind.ARRAY]
        self._variable = {view.name for view in self._views if view not in fixed}
        self._fixed = _FixedText(list(_flat(fixed)), documented=documented)
        self._size = sum(view.digits for view in fixed) // 2
        self.title = _title(cls)
        """Gives a record's name and what there is to say first."""
        self._rows: Rows | None = None

    def fixed(self, offset: int, record: Any) -> str:
        """Give the lines of the fixed-size fields of a record that lies offset bytes into its table."""
        return self._fixed.render(offset, record)

    def render(self, offset: int, record: Any) -> str:
        """Give the lines of a record that lies offset bytes into its table."""
        text = self._fixed.render(offset, record)
        if len(self._variable) == 1 and not record.trailing:
            return text
        return text + "".join(self._variable_lines(offset, record))

    def render_all(self, offsets: Sequence[int], records: Sequence[Any], data: bytes) -> list[str]:
        """Give the lines of each record, where ``data`` is the table that they lie in at these ascending offsets."""
        if len(records) >= FEWEST and len(self._variable) == 1 and not any(map(_TRAILING, records)):
            self._rows = rows = self._rows or self._fixed.rows()
            size = self._size
            if offsets[-1] - offsets[0] == size * (len(offsets) - 1):
                own = data[offsets[0] : offsets[-1] + size]
            else:
                own = b"".join([data[offset : offset + size] for offset in offsets])
            if (made := rows.render(offsets, records, own)) is not None:
                return made
        return list(map(self.render, offsets, records))

    def _variable_lines(self, start: int, record: Any) -> Iterator[str]:
        for view, (_, offset, value) in zip(self._views, field_spans(record, start), strict=True):
            if view.name not in self._variable or not len(value):
                continue
            head = f"{_INDENT}{offset:04x}  {view.name:<{NAME_WIDTH}}  "
            if view.kind is Kind.RECORDS:
                yield from _nested(view.name, value, offset)
            elif view.kind is Kind.ARRAY:
                yield from _array_rows(head, view, value, getattr(record, view.row) if view.row else 0)
            elif view.kind is Kind.STRING:
                yield from _rows(head, string_lines(value))
            else:
                cut = value[:SHOWN_BYTES]
                yield from _rows(head, (cut[first : first + 16].hex(" ") for first in range(0, len(cut), 16)))
                if len(value) > SHOWN_BYTES:
                    yield f"{' ' * len(head)}and {len(value) - SHOWN_BYTES} bytes more\n"


def _rows(head: str, rows: Iterable[str]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"{' ' * len(head) if number else head}{row}\n"


def _nested(name: str, records: Sequence[Any], start: int) -> Iterator[str]:
    # Records inside another one: two columns further in.
    for index, (offset, item) in enumerate(row_places(records, start)):
        text = record_text(type(item))
        yield f"{_INDENT}{name}[{index}] {offset:04x}  {text.title(item)}\n"
        yield "".join(f"  {line}\n" for line in text.render(offset, item).splitlines())


def _flat(views: Iterable[FieldView], name: str = "", offset: int = 0) -> Iterator[FieldView]:
    # A record inside that has no summary shows its fields: ``notify.vector``.
    for view in views:
        place = view._replace(name=name + view.name, offset=offset + (view.offset or 0)) if name else view
        if view.kind is Kind.RECORD and view.record.__name__ not in SUMMARIES:
            inner = [each for each in field_views(view.record) if each.digits]
            yield from _flat(inner, f"{place.name}.", place.offset or 0)
        else:
            yield place


def _array_rows(head: str, view: FieldView, value: Any, columns: int) -> Iterator[str]:
    width = view.digits + 2 if view.digits else len(str(max(value)))
    if not 0 < columns <= _MAX_ROW:
        columns = max(1, min(16, _LINE_WIDTH // (width + 1)))
    for start in range(0, len(value), columns):
        cells = [f"{item:#0{width}x}" if view.digits else f"{item:{width}}" for item in value[start : start + columns]]
        yield (head if start == 0 else " " * len(head)) + " ".join(cells) + "\n"


class _FixedText:
    """The lines of a record's fixed fields: one % format, filled field by field."""

    def __init__(self, views: list[FieldView], *, documented: bool) -> None:
        self._text = "".join(_field_format(view, documented=documented) for view in views)
        self._views = views
        self._fields = [(attrgetter(view.name), view.offset or 0, _converter(view), view.meaning) for view in views]

    def render(self, offset: int, record: Any) -> str:
        values: list[Any] = []
        for get, at, convert, meaning in self._fields:
            value = get(record)
            values += (offset + at, value if convert is None else convert(value))
            if meaning is not None:
                values.append(meaning(value))
        return self._text % tuple(values)

    def rows(self) -> Rows:
        """Give the same for many records; only where no field is documented."""
        return Rows(part for view in self._views for part in _row_parts(view))


def _row_parts(view: FieldView) -> Iterator[str | Cell | Digits | Place]:
    offset, size = view.offset or 0, view.digits // 2
    yield _INDENT
    yield Place(offset)
    yield f"  {view.name:<{NAME_WIDTH}}  "
    if view.kind is Kind.HEX:
        yield "0x"
        yield Digits(offset, size)
        note = " " * (16 - view.digits)
    else:
        convert, note = _converter(view) or str, ""
        yield Cell(view.name, offset, size, convert if view.meaning is None else lambda value: f"{convert(value):<18}")
    if view.meaning is not None:
        yield f"{note}  "
        yield Cell(view.name, offset, size, view.meaning)
    yield "\n"


def _converter(view: FieldView) -> Callable[[Any], Any] | None:
    if view.kind in (Kind.TEXT, Kind.BYTES, Kind.GUID):
        return lambda value: shown(view, value)
    return summary_of if view.kind is Kind.RECORD else None


def _field_format(view: FieldView, *, documented: bool) -> str:
    head = f"{_INDENT}%04x  {view.name:<{NAME_WIDTH}}  "
    doc = view.doc.rstrip(".").replace("%", "%%") if documented and view.meaning is None else ""
    note = "  %s" if view.meaning is not None else f"  {doc}" if doc else ""
    if view.kind is Kind.HEX:
        return f"{head}0x%0{view.digits}x{' ' * (16 - view.digits if note else 0)}{note}\n"
    return f"{head}{'%-18s' if note else '%s'}{note}\n"


_TEXTS: dict[tuple[type[Any], bool], RecordText] = {}


def record_text(cls: type[Any], *, documented: bool = False) -> RecordText:
    """Give how the records of a class read; ``documented``: with what each field means."""
    text = _TEXTS.get((cls, documented))
    if text is None:
        text = _TEXTS[cls, documented] = RecordText(cls, documented=documented)
    return text
