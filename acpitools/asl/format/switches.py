"""Switch, found again where a While can only have come from one.

iasl makes a loop that runs once of ``Switch (VALUE) {Case (A) {...} Case (B) {...} Default {...}}``, with the value
in a name of its own that it declares first in the method (found by compiling):

    Name (_T_0, Zero)        (or "", or Buffer (Zero) {}: by the operator that gives the value)
    While (One)
    {
        Store (VALUE, _T_0)
        If (LEqual (_T_0, A)) {...} Else {If (LEqual (_T_0, B)) {...} Else {...}}
        Break
    }

``Case (Package () {A, B})`` becomes ``If (LNot (LEqual (Match (Package (2) {A, B}, MEQ, _T_0, MTR, 0, 0), Ones)))``.
The next Switch of the method, those inside it first, has ``_T_1``, which is declared before ``_T_0``, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.terms import Term
from acpitools.core.value import value

__all__ = ["Switch", "find_switches"]

_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PREFIX = b"_T_"
_LABELS = frozenset({"Zero", "One", "ByteConst", "WordConst", "DWordConst", "QWordConst", "String"})
_ELEMENTS = _LABELS | {"Ones"}
_STRINGS = frozenset({"String", "ToString", "ToHexString", "ToDecimalString"})
_BUFFERS = frozenset({"ToBuffer", "ConcatenateResTemplate"})
_EMPTY_STRING = Term("String", (b"",))
_EMPTY_BUFFER = Term("Buffer", (Term("Zero"), b""))
_BLOCKS = frozenset({"If", "Else", "While"})


@value
class Switch:
    """A Switch and its cases, in their order; the label of Default is None."""

    value: Term
    cases: tuple[tuple[Term | None, tuple[Term, ...]], ...]

    @property
    def repeats(self) -> bool:
        """Tell whether two Cases have one value, which compilers of today refuse."""
        single = [_value(label) for label, _ in self.cases if label is not None and label.op != "Package"]
        return len(set(single)) < len(single)


def find_switches(method: Term) -> tuple[int, dict[int, Switch]]:
    """Give how many declarations at the start of a method belong to its Switches, and these by the id of their While.

    Where it is not certain that all of them come from Switches it is none.
    """
    body: tuple[Term, ...] = method.args[2]
    values = _declared(body)
    names = list(values)
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
        elif statement and term.op == "While" and (made := _switch(term, values)) is not None:
            name, switch = made
            order.append(name)
            found[id(term)] = switch
            # One store, and one comparison for each case.
            labels = sum(label is not None for label, _ in switch.cases)
            uses[name] = uses.get(name, 0) - 1 - labels
        elif term.op == "Raw" or (term.op == "Name" and term.args[0].raw[:3] == _PREFIX):
            return 0, {}
        for arg in reversed(term.args):
            if isinstance(arg, Term):
                stack.append((arg, False))
            elif type(arg) is tuple and arg and isinstance(arg[0], Term):
                stack.extend((inner, term.op in _BLOCKS) for inner in reversed(arg))
    if any(uses.values()) or order != names[::-1]:
        return 0, {}
    return len(names), found


def _declared(body: Sequence[Term]) -> dict[bytes, Term]:
    # The names that the method's first terms declare, if they are those of Switches: _T_1, _T_0; with their values.
    names: dict[bytes, Term] = {}
    for term in body:
        if term.op != "Name" or term.args[0].raw[:3] != _PREFIX or term.args[0].raw in names:
            break
        names[term.args[0].raw] = term.args[1]
    expected = [_PREFIX + _DIGITS[index : index + 1] for index in range(min(len(names), len(_DIGITS)))]
    return names if list(names) == expected[::-1] else {}


def _switch(term: Term, names: dict[bytes, Term]) -> tuple[bytes, Switch] | None:
    body: tuple[Term, ...] = term.args[1]
    if term.form or term.args[0].op != "One" or not 3 <= len(body) <= 4 or body[-1].op != "Break":
        return None
    store, *chain = body[:-1]
    if store.op != "Store" or store.args[1].op != "NamePath":
        return None
    name: bytes = store.args[1].args[0].raw
    if store.args[0].op == "Buffer" or names.get(name) != _variable(store.args[0]):
        return None
    cases: list[tuple[Term | None, tuple[Term, ...]]] = []
    while True:
        first = chain[0]
        label = _label(first, name)
        if label is None or (len(chain) > 1 and chain[1].op != "Else") or len(chain) > 2:
            return None
        cases.append((label, first.args[1]))
        if len(chain) == 1:
            break
        other = chain[1]
        if other.form:
            return None
        rest: tuple[Term, ...] = other.args[0]
        if rest and _label(rest[0], name) is not None:
            chain = list(rest)
            continue
        cases.append((None, rest))
        break
    return name, Switch(value=store.args[0], cases=tuple(cases))


def _variable(value: Term) -> Term:
    # What the variable of a Switch over this value is declared with.
    if value.op in _STRINGS:
        return _EMPTY_STRING
    return _EMPTY_BUFFER if value.op in _BUFFERS else Term("Zero")


def _value(label: Term) -> object:
    return label.args[-1] if label.args else {"Zero": 0, "One": 1}[label.op]


def _label(term: Term, name: bytes) -> Term | None:
    # The label of a Case: a constant, a string, a buffer, or a package of them.
    if term.op != "If" or term.form:
        return None
    test: Term = term.args[0]
    if test.op == "LEqual":
        left, right = test.args
        good = _is_name(left, name) and (right.op in _LABELS or _is_buffer(right))
        return right if good else None
    if test.op != "LNot" or test.args[0].op != "LEqual" or test.args[0].args[1].op != "Ones":
        return None
    match: Term = test.args[0].args[0]
    if match.op != "Match" or match.args[0].op != "Package":
        return None
    package, first, left, second, right, start = match.args
    if (first, second, right.op, start.op) != (1, 0, "Zero", "Zero") or not _is_name(left, name):
        return None
    good = all(element.op in _ELEMENTS or _is_buffer(element) for element in package.args[1])
    return package if good else None


def _is_name(term: Term, name: bytes) -> bool:
    return term.op == "NamePath" and term.args[0].raw == name


def _is_buffer(term: Term) -> bool:
    return term.op == "Buffer" and term.args[0].op in _LABELS
