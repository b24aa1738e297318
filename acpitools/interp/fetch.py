"""How operands are fetched that take no step of their own: constants, variables, names.

Numbers that these give are never changed: what is stored to a name is copied first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlRuntimeError
from acpitools.interp.exceptions import (
    AE_AML_NAME_NOT_FOUND,
    AE_AML_UNINITIALIZED_ARG,
    AE_AML_UNINITIALIZED_LOCAL,
)
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import IndexReference, Integer, Method, Node, Object, Reference, String, Unresolved

__all__ = [
    "CONSTANTS",
    "VARIABLES",
    "Fetch",
    "element_name",
    "given",
    "name",
    "place",
    "referring",
    "simple",
]

Fetch = Callable[[Frame], Any]
"""Gives an operand."""

CONSTANTS = frozenset({"Zero", "One", "Ones", "ByteConst", "WordConst", "DWordConst", "QWordConst"})
VARIABLES = {f"Local{index}": index for index in range(8)} | {f"Arg{index}": index for index in range(7)}
"""Op -> number of the variable."""


NAME_NOT_FOUND = AE_AML_NAME_NOT_FOUND
"""Exception of a name that is not there, where it is not looked up when code is parsed.

ACPICA: acpi_ds_create_operand.
"""


def simple(machine: Machine, term: Term) -> Fetch | None:
    """Give how a constant or variable is fetched; None for other terms."""
    op = term.op
    if op in CONSTANTS:
        number = {"Zero": 0, "One": 1, "Ones": machine.mask}[op] if not term.args else term.args[0] & machine.mask
        return given(Integer(number))
    if op == "String":
        text: bytes = term.args[0]
        return lambda _: String(bytearray(text))
    if op in VARIABLES:
        return _variable(machine, op)
    return None


def given(item: object) -> Fetch:
    """Give what always gives the same."""
    return lambda _: item


def _variable(machine: Machine, op: str) -> Fetch:
    index = VARIABLES[op]
    if machine.semantics.variables_are_zero:
        return lambda frame: machine.read((frame.local if op[0] == "L" else frame.arguments)[index], frame.text)

    def local(frame: Frame) -> Object:
        value = frame.local[index].value
        if value is None:
            raise AmlRuntimeError(
                op, frame.text, "the variable is not initialized", exception=AE_AML_UNINITIALIZED_LOCAL
            )
        return value

    def argument(frame: Frame) -> Object:
        value = frame.arguments[index].value
        if value is None:
            raise AmlRuntimeError(op, frame.text, "the argument is not there", exception=AE_AML_UNINITIALIZED_ARG)
        return value

    return local if op[0] == "L" else argument


def name(machine: Machine, path: NameString, exception: int | None = None) -> Fetch:
    """Give how the value of a name is fetched.

    The number is taken when the name is met, and is no longer the object's.  ACPICA: acpi_ds_evaluate_name_path.
    """
    found = _lookup(machine, path, exception)

    def fetch(frame: Frame) -> Object | None:
        node = found(frame)
        held = node.value
        if type(held) is Integer:
            return Integer(held.value)
        if isinstance(held, Method):
            return machine.call(node, [], frame)
        value = machine.read(node, frame.text)
        return Integer(value.value) if isinstance(value, Integer) else value

    return fetch


def referring(machine: Machine, path: NameString) -> Fetch:
    """Give how a name is fetched that DerefOf follows: what refers to something, else the name."""
    found = _lookup(machine, path)

    def fetch(frame: Frame) -> Object | None:
        node = found(frame)
        held = node.value
        if isinstance(held, Method):
            return machine.call(node, [], frame)
        return held if isinstance(held, String | Reference | IndexReference) else Reference(node)

    return fetch


def _lookup(machine: Machine, path: NameString, exception: int | None = None) -> Callable[[Frame], Node]:
    # The node of a name; it is looked up anew when the namespace has changed.
    namespace = machine.namespace
    version = -1
    scope = b""
    node: Node

    def lookup(frame: Frame) -> Node:
        nonlocal version, scope, node
        if version != namespace.version or scope is not frame.scope:
            node = namespace.operand(frame.scope, path, frame.text, exception)
            version, scope = namespace.version, frame.scope
        return node

    return lookup


node = _lookup
"""Give how the node of a name is looked up."""


def place(machine: Machine, term: Term, *, may_lack: bool) -> Fetch | None:
    """Give how a place is found that something is stored to or asked about; None for terms that are evaluated."""
    if term.op == "NullName":
        return given(None)
    if term.op in VARIABLES:
        index = VARIABLES[term.op]
        if term.op[0] == "L":
            return lambda frame: frame.local[index]
        return lambda frame: frame.arguments[index]
    if term.op == "NamePath":
        path = term.args[0]
        if may_lack:
            return lambda frame: machine.namespace.find(frame.scope, path)
        return _lookup(machine, path)
    return None


def element_name(machine: Machine, path: NameString) -> Fetch:
    """Give how a name among the elements of a package becomes an element; outside methods it waits for all tables.

    ACPICA: acpi_ds_build_internal_package_obj, acpi_ds_resolve_package_element.
    """

    def fetch(frame: Frame) -> Object | None:
        unresolved = Unresolved(frame.scope, path)
        if not frame.depth:
            return unresolved
        return None if machine.namespace.find(frame.scope, path) is None else machine.resolved(unresolved)

    return fetch
