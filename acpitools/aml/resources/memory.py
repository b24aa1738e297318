"""Memory, interrupt, register and vendor descriptors.  Spec: ACPI 6.5, 6.4.3.1 to 6.4.3.4, 6.4.3.6 and 6.4.3.7."""

from typing import Annotated

from acpitools.aml.resources.descriptor import LargeDescriptor
from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U32, Address32, Address64, Hex8, Hex16
from acpitools.codec.record import Rest, record
from acpitools.codec.tails import Integers

__all__ = ["GenericRegister", "Interrupts", "Memory24", "Memory32", "Memory32Fixed", "VendorLong"]


@record
class Memory24(LargeDescriptor):
    """Memory below 16 MiB, in units of 256 bytes.  6.4.3.1."""

    KIND = "memory24"
    information: Annotated[Hex8, "Bit 0: writeable."]
    minimum: Annotated[Hex16, "Lowest first address, in 256 bytes."]
    maximum: Annotated[Hex16, "Highest first address, in 256 bytes."]
    alignment: Annotated[Hex16, "Bytes."]
    size: Annotated[Hex16, "In 256 bytes."]


@record
class VendorLong(LargeDescriptor):
    """Bytes of a vendor's.  6.4.3.2."""

    KIND = "vendor"
    data: Annotated[Rest, "The bytes."]


@record
class Memory32(LargeDescriptor):
    """Memory below 4 GiB, movable within bounds.  6.4.3.3."""

    KIND = "memory32"
    information: Annotated[Hex8, "Bit 0: writeable."]
    minimum: Annotated[Address32, "Lowest first address."]
    maximum: Annotated[Address32, "Highest first address."]
    alignment: Annotated[U32, "Bytes."]
    size: Annotated[Address32, "Bytes."]


@record
class Memory32Fixed(LargeDescriptor):
    """Memory below 4 GiB where it has to be.  6.4.3.4."""

    KIND = "memory32_fixed"
    information: Annotated[Hex8, "Bit 0: writeable."]
    base: Annotated[Address32, "First address."]
    size: Annotated[Address32, "Bytes."]


@record
class Interrupts(LargeDescriptor):
    """Global system interrupts.  6.4.3.6."""

    KIND = "interrupts"
    flags: Annotated[Hex8, "Bit 0 consumer, bit 1 edge, bit 2 active low, bit 3 shared, bit 4 wake capable."]
    count: Annotated[U8, "Number of interrupts."]
    interrupts: Annotated[IntArray, Integers(4, "count")]
    source: Annotated[Rest, "Index and name of the controller, if given."] = b""


@record
class GenericRegister(LargeDescriptor):
    """A register in an address space.  6.4.3.7."""

    KIND = "register"
    space: Annotated[U8, "Address space."]
    bit_width: U8
    bit_offset: U8
    access_size: Annotated[U8, "0: undefined, 1: byte, 2: word, 3: dword, 4: qword."]
    address: Address64
