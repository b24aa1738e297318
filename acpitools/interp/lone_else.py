"""Else without an If: iasl makes one of a Switch that begins with its Default.  ACPICA: dscontrol.c."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.terms import Term
from acpitools.interp.steps import SCOPES

__all__ = ["has_lone_else"]

_BLOCKS = frozenset({"If", "Else", "While", "Scope", *SCOPES})


def has_lone_else(terms: Sequence[Term]) -> bool:
    """Tell whether an Else without an If stands somewhere in a body; methods inside it are others' bodies."""
    todo = [terms]
    while todo:
        before = ""
        for term in todo.pop():
            if term.op == "Else" and before != "If":
                return True
            before = term.op
            if before in _BLOCKS:
                todo.append(term.args[-1])
    return False
