"""Operation regions: which address spaces there are, and how a region is reached.  Spec: ACPI 6.5, 5.5.2.4.

ACPICA: acpi_ex_setup_region, acpi_ex_access_region, acpi_ev_address_space_dispatch.
"""

from __future__ import annotations

from typing import Protocol

from acpitools.core.errors import AmlError, AmlRuntimeError, AmlUnsupported
from acpitools.interp.exceptions import AE_AML_INVALID_SPACE_ID, AE_AML_REGION_LIMIT, AE_LIMIT, AE_NOT_EXIST
from acpitools.interp.objects import Node, Region, Transfer

__all__ = [
    "DATA_TABLE",
    "OEM_SPACES",
    "SPACES",
    "BusHandler",
    "SpaceHandler",
    "TableBytes",
    "located",
    "read_region",
    "space_name",
    "unanswered",
    "write_region",
]

SPACES = {
    0x00: "SystemMemory",
    0x01: "SystemIO",
    0x02: "PCI_Config",
    0x03: "EmbeddedControl",
    0x04: "SMBus",
    0x05: "SystemCMOS",
    0x06: "PciBarTarget",
    0x07: "IPMI",
    0x08: "GeneralPurposeIo",
    0x09: "GenericSerialBus",
    0x0A: "PCC",
    0x0B: "PlatformRtMechanism",
    0x7E: "DataTable",
    0x7F: "FFixedHW",
}
"""Number of an address space -> its name.  Spec: ACPI 6.5, table 5.148; 0x7E is ACPICA's for DataTableRegion."""

DATA_TABLE = 0x7E
_SYSTEM_IO = 1
_PORTS = 1 << 16
_END = 1 << 64
OEM_SPACES = range(0x80, 0x100)
"""Numbers of the address spaces that OEMs define."""


class SpaceHandler(Protocol):
    """What answers in an address space.

    ``offset`` counts bytes from the start of the region (``region.offset + offset`` is the address in the space);
    ``width`` is in bits: 8, 16, 32 or 64, and for EmbeddedControl any multiple of 8 up to 2040.  What is read or
    written lies inside the region, or ends at the first multiple of ``width`` after it (Semantics.regions_are_rounded).
    A handler may raise AmlError.
    """

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give the bits at a place."""

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Change the bits at a place."""


class BusHandler(Protocol):
    """What answers in an address space whose fields are handed over whole (acpitools.interp.buses)."""

    def transfer(self, transfer: Transfer) -> bytes:
        """Give what stands in the place of the data afterwards, as many bytes.  Raises AmlError."""


class TableBytes:
    """What answers in a DataTableRegion.  ACPICA: acpi_ex_data_table_space_handler."""

    def __init__(self, table: bytearray) -> None:
        self._table = table

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give bits of the table."""
        at = region.offset + offset
        return int.from_bytes(self._table[at : at + width // 8], "little")

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Change bits of the table; all regions that are this table see it."""
        at = region.offset + offset
        end = min(at + width // 8, len(self._table))
        self._table[at:end] = value.to_bytes(width // 8, "little")[: end - at]


def space_name(number: int) -> str:
    """Give the name of an address space; those of OEMs and unknown ones have their number."""
    return SPACES.get(number) or f"0x{number:02X}"


def read_region(region: Region, offset: int, width: int, field: Node) -> int:
    """Give ``width`` bytes at an offset of a region, for a field.  Raises AmlError."""
    value = _handler(region, offset, width, field).read(region, offset, 8 * width) & ((1 << 8 * width) - 1)
    listener = region.bus.listener()
    if listener is not None:
        listener(_told("reads", region, offset, width, value, field))
    return value


def write_region(region: Region, offset: int, width: int, value: int, field: Node) -> None:
    """Write ``width`` bytes at an offset of a region, for a field.  Raises AmlError."""
    handler, value = _handler(region, offset, width, field), value & ((1 << 8 * width) - 1)
    listener = region.bus.listener()
    if listener is not None:
        listener(_told("writes", region, offset, width, value, field))
    handler.write(region, offset, 8 * width, value)


def _told(does: str, region: Region, offset: int, width: int, value: int, field: Node) -> str:
    return f"{field.text} {does} {value:#0{2 * width + 2}x} at {region.offset + offset:#x} of {region.space}"


def _reachable(region: Region, width: int) -> int:
    # Bytes of a region that accesses of so many bytes may reach.  ACPICA: acpi_ex_setup_region, ACPI_ROUND_UP.
    return region.length + width - 1 & ~(width - 1) if region.bus.rounds else region.length


def unanswered(region: Region, field: Node, argument: str) -> AmlError:
    """Make the error for a space in which nothing answers; ``argument`` is that of acpitools.interp.load.load."""
    space = region.space
    if space in region.bus.later:
        why = f"nothing answers in the address space {space} (yet)"
        return AmlRuntimeError(region.node.text, field.text, why, exception=AE_NOT_EXIST)
    does = f"a description of hardware (aml hardware) or, in Python, load({argument}={{{space!r}: ...}}) does it"
    why = f"the address space {space} is not simulated; {does}"
    return AmlUnsupported(region.node.text, field.text, why, exception=AE_NOT_EXIST)


def located(region: Region, offset: int, width: int, field: Node) -> None:
    """Make sure that it is known where a region is, and that ``width`` bytes from an offset lie in it.

    Raises AmlError.  ACPICA: acpi_ex_setup_region.
    """
    if region.space_id not in SPACES and region.space_id not in OEM_SPACES:
        why = f"there is no address space {region.space}"
        raise AmlRuntimeError(region.node.text, field.text, why, exception=AE_AML_INVALID_SPACE_ID)
    if region.evaluate is not None:
        region.offset, region.length = region.evaluate()
        region.evaluate = None
    if offset + width > _reachable(region, width):
        what = f"bytes {offset} to {offset + width - 1} of a region of {region.length}"
        raise AmlRuntimeError(region.node.text, field.text, what, exception=AE_AML_REGION_LIMIT)


def _reached(region: Region, offset: int, width: int, field: Node) -> None:
    # Make sure that bytes can be reached; a region does not go round the end of its space.
    located(region, offset, width, field)
    last = region.offset + offset + width - 1
    # ACPICA: acpi_hw_validate_io_request
    if region.space_id == _SYSTEM_IO and last >= _PORTS and not region.bus.cuts_ports:
        raise AmlRuntimeError(region.node.text, field.text, f"there is no I/O port {last:#x}", exception=AE_LIMIT)
    if region.offset + region.length >= _END:
        what = f"{region.length} bytes from {region.offset:#x} on"
        raise AmlRuntimeError(region.node.text, field.text, what, exception=AE_AML_REGION_LIMIT)
    region.sure = max(region.sure, min(offset + width, region.length))


def _handler(region: Region, offset: int, width: int, field: Node) -> SpaceHandler:
    # What answers for bytes of a region.
    region.bus.step()
    if offset + width > region.sure:
        _reached(region, offset, width, field)
    handler = region.handler or region.bus.handlers.get(region.space)
    if handler is None:
        raise unanswered(region, field, "handlers")
    return handler
