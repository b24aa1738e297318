"""Labels of iasl's language, from declarations."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Hex32, Reserved8, Reserved16, flags8, raw_bytes
from acpitools.codec.labels import Form, Label, Part, default_label
from acpitools.codec.record import Record, record
from acpitools.tables.dsl_layout import fixed_lines


class _Bits(IntFlag):
    FIRST_BIT = 1
    TWO_BITS = 6


@record
class _Example(Record):
    base_address: Hex32 = 0
    flags: Annotated[_Bits, flags8(_Bits)] = _Bits(0)
    kind: Annotated[U8, Label("Kind of It")] = 0
    packed: Annotated[U8, Label(bits=(1, "B", ("C", 3)))] = 0
    half: Annotated[Reserved8, Label("Reserved", join=1)] = 0
    rest: Reserved16 = 0
    handle: Annotated[bytes, raw_bytes(5), Label(parts=(Part("Segment", 2), Part("Path", 3)))] = bytes(5)


@record
class _Longer(_Example):
    kind: U8 = 7
    unseen: Annotated[Reserved8, Label(absent=True)] = 0


def test_label_follows_from_the_name() -> None:
    assert default_label("base_address") == "Base Address"
    assert default_label("reserved1") == "Reserved1"


def test_values_of_the_language_cover_the_bytes_in_order() -> None:
    lines = fixed_lines(_Longer)
    assert [line.offset for line in lines] == [0, 4, 5, 6, 7, 10, 12, 15]
    assert [line.size for line in lines] == [4, 1, 1, 1, 3, 2, 3, 1]
    assert all(line.form is Form.INTEGER for line in lines)


def test_declared_labels_win_and_are_inherited() -> None:
    labels = [line.label for line in fixed_lines(_Longer)]
    assert labels == [
        "Base Address",
        "Flags (decoded below)",
        "Kind of It",
        "Packed (decoded below)",
        "Reserved",
        "Segment",
        "Path",
        "Unseen",
    ]
    assert fixed_lines(_Longer)[-1].absent


def test_bits_are_named_by_the_flags_or_by_the_label() -> None:
    _, flags, _, packed, *_ = fixed_lines(_Example)
    assert flags.bits == (("First Bit", 0, 1), ("Two Bits", 1, 2))
    assert packed.bits == (("B", 1, 1), ("C", 2, 3))


def test_a_label_with_another_text_is_else_the_same() -> None:
    label = Label("One", bits=("A",), whole=True)
    renamed = label.renamed("Other")
    assert (renamed.text, renamed.bits, renamed.whole, label.text) == ("Other", label.bits, True, "One")
