"""Text in iasl's data-table language to tables, sealed as iasl seals them: lengths and checksums right.

One text may hold several tables, one after another; each begins with its signature.  iasl puts its own name into the
creator fields; here they stay as the text has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.codec.checksum import stated_checksums
from acpitools.codec.fields import Leaf, Role
from acpitools.codec.record import FieldSpec, Record, fixed_size
from acpitools.core.errors import SourceError
from acpitools.dumps.dsl_generic import GENERIC_LABELS, read_generic
from acpitools.dumps.dsl_records import RecordReader, put
from acpitools.dumps.dsl_source import NOTE, Source
from acpitools.tables.dsl_layout import fixed_lines
from acpitools.tables.dsl_notes import Note
from acpitools.tables.header import SdtHeader, UnknownTable
from acpitools.tables.registry import codec_for, signature_of
from acpitools.tables.table_set import LoadedTable

__all__ = ["read_dsl"]


def read_dsl(data: bytes, name: str) -> Iterator[LoadedTable]:
    """Give the tables of a text.  Raises SourceError, with line and column.

    What was passed over or changed, as iasl does it too, is a finding of the table (SRC011).
    """
    # One copy of the text at a time: it may be large.
    text = bytearray(data)
    del data
    source = Source(text, name)
    del text
    while (entry := source.peek()) is not None:
        reader = RecordReader(source)
        whole = reader.raw(0) if entry.label == NOTE else None
        if whole is None:
            whole = _table(source, reader)
        yield LoadedTable(data=whole, source=name, findings=tuple(reader.warnings))


def _table(source: Source, reader: RecordReader) -> bytes:
    start = source.at
    entry = reader.expect("Signature")
    source.at = start
    signature = signature_of(entry.value.encode("latin-1").ljust(4, b"\0"))
    codec = codec_for(signature)
    candidates: Sequence[type[Record]] = (UnknownTable,) if codec is None else (*codec.records, UnknownTable)
    if _is_generic(source):
        candidates = (UnknownTable,)
    elif codec is not None and codec.choose is not None:
        candidates = _preferred(reader, codec.choose, candidates)
    cls, data, notes = reader.record(candidates, 0)
    if cls is UnknownTable:
        data += read_generic(reader, len(data))
        data += b"".join(note.data for note in reader.notes(0, "then"))
    notes += reader.notes(0, "at")
    following = source.peek()
    if following is not None and following.label not in ("Signature", NOTE):
        wanted = reader.wanted(following)
        expected = f"{wanted} or the end of the table" if wanted else "the end of the table"
        source.fail(following.at, f'expected {expected}, not "{following.label}"')
    return _sealed(cls, data, notes, reader)


def _is_generic(source: Source) -> bool:
    # After the header's nine lines.
    labels = source.labels(10, past_notes=True)
    return len(labels) > 9 and labels[9] in GENERIC_LABELS and labels[1] == "Table Length"


def _preferred(reader: RecordReader, choose: Any, records: Sequence[type[Record]]) -> Sequence[type[Record]]:
    # Of records that read alike, the one that the table's own codec chooses for the values of the header.
    fitting = reader.fitting(records)
    alike = [cls for cls in fitting if len(fixed_lines(cls)) == len(fixed_lines(fitting[0]))]
    if len(alike) < 2:
        return fitting[:1]
    start = reader.source.at
    header = reader.record((SdtHeader,), 0)[1]
    reader.source.at = start
    size = max(int.from_bytes(header[4:8], "little"), fixed_size(alike[0]))
    chosen = choose(header.ljust(size, b"\0"), size)
    sizes = ((cls, fixed_size(cls)) for cls in alike)
    possible = [cls for cls, length in sizes if choose(header.ljust(length, b"\0"), length) is cls]
    if len(possible) > 1:
        return (_readable(reader, possible),)
    return (chosen,) if chosen in alike else alike[:1]


def _readable(reader: RecordReader, records: Sequence[type[Record]]) -> type[Record]:
    # Of records whose lines differ by the sizes of their values alone, the first that takes the values.
    start, warnings = reader.source.at, len(reader.warnings)
    for cls in records:
        try:
            reader.record((cls,), 0)
        except SourceError:
            continue
        finally:
            reader.source.at = start
            del reader.warnings[warnings:]
        return cls
    return records[0]


def _sealed(cls: type[Record], data: bytes, notes: list[Note], reader: RecordReader) -> bytes:
    late = [
        spec for spec in cls.FIELDS if isinstance(spec.leaf, Leaf) and spec.leaf.role in (Role.LENGTH, Role.CHECKSUM)
    ]
    for note in notes:
        if not _touches(note, late):
            data = reader.follow(note, data)
    for spec in stated_checksums(cls):
        data = put(data, spec, 0)
    for spec in late:
        if spec.leaf.role is Role.LENGTH:
            data = put(data, spec, len(data))
    for spec in stated_checksums(cls):
        data = put(data, spec, -sum(data[: spec.leaf.covers]) & 0xFF)
    for note in notes:
        if _touches(note, late):
            data = reader.follow(note, data)
    return data


def _touches(note: Note, specs: list[FieldSpec]) -> bool:
    end = note.offset + len(note.data)
    return any(spec.offset < end and note.offset < spec.offset + spec.leaf.size for spec in specs)  # type: ignore[operator]
