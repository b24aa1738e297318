"""Switch, found again where a While can only have come from one.

iasl makes a loop that runs once of ``Switch (VALUE) {Case (A) {...} Case (B) {...} Default {...}}``, with the value
in a name of its own that it declares first in the method (found by compiling):

    Name (_T_0, Zero)
    While (One)
    {
        Store (VALUE, _T_0)
        If (LEqual (_T_0, A)) {...} Else {If (LEqual (_T_0, B)) {...} Else {...}}
        Break
    }

The next Switch of the method, those inside it first, has ``_T_1``, which is declared before ``_T_0``, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.terms import Term
from acpitools.core.value import value

__all__ = ["Switch", "find_switches"]

_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PREFIX = b"_T_"
_CONSTANTS = frozenset({"Zero", "One", "ByteConst", "WordConst", "DWordConst", "QWordConst"})
_BLOCKS = frozenset({"If", "Else", "While"})
_OTHER_TYPES = frozenset({"ToString", "ToBuffer", "ToHexString", "ToDecimalString", "Concatenate", "Mid", "Buffer"})
"""Values that are no integers: iasl declares another kind of name for them."""


@value
class Switch:
    """A Switch and its cases, in their order; the label of Default is None."""

    value: Term
    cases: tuple[tuple[Term | None, tuple[Term, ...]], ...]


def find_switches(method: Term) -> tuple[int, dict[int, Switch]]:
    """Give how many declarations at the start of a method belong to its Switches, and these by the id of their While.

    Where it is not certain that all of them come from Switches it is none.
    """
    body: tuple[Term, ...] = method.args[2]
    names = _declared(body)
    if not names or not method.args[1] & 8:
        return 0, {}
    found: dict[int, Switch] = {}
    uses: dict[bytes, int] = {}
    order: list[bytes] = []
    # Terms, each with whether it is a statement: only there text can have a Switch.
    stack = [(term, True) for term in reversed(body[len(names) :])]
    while stack:
        term, statement = stack.pop()
        if term.op == "NamePath" and term.args[0].raw[:3] == _PREFIX:
            uses[term.args[0].raw] = uses.get(term.args[0].raw, 0) + 1
        elif statement and term.op == "While" and (made := _switch(term)) is not None:
            name, switch = made
            order.append(name)
            found[id(term)] = switch
            # One store, and one comparison for each case.
            labels = sum(label is not None for label, _ in switch.cases)
            uses[name] = uses.get(name, 0) - 1 - labels
        elif term.op in ("Method", "Raw") or (term.op == "Name" and term.args[0].raw[:3] == _PREFIX):
            return 0, {}
        for arg in reversed(term.args):
            if isinstance(arg, Term):
                stack.append((arg, False))
            elif type(arg) is tuple and arg and isinstance(arg[0], Term):
                stack.extend((inner, term.op in _BLOCKS) for inner in reversed(arg))
    if any(uses.values()) or order != names[::-1]:
        return 0, {}
    return len(names), found


def _declared(body: Sequence[Term]) -> list[bytes]:
    # The names that the method's first terms declare, if they are those of Switches: _T_1, _T_0.
    names: list[bytes] = []
    for term in body:
        if term.op != "Name" or term.args[0].raw[:3] != _PREFIX or term.args[1].op != "Zero":
            break
        names.append(term.args[0].raw)
    expected = [_PREFIX + _DIGITS[index : index + 1] for index in range(min(len(names), len(_DIGITS)))]
    return names if names == expected[::-1] else []


def _switch(term: Term) -> tuple[bytes, Switch] | None:
    body: tuple[Term, ...] = term.args[1]
    if term.form or term.args[0].op != "One" or not 3 <= len(body) <= 4 or body[-1].op != "Break":
        return None
    store, *chain = body[:-1]
    if store.op != "Store" or store.args[1].op != "NamePath" or store.args[0].op in _OTHER_TYPES:
        return None
    name: bytes = store.args[1].args[0].raw
    cases: list[tuple[Term | None, tuple[Term, ...]]] = []
    while True:
        first = chain[0]
        if not _is_case(first, name) or (len(chain) > 1 and chain[1].op != "Else") or len(chain) > 2:
            return None
        cases.append((first.args[0].args[1], first.args[1]))
        if len(chain) == 1:
            break
        other = chain[1]
        if other.form:
            return None
        rest: tuple[Term, ...] = other.args[0]
        if rest and _is_case(rest[0], name):
            chain = list(rest)
            continue
        cases.append((None, rest))
        break
    values = [_value(label) for label, _ in cases if label is not None]
    if len(set(values)) < len(values):  # no compiler takes a Switch with two Cases of one value
        return None
    return name, Switch(value=store.args[0], cases=tuple(cases))


def _value(label: Term) -> object:
    return label.args[0] if label.args else {"Zero": 0, "One": 1}.get(label.op, label.op)


def _is_case(term: Term, name: bytes) -> bool:
    if term.op != "If" or term.form or term.args[0].op != "LEqual":
        return False
    left, right = term.args[0].args
    return left.op == "NamePath" and left.args[0].raw == name and right.op in _CONSTANTS
