"""What is wrong with one table, whatever it is: findings that follow from its declaration.

    TAB001  a checksum does not make the sum zero                     error
    TAB002  the table ends before its declared length                 error
    TAB003  bytes after the declared length                           warning
    TAB004  the declared length is smaller than the table's layout    error
    TAB005  a structure's length is shorter than its own header       error
    TAB006  a structure runs past the end of the table                error
    TAB007  a structure is too short for its type                     error
    TAB008  a structure of unknown type                               warning
    TAB009  a structure is longer than any published layout           warning
    TAB010  bytes after the last field or structure                   warning
    TAB011  a reserved field is not zero                              warning
    TAB012  reserved bits are set                                     warning
    TAB013  a reserved value                                          warning
    TAB014  a count and the content that it counts disagree           error
    TAB015  less than a table's header                                error
    TAB016  a structure is known to declare a wrong length            warning
    TAB020  a FADT's length and revision disagree                     warning
    TAB021  a window's targets and its interleave ways disagree       error
    TAB022  a revision that no specification has                      warning
    TAB023  an offset inside the table that it cannot be              error
    TAB024  a field lies where its layout does not expect it          warning

Codes are never used again.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, IntFlag
from typing import Any

from acpitools.codec.checksum import stated_checksums, sum8
from acpitools.codec.fields import Leaf, Role, Show, known_bits
from acpitools.codec.record import Record, fixed_size, size_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, SelfSizedList, Structure, StructureList, declared_length, spans
from acpitools.codec.tails import String
from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.header import Fragment, Table, UnknownTable
from acpitools.tables.registry import codec_for, declared_size
from acpitools.tables.spans import field_spans
from acpitools.tables.table_set import LoadedTable

__all__ = ["check_table"]

_RSDP_LENGTH_AT = 20


def check_table(table: LoadedTable) -> tuple[Finding, ...]:
    """Give the findings of a table's reader and of its content, in order of offset."""
    record, data = table.record, table.data
    report = _Report(table)
    if isinstance(record, Fragment):
        report.add("TAB015", Severity.ERROR, f"{len(data)} bytes are less than a table's header", offset=0)
    else:
        _check_length(record, data, report)
        _check_checksums(record, data, report)
        _check_fields(record, report, 0, None)
        _check_counts(record, report, 0, None)
        _check_lists(record, report, 0, None)
        if not isinstance(record, UnknownTable) and (codec := codec_for(table.signature)) is not None:
            for finding in codec.check(record, data):
                report.add(
                    finding.code,
                    finding.severity,
                    finding.message,
                    index=finding.location.index,
                    offset=finding.location.offset,
                )
    found = sorted(report.found, key=lambda finding: finding.location.offset or 0)
    return (*table.findings, *found)


class _Report:
    def __init__(self, table: LoadedTable) -> None:
        self._source = table.source
        self._signature = table.signature.strip()
        self.found: list[Finding] = []

    def add(
        self, code: str, severity: Severity, message: str, *, offset: int | None = None, index: int | None = None
    ) -> None:
        where = Location(source=self._source, signature=self._signature, index=index, offset=offset)
        self.found.append(Finding(code=code, severity=severity, message=message, location=where))


def _check_length(record: Table, data: bytes, report: _Report) -> None:
    declared = declared_size(data)
    if declared is None:
        return
    # An RSDP taken for that of ACPI 1.0 has no such field, but the bytes that declare a length.
    at = next((spec.offset for spec in record.FIELDS if spec.name == "length"), _RSDP_LENGTH_AT)
    smallest = fixed_size(type(record))
    codec = codec_for(report._signature)
    if isinstance(record, UnknownTable) and codec is not None:
        smallest = min(fixed_size(cls) for cls in codec.records)
        if len(data) < smallest <= declared:
            text = f"declared length {declared}, but only {len(data)} bytes are here"
            report.add("TAB002", Severity.ERROR, text, offset=at)
            return
    if declared < smallest:
        text = f"declared length {declared} is smaller than the {smallest} bytes that the table needs"
        report.add("TAB004", Severity.ERROR, text, offset=at)
    elif declared > len(data):
        text = f"declared length {declared}, but only {len(data)} bytes are here"
        report.add("TAB002", Severity.ERROR, text, offset=at)
    elif declared < len(data):
        text = f"{len(data) - declared} bytes after the declared length {declared}"
        report.add("TAB003", Severity.WARNING, text, offset=declared)
    beyond = max(0, len(data) - declared) if declared >= smallest else 0
    if inside := len(record.trailing) - beyond:
        offset = len(data) - len(record.trailing)
        text = f"{inside} bytes after the last field or structure that is known"
        report.add("TAB010", Severity.WARNING, text, offset=offset)


