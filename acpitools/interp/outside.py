"""What the result of an evaluation is outside the machine.  ACPICA: nsxfeval.c, utcopy.c."""

from __future__ import annotations

from acpitools.core.errors import AmlTypeError
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    Event,
    IndexReference,
    Integer,
    Mutex,
    Node,
    Object,
    Package,
    Plain,
    Reference,
    String,
    TableHandle,
    kind_of,
)

__all__ = ["outside"]


def outside(machine: Machine, node: Node, result: Object | None) -> Object | None:
    """Give what a method returned as its caller outside sees it: references are followed to a value.

    Most objects without a value do not leave the machine.  Raises AmlTypeError.
    ACPICA: acpi_ns_resolve_references, acpi_ut_copy_iobject_to_eobject.
    """
    if isinstance(result, TableHandle):
        raise AmlTypeError(node.text, "", "it returns what Load gave, which nothing outside can use")
    if isinstance(result, Event | Mutex):
        raise AmlTypeError(node.text, "", f"it returns {_one(kind_of(result))}, which nothing outside can use")
    if isinstance(result, Package):
        _check_elements(node, result)
    if not isinstance(result, Reference | IndexReference):
        return result
    if isinstance(result, IndexReference) and isinstance(inner := machine.element_value(result), Reference):
        return inner
    end = machine.referred(result)
    if isinstance(end, Integer | String | Buffer | Package):
        return end
    if kind_of(end) in ("processor", "power resource"):
        return result
    raise AmlTypeError(node.text, "", f"it returns a reference to {_one(kind_of(end))}, which nothing outside can use")


def _check_elements(node: Node, package: Package) -> None:
    # What RefOf and Index give is no element outside.  ACPICA: acpi_ut_copy_isimple_to_esimple.
    todo = [package]
    seen = {id(package)}
    while todo:
        for element in todo.pop().elements:
            if isinstance(element, Plain | IndexReference) or (isinstance(element, Reference) and element.explicit):
                raise AmlTypeError(node.text, "", "an element is a reference, which nothing outside can use")
            if isinstance(element, Package) and id(element) not in seen:
                seen.add(id(element))
                todo.append(element)


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
