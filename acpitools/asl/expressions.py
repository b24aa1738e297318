"""Precedence of the C-style operators.  ACPI 6.5, 19.2.6 and table 19.2."""

from __future__ import annotations

from acpitools.asl.nodes import Binary, Node

__all__ = ["ASSIGNMENTS", "PRECEDENCE", "climb"]

LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
"""Lowest first; all group from the left."""
ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="})
"""Below all others; they group from the right."""
PRECEDENCE = {operator: level for level, row in enumerate(LEVELS, 1) for operator in row} | dict.fromkeys(
    ASSIGNMENTS, 0
)


def climb(chain: list[Node | tuple[int, str]]) -> Node:
    """Turn operand, (offset, operator), operand, ... into a tree."""
    if len(chain) == 3:
        left, (start, operator), right = chain  # type: ignore[misc]
        return Binary(start, operator, left, right)  # type: ignore[arg-type]
    operands: list[Node] = [chain[0]]  # type: ignore[list-item]
    waiting: list[tuple[int, str]] = []
    for position in range(1, len(chain), 2):
        start, operator = chain[position]  # type: ignore[misc]
        level = PRECEDENCE[operator]  # type: ignore[index]
        while waiting and (PRECEDENCE[waiting[-1][1]] >= level if level else PRECEDENCE[waiting[-1][1]] > 0):
            _join(operands, waiting)
        waiting.append((start, operator))  # type: ignore[arg-type]
        operands.append(chain[position + 1])  # type: ignore[arg-type]
    while waiting:
        _join(operands, waiting)
    return operands[0]


def _join(operands: list[Node], waiting: list[tuple[int, str]]) -> None:
    right = operands.pop()
    start, operator = waiting.pop()
    operands.append(Binary(start, operator, operands.pop(), right))