def _check_checksums(record: Table, data: bytes, report: _Report) -> None:
    declared = declared_size(data) or 0
    whole = data[:declared] if declared >= fixed_size(type(record)) else data
    for spec in stated_checksums(type(record)):
        summed = sum8(whole[: spec.leaf.covers])
        if summed:
            stated = getattr(record, spec.name)
            text = f"{spec.name} is {stated:#04x}; {stated - summed & 0xFF:#04x} makes the sum zero"
            report.add("TAB001", Severity.ERROR, text, offset=spec.offset)


def _check_lists(record: Record, report: _Report, offset: int, index: int | None) -> None:
    # Findings carry the index of the structure in the table; what lies inside it is told by its offset.
    for spec, start, value in field_spans(record, offset):
        at, leaf = start, spec.leaf
        if isinstance(leaf, StructureList):
            top = index is None and spec.name == "structures"
            # A table may have a hundred thousand, and nothing be wrong with them: where they lie is not asked then.
            suspects = {number for number, each in enumerate(value) if _SUSPECT[type(each)](each)}
            for number, place, each in spans(value, at) if suspects or leaf.misdeclared else ():
                if number in suspects or leaf.misdeclared:
                    _check_structure(leaf, each, report, place, number if top else index)
        elif isinstance(leaf, Repeated):
            for item in value:
                _check_fields(item, report, at, index)
                _check_counts(item, report, at, index)
                _check_lists(item, report, at, index)
                at += size_of(item)


def _check_structure(
    known: StructureList, structure: Structure, report: _Report, offset: int, index: int | None
) -> None:
    if isinstance(structure, RawStructure):
        _check_raw(known, structure, report, offset, index)
        return
    _check_fields(structure, report, offset, index)
    if structure.trailing:
        _check_longer(known, structure, report, offset, index)
    _check_counts(structure, report, offset, index)
    _check_lists(structure, report, offset, index)
    if known.misdeclared and (wrong := known.misdeclared.get(_type_and_length(structure))):
        text = f"declares {declared_length(structure)} bytes, has {fixed_size(wrong)}"
        report.add("TAB016", Severity.WARNING, text, offset=offset, index=index)


def _type_and_length(structure: Structure) -> tuple[int, int]:
    return getattr(structure, "type", 0), declared_length(structure) or 0


def _check_raw(known: StructureList, raw: RawStructure, report: _Report, offset: int, index: int | None) -> None:
    header = fixed_size(known.raw)
    number, length = _type_and_length(raw)
    name = f"structure of type {number}" if known.typed else "structure"
    records = known.records_of(number)
    if isinstance(known, SelfSizedList):
        if records:
            report.add("TAB006", Severity.ERROR, f"{name} runs past the end of the table", offset=offset, index=index)
        else:
            text = f"unknown structure type {number}"
            report.add("TAB008", Severity.WARNING, text, offset=offset, index=index)
    elif length < header:
        text = f"{name} declares {length} bytes, less than its header; the walk ends here"
        report.add("TAB005", Severity.ERROR, text, offset=offset, index=index)
    elif length > header + len(raw.payload):
        text = f"{name} declares {length} bytes, past the end of the table"
        report.add("TAB006", Severity.ERROR, text, offset=offset, index=index)
    elif records:
        needed = fixed_size(records[0])
        text = f"{records[0].__name__} declares {length} bytes, at least {needed} are needed"
        report.add("TAB007", Severity.ERROR, text, offset=offset, index=index)
    elif number not in known.vendor:
        report.add("TAB008", Severity.WARNING, f"unknown structure type {number}", offset=offset, index=index)


def _check_longer(known: StructureList, structure: Structure, report: _Report, offset: int, index: int | None) -> None:
    sizes = [fixed_size(cls) for cls in known.records_of(_type_and_length(structure)[0])]
    extra = len(structure.trailing)
    length = declared_length(structure)
    text = f"{length} bytes; the published layout has {' or '.join(map(str, sizes))}"
    if not all(_is_fixed(cls) for cls in known.records_of(_type_and_length(structure)[0])):
        text = f"{extra} bytes after the last field that is known"
    report.add("TAB009", Severity.WARNING, text, offset=offset, index=index)


