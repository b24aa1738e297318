"""Memory devices in the namespace, one for each slot that asks for it: an SSDT.  Spec: ACPI 6.5, 9.11.

A device has its range (_CRS), its domain (_PXM), whether it is there (_STA), and _EJ0 where it may be ejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.aml.encoding import name_from_text
from acpitools.aml.resources.address_space import QWordSpace
from acpitools.aml.terms import Term, integer, name_path
from acpitools.aml.writer import write_terms
from acpitools.codec.record import encode, fixed_size
from acpitools.core.errors import TopologyError
from acpitools.tables.header import Table, UnknownTable
from acpitools.topology.spec import DimmSlots, Spec

__all__ = ["build_ssdt"]

_MEMORY_DEVICE = 0x800CD041
"""PNP0C80 as an EISA id."""
_THERE = 0x0F
"""Present, enabled, shown, working.  Spec: ACPI 6.5, 6.3.7."""
_FIXED = 0x0D
"""The device consumes it, and minimum and maximum are fixed."""
_CACHEABLE_READ_WRITE = 0x03
_END_TAG = b"\x79\0"
_MOST = 0x1000


def build_ssdt(spec: Spec, header: dict[str, Any]) -> Table:
    """Give the SSDT with the devices of all slots that are to be in the namespace, numbered in their order.

    Raises TopologyError for more devices than there are names.
    """
    if (number := sum(slots.slots for slots in spec.dimms if slots.namespace)) > _MOST:
        raise TopologyError("topology", "dimms", f"{number} devices in the namespace; at most {_MOST} have names")
    devices = tuple(_devices(spec))
    body = write_terms((Term("Scope", (name_from_text("\\_SB"), devices)),))
    return UnknownTable(signature="SSDT", revision=2, body=body, **header)


def _devices(spec: Spec) -> Iterator[Term]:
    number = 0
    for slots in spec.dimms:
        if slots.namespace:
            for slot in range(slots.slots):
                yield _device(number, slots, slot)
                number += 1


def _device(number: int, slots: DimmSlots, slot: int) -> Term:
    status = name_from_text("_STA")
    resources = _resources(slots.base + slot * slots.size, slots.size)
    body = [
        Term("Name", (name_from_text("_HID"), integer(_MEMORY_DEVICE))),
        Term("Name", (name_from_text("_UID"), integer(number))),
        Term("Name", (name_from_text("_PXM"), integer(slots.domain))),
        Term("Name", (status, integer(_THERE if slot < slots.plugged else 0))),
        Term("Name", (name_from_text("_CRS"), Term("Buffer", (integer(len(resources)), resources)))),
    ]
    if slots.ejectable:
        gone = Term("Store", (integer(0), name_path(status)))
        body.append(Term("Method", (name_from_text("_EJ0"), 1, (gone,))))
    return Term("Device", (name_from_text(f"M{number:03X}"), tuple(body)))


def _resources(base: int, size: int) -> bytes:
    space = QWordSpace(
        tag=0x8A,
        length=fixed_size(QWordSpace) - 3,
        resource_type=0,
        flags=_FIXED,
        type_flags=_CACHEABLE_READ_WRITE,
        granularity=0,
        minimum=base,
        maximum=base + size - 1,
        translation=0,
        size=size,
    )
    return encode(space) + _END_TAG
