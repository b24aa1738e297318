"""References: what makes them, and following them.  Spec: ACPI 6.5, 19.3.5.8.  ACPICA: exresolv.c, exoparg1.c."""

from __future__ import annotations

from acpitools.aml.encoding import NameString, name_from_text
from acpitools.core.errors import AmlNotFound, AmlRuntimeError, AmlTypeError, EncodeError
from acpitools.interp.exceptions import (
    AE_AML_BUFFER_LIMIT,
    AE_AML_PACKAGE_LIMIT,
    AE_AML_STRING_LIMIT,
    AE_AML_UNINITIALIZED_NODE,
    AE_BAD_PARAMETER,
    AE_BAD_PATHNAME,
)
from acpitools.interp.frames import Frame
from acpitools.interp.limits import exceeded
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    Debug,
    Empty,
    FieldUnit,
    IndexReference,
    Integer,
    Node,
    Object,
    Package,
    Reference,
    Slot,
    String,
    kind_of,
)
from acpitools.interp.store import Place, last_target

__all__ = ["base", "dereference", "element", "existing", "reference", "referred"]

_PAST_END = {Package: AE_AML_PACKAGE_LIMIT, Buffer: AE_AML_BUFFER_LIMIT, String: AE_AML_STRING_LIMIT}
_SEGMENT = 4
"""Characters of a segment of a path."""


def reference(place: Place) -> Reference:
    """Give a reference to a place.  Raises AmlTypeError."""
    if isinstance(place, Slot):
        return Reference(place, explicit=True)
    if isinstance(place, Debug):
        return Reference(Slot(place), explicit=True)
    raise AmlTypeError("RefOf", "", f"there is no reference to {kind_of(place)}")


def element(container: Object, index: int) -> IndexReference:
    """Give a reference to a part of an object.  Raises AmlRuntimeError past its end."""
    if isinstance(container, Package):
        size = len(container.elements)
    elif isinstance(container, Buffer | String):
        size = len(container.data)
    else:
        raise AmlTypeError("Index", "", f"{kind_of(container)} has no elements")
    if index >= size:
        why = f"there is no element {index} of {size}"
        raise AmlRuntimeError("Index", "", why, exception=_PAST_END[type(container)])
    return IndexReference(container, index)


def existing(place: Place) -> Place:
    """Give a place back, unless it is a name without an object.  Raises AmlRuntimeError."""
    if isinstance(place, Node) and type(place.value) is Empty:
        raise AmlRuntimeError(place.text, "", "the name has no object", exception=AE_AML_UNINITIALIZED_NODE)
    return place


def base(machine: Machine, place: Place) -> Object | None:
    """Follow references as ObjectType does: a byte of a buffer counts as a buffer field.

    ACPICA: acpi_ex_resolve_multiple.
    """
    return referred(machine, place, bytes_are_fields=True)


def referred(machine: Machine, place: Place, *, bytes_are_fields: bool = False) -> Object | None:
    """Follow references to the object at their end; None where there is none."""
    seen = 0
    while True:
        if isinstance(place, Slot):
            place = place.value
        elif isinstance(place, Reference):
            place = place.target
        elif isinstance(place, IndexReference):
            if bytes_are_fields and not isinstance(place.container, Package):
                return BufferField(Buffer(place.container.data), 8 * place.index, 8)
            place = machine.element_value(place)
        else:
            return place
        seen += 1
        if seen > machine.limits.references:
            raise exceeded("references to references", machine.limits.references)


def dereference(machine: Machine, frame: Frame, item: Object, exception: int | None = None) -> Object | None:
    """Give the object that a reference, or a string that is a path, stands for: a field as it is, nothing for none.

    ``exception`` is what ACPICA calls it where it is neither.  ACPICA: acpi_ex_opcode_1A_0T_1R.
    """
    if isinstance(item, Reference) and item.explicit:
        target = last_target(item) if machine.semantics.references_are_followed else item.target
        held = target.value
        if held is None or type(held) is Empty:
            return None
        if isinstance(held, BufferField | FieldUnit):
            return held
        return _narrowed(machine, machine.read(target, frame.text))
    if isinstance(item, IndexReference):
        part = machine.element_value(item)
        if machine.semantics.references_are_followed and isinstance(part, Reference) and part.explicit:
            return machine.read(last_target(part), frame.text)
        return _narrowed(machine, machine.read(part, frame.text))
    if isinstance(item, String):
        node = machine.namespace.get(frame.scope, _path(item, frame), frame.text)
        return machine.read(node, frame.text)
    raise AmlTypeError("DerefOf", frame.text, f"{kind_of(item)} where a reference is needed", exception=exception)


def _narrowed(machine: Machine, item: Object) -> Object:
    # A result is cut to the width of integers, where it lies.
    if type(item) is Integer and item.value > machine.mask:
        item.value &= machine.mask
    return item


def _path(item: String, frame: Frame) -> NameString:
    # Any letters make a path; only the length of its segments counts.  ACPICA: acpi_ns_internalize_name.
    text = item.data.partition(b"\0")[0].decode("latin-1").upper()
    if not text:
        raise AmlRuntimeError("DerefOf", frame.text, "the path is empty", exception=AE_BAD_PARAMETER)
    if any(len(segment) > _SEGMENT for segment in text.lstrip("\\^").split(".")):
        why = f"a segment of {text!r} has more than {_SEGMENT} characters"
        raise AmlNotFound("DerefOf", frame.text, why, exception=AE_BAD_PATHNAME)
    try:
        return name_from_text(text)
    except EncodeError as error:
        raise AmlNotFound(text, frame.text, error.why) from error
