"""Forms of an operator: who uses its operands, and what runs it where operands or user ask for another function."""

from __future__ import annotations

from acpitools.aml.opcodes import OPS
from acpitools.aml.terms import Term
from acpitools.interp import fetch, holding, steps
from acpitools.interp.dispatch import Operation
from acpitools.interp.ops import objects

__all__ = [
    "ANY_OBJECT",
    "ASK_WHOSE",
    "ELEMENTS",
    "MAKES_NAMES",
    "MAY_GIVE_INDEX",
    "OPERANDS",
    "PACKAGES",
    "PLACES",
    "READ_PLACES",
    "STRUCTURE",
    "TAKES_REFERENCES",
    "form",
]

PACKAGES = frozenset({"Package", "VarPackage"})
ELEMENTS = PACKAGES | fetch.CONSTANTS | {"String", "Buffer", "Revision"}
"""What may be an element of a package, names apart.  ACPICA: acpi_ds_build_internal_package_obj."""
_REGIONS = frozenset({"OperationRegion", "DataTableRegion"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})
MAKES_NAMES = _FIELDS | {op.name for op in OPS if "named" in op.flags}
_CONTROL = frozenset({"If", "Else", "While", "Return", "Break", "Continue"})

STRUCTURE = (
    frozenset({"Buffer", "Method", "Scope", *fetch.CONSTANTS, *fetch.VARIABLES, *steps.SCOPES})
    | PACKAGES
    | _REGIONS
    | _FIELDS
    | _CONTROL
)
"""Ops that are planned here."""
PLACES = frozenset({"SuperName", "Target", "SimpleName"})
OPERANDS = frozenset({"TermArg", "DataRefObject"})
READ_PLACES = frozenset({"DerefOf"})
ANY_OBJECT = frozenset({"SizeOf", "ObjectType"})
_TO_VARIABLE = "Store to a variable"
"""A Store whose source a method may have made."""
TAKES_REFERENCES = frozenset(
    {"Store", _TO_VARIABLE, "CopyObject", "DerefOf", "Return", "Call", "If", "While", "Package"}
)
"""Ops that take what Index gives as it is; the others take the element.  ACPICA: acpi_ex_resolve_object_to_value."""
MAY_GIVE_INDEX = frozenset({"Index", "Call", "NamePath", "Store", "CopyObject"})
"""Ops that may give what Index gives."""
ASK_WHOSE = frozenset({_TO_VARIABLE, "Call", "Return"})
"""Users of what a method returned that ask whether anything else holds it."""
_TAKE_FIELDS = frozenset({"Return", "If", "While", "SizeOf", "ObjectType"})
"""Ops that take a field that DerefOf gives as it is; the others read it."""
_REFERRING = frozenset({"NamePath", *fetch.VARIABLES})
"""Operands of DerefOf through which it reads a field in any case.  ACPICA: acpi_ex_opcode_1A_0T_1R."""


def form(term: Term, user: str | None, *, implicit: bool) -> tuple[str, Operation | None]:
    """Give as what an operator uses its operands, and what runs it where that is not the usual.

    ``implicit``: whether methods have implicit results.
    """
    op = term.op
    if op == "DerefOf" and term.args[0].op in fetch.VARIABLES:
        return op, objects.deref_variable
    if op == "DerefOf" and user in _TAKE_FIELDS and term.args[0].op not in _REFERRING:
        return op, objects.deref_as_it_is
    if op == "Store" and term.args[1].op in fetch.VARIABLES:
        if term.args[0].op == "Call":
            return _TO_VARIABLE, objects.store_returned
        if holding.is_new(term.args[0], implicit=implicit):
            return op, objects.store_new
    return op, None
