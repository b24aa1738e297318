"""Records as lines of iasl's data-table language: one line per value, with a label, in the order of the bytes.

Lowered from the records' declarations; see ``codec.labels`` for what a field may add to its layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from acpitools.codec.fields import Leaf, Role, Show
from acpitools.codec.labels import Bit, Form, Label, default_label
from acpitools.codec.record import FieldSpec, Record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Gap, String

__all__ = [
    "IASL_TABLES",
    "NEWER_TYPES",
    "Computed",
    "Line",
    "Tail",
    "computed",
    "fixed_lines",
    "has_newer_lines",
    "named_bits",
    "tails",
]

_KNOWN = """
APIC ASF! BERT BGRT BOOT CPEP CSRT DBG2 DBGP DMAR DRTM ECDT EINJ ERST FACP FACS FPDT GTDT HEST HMAT HPET IORT IVRS LPIT
MCFG MCHI MPST MSCT MSDM MTMR NFIT PCCT PDTT PMTT PPTT RASF RSDT S3PT SBST SDEI SDEV SLIC SLIT SPCR SPMI SRAT STAO TCPA
TPM2 UEFI VRTC WAET WDAT WDDT WDRT WPBT WSMT XENV XSDT
"""
IASL_TABLES = frozenset(_KNOWN.split()) | {"RSD PTR "}
"""Tables whose labels iasl 20200925, Debian's, knows; it takes the others in the generic form."""

NEWER_TYPES = {
    "APIC": frozenset(range(16, 31)),
    "DMAR": frozenset({5, 6}),
    "IORT": frozenset({6, 7}),
    "IVRS": frozenset({0x40}),
    "PCCT": frozenset({5}),
    "SRAT": frozenset({6, 7}),
}
"""Types of structures that it does not know: it refuses a text with one of them, newer ones take it."""

_PLAIN = Label()


class Line(NamedTuple):
    """One value of the language."""

    label: str
    offset: int
    """Bytes from the start of the record."""
    size: int
    """Bytes."""
    form: Form
    bits: tuple[Bit, ...] = ()
    """Bit fields, a line each below this one; the word itself is for the reader only."""
    role: Role = Role.VALUE
    heading: str | None = None
    """A line before this one: a label, and no value."""
    optional: bool = False
    absent: bool = False
    """No line at all: these bytes are zero."""
    whole: bool = False
    """The word counts, not its bit fields."""
    must: int | None = None
    """The only value that iasl takes."""


class Tail(NamedTuple):
    """A field of variable size."""

    spec: FieldSpec
    label: str
    form: Form | None
    """None: a list of records, each with lines of its own."""
    absent: bool = False
    """No line at all."""

    def label_of(self, index: int) -> str:
        """Give the label of one element of a row."""
        first, _, rest = self.label.partition("|")
        return (rest if rest and index else first).format(index)


class Computed(NamedTuple):
    """A field that iasl computes from another."""

    spec: FieldSpec
    of: FieldSpec
    """What it counts, or says the place of."""
    kind: str
    """``count``, ``size`` or ``offset``."""

    def value(self, number: int, size: int, offset: int) -> int:
        """Give what it is for that many elements, of so many bytes, that far into the record."""
        if self.kind != "offset":
            return number if self.kind == "count" else size
        return offset if size or self.spec.label.placed else 0  # type: ignore[union-attr]


def computed(cls: type[Record]) -> tuple[Computed, ...]:
    """Give the fields of a record that iasl computes."""
    found = _COMPUTED.get(cls)
    if found is None:
        found = _COMPUTED[cls] = tuple(_computed(cls))
    return found


_COMPUTED: dict[type[Record], tuple[Computed, ...]] = {}


def _computed(cls: type[Record]) -> Iterator[Computed]:
    fields = {spec.name: spec for spec in cls.FIELDS}
    for spec in cls.FIELDS:
        leaf = spec.leaf
        counts = "size" if isinstance(leaf, CountedBytes | String) else "count"
        for name, kind in (
            (getattr(leaf, "counted_by", None), counts),
            (getattr(leaf, "claimed", None), "count"),
            (getattr(leaf, "sized_by", None), "size"),
            (getattr(leaf, "at", None), "offset"),
        ):
            field = fields.get(name) if isinstance(name, str) else None
            is_gap = isinstance(leaf, Gap)
            if field is not None and field.label is not None and field.label.computed and not is_gap:
                yield Computed(field, spec, kind)


def fixed_lines(cls: type[Record], *, newest: bool = False) -> tuple[Line, ...]:
    """Give the lines of a record's fixed part, as Debian's iasl or the newest one has them."""
    lines = _LINES.get((cls, newest))
    if lines is None:
        specs = [spec for spec in cls.FIELDS if isinstance(spec.leaf, Leaf)]
        lines = _LINES[cls, newest] = tuple(_lines(cls, specs, 0, newest))
    return lines


_LINES: dict[tuple[type[Record], bool], tuple[Line, ...]] = {}


