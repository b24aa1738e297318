"""Generic Address Structure.  Spec: ACPI 6.5, 5.2.3.2."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, Address64, enum8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record

__all__ = ["AccessSize", "AddressSpace", "GenericAddress"]


class AddressSpace(IntEnum):
    """What an address is an address of."""

    SYSTEM_MEMORY = 0
    SYSTEM_IO = 1
    PCI_CONFIG = 2
    EMBEDDED_CONTROLLER = 3
    SMBUS = 4
    SYSTEM_CMOS = 5
    PCI_BAR_TARGET = 6
    IPMI = 7
    GENERAL_PURPOSE_IO = 8
    GENERIC_SERIAL_BUS = 9
    PLATFORM_COMMUNICATIONS_CHANNEL = 10
    PLATFORM_RUNTIME_MECHANISM = 11
    FUNCTIONAL_FIXED_HARDWARE = 0x7F


class AccessSize(IntEnum):
    """How many bytes one access has."""

    UNDEFINED = 0
    BYTE = 1
    WORD = 2
    DWORD = 3
    QWORD = 4


@record
class GenericAddress(Record):
    """A register anywhere.  12 bytes."""

    space_id: Annotated[int, enum8(AddressSpace), Label("Space ID"), "Address space."] = AddressSpace.SYSTEM_MEMORY
    bit_width: Annotated[U8, "Bits of the register."] = 0
    bit_offset: Annotated[U8, "First bit of the register."] = 0
    access_size: Annotated[int, enum8(AccessSize), Label("Encoded Access Width"), "Size of an access."] = (
        AccessSize.UNDEFINED
    )
    address: Annotated[Address64, "Address in that space."] = 0
