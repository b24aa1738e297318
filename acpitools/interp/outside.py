"""What the result of an evaluation is outside the machine.  ACPICA: nsxfeval.c, utcopy.c."""

from __future__ import annotations

from acpitools.core.errors import AmlTypeError
from acpitools.interp.exceptions import AE_AML_INTERNAL, AE_TYPE
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    Event,
    FieldUnit,
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
    """Give what a method returned as its caller outside sees it: a reference is followed, once, to a value.

    Most objects without a value do not leave the machine.  Raises AmlTypeError.
    ACPICA: acpi_ns_resolve_references, acpi_ut_copy_iobject_to_eobject.
    """
    if isinstance(result, TableHandle):
        raise AmlTypeError(node.text, "", "it returns what Load gave, which nothing outside can use", exception=AE_TYPE)
    end: Object | None = result
    if isinstance(result, IndexReference):
        end = machine.element_value(result)
        if isinstance(end, Reference) and not end.explicit:
            return end
    elif isinstance(result, Reference):
        end = result.target.value
        if kind_of(end) in ("processor", "power resource"):
            return result
    if isinstance(end, Package):
        _check_elements(node, end)
    followed = isinstance(result, Reference | IndexReference)
    if not followed and not isinstance(end, BufferField | FieldUnit | Event | Mutex):
        return result
    if isinstance(end, Integer | String | Buffer | Package):
        return end
    what = f"a reference to {_one(kind_of(end))}" if followed else _one(kind_of(end))
    raise AmlTypeError(node.text, "", f"it returns {what}, which nothing outside can use", exception=AE_TYPE)


def _check_elements(node: Node, package: Package) -> None:
    # What RefOf and Index give is no element outside.  ACPICA: acpi_ut_copy_isimple_to_esimple.
    todo = [package]
    seen = {id(package)}
    while todo:
        for element in todo.pop().elements:
            if isinstance(element, Plain | IndexReference) or (isinstance(element, Reference) and element.explicit):
                why = f"an element is {_one(kind_of(element))}, which nothing outside can use"
                exception = AE_AML_INTERNAL if isinstance(element, Plain) else AE_TYPE
                raise AmlTypeError(node.text, "", why, exception=exception)
            if isinstance(element, Package) and id(element) not in seen:
                seen.add(id(element))
                todo.append(element)


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
