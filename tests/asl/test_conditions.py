"""Expressions of #if."""

from __future__ import annotations

import pytest

from acpitools.asl.conditions import ConditionError, evaluate
from acpitools.asl.macros import Macro, Macros


@pytest.fixture
def macros() -> Macros:
    known = Macros()
    known.define(Macro("FIVE", None, "5"))
    known.define(Macro("DOUBLE", ("x",), "(x * 2)"))
    return known


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("1 << 4 | 1", 17),
        ("10 - 4 - 3", 3),
        ("7 / 2 % 2", 1),
        ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", 1),
        ("1 == 2 || 1 != 2", 1),
        ("!0 + !1", 1),
        ("010 + 0", 8),
        ("~0 & 0xFF", 255),
        ("6 ^ 3", 5),
        ("-1", (1 << 64) - 1),
        ("1 << 64", 0),
        ("FIVE == 5", 1),
        ("DOUBLE(FIVE)", 10),
        ("defined(FIVE) && !defined NONE", 1),
        ("NONE", 0),
    ],
)
def test_values(macros: Macros, text: str, value: int) -> None:
    assert evaluate(text, macros) == value


@pytest.mark.parametrize(
    "text", ["", "1 +", "(1", "1 2", "1 $ 2", "* 1", "1 % 0", "08", "(" * 100 + "1", "!" * 500 + "1"]
)
def test_nonsense_is_refused(macros: Macros, text: str) -> None:
    with pytest.raises(ConditionError):
        evaluate(text, macros)
