"""Integer expressions of the data-table language, by the grammar in ``grammars/dsl.lark``."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

__all__ = ["ExpressionError", "evaluate", "grammar"]

_MASK = (1 << 64) - 1


class ExpressionError(Exception):
    """An expression that cannot be evaluated: where, counted in characters from 0, and why."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(at, message)
        self.at = at
        self.message = message


@cache
def grammar() -> str:
    """Give the text of the grammar."""
    return (Path(__file__).parent.parent / "grammars" / "dsl.lark").read_text("utf-8")


@cache
def _parser() -> Lark:
    return Lark(grammar(), start="expression", parser="lalr")


def evaluate(text: str, labels: Mapping[str, int]) -> int:
    """Give the value of an expression: 64 bits, unsigned.  Raises ExpressionError.

    ``labels`` gives what ``$NAME`` stands for: bytes from the start of the table.
    """
    try:
        return int(_Values(labels).transform(_parser().parse(text)))
    except UnexpectedInput as exc:
        at = len(text) if isinstance(exc, UnexpectedToken) and exc.token.type == "$END" else exc.pos_in_stream or 0
        found = repr(text[at]) if at < len(text) else "the end"
        raise ExpressionError(at, f"expected {_wanted(exc, text[:at])}, not {found}") from exc
    except VisitError as exc:
        if isinstance(exc.orig_exc, ExpressionError):
            raise exc.orig_exc from exc
        raise
    except RecursionError as exc:
        raise ExpressionError(0, "this expression is nested too deeply") from exc


def _wanted(error: UnexpectedInput, before: str) -> str:
    possible = error.accepts if isinstance(error, UnexpectedToken) else getattr(error, "allowed", None)
    if not possible or "NUMBER" in possible:
        return "a hexadecimal number, $LABEL, '(', '~' or '!'"
    return "an operator or ')'" if before.count("(") > before.count(")") else "an operator or the end"


def _binary(function: Callable[[int, int], int]) -> Callable[[Any, list[int]], int]:
    return lambda _, items: function(*items) & _MASK


def _shifted(function: Callable[[int, int], int]) -> Callable[[Any, list[int]], int]:
    # As the processor that iasl runs on: six bits of the distance count.
    return lambda _, items: function(items[0], items[1] & 63) & _MASK


def _divided(function: Callable[[int, int], int]) -> Callable[[Any, list[int]], int]:
    def divide(_: Any, items: list[int]) -> int:
        if items[1] == 0:
            raise ExpressionError(0, "this divides by zero")
        return function(*items)

    return divide


class _Values(Transformer[Token, int]):
    """Values of the grammar's rules, each named as its rule."""

    def __init__(self, labels: Mapping[str, int]) -> None:
        super().__init__()
        self._labels = labels

    def number(self, items: list[Token]) -> int:
        value = int(items[0], 16)
        if value > _MASK:
            raise ExpressionError(items[0].start_pos or 0, "this number has more than 64 bits")
        return value

    def reference(self, items: list[Token]) -> int:
        name = items[0][1:]
        if name not in self._labels:
            raise ExpressionError(items[0].start_pos or 0, f"there is no line Label : {name}")
        return self._labels[name]

    logical_or = _binary(lambda a, b: bool(a or b))
    logical_and = _binary(lambda a, b: bool(a and b))
    bit_or = _binary(operator.or_)
    bit_xor = _binary(operator.xor)
    bit_and = _binary(operator.and_)
    equal = _binary(operator.eq)
    not_equal = _binary(operator.ne)
    less = _binary(operator.lt)
    greater = _binary(operator.gt)
    less_equal = _binary(operator.le)
    greater_equal = _binary(operator.ge)
    shift_left = _shifted(operator.lshift)
    shift_right = _shifted(operator.rshift)
    add = _binary(operator.add)
    subtract = _binary(operator.sub)
    multiply = _binary(operator.mul)
    divide = _divided(operator.floordiv)
    modulo = _divided(operator.mod)

    def complement(self, items: list[int]) -> int:
        return ~items[0] & _MASK

    def logical_not(self, items: list[int]) -> int:
        return int(not items[0])
