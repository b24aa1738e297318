"""What predefined objects say, taken as ACPICA takes it: numbers and identifiers.  Spec: ACPI 6.5, 6.1.

ACPICA: acpi_ns_convert_to_integer, acpi_ut_execute_HID, acpi_ut_execute_CID.
"""

from __future__ import annotations

from acpitools.aml.devices import eisa_text
from acpitools.core.errors import AmlTypeError
from acpitools.interp import convert
from acpitools.interp.objects import Buffer, Integer, Object, Package, String, kind_of

__all__ = ["identities", "integer_value"]

_INTEGER_BYTES = 8


def integer_value(item: Object | None) -> int:
    """Give the number that an object with a numeric value stands for.  Raises AmlTypeError."""
    if isinstance(item, Integer):
        return item.value
    if isinstance(item, String):
        return convert.explicit_integer(item, _INTEGER_BYTES)
    if isinstance(item, Buffer) and len(item.data) <= _INTEGER_BYTES:
        return int.from_bytes(item.data, "little")
    raise AmlTypeError("AML object", "", f"{kind_of(item)} where an integer is needed")


def identities(item: Object | None) -> tuple[str, ...]:
    """Give the identifiers in a _HID or _CID, as text.  Raises AmlTypeError."""
    if isinstance(item, Package):
        return tuple(text for element in item.elements for text in identities(element))
    if isinstance(item, Integer):
        return (eisa_text(item.value),)
    if isinstance(item, String):
        return (item.data.decode("latin-1").lstrip("*").upper(),)
    raise AmlTypeError("AML object", "", f"{kind_of(item)} where an identifier is needed")
