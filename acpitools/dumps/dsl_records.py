"""Lines of the data-table language to the bytes of records, driven by the records' declarations.

As iasl does it: the next line must have the label that the record has there; lengths and checksums are computed, and
so is a flags word, from its bit fields.  Lists go on while the label fits.  Notes, comments of ours, carry what the
language cannot hold (``tables/dsl_notes`` describes them); where the text around one was changed, it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.codec.fields import Leaf, Role
from acpitools.codec.labels import Bit, Form
from acpitools.codec.record import FieldSpec, Record, plan_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Integers
from acpitools.core.findings import Finding, Location, Severity
from acpitools.dumps.dsl_blocks import block_of
from acpitools.dumps.dsl_names import (
    all_names,
    before_type,
    common,
    first_labels,
    first_of,
    names_of,
    variants,
    without_optional,
)
from acpitools.dumps.dsl_source import NOTE, Entry, Source
from acpitools.dumps.dsl_values import bit_value, bytes_of, fixed_bytes, integer
from acpitools.tables.dsl_layout import Line, Tail, computed, fixed_lines, has_newer_lines, named_bits, tails
from acpitools.tables.dsl_notes import Note, parse_note, word_of
from acpitools.tables.header import UnknownTable

__all__ = ["RecordReader", "put"]

_NO_LABELS: dict[str, int] = {}
_TELLING = 8
"""Labels that tell a structure from one of the list around."""


class RecordReader:
    """Reads records from a source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.warnings: list[Finding] = []
        self._wanted: tuple[int, list[str]] = (-1, [])
        self._around: list[StructureList] = []
        self._newest = False  # the last record with lines of its own in the newest iasl had those

    def record(self, candidates: Sequence[type[Record]], depth: int) -> tuple[type[Record], bytes, list[Note]]:
        """Give the record that stands next: its class, its bytes, and the notes that are left to the caller.

        Lengths are set, and below the table (depth 0) notes are followed.  Raises SourceError.
        """
        start = self.source.at
        cls = candidates[0] if len(candidates) == 1 else self.fitting(candidates)[0]
        fixed = self._fixed(cls)
        more = tails(cls, newest=self._newest and has_newer_lines(cls))
        if not more and not self.source.has_notes:
            return cls, fixed, []
        notes = list(self.notes(depth, "at"))
        parts = [fixed]
        found: dict[str, tuple[int, int, int]] = {}
        for tail in more:
            parts += self._rest(depth)
            items = self._tail(tail, cls, parts, depth)
            size = sum(map(len, items))
            found[tail.spec.name] = (len(items), size, sum(map(len, parts)))
            parts += items
        parts += self._rest(depth)
        data = self._with_length(cls, b"".join(parts), start)
        for field in computed(cls):
            value = field.value(*found[field.of.name])
            data = put(data, field.spec, value)
        if depth:
            for note in notes:
                data = self.follow(note, data)
            notes = []
        return cls, data, notes

    def wanted(self, entry: Entry | None) -> str:
        """Give what could have stood where this entry does, in words."""
        at, labels = self._wanted
        names = [f'"{label}"' for label in dict.fromkeys(labels)] if entry is not None and at == entry.at else []
        return " or ".join(names)

    def want(self, entry: Entry, label: str) -> None:
        """Remember that a label could have stood here."""
        if self._wanted[0] == entry.at:
            self._wanted[1].append(label)
        else:
            self._wanted = (entry.at, [label])

    def warn(self, at: int, message: str) -> None:
        """Note a warning about the text at an offset."""
        line, column, _ = self.source.place(at)
        where = Location(source=f"{self.source.name}:{line}:{column}")
        self.warnings.append(Finding(code="SRC011", severity=Severity.WARNING, message=message, location=where))

    def follow(self, note: Note, data: bytes) -> bytes:
        """Give the bytes with those of a note put in, where the ones that it replaces are there."""
        end = note.offset + len(note.instead)
        if data[note.offset : end] != note.instead:
            self.warn(note.at, "this note does not fit the text any more, and is passed over")
            return data
        return data[: note.offset] + note.data + data[end:]

    def raw(self, depth: int) -> bytes | None:
        """Give the bytes of a record that stands next as a note, or None."""
        for note in self.notes(depth, "is", 1):
            return note.data
        return None

    def expect(self, label: str) -> Entry:
        """Take the next line, which must have this label.  Raises SourceError."""
        entry = self.source.peek()
        if entry is None:
            self.source.fail(self.source.at, f'expected "{label}", not the end of the text')
        if entry.label != label:
            found = "a note" if entry.label == NOTE else f'"{entry.label}"'
            self.source.fail(entry.at, f'expected "{label}", not {found}')
        self.source.at = entry.end
        return entry

    # -- the fixed part ------------------------------------------------------------------------------------------

    def fitting(self, candidates: Sequence[type[Record]]) -> list[type[Record]]:
        """Give the records whose lines all stand next, longest first; where there are none, the one most like them."""
        names = [(cls, newest, names_of(cls, newest)) for cls in candidates for newest in variants(cls)]
        ahead = self.source.labels(max(len(own) for _, _, own in names) + 8)
        fit: list[type[Record]] = []
        best, score = candidates[-1], -1
        for cls, newest, own in sorted(names, key=lambda each: -len(each[2])):
            labels = without_optional(ahead, cls, newest)
            same = common(own, labels)
            if same == len(own):
                # A table without any body, which no other record fits.
                if cls not in fit and (cls is not UnknownTable or len(labels) == len(own)):
                    fit.append(cls)
            elif same > score:
                best, score = cls, same
        return fit or [best]

    def _fixed(self, cls: type[Record]) -> bytes:
        start = self.source.at
        for newest in variants(cls):
            block = block_of(cls, newest=newest)
            match = None if block is None else block.match(self.source.clean, self.source.at)
            data = None if block is None or match is None else block.make(match.groups())
            if match is not None and data is not None:
                self._newest = newest if has_newer_lines(cls) else self._newest
                self.source.at = match.end()
                return data
        newest = self._nearest(cls)
        return self._with_length(cls, b"".join(map(self._line, fixed_lines(cls, newest=newest))), start)

    def _nearest(self, cls: type[Record]) -> bool:
        # Whether the lines that stand next are those of the newest iasl.
        if not has_newer_lines(cls):
            return False
        names = {newest: names_of(cls, newest) for newest in (False, True)}
        ahead = self.source.labels(max(map(len, names.values())) + 8)
        same = {newest: common(own, without_optional(ahead, cls, newest)) for newest, own in names.items()}
        if same[False] != same[True] or names[False] != names[True]:
            self._newest = same[True] > same[False]
        return self._newest

    def _line(self, line: Line) -> bytes:
        if line.absent:
            return bytes(line.size)
        if line.optional:
            ahead = self.source.peek()
            if ahead is None or ahead.label != line.label:
                return bytes(line.size)
        entry = self.expect(line.label)
        if line.bits and not line.whole:
            return self._bits(line, entry)
        if line.must is not None:
            if integer(self.source, entry, _NO_LABELS) != line.must:
                self.warn(entry.value_at, f"iasl sets this field to {line.must}")
            return line.must.to_bytes(line.size, "little")
        data = fixed_bytes(self.source, entry, line.form, line.size, _NO_LABELS)
        for bit in line.bits:
            self._idle_bit(line, bit, data)
        return data

    def _idle_bit(self, line: Line, bit: Bit, word: bytes) -> None:
        entry = self.expect(bit.label)
        shown = integer(self.source, entry, _NO_LABELS)
        if shown != int.from_bytes(word, "little") >> bit.shift & (1 << bit.width) - 1:
            self.warn(entry.value_at, f'{bit.label}: iasl takes the line "{line.label}", and this changes nothing')

    def _bits(self, line: Line, word: Entry) -> bytes:
        value = 0
        for bit in line.bits:
            entry = self.expect(bit.label)
            number, meant = bit_value(self.source, entry, bit, _NO_LABELS)
            if number != meant:
                self.warn(entry.value_at, f"{bit.label}: iasl reads no expression in a bit field, and takes {number:X}")
            value |= number << bit.shift
        whole = integer(self.source, word, _NO_LABELS)
        if lost := whole & ~named_bits(line):
            text = f"{word.label}: bits {lost:X} have no line of their own; iasl takes the lines below, and drops them"
            self.warn(word.value_at, text)
        return value.to_bytes(line.size, "little")

    def _with_length(self, cls: type[Record], data: bytes, start: int) -> bytes:
        for spec in cls.FIELDS:
            if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.LENGTH and spec.offset is not None:
                if len(data) >> (8 * spec.leaf.size):
                    self.source.fail(start, f"{len(data)} bytes are more than the length of this record can say")
                data = put(data, spec, len(data))
        return data

    # -- notes ---------------------------------------------------------------------------------------------------

    def notes(self, depth: int, kind: str, most: int | None = None) -> Iterator[Note]:
        """Take the notes of this depth and kind that stand next.  Raises SourceError for a damaged one."""
        word = word_of(depth)
        while self.source.has_notes and most != 0:
            entry = self.source.peek()
            if entry is None or entry.label != NOTE:
                return
            note = parse_note(entry.value, entry.at)
            if note is None:
                self.source.fail(entry.at, "this note is damaged; expected acpitools: structure then: 01 02, or alike")
            if note.word != word or note.kind != kind:
                return
            self.source.at = entry.end
            most = None if most is None else most - 1
            yield note

    def _rest(self, depth: int) -> list[bytes]:
        return [note.data for note in self.notes(depth, "then")]

    # -- fields of variable size ---------------------------------------------------------------------------------

    def _tail(self, tail: Tail, cls: type[Record], parts: list[bytes], depth: int) -> list[bytes]:
        leaf = tail.spec.leaf
        if tail.form is None and isinstance(leaf, StructureList):
            return list(self._structures(leaf, _most(leaf, cls, parts), depth + 1))
        if tail.form is None and isinstance(leaf, Repeated):
            return list(self._repeated(leaf.record, _most(leaf, cls, parts), depth + 1))
        if isinstance(leaf, Integers):
            return list(self._integers(tail, leaf.width, _most(leaf, cls, parts)))
        if isinstance(leaf, CountedBytes) and leaf.side is not None:
            return list(self._rows(tail))
        if tail.absent:
            return []
        if tail.form in (Form.BYTE, Form.PCI_PATH):
            return list(self._steps(tail, tail.form))
        entry = self._next(tail.label)
        if entry is None:
            return []
        form = tail.form or Form.BUFFER
        if form is Form.UNICODE and has_newer_lines(cls) and not self.source.is_quoted(entry):
            # The newest iasl has bytes here.
            form = Form.BUFFER
        if self.source.is_quoted(entry) and form is Form.CHARACTERS:
            return [entry.value.encode("latin-1")]
        return [bytes_of(self.source, entry, form)]

    def _next(self, label: str) -> Entry | None:
        # The next line, taken if it has this label.
        entry = self.source.peek()
        if entry is None:
            return None
        if entry.label != label:
            self.want(entry, label)
            return None
        self.source.at = entry.end
        return entry

    def _structures(self, known: StructureList, most: int | None, depth: int) -> Iterator[bytes]:
        before = before_type(known)
        while most is None or most > 0:
            most = None if most is None else most - 1
            if (data := self.raw(depth)) is not None:
                yield data
                continue
            entry = self.source.peek()
            if entry is None or entry.label == NOTE:
                return
            labels = first_labels(known)
            if entry.label not in labels or (depth > 1 and not self._goes_on(known)):
                self.want(entry, labels[0])
                return
            candidates = self._candidates(known, before, depth)
            if not candidates:
                # It may be one of the list around.
                return
            self._around.append(known)
            try:
                data = self.record(candidates, depth)[1]
            finally:
                self._around.pop()
            yield data

    def _goes_on(self, known: StructureList) -> bool:
        # Where the list around begins its structures with the same label, what follows tells.
        ahead = self.source.labels(_TELLING)
        inside = max(common(names[:_TELLING], ahead) for names in all_names(known))
        if len(ahead) > 1 and inside < 2 and max(map(len, all_names(known))) > 1:
            return False
        around = [common(names[:_TELLING], ahead) for outer in self._around for names in all_names(outer)]
        return inside >= max(around, default=0)

    def _candidates(self, known: StructureList, before: int, depth: int) -> Sequence[type[Record]]:
        start = self.source.at
        entry = self.source.peek()
        if before < 0 or entry is None:
            return known.records_of(0)
        for _ in range(before):
            self.source.at = entry.end
            following = self.source.peek()
            if following is None:
                self.source.fail(self.source.at, "expected the type of a structure, not the end of the text")
            entry = following
        self.source.at = start
        number = integer(self.source, entry, _NO_LABELS)
        candidates = known.records_of(number)
        if not candidates and len(alike := {known.records_of(number) for number in known.types}) == 1:
            # Where all structures are alike, iasl does not look at the type.
            candidates = alike.pop()
        if not candidates and depth == 1:
            types = ", ".join(f"{number:X}" for number in sorted(known.types))
            self.source.fail(
                entry.value_at, f"{entry.label}: no structure has type {number:X}; expected one of {types}"
            )
        return candidates

    def _repeated(self, cls: type[Record], most: int | None, depth: int) -> Iterator[bytes]:
        # A text is of one iasl: its label may be another record's to the other.
        labels = first_of(cls)[-1:] if self._newest else first_of(cls)
        while most is None or most > 0:
            most = None if most is None else most - 1
            if (data := self.raw(depth)) is not None:
                yield data
                continue
            entry = self.source.peek()
            if entry is None or entry.label not in labels:
                if entry is not None:
                    self.want(entry, labels[0])
                return
            yield self.record((cls,), depth)[1]

    def _integers(self, tail: Tail, width: int, most: int | None) -> Iterator[bytes]:
        index = 0
        while most is None or index < most:
            entry = self._next(tail.label_of(index))
            if entry is None:
                return
            yield fixed_bytes(self.source, entry, Form.INTEGER, width, _NO_LABELS)
            index += 1

    def _steps(self, tail: Tail, form: Form) -> Iterator[bytes]:
        while (entry := self._next(tail.label)) is not None:
            if form is Form.BYTE:
                yield fixed_bytes(self.source, entry, Form.INTEGER, 1, _NO_LABELS)
            else:
                yield fixed_bytes(self.source, entry, form, 2, _NO_LABELS)

    def _rows(self, tail: Tail) -> Iterator[bytes]:
        index = 0
        while (entry := self._next(tail.label_of(index))) is not None:
            yield bytes_of(self.source, entry, Form.BUFFER)
            index += 1


def put(data: bytes, spec: FieldSpec, value: int) -> bytes:
    """Give a record's bytes with another value in an integer field, cut to its size."""
    offset: int = spec.offset or 0
    size: int = spec.leaf.size
    return data[:offset] + (value & (1 << 8 * size) - 1).to_bytes(size, "little") + data[offset + size :]


def _most(leaf: Any, cls: type[Record], parts: list[bytes]) -> int | None:
    # How many elements the fields before ask for; one may be inside a record before.
    if getattr(leaf, "count", None) is None:
        return None
    counts = {field.spec.name for field in computed(cls) if field.kind == "count"}
    if leaf.counted_by in counts or (leaf.counted_by is None and counts):
        # Counted here, whatever the text says.
        return None
    data = b"".join(parts)
    return max(0, int(leaf.count(plan_of(cls).decode(data, 0, len(data)))))
