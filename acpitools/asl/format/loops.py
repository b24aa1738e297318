"""For, where a While and what stands before it are what a For becomes.

``For (I = A, I < B, I++) {...}`` becomes ``I = A While (I < B) {... I++}``: the bytes say no more.  It is written where
it reads as one: one variable is set, tested and stepped, and no Continue would pass over the step.
"""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.terms import Term
from acpitools.asl.format.operators import BINARY

__all__ = ["is_for"]

_STEPS = frozenset({"Increment", "Decrement"})
_STEPPING = frozenset({"Add", "Subtract", "ShiftLeft", "ShiftRight"})
_MOST_TERMS = 64
"""Terms of a condition that are looked at."""


def is_for(start: Term, loop: Term) -> bool:
    """Tell whether a statement and the While after it are a For."""
    if loop.op != "While" or loop.form or not loop.args[1]:
        return False
    target = start.args[1] if start.op == "Store" else start.args[2] if start.op in BINARY else None
    if target is None or not (target.op == "NamePath" or target.op[:5] == "Local"):
        return False
    step: Term = loop.args[1][-1]
    stepped = step.op in _STEPS and step.args[0] == target
    stepped = stepped or (step.op in _STEPPING and step.args[0] == target == step.args[2])
    return stepped and len(loop.args[1]) > 1 and _mentions(loop.args[0], target) and not _continues(loop.args[1])


def _mentions(condition: Term, target: Term) -> bool:
    todo = [condition]
    for _ in range(_MOST_TERMS):
        if not todo:
            break
        term = todo.pop()
        if term == target:
            return True
        todo += [arg for arg in term.args if isinstance(arg, Term)]
    return False


def _continues(body: Sequence[Term]) -> bool:
    todo = list(body)
    while todo:
        term = todo.pop()
        if term.op == "Continue":
            return True
        if term.op in ("If", "Else"):
            todo += term.args[-1]
    return False
