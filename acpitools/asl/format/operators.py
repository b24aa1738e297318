"""Operators that are written with symbols, and where an operand needs parentheses.

Fewer stand than precedence would need: they are left out of sums and products, of comparisons of these, of comparisons
joined by ``&&`` and ``||``, and in chains of one operator.  Bits, shifts and what mixes them keep theirs.
"""

from __future__ import annotations

from acpitools.aml.terms import Term

__all__ = ["BINARY", "LOGICAL", "NEGATED", "needs_parentheses", "symbol_of"]

BINARY = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Mod": "%",
    "ShiftLeft": "<<",
    "ShiftRight": ">>",
    "And": "&",
    "Or": "|",
    "XOr": "^",
}
"""Ops of two operands and a target."""
LOGICAL = {"LAnd": "&&", "LOr": "||", "LEqual": "==", "LGreater": ">", "LLess": "<"}
NEGATED = {"LEqual": "!=", "LGreater": "<=", "LLess": ">="}
"""Comparisons to the symbols of what LNot makes of them."""
_PRODUCTS = frozenset({"*", "/", "%"})
_SUMS = _PRODUCTS | {"+", "-"}
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
_JOINED = _COMPARISONS | {"!"}
_INSIDE: dict[str, frozenset[str]] = {
    "": frozenset({*_SUMS, "<<", ">>", "&", "|", "^", "~"}),
    "+": _PRODUCTS | {"~"},
    "-": _PRODUCTS | {"~"},
    **dict.fromkeys(_PRODUCTS | {"&", "|", "^"}, frozenset({"~"})),
    **dict.fromkeys(_COMPARISONS, _SUMS | {"~"}),
    "&&": _JOINED,
    "||": _JOINED,
}
"""Operator, empty for an assignment, to those that stand in it without parentheses on either side."""
_LEFT: dict[str, frozenset[str]] = {
    **dict.fromkeys(("+", "-"), frozenset({"+", "-"})),
    **dict.fromkeys(_PRODUCTS, _PRODUCTS),
    **{symbol: frozenset({symbol}) for symbol in ("&", "|", "^", "&&", "||")},
}
"""The same, on the left only."""
_NONE: frozenset[str] = frozenset()


def symbol_of(term: Term) -> str:
    """Give the symbol that a term is written with; empty where it is a call, a name or a constant."""
    op, args = term.op, term.args
    if op in BINARY:
        return BINARY[op] if args[2].op == "NullName" else ""
    if op in LOGICAL:
        return LOGICAL[op]
    if op == "LNot":
        return NEGATED.get(args[0].op, "!")
    if op == "Not":
        return "~" if args[1].op == "NullName" else ""
    return "/" if op == "Divide" and args[2].op == "NullName" == args[3].op else ""


def needs_parentheses(inner: str, outer: str, *, left: bool) -> bool:
    """Tell whether what is written with a symbol stands in parentheses as an operand of another."""
    if not inner or inner in _INSIDE.get(outer, _NONE):
        return False
    return not (left and inner in _LEFT.get(outer, _NONE))
