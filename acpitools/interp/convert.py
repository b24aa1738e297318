"""Conversions between integers, strings and buffers.  Spec: ACPI 6.5, 19.3.5.7.  ACPICA: exconvrt.c, utstrtoul64.c."""

from __future__ import annotations

import re

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp.exceptions import AE_AML_BUFFER_LIMIT
from acpitools.interp.objects import Buffer, Integer, Object, String, kind_of

__all__ = ["explicit_integer", "to_buffer", "to_decimal", "to_hex", "to_integer", "to_string"]

_SPACE = b" \t\n\v\f\r"
_HEX = re.compile(rb"[0-9A-Fa-f]*")
_DECIMALS = tuple(b"%d" % byte for byte in range(256))
_DECIMAL_DIGITS = {4: 10, 8: 20}
"""Bytes of an integer -> its decimal digits at most.  ACPICA: acpi_ex_convert_to_ascii."""
_NUMBER = re.compile(
    rb"[ \t\n\v\f\r]*([+-]?)(?:0[xX](?P<hexadecimal>[0-9A-Fa-f]*)|0(?P<octal>[0-7]*)|(?P<decimal>[0-9]*))"
)
_DECIMAL = re.compile(rb"[0-9]*")


def _refused(item: Object | None, wanted: str) -> AmlTypeError:
    return AmlTypeError("AML operand", "", f"{kind_of(item)} where {wanted} is needed")


def _bits(item: Integer, size: int) -> int:
    # What fits: _OSI gives 64 bits to machines of 32 bits, too.
    return item.value & (1 << 8 * size) - 1


def _leading(pattern: re.Pattern[bytes], base: int, text: bytes, mask: int) -> int:
    # Digits up to the first that would make the number too large.
    found = pattern.match(text)
    total = 0
    for digit in found.group() if found else b"":
        more = total * base + int(chr(digit), 16)
        if more > mask:
            break
        total = more
    return total


def _hexadecimal(data: bytearray, between: bytes) -> bytearray:
    digits = data.hex("-").upper().encode().replace(b"-", between + b"0x")
    return bytearray(b"0x" + digits if digits else b"")


def to_integer(item: Object | None, size: int) -> int:
    """Give the integer that an operand stands for implicitly; digits of a string are hexadecimal."""
    if isinstance(item, Integer):
        return item.value
    if isinstance(item, Buffer):
        if not item.data:
            raise AmlRuntimeError(
                "AML operand", "", "a buffer without bytes gives no integer", exception=AE_AML_BUFFER_LIMIT
            )
        return int.from_bytes(item.data[:size], "little")
    if isinstance(item, String):
        text = bytes(item.data).lstrip(_SPACE)
        if text[:2].lower() == b"0x":
            text = text[2:]
        return _leading(_HEX, 16, text, (1 << (8 * size)) - 1)
    raise _refused(item, "integer, string or buffer")


def explicit_integer(item: Object | None, size: int, *, signs: bool = False) -> int:
    """Give what ToInteger gives: digits of a string are decimal, or hexadecimal after ``0x``.

    With ``signs`` there may be one, digits after a 0 are octal, and what is too large is as large as can be.
    """
    if not isinstance(item, String):
        return to_integer(item, size)
    if signs:
        return _signed(bytes(item.data), size)
    text = bytes(item.data).lstrip(_SPACE)
    if text[:2].lower() == b"0x":
        return _leading(_HEX, 16, text[2:], (1 << (8 * size)) - 1)
    return _leading(_DECIMAL, 10, text, (1 << (8 * size)) - 1)


def _signed(text: bytes, size: int) -> int:
    # As strtoull of C reads it.
    mask = (1 << 8 * size) - 1
    found = _NUMBER.match(text)
    if found is None:
        return 0
    kind = found.lastgroup or "decimal"
    number = min(int(found[kind] or b"0", {"hexadecimal": 16, "octal": 8, "decimal": 10}[kind]), mask)
    return -number & mask if found[1] == b"-" else number


def to_buffer(item: Object | None, size: int) -> bytearray:
    """Give the bytes of an operand; those of a string end with a NUL."""
    if isinstance(item, Integer):
        return bytearray(_bits(item, size).to_bytes(size, "little"))
    if isinstance(item, Buffer):
        return bytearray(item.data)
    if isinstance(item, String):
        return item.data + b"\0"
    raise _refused(item, "integer, string or buffer")


def to_string(item: Object | None, size: int) -> bytearray:
    """Give the characters that an operand stands for implicitly: hexadecimal, all digits."""
    if isinstance(item, Integer):
        return bytearray(b"%0*X" % (2 * size, _bits(item, size)))
    if isinstance(item, Buffer):
        return _hexadecimal(item.data, b" ")
    if isinstance(item, String):
        return bytearray(item.data)
    raise _refused(item, "integer, string or buffer")


def to_hex(item: Object | None, size: int, *, short: bool = False) -> bytearray:
    """Give what ToHexString gives; of an integer all digits, or, ``short``, those that it needs after ``0x``."""
    if isinstance(item, Integer):
        return bytearray(b"%#x" % _bits(item, size)).upper().replace(b"X", b"x") if short else to_string(item, size)
    if isinstance(item, Buffer):
        return _hexadecimal(item.data, b",")
    if isinstance(item, String):
        return bytearray(item.data)
    raise _refused(item, "integer, string or buffer")


def to_decimal(item: Object | None, size: int) -> bytearray:
    """Give what ToDecimalString gives: of an integer at most as many digits as it may have."""
    if isinstance(item, Integer):
        return bytearray(b"%d" % (item.value % 10 ** (_DECIMAL_DIGITS[size])))
    if isinstance(item, Buffer):
        return bytearray(b",".join(map(_DECIMALS.__getitem__, item.data)))
    if isinstance(item, String):
        return bytearray(item.data)
    raise _refused(item, "integer, string or buffer")