def _is_fixed(cls: type[Record]) -> bool:
    return all(isinstance(spec.leaf, Leaf) for spec in cls.FIELDS if spec.name != "trailing")


class _Suspicions(dict[type[Record], Callable[[Any], bool]]):
    def __missing__(self, cls: type[Record]) -> Callable[[Any], bool]:
        made = self[cls] = _suspicion(cls)
        return made


_SUSPECT = _Suspicions()
"""What tells, by class of structure, whether one is worth a look."""


def _suspicion(cls: type[Record]) -> Callable[[Any], bool]:
    # One quick question per structure: a table may have a hundred thousand.
    if issubclass(cls, RawStructure) or not _is_fixed(cls):
        return lambda _: True
    tests = ["s.trailing"]
    for spec in cls.FIELDS:
        if isinstance(spec.leaf, Leaf):
            if spec.leaf.role is Role.RESERVED:
                tests.append(f"s.{spec.name}.strip(b'\\0')" if spec.leaf.show is Show.BYTES else f"s.{spec.name}")
            elif spec.leaf.show is Show.FLAGS:
                unknown = (1 << 8 * spec.leaf.size) - 1 & ~known_bits(spec.leaf.values)  # type: ignore[arg-type]
                tests.append(f"s.{spec.name}._value_ & {unknown}")
            elif spec.leaf.show is Show.ENUM:
                tests.append(f"type(s.{spec.name}) is int")
            elif spec.leaf.show is Show.RECORD:
                tests.append("True")
    source = " or ".join(tests)
    return eval(f"lambda s: {source}")  # type: ignore[no-any-return]  # noqa: S307  (our own field names)


def _check_fields(record: Record, report: _Report, offset: int, index: int | None) -> None:
    for spec in record.FIELDS:
        leaf = spec.leaf
        if not isinstance(leaf, Leaf) or spec.offset is None:
            continue
        value, at = getattr(record, spec.name), offset + spec.offset
        if leaf.role is Role.RESERVED and (value.strip(b"\0") if isinstance(value, bytes) else value):
            shown = value.hex() if isinstance(value, bytes) else f"{value:#x}"
            report.add("TAB011", Severity.WARNING, f"{spec.name} is {shown}, not zero", offset=at, index=index)
        elif isinstance(value, IntFlag):
            if unknown := int(value) & ~known_bits(type(value)):
                text = f"{spec.name} has reserved bits {unknown:#x} set"
                report.add("TAB012", Severity.WARNING, text, offset=at, index=index)
        elif leaf.show is Show.ENUM and not isinstance(value, IntEnum):
            report.add("TAB013", Severity.WARNING, f"{spec.name} {value} is reserved", offset=at, index=index)
        elif leaf.show is Show.RECORD:
            _check_fields(value, report, at, index)


def _alike(record: Record, at: str, counted_by: str | None) -> list[str]:
    # Fields with the same offset and the same count.
    return [
        spec.name
        for spec in record.FIELDS
        if getattr(spec.leaf, "at", None) == at and getattr(spec.leaf, "counted_by", None) == counted_by is not None
    ]


def _check_counts(record: Record, report: _Report, offset: int, index: int | None) -> None:
    for spec, start, value in field_spans(record, offset):
        leaf = spec.leaf
        if isinstance(leaf, Leaf):
            continue
        count, counted_by = getattr(leaf, "count", None), getattr(leaf, "counted_by", None)
        here, unit = len(value), "elements"
        if isinstance(leaf, String):
            here, unit = leaf.size_of(value), "bytes"
        if (sized_by := getattr(leaf, "sized_by", None)) is not None:
            declared, here, unit = getattr(record, sized_by), leaf.size_of(value), "bytes"
        elif count is not None:
            declared = count(record)
        elif counted_by is not None:
            declared = getattr(record, counted_by)
        else:
            continue
        at = getattr(leaf, "at", None)
        if at is not None and len(alike := _alike(record, at, counted_by)) > 1:
            # Of several places that one offset may mean, one is where it is.
            here = sum(len(getattr(record, name)) for name in alike)
        if declared == here:
            continue
        if at is not None and offset + getattr(record, at) != start:
            text = f"{at} {getattr(record, at)} is not where {spec.name} can be read; the bytes are kept"
            report.add("TAB024", Severity.WARNING, text, offset=offset, index=index)
        else:
            text = f"{spec.name} should have {declared} {unit}, {here} are here"
            report.add("TAB014", Severity.ERROR, text, offset=offset, index=index)
