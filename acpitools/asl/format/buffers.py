"""Buffers as ASL: as the macro that makes them, as a string, or byte for byte.

A macro is written only where it gives these very bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acpitools.aml.identifiers import DEVICE_IDS, UUIDS
from acpitools.aml.terms import Term, integer
from acpitools.asl.format.lexical import package_note, string_text

if TYPE_CHECKING:
    from acpitools.asl.format.expressions import Expressions

__all__ = ["buffer_text", "bytes_text", "eisa_id", "identifier_text", "uuid_text"]

_PER_LINE = 16
_UUID_ORDER = (3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15)
"""Offset in the buffer of each byte of the text.  Spec: ACPI 6.5, 19.6.142."""
_MIN_TEXT = 4
_TEXT = re.compile(rb"[ -~]{4}")
_PLD_REVISION = 2
_WORD_MAX = 0xFFFF


def buffer_text(expressions: Expressions, term: Term) -> str:
    """Give a buffer as an expression."""
    from acpitools.asl.format.templates import template_text

    size, data = term.args
    notes = package_note(term)
    if size == integer(len(data)):
        macro = template_text(expressions, data) or uuid_text(data) or _unicode(data)
        if expressions.locations:
            macro = _location(data, expressions.level) or macro
        if macro:
            return notes + macro
    return f"{notes}Buffer ({expressions.value(size)}){_initializer(data, expressions.level)}"


def uuid_text(data: bytes) -> str | None:
    """Give ``ToUUID`` of bytes that are one: right size, a known version and variant (RFC 4122); with whose it is."""
    if len(data) != 16 or data[8] >> 6 != 2 or not 1 <= data[7] >> 4 <= 5:
        return None
    digits = bytes(data[index] for index in _UUID_ORDER).hex()
    text = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return f'ToUUID ("{text}"){_comment(UUIDS.get(text))}'


def eisa_id(value: int) -> str | None:
    """Give ``EisaId`` of a compressed ID in a DWordConst, with what it names; None where it is none.

    Nor where it would be compiled to fewer bytes.  Spec: ACPI 6.5, 19.6.36.
    """
    swapped = int.from_bytes(value.to_bytes(4, "little"), "big")
    letters = [(swapped >> shift) & 0x1F for shift in (26, 21, 16)]
    if swapped >> 31 or value <= _WORD_MAX or not all(1 <= letter <= 26 for letter in letters):
        return None
    text = f"{''.join(chr(0x40 + letter) for letter in letters)}{swapped & 0xFFFF:04X}"
    return f'EisaId ("{text}"){_comment(DEVICE_IDS.get(text))}'


def identifier_text(term: Term) -> str | None:
    """Give a device identifier that is a string or compressed, with what it names; None for anything else."""
    if term.op == "DWordConst":
        return eisa_id(term.args[0])
    if term.op != "String":
        return None
    return string_text(term.args[0]) + _comment(DEVICE_IDS.get(term.args[0].decode("latin-1")))


def _comment(meaning: str | None) -> str:
    return f" /* {meaning} */" if meaning else ""


def _location(data: bytes, level: int) -> str | None:
    # ToPLD with the fields that are not zero, where these are all that is not.  Spec: ACPI 6.5, 6.1.8.
    from acpitools.asl.lower.pld import PLD_FIELDS, PLD_LARGEST, PLD_SIZE, PLD_WORDS

    if len(data) != PLD_SIZE or data[0] & 0x7F != _PLD_REVISION:
        return None
    rest = int.from_bytes(data, "little")
    lines = []
    for name, (first, bits) in PLD_FIELDS.items():
        number = rest >> first & (1 << bits) - 1
        if number > PLD_LARGEST.get(name, number):
            return None
        if number:
            words = PLD_WORDS.get(name, ())
            lines.append(f"{name} = {string_text(words[number].encode()) if number < len(words) else hex(number)}")
    for first, bits in PLD_FIELDS.values():
        rest &= ~((1 << bits) - 1 << first)
    inner = "\n" + "    " * (level + 1)
    return f"ToPLD ({inner}{f',{inner}'.join(lines)})" if rest == 0 else None


def _unicode(data: bytes) -> str | None:
    if len(data) < 2 * _MIN_TEXT or len(data) % 2 or data[-2:] != b"\0\0":
        return None
    text = data[:-2:2]
    if any(data[1::2]) or not all(0x20 <= byte < 0x7F for byte in text):
        return None
    return f"Unicode ({string_text(text)})"


def _initializer(data: bytes, level: int) -> str:
    if not data:
        return " {}"
    if len(data) > _MIN_TEXT and data[-1] == 0 and all(0x20 <= byte < 0x7F for byte in data[:-1]):
        return f" {{{string_text(data[:-1])}}}"
    return bytes_text(data, level)


def _characters(row: bytes) -> str:
    # What might begin or continue something else in a comment is a dot too.
    return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"*\\' else "." for byte in row)


def bytes_text(data: bytes, level: int) -> str:
    """Give bytes between braces: in one line where they fit, else with offsets."""
    if len(data) <= 8:
        return f" {{{', '.join(f'0x{byte:02X}' for byte in data)}}}"
    outer = "    " * level
    lines = []
    for offset in range(0, len(data), _PER_LINE):
        row = data[offset : offset + _PER_LINE]
        comma = "," if offset + _PER_LINE < len(data) else ""
        shown = f"/* {offset:04X} */  0x{row.hex(' ').upper().replace(' ', ', 0x')}{comma}"
        if _TEXT.search(row):
            shown = f"{shown:<108}// {_characters(row)}"
        lines.append(f"{outer}    {shown}\n")
    return f"\n{outer}{{\n{''.join(lines)}{outer}}}"
