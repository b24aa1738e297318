"""Constant expressions, computed as ACPICA's interpreter computes them, and what is left where there is a target.

iasl folds an operator whose operands are all integers or strings (a Buffer is none, be it written out or the result of
an operator: its bytes are raw data to it).  With a target, the operator becomes Store of the result or, for
conversions, CopyObject.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from acpitools.aml.terms import Term

__all__ = ["FOLDABLE", "FoldError", "fold"]

Value: TypeAlias = "int | bytes"
"""An integer or a string."""
Result: TypeAlias = "int | bytes | bytearray"
"""An integer, a string or a buffer."""


class FoldError(Exception):
    """The interpreter would stop with an error."""


_INTEGERS = {"Zero": 0, "One": 1}
_WIDE = frozenset({"ByteConst", "WordConst", "DWordConst", "QWordConst"})
_OPERANDS = {
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Divide", "Mod", "ShiftLeft", "ShiftRight"), 2),
    **dict.fromkeys(
        ("And", "NAnd", "Or", "NOr", "XOr", "Concatenate", "LAnd", "LOr", "LEqual", "LGreater", "LLess"), 2
    ),
    **dict.fromkeys(("Not", "FindSetLeftBit", "FindSetRightBit", "FromBCD", "ToBCD", "LNot", "ToInteger"), 1),
    **dict.fromkeys(("ToHexString", "ToDecimalString", "ToBuffer"), 1),
    "ToString": 2,
    "Mid": 3,
}
FOLDABLE = frozenset(_OPERANDS)
_COPIED = frozenset({"FromBCD", "ToBCD", "ToInteger", "ToHexString", "ToDecimalString", "ToString"})
_KEPT_WITH_TARGET = frozenset({"ToBuffer", "Mid"})


def fold(op: str, args: tuple[Term, ...], width: int, number: Callable[[int], Term]) -> Term | None:
    """Return what an operator gives, or None where its operands are not all constants.

    ``width`` is 4 or 8 bytes; ``number`` makes a constant of an integer.  Raises FoldError, as for a division by zero.
    """
    operands = args[: _OPERANDS[op]]
    values: list[Value] = []
    for operand in operands:
        value = _constant(operand, width)
        if value is None:
            return None
        values.append(value)
    targets = [target for target in args[len(operands) :] if target.op != "NullName"]
    if targets and (op in _KEPT_WITH_TARGET or (op == "Divide" and args[2].op != "NullName")):
        return None
    result = _constant_term(_compute(op, values, width), number)
    if not targets:
        return result
    return Term("CopyObject" if op in _COPIED else "Store", (result, targets[0]))


def _constant(term: Term, width: int) -> Value | None:
    op = term.op
    if op in _WIDE:
        return int(term.args[0]) & (1 << (8 * width)) - 1
    if op in _INTEGERS:
        return _INTEGERS[op]
    if op == "Ones":
        return (1 << (8 * width)) - 1
    if op == "String":
        return term.args[0]  # type: ignore[no-any-return]
    return None


def _constant_term(value: Result, number: Callable[[int], Term]) -> Term:
    if isinstance(value, int):
        return number(value)
    if isinstance(value, bytearray):
        return Term("Buffer", (number(len(value)), bytes(value)))
    return Term("String", (value,))


def _compute(op: str, values: list[Value], width: int) -> Result:
    if op in _COMPARISONS:
        return _truth(_COMPARISONS[op](*_alike(values[0], values[1], width)), width)
    if op in _LOGIC:
        return _truth(_LOGIC[op](*(_to_integer(value, width) for value in values)), width)
    if op in _ARITHMETIC:
        numbers = [_to_integer(value, width) for value in values]
        return _ARITHMETIC[op](*numbers, 8 * width) & ((1 << (8 * width)) - 1)
    return _OTHERS[op](values, width)


def _truth(holds: bool, width: int) -> int:
    return (1 << (8 * width)) - 1 if holds else 0


def _to_integer(value: Value, width: int) -> int:
    """Convert implicitly.  Spec: ACPI 6.5, 19.3.5.2; ACPICA takes leading hexadecimal digits, 0x or not."""
    if isinstance(value, int):
        return value
    text = value.lstrip()
    if text[:2].lower() == b"0x":
        text = text[2:]
    digits = _leading(text, b"0123456789abcdefABCDEF").lstrip(b"0")[: 2 * width]
    return int(digits, 16) if digits else 0


def _leading(text: bytes, allowed: bytes) -> bytes:
    end = 0
    while end < len(text) and text[end] in allowed:
        end += 1
    return text[:end]


def _alike(first: Value, second: Value, width: int) -> tuple[Value, Value]:
    """Convert the second operand to the type of the first, as LEqual and its kin do."""
    return first, _to_integer(second, width) if isinstance(first, int) else _to_text(second, width)


def _to_text(value: Value, width: int) -> bytes:
    return b"%0*X" % (2 * width, value) if isinstance(value, int) else value


def _to_buffer(value: Value, width: int) -> bytearray:
    return bytearray(value.to_bytes(width, "little") if isinstance(value, int) else value + b"\0")


_LOGIC: dict[str, Callable[..., bool]] = {
    "LAnd": lambda a, b: a != 0 and b != 0,
    "LOr": lambda a, b: a != 0 or b != 0,
    "LNot": lambda a: a == 0,
}
_COMPARISONS: dict[str, Callable[..., bool]] = {
    "LEqual": lambda a, b: bool(a == b),
    "LGreater": lambda a, b: bool(a > b),
    "LLess": lambda a, b: bool(a < b),
}


def _divide(left: int, right: int, _bits: int) -> int:
    if right == 0:
        raise FoldError("division by zero")
    return left // right


def _modulo(left: int, right: int, _bits: int) -> int:
    if right == 0:
        raise FoldError("division by zero")
    return left % right


def _from_bcd(value: int, _bits: int) -> int:
    digits = f"{value:x}"
    if not digits.isdecimal():
        raise FoldError(f"{value:#x} is not in BCD")
    return int(digits)


def _to_bcd(value: int, bits: int) -> int:
    digits = int(str(value), 16)
    if digits >> bits:
        raise FoldError(f"{value} has too many digits for BCD")
    return digits


_ARITHMETIC: dict[str, Callable[..., int]] = {
    "Add": lambda a, b, _: a + b,
    "Subtract": lambda a, b, _: a - b,
    "Multiply": lambda a, b, _: a * b,
    "Divide": _divide,
    "Mod": _modulo,
    "ShiftLeft": lambda a, b, bits: a << b if b < bits else 0,
    "ShiftRight": lambda a, b, bits: a >> b if b < bits else 0,
    "And": lambda a, b, _: a & b,
    "NAnd": lambda a, b, _: ~(a & b),
    "Or": lambda a, b, _: a | b,
    "NOr": lambda a, b, _: ~(a | b),
    "XOr": lambda a, b, _: a ^ b,
    "Not": lambda a, _: ~a,
    "FindSetLeftBit": lambda a, _: a.bit_length(),
    "FindSetRightBit": lambda a, _: (a & -a).bit_length(),
    "FromBCD": _from_bcd,
    "ToBCD": _to_bcd,
}


def _to_explicit_integer(values: list[Value], width: int) -> int:
    """Convert as ToInteger does: decimal, or hexadecimal after 0x; what follows the digits is left."""
    value = values[0]
    if isinstance(value, int):
        return value
    text = value.lstrip()
    if text[:2].lower() == b"0x":
        digits = _leading(text[2:], b"0123456789abcdefABCDEF")
        number = int(digits, 16) if digits else 0
    else:
        digits = _leading(text, b"0123456789")
        number = int(digits[:25]) if digits else 0
    if number >> (8 * width):
        raise FoldError(f"{digits.decode()} does not fit {8 * width} bits")
    return number


def _decimal_string(values: list[Value], _width: int) -> bytes:
    value = values[0]
    return b"%d" % value if isinstance(value, int) else value


def _concatenated(values: list[Value], width: int) -> Result:
    first, second = values
    if isinstance(first, int):
        return _to_buffer(first, width) + _to_buffer(_to_integer(second, width), width)
    return first + _to_text(second, width)


def _middle(values: list[Value], width: int) -> Result:
    source, index, length = values
    start, size = _to_integer(index, width), _to_integer(length, width)
    if isinstance(source, int):
        return _to_buffer(source, width)[start : start + size]
    return source[start : start + size]


def _string(values: list[Value], width: int) -> bytes:
    source, length = values
    data = bytes(_to_buffer(source, width))
    return data[: _to_integer(length, width)].split(b"\0")[0]


_OTHERS: dict[str, Callable[[list[Value], int], Result]] = {
    "ToInteger": _to_explicit_integer,
    "ToHexString": lambda values, width: _to_text(values[0], width),
    "ToDecimalString": _decimal_string,
    "ToBuffer": lambda values, width: _to_buffer(values[0], width),
    "Concatenate": _concatenated,
    "Mid": _middle,
    "ToString": _string,
}
