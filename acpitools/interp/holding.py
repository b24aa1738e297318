"""Who holds an object: what nothing holds is stored to a variable as it is, all else is copied.

ACPICA counts the references to an object (acpi_ds_store_object_to_local copies where there is more than one).  It
shows where parts are changed later: elements of a package that a name in it gave are that name's object.  Here the
term that gives a value tells, and for what a method returns also where it stood in the method.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.interp.fetch import CONSTANTS, VARIABLES
from acpitools.interp.frames import Frame
from acpitools.interp.namespace import Namespace
from acpitools.interp.objects import Buffer, Object, Package, String

__all__ = ["HELD", "NEW", "Loose", "are_new", "is_loose", "is_new", "origin"]

NEW: Final = 0
"""What is returned was in nothing but the variables of the method that ends."""
HELD: Final = -1
_NAMED: Final = -2
_INSIDE: Final = -3
_FIRST_ARGUMENT: Final = 1
"""Origin of what Arg0 held; those of the other arguments follow."""

_CONVERSIONS = frozenset({"ToBuffer", "ToDecimalString", "ToHexString", "ToInteger", "ToString"})
"""They give their operand where it needs no conversion."""
_GIVE_HELD = _CONVERSIONS | {"Call", "DerefOf", "NamePath", "RefOf", "Index", "Debug"} | frozenset(VARIABLES)


class Loose(NamedTuple):
    """A value on the stack that nothing holds: a method returned it."""

    value: Object


def is_new(term: Term, *, implicit: bool) -> bool:
    """Tell whether a term gives a new object that no place holds.

    Where methods have ``implicit`` results, each result is held as that; a constant is none.
    """
    if implicit:
        return term.op in CONSTANTS or term.op == "String"
    if term.op in _GIVE_HELD:
        return False
    if term.op == "Store":
        return is_new(term.args[0], implicit=implicit) and term.args[1].op not in VARIABLES
    words = BY_NAME[term.op].arguments if term.op in BY_NAME else ()
    return not any(
        argument.op in VARIABLES
        for word, argument in zip(words, term.args, strict=False)
        if word == "Target" or (word in ("SimpleName", "SuperName") and term.op == "CopyObject")
    )


def are_new(terms: Iterable[Term], implicit: bool) -> list[bool]:
    """Tell of terms whether each gives a new object."""
    return [is_new(term, implicit=implicit) for term in terms]


def origin(term: Term) -> int:
    """Give where a value stood in the method that returns it."""
    while term.op == "Store":
        term = term.args[0]
    if term.op.startswith("Arg") and term.op in VARIABLES:
        return _FIRST_ARGUMENT + VARIABLES[term.op]
    if term.op == "NamePath":
        return _NAMED
    if term.op == "DerefOf":
        return _INSIDE
    return HELD if term.op in _CONVERSIONS else NEW


def is_loose(called: Frame, result: Object, namespace: Namespace) -> bool:
    """Tell whether nothing holds any more what a method returned that has ended."""
    where = called.origin
    if where == NEW:
        return True
    if where == _NAMED:
        ended = called.method is not None and not called.method.running
        return ended and any(node.value is result for node in called.made)
    if where == _INSIDE:
        return _is_part(result, (slot.value for slot in called.local)) and not _is_part(
            result, (node.value for node in namespace.nodes.values())
        )
    if where == HELD:
        return False
    at = where - _FIRST_ARGUMENT
    new = called.new_operands or ()
    return at >= len(new) or result is not called.given[at] or new[at]


def _is_part(wanted: Object, holders: Iterable[Object | None]) -> bool:
    todo = [holder for holder in holders if isinstance(holder, Package | String | Buffer)]
    seen: set[int] = set()
    while todo:
        item = todo.pop()
        if item is wanted:
            return True
        if isinstance(item, Package) and id(item) not in seen:
            seen.add(id(item))
            todo += [element for element in item.elements if isinstance(element, Package | String | Buffer)]
    return False
