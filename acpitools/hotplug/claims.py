"""What a memory device that no scan handler takes claims of the address space, as the platform device that it becomes.

Kernel: drivers/acpi/acpi_platform.c:acpi_create_platform_device, drivers/acpi/resource.c:acpi_dev_get_resources.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from acpitools.aml.resources.address_space import DWordSpace, ExtendedSpace, QWordSpace, WordSpace
from acpitools.aml.resources.memory import Memory24, Memory32, Memory32Fixed
from acpitools.aml.resources.template import decode_template
from acpitools.core.ranges import AddrRange
from acpitools.core.units import U64_MAX

__all__ = ["claimed", "crosses"]

_MEMORY: Final = 0
_CONSUMER: Final = 0x01
_UNIT24: Final = 256


def claimed(template: bytes) -> list[AddrRange]:
    """Give the memory in a resource template as other drivers take it: up to the maximum, translated by producers."""
    found = decode_template(template)
    spans = [_span(item) for item in found.descriptors] if found.valid else []
    return [AddrRange(start, end) for start, end in spans if start < end <= U64_MAX + 1]


def _span(item: object) -> tuple[int, int]:
    if isinstance(item, WordSpace | DWordSpace | QWordSpace | ExtendedSpace):
        offset = 0 if item.flags & _CONSUMER else item.translation
        if item.resource_type != _MEMORY or not item.size:
            return 0, 0
        return item.minimum + offset, item.maximum + offset + 1
    if isinstance(item, Memory24):
        return item.minimum * _UNIT24, (item.minimum + item.size) * _UNIT24
    if isinstance(item, Memory32):
        return item.minimum, item.minimum + item.size
    if isinstance(item, Memory32Fixed):
        return item.base, item.base + item.size
    return 0, 0


def crosses(span: AddrRange, others: Iterable[AddrRange]) -> bool:
    """Tell whether a range shares addresses with another, and neither lies in the other.  Kernel: __insert_resource."""
    return any(
        other.start < span.end
        and span.start < other.end
        and not (other.start <= span.start and span.end <= other.end)
        and not (span.start <= other.start and other.end <= span.end)
        for other in others
    )
