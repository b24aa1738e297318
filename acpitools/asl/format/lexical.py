"""Names, strings, numbers and notes as ASL text.  Spec: ACPI 6.5, 19.3.

A note is a comment, ``/*=...*/``, that says how the token after it is encoded (grammars/README.md).
"""

from __future__ import annotations

import re

from acpitools.aml.encoding import NameString
from acpitools.aml.names import declared_path, path_text
from acpitools.aml.terms import Term
from acpitools.aml.writer import write_terms

__all__ = [
    "CONSTANTS",
    "SPACES",
    "external_name",
    "is_word",
    "name_text",
    "note",
    "package_note",
    "raw_note",
    "string_text",
]

CONSTANTS = {"ByteConst": "0x%02X", "WordConst": "0x%04X", "DWordConst": "0x%08X", "QWordConst": "0x%016X"}
"""Op of a constant to its form: as many digits as it has bytes."""

SLOTS = (*(f"Local{number}" for number in range(8)), *(f"Arg{number}" for number in range(7)))
"""Ops of what a method has for itself."""

SPACES = [
    "SystemMemory",
    "SystemIO",
    "PCI_Config",
    "EmbeddedControl",
    "SMBus",
    "SystemCMOS",
    "PciBarTarget",
    "IPMI",
    "GeneralPurposeIo",
    "GenericSerialBus",
    "PCC",
]
"""Words for address spaces, by number; 7F is FFixedHW.  Spec: ACPI 6.5, 19.6.100."""

_KEYWORDS = frozenset(
    [
        "ADD",
        "AND",
        "ARG0",
        "ARG1",
        "ARG2",
        "ARG3",
        "ARG4",
        "ARG5",
        "ARG6",
        "CASE",
        "DMA",
        "EDGE",
        "ELSE",
        "FOR",
        "IF",
        "IO",
        "IPMI",
        "IRQ",
        "LAND",
        "LNOT",
        "LOAD",
        "LOCK",
        "LOR",
        "MEQ",
        "MGE",
        "MGT",
        "MID",
        "MLE",
        "MLT",
        "MOD",
        "MTR",
        "NAME",
        "NAND",
        "NOR",
        "NOT",
        "ONE",
        "ONES",
        "OR",
        "PCC",
        "WAIT",
        "XOR",
        "ZERO",
    ]
)
"""Words of ASL that might be segments of a name."""

_ESCAPES = {0x07: "\\a", 0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0B: "\\v", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"'}
_ESCAPES |= {0x5C: "\\\\"}
_PLAIN = re.compile(rb"[ !#-\[\]-~]*")


def note(word: str, *values: object) -> str:
    """Give a note, with the space that keeps it from the token it belongs to."""
    return f"/*={' '.join([word, *map(str, values)])}*/ "


def package_note(term: Term) -> str:
    """Give the note of a PkgLength, or of a length in bits, that is not encoded in as few bytes as it takes."""
    form = term.form
    if not form:
        return ""
    return note("pkglength", form.hex().upper()) if isinstance(form, bytes) else note("pkg", form)


def raw_note(*terms: Term) -> str:
    """Give the note that stands for the bytes of terms which ASL cannot express."""
    return note("raw", write_terms(terms).hex().upper()).rstrip()


def is_word(name: NameString) -> bool:
    """Tell whether a name would be read as a word of the language, and has no padding that tells it from one."""
    text = str(name)
    return text in _KEYWORDS and text.ljust(4, "_") in _KEYWORDS


def name_text(name: NameString) -> str:
    """Give a name as ASL: segments without their padding, unless it would be a word of the language."""
    text = str(name)
    if name.root and name.parents:  # which ASL has no way to write
        text = text.replace("^", "")
        return note("name", name.raw.hex().upper()) + text
    if not name.is_canonical or not text:
        return note("name", name.raw.hex().upper()) + (text or "\\")
    return text.ljust(4, "_") if text in _KEYWORDS else text


def external_name(scope: bytes, name: NameString) -> str:
    """Give the name in an External: the whole path where it has carets, which compilers look up at once."""
    if not name.parents or not name.path:
        return name_text(name)
    above = 4 * name.parents > len(scope)
    return note("name", name.raw.hex().upper()) + path_text(name.path if above else declared_path(scope, name))


def string_text(data: bytes) -> str:
    """Give a string literal of bytes; those that are not printable as escapes."""
    if _PLAIN.fullmatch(data):
        return f'"{data.decode("ascii")}"'
    shown = (_ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02X}") for byte in data)
    return f'"{"".join(shown)}"'
