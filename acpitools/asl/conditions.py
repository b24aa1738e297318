"""Expressions of #if and #elif: integers, defined(NAME), the operators of C."""

from __future__ import annotations

import re
from collections.abc import Callable

from acpitools.asl.macros import IDENTIFIER, Macros

__all__ = ["ConditionError", "evaluate"]

MAX_DEPTH = 40
MASK = (1 << 64) - 1

_TOKENS = re.compile(
    r"\s*(?:(0[xX][0-9A-Fa-f]+|[0-9]+)|([A-Za-z_][A-Za-z_0-9]*)|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^<>!~()]))"
)
_DEFINED = re.compile(r"\bdefined\b\s*(\()?\s*([A-Za-z_][A-Za-z_0-9]*)\s*(?(1)\))")

_LEVELS: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a) or bool(b))},
    {"&&": lambda a, b: int(bool(a) and bool(b))},
    {"|": lambda a, b: a | b},
    {"^": lambda a, b: a ^ b},
    {"&": lambda a, b: a & b},
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b)},
    {
        "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b),
        "<=": lambda a, b: int(a <= b),
        ">=": lambda a, b: int(a >= b),
    },
    {"<<": lambda a, b: a << b if b < 64 else 0, ">>": lambda a, b: a >> b if b < 64 else 0},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "/": lambda a, b: a // b, "%": lambda a, b: a % b},
)


class ConditionError(Exception):
    """The expression makes no sense."""


def evaluate(text: str, macros: Macros) -> int:
    """Return the value of an expression, 64 bits unsigned; names that are no macro count as 0.

    Raises ConditionError, and MacroError for macros without end.
    """
    known = _DEFINED.sub(lambda match: str(int(match[2] in macros)), text)
    tokens = _tokens(macros.expand(known))
    value, rest = _binary(tokens, 0, 0, 0)
    if rest != len(tokens):
        raise ConditionError(f"unexpected {tokens[rest]!r}")
    return value


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKENS.match(text, position)
        if match is None:
            raise ConditionError(f"unexpected {text[position:].strip()[:20]!r}")
        tokens.append(match[match.lastindex or 0])
        position = match.end()
    if not tokens:
        raise ConditionError("there is no expression")
    return tokens


def _binary(tokens: list[str], position: int, level: int, depth: int) -> tuple[int, int]:
    if level == len(_LEVELS):
        return _unary(tokens, position, depth)
    value, position = _binary(tokens, position, level + 1, depth)
    while position < len(tokens) and tokens[position] in _LEVELS[level]:
        operator = tokens[position]
        right, position = _binary(tokens, position + 1, level + 1, depth)
        if operator in "/%" and right == 0:
            raise ConditionError("division by zero")
        value = _LEVELS[level][operator](value, right) & MASK
    return value, position


def _unary(tokens: list[str], position: int, depth: int) -> tuple[int, int]:
    if position == len(tokens):
        raise ConditionError("the expression ends too early")
    if depth > MAX_DEPTH:
        raise ConditionError("the expression is nested too deeply")
    token = tokens[position]
    if tokens[position] == "(":
        value, position = _binary(tokens, position + 1, 0, depth + 1)
        if position == len(tokens) or tokens[position] != ")":
            raise ConditionError("')' is missing")
        return value, position + 1
    if token in ("!", "~", "-", "+"):
        value, position = _unary(tokens, position + 1, depth + 1)
        return {"!": int(not value), "~": ~value, "-": -value, "+": value}[token] & MASK, position
    if IDENTIFIER.fullmatch(token):
        return 0, position + 1
    if not token[0].isdigit():
        raise ConditionError(f"unexpected {token!r}")
    try:
        return int(token, 16 if token[:2] in ("0x", "0X") else 8 if token[0] == "0" else 10), position + 1
    except ValueError:
        raise ConditionError(f"{token} is no octal number") from None
