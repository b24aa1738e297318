"""Tables as text: every field with offset, value and meaning, and each finding where it belongs.

A large table has a hundred thousand structures, so that one template per kind of structure renders all its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from acpitools.core.findings import Finding
from acpitools.report.structure_summary import SUMMARIES
from acpitools.tables.describe import FieldView, Kind, field_views, structure_title, table_title
from acpitools.tables.header import Fragment, UnknownTable
from acpitools.tables.spans import structure_spans
from acpitools.tables.table_set import LoadedTable

__all__ = ["printable", "table_text"]

_BLOCK = 1024
_NAME_WIDTH = 28
_SHOWN_BYTES = 512
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
    offset = 0
    for view in views:
        value = getattr(record, view.name)
        at = view.offset if view.offset is not None else offset
        if view.kind is Kind.RECORDS:
            offset = at
            if view.name != "structures":
                for index, item in enumerate(value):
                    yield f"\n  [{index}] {offset:04x}  {structure_title(type(item))}{_summary(item)}\n"
                    yield _template(type(item), documented=index == 0).render(offset, item)
                    offset += sum(part.digits // 2 for part in field_views(type(item)))
        elif view.kind is Kind.ARRAY:
            yield from _array(view, value, at, addresses)
            offset = at + len(value) * view.width
        elif view.kind is Kind.MATRIX:
            yield from _matrix(view, value, getattr(record, str(view.side)), at)
            offset = at + len(value)
        elif view.kind is Kind.BYTES and view.digits == 0:
            yield from _bytes(view, value, at, aml=signature in _AML and isinstance(record, UnknownTable))
            offset = at + len(value)
        elif view.kind is Kind.RECORD:
            yield _line(at, view.name, _summary(value)[2:], "")
        else:
            yield _line(at, view.name, _shown(view, value), _noted(view, value))


def _line(offset: int, name: str, value: str, note: str) -> str:
    return f"  {offset:04x}  {name:<{_NAME_WIDTH}}  {value:<18}  {note}".rstrip() + "\n"


def _noted(view: FieldView, value: Any) -> str:
    return view.meaning(value) if view.meaning is not None else view.doc.rstrip(".")


def _shown(view: FieldView, value: Any) -> str:
    if view.kind is Kind.TEXT:
        return '"' + "".join(char if " " <= char <= "~" else f"\\x{ord(char):02x}" for char in value) + '"'
    if view.kind is Kind.BYTES:
        return str(value.hex(" "))
    if view.kind is Kind.HEX:
        return f"0x{value:0{view.digits}x}"
    return f"{value:d}"


def _summary(item: Any) -> str:
    summary = SUMMARIES.get(type(item).__name__)
    return f": {summary(item)}" if summary is not None else ""


class _Template:
    """All fields of one kind of record through one format."""

    def __init__(self, cls: Any, *, documented: bool) -> None:
        views = [view for view in field_views(cls) if view.kind is not Kind.RECORDS]
        self._fixed = [view for view in views if view.offset is not None and view.digits]
        self._rest = [view for view in views if not (view.offset is not None and view.digits)]
        self._getters = [(attrgetter(view.name), view.meaning, _converter(view)) for view in self._fixed]
        self._format = "".join(_field_format(view, documented) for view in self._fixed)
        self._offsets = [view.offset or 0 for view in self._fixed]

    def render(self, offset: int, record: Any, indent: str = "      ") -> str:
        """Give the lines of a record that lies offset bytes into its table."""
        values: list[Any] = []
        for (get, meaning, convert), at in zip(self._getters, self._offsets, strict=True):
            value = get(record)
            values += (indent, offset + at, value if convert is None else convert(value))
            if meaning is not None:
                values.append(meaning(value))
        text = self._format % tuple(values)
        return text if not self._rest else text + "".join(self._variable(offset, record, indent))

    def _variable(self, offset: int, record: Any, indent: str) -> Iterator[str]:
        at = offset + sum(view.digits // 2 for view in self._fixed)
        for view in self._rest:
            value = getattr(record, view.name)
            if not len(value):
                continue
            if view.kind is Kind.ARRAY:
                width = view.digits
                shown = [f"0x{item:0{width}x}" if width else str(item) for item in value]
                yield from _wrapped(f"{indent}{at:04x}  {view.name:<{_NAME_WIDTH}}  ", shown)
                at += len(value) * view.width
            else:
                yield from _wrapped(
                    f"{indent}{at:04x}  {view.name:<{_NAME_WIDTH}}  ", [f"{byte:02x}" for byte in value[:_SHOWN_BYTES]]
                )
                if len(value) > _SHOWN_BYTES:
                    yield f"{indent}      and {len(value) - _SHOWN_BYTES} bytes more\n"
                at += len(value)


def _wrapped(head: str, items: Sequence[str]) -> Iterator[str]:
    width = max(map(len, items)) + 1
    row = max(1, min(16, 64 // width))
    for start in range(0, len(items), row):
        yield (head if start == 0 else " " * len(head)) + " ".join(items[start : start + row]) + "\n"


def _converter(view: FieldView) -> Callable[[Any], Any] | None:
    if view.kind in (Kind.TEXT, Kind.BYTES):
        return lambda value: _shown(view, value)
    if view.kind is Kind.RECORD:
        return lambda value: _summary(value)[2:]
    return None


def _field_format(view: FieldView, documented: bool) -> str:
    head = f"%s%04x  {view.name:<{_NAME_WIDTH}}  "
    doc = view.doc.rstrip(".").replace("%", "%%") if documented and view.meaning is None else ""
    note = "  %s" if view.meaning is not None else f"  {doc}" if doc else ""
    if view.kind is Kind.HEX:
        return f"{head}0x%0{view.digits}x{' ' * (16 - view.digits if note else 0)}{note}\n"
    return f"{head}{'%-18s' if note else '%s'}{note}\n"


_TEMPLATES: dict[tuple[type[Any], bool], _Template] = {}


def _template(cls: type[Any], *, documented: bool = False) -> _Template:
    template = _TEMPLATES.get((cls, documented))
    if template is None:
        template = _TEMPLATES[cls, documented] = _Template(cls, documented=documented)
    return template


def _structures(table: LoadedTable, findings: Mapping[int | None, list[Finding]]) -> Iterator[str]:
    block: list[str] = []
    seen: set[type[Any]] = set()
    for index, offset, structure in structure_spans(table.record):
        cls = type(structure)
        raw = f" of type {structure.type}" if cls.__name__.startswith("RawStructure") else ""  # type: ignore[attr-defined]
        block.append(f"\n  [{index}] {offset:04x}  {structure_title(cls)}{raw}{_summary(structure)}\n")
        if found := findings.get(index):
            block += ["    " + _finding_line(finding) for finding in found]
        # What fields mean is said once a table.
        block.append(_template(cls, documented=cls not in seen).render(offset, structure))
        seen.add(cls)
        if len(block) > _BLOCK:
            yield "".join(block)
            block = []
    yield "".join(block)


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
    yield from _hex_dump(value[:_SHOWN_BYTES], at)
    if len(value) > _SHOWN_BYTES:
        yield f"  and {len(value) - _SHOWN_BYTES} bytes more; --format hex shows all\n"


_PRINTABLE = bytes(byte if 32 <= byte < 127 else ord(".") for byte in range(256))


def _hex_dump(data: bytes, start: int) -> Iterator[str]:
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        yield f"  {start + offset:04x}  {row.hex(' '):<47}  {row.translate(_PRINTABLE).decode('ascii')}\n"