def tails(cls: type[Record], *, newest: bool = False) -> tuple[Tail, ...]:
    """Give the fields of variable size, ``trailing`` left out."""
    specs = [spec for spec in cls.FIELDS if not isinstance(spec.leaf, Leaf) and spec.name != "trailing"]
    labels = [(spec, _label_of(cls, spec, newest)) for spec in specs]
    return tuple(Tail(spec, _text(spec, label), _form(spec, label), _is_absent(spec, label)) for spec, label in labels)


def _label_of(cls: type[Record], spec: FieldSpec, newest: bool) -> Label | None:
    """Give how a field of a record reads, to Debian's iasl or the newest one."""
    if not newest:
        return spec.label
    from acpitools.tables.dsl_newest import NEWEST

    for base in cls.__mro__:
        known = NEWEST.get(f"{base.__module__.rpartition('.')[2]}.{base.__name__}", {})
        if (label := known.get(spec.name)) is not None:
            return (spec.label or _PLAIN).renamed(label) if isinstance(label, str) else label
    return spec.label


def has_newer_lines(cls: type[Record]) -> bool:
    """Tell whether the newest iasl has other lines for a record than Debian's."""
    known = _NEWER.get(cls)
    if known is None:
        old, new = ((fixed_lines(cls, newest=newest), tails(cls, newest=newest)) for newest in (False, True))
        known = _NEWER[cls] = old != new
    return known


_NEWER: dict[type[Record], bool] = {}


def _is_absent(spec: FieldSpec, label: Label | None) -> bool:
    # Gaps have no line, but for the few that iasl knows.
    label = label or _PLAIN
    return label.absent or (isinstance(spec.leaf, Gap) and label.text is None)


def _form(spec: FieldSpec, label: Label | None) -> Form | None:
    # Lists of records have one only where the language takes them for bytes.
    label = label or _PLAIN
    if label.form is not None or isinstance(spec.leaf, StructureList | Repeated):
        return label.form
    encoding = getattr(spec.leaf, "encoding", None)
    return Form.BUFFER if encoding is None else Form.STRING if encoding == "latin-1" else Form.UNICODE


def named_bits(line: Line) -> int:
    """Give the bits of a flags word that have a line."""
    bits = 0
    for bit in line.bits:
        bits |= (1 << bit.width) - 1 << bit.shift
    return bits


def _text(spec: FieldSpec, label: Label | None) -> str:
    return label.text if label is not None and label.text is not None else default_label(spec.name)


def _lines(cls: type[Record], specs: list[FieldSpec], base: int, newest: bool) -> Iterator[Line]:
    rest = iter(specs)
    for spec in rest:
        label, leaf = _label_of(cls, spec, newest) or _PLAIN, spec.leaf
        offset = base + (spec.offset or 0)
        if label.join:
            size = leaf.size + sum(next(rest).leaf.size for _ in range(label.join))
            form = label.form or (Form.INTEGER if size <= 8 else Form.BUFFER)
            text = _text(spec, label)
            must = _must(label, text, form)
            yield Line(text, offset, size, form, role=leaf.role, must=must)
        elif label.parts:
            for text, size, bits in label.parts:
                form = label.form or (Form.INTEGER if size <= 8 else Form.BUFFER)
                yield Line(text, offset, size, form, bits, must=_must(label, text, form))
                offset += size
        elif leaf.show is Show.RECORD:
            yield from _nested(spec, leaf, offset, newest)
        else:
            bits = label.bits if label.bits is not None else _bits_of(leaf)
            text = _text(spec, label)
            if bits and label.text is None:
                text += " (decoded below)"
            form = label.form or _FORMS.get(leaf.show, Form.INTEGER)
            yield Line(
                text,
                offset,
                leaf.size,
                form,
                bits,
                leaf.role,
                optional=label.optional,
                absent=label.absent,
                whole=label.whole,
                must=_must(label, text, form),
            )


def _must(label: Label, text: str, form: Form) -> int | None:
    return 0 if label.must is None and text == "Reserved" and form is Form.INTEGER else label.must


def _nested(spec: FieldSpec, leaf: Leaf, offset: int, newest: bool) -> Iterator[Line]:
    # The name stands in a line of its own, which iasl takes for a comment.
    first = True
    inner = [inner for inner in leaf.record.FIELDS if isinstance(inner.leaf, Leaf)]
    for line in _lines(leaf.record, inner, offset, newest):
        yield line._replace(heading=_text(spec, spec.label)) if first else line
        first = False


_FORMS = {Show.TEXT: Form.STRING, Show.BYTES: Form.BUFFER, Show.GUID: Form.GUID}


def _bits_of(leaf: Leaf) -> tuple[Bit, ...]:
    if leaf.show is not Show.FLAGS or not isinstance(leaf.values, type):
        return ()
    bits: list[Bit] = []
    taken = 0
    members: Any = sorted(leaf.values.__members__.items(), key=lambda item: (-item[1].value.bit_count(), item[1].value))
    for name, member in members:
        value = int(member.value)
        if value and not value & taken:
            taken |= value
            shift = (value & -value).bit_length() - 1
            bits.append(Bit(default_label(name.lower()), shift, value.bit_length() - shift))
    return tuple(sorted(bits, key=lambda bit: bit.shift))
