"""What iasl's data-table language makes of a field: its label, its bit fields, its form.

The label follows from the field's name (``apic_id``: ``Apic Id``).  Where iasl's differs, a ``Label`` beside the
field's layout says so; where iasl cuts the bytes otherwise than the record does, it says that too:

    apic_id: Annotated[U8, Label("Apic ID"), "Local APIC id."]
    flags: Annotated[Flags, flags32(Flags), Label(bits=("Enabled", "Hot Pluggable"))]
    polarity: Annotated[Inti, flags16(Inti), Label(bits=(("Polarity", 2), ("Trigger Mode", 2)))]
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

__all__ = ["Bit", "Form", "Label", "Part", "default_label"]


class Form(Enum):
    """How the language writes a value."""

    INTEGER = "integer"
    """Hexadecimal, two digits a byte."""
    STRING = "string"
    """Quoted; filled with zeros up to a fixed size, or ended by one where the size is not fixed."""
    UNICODE = "unicode"
    """Quoted; two bytes a character, and two zeros."""
    BUFFER = "buffer"
    """Bytes in hexadecimal, blanks between."""
    GUID = "guid"
    CHARACTERS = "characters"
    """Quoted, without a zero at the end; bytes in hexadecimal where quotation marks cannot hold them."""
    BYTE = "byte"
    """Bytes in hexadecimal, a line each."""
    PCI_PATH = "pci path"
    """Device and function: ``1F,00``."""


class Bit(NamedTuple):
    """One bit field of a flags word."""

    label: str
    shift: int
    """Lowest bit."""
    width: int
    """Bits."""


class Part(NamedTuple):
    """One of several values that the language has for one field."""

    label: str
    size: int
    """Bytes."""
    bits: tuple[Bit, ...] = ()


class Label:
    """How a field reads in iasl's language, where this does not follow from its declaration."""

    __slots__ = (
        "absent",
        "bits",
        "computed",
        "form",
        "join",
        "must",
        "optional",
        "parts",
        "placed",
        "text",
        "whole",
    )

    def __init__(
        self,
        text: str | None = None,
        *,
        bits: tuple[str | tuple[str, int] | int | Bit, ...] | None = None,
        join: int = 0,
        parts: tuple[Part, ...] = (),
        form: Form | None = None,
        optional: bool = False,
        absent: bool = False,
        whole: bool = False,
        must: int | None = None,
        computed: bool = False,
        placed: bool = False,
    ) -> None:
        self.text = text
        """The label; for a row of values ``{}`` stands for the number of each: ``ACPI Table Address {:3}``, and ``|``
        between that of the first and that of the others."""
        self.bits = None if bits is None else _placed(bits)
        """From bit 0 on: a label for one bit, (label, width) for several, a number for bits without a label;
        a Bit where iasl reads another bit than the specification has.

        None: as the flags have names; empty: iasl does not decode them.
        """
        self.join = join
        """This many fields after this one belong to the same value of the language."""
        self.parts = parts
        """The language has several values here."""
        self.form = form
        """How the value is written; None: as the layout suggests."""
        self.optional = optional
        """Newer iasl has this line only: read where its label stands, not written."""
        self.absent = absent
        """The language has no line for the field; iasl fills it with zeros."""
        self.whole = whole
        """iasl compiles the word, and not the bit fields below it."""
        self.must = must
        """What iasl makes of the field, whatever the text says; left out: 0 for one that it labels ``Reserved``."""
        self.computed = computed or placed
        """iasl computes it from what it counts, or from where that lies, whatever the text says."""
        self.placed = placed
        """The same, and of an offset even where nothing lies there; else it is 0 then."""

    def renamed(self, text: str) -> Label:
        """Give the same with another text."""
        made = Label()
        for name in Label.__slots__:
            setattr(made, name, getattr(self, name))
        made.text = text
        return made


def default_label(name: str) -> str:
    """Give the label that follows from a field's name: ``base_address``, ``Base Address``."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _placed(bits: tuple[str | tuple[str, int] | int | Bit, ...]) -> tuple[Bit, ...]:
    placed, shift = [], 0
    for item in bits:
        if isinstance(item, int):
            shift += item
            continue
        if isinstance(item, Bit):
            placed.append(item)
            continue
        label, width = (item, 1) if isinstance(item, str) else item
        placed.append(Bit(label, shift, width))
        shift += width
    return tuple(placed)
