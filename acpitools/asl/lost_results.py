"""Statements that compute something, and do nothing with it."""

from __future__ import annotations

from acpitools.asl.expressions import ASSIGNMENTS
from acpitools.asl.fold import FOLDABLE
from acpitools.asl.keywords import OPERATORS
from acpitools.asl.lower.state import State, start_of
from acpitools.asl.nodes import Binary, Call, Index, Integer, Name, Node, String, Unary

__all__ = ["report_lost"]

_USED_FOR_EFFECT = frozenset(
    {
        "Store", "CopyObject", "Increment", "Decrement", "Acquire", "Release", "Signal", "Wait",
        "Reset", "Notify", "Sleep", "Stall", "Fatal", "Load", "LoadTable", "Unload",
        "Event", "Mutex", "DataTableRegion",
    }
)  # fmt: skip
"""Operators of the table that do something, or may, besides giving a result."""
_FOLDED = FOLDABLE - {"Mid", "ToBuffer"} | {"LNotEqual", "LLessEqual", "LGreaterEqual"}
"""Operators that iasl computes where their operands are constants, and leaves nothing of as a statement."""
_NEGATED = frozenset({"!=", "<=", ">="})


def report_lost(context: State, node: Node) -> None:
    """Report a statement whose result is not used: an error, or a warning where iasl says nothing."""
    if not _lost(context, node):
        return
    message = "the result is not used, and there is no other effect: store it, or leave this out"
    doubtful = _constant(context, node) or (isinstance(node, Binary) and node.operator in _NEGATED)
    if doubtful:
        context.warning(start_of(node), message, "lost-result")
    else:
        context.misuse(start_of(node), message)


def _lost(context: State, node: Node) -> bool:
    if isinstance(node, Call):
        word = context.words[node.name]
        if word not in OPERATORS or word in _USED_FOR_EFFECT:
            return False
        words = OPERATORS[word].words
        given = (node.arguments or []) + [None] * len(words)
        return not any(
            kind in ("Target", "PossibleTarget") and argument is not None
            for kind, argument in zip(words, given, strict=False)
        )
    if isinstance(node, Binary):
        return node.operator not in ASSIGNMENTS or (node.operator == "=" and isinstance(node.left, Unary | Binary))
    return isinstance(node, Unary | Index)


def _constant(context: State, node: Node | None) -> bool:
    if isinstance(node, Unary | Binary):
        parts = [node.operand] if isinstance(node, Unary) else [node.left, node.right]
        return all(_constant(context, part) for part in parts)
    if isinstance(node, Call):
        given = node.arguments or []
        return context.words[node.name] in _FOLDED and all(item is None or _constant(context, item) for item in given)
    if isinstance(node, Name):
        return context.words[node.text] in ("Zero", "One", "Ones", "Revision")
    return isinstance(node, Integer | String)
