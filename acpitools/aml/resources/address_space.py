"""Address space descriptors.  Spec: ACPI 6.5, 6.4.3.5."""

from typing import Annotated

from acpitools.aml.resources.descriptor import LargeDescriptor
from acpitools.codec.fields import U8, Address32, Address64, Hex8, Hex16, Hex64
from acpitools.codec.record import Rest, record

__all__ = ["AddressSpace", "DWordSpace", "ExtendedSpace", "QWordSpace", "WordSpace"]


@record
class AddressSpace(LargeDescriptor):
    """A range of an address space; subclasses have the numbers in their widths."""

    resource_type: Annotated[U8, "0 memory, 1 I/O, 2 bus numbers, 10 PCC, 192 and more a vendor's."]
    flags: Annotated[Hex8, "Bit 0 consumer, bit 1 subtractive, bit 2 minimum fixed, bit 3 maximum fixed."]
    type_flags: Annotated[Hex8, "Depend on the resource type."]


@record
class WordSpace(AddressSpace):
    """Numbers of 16 bits.  6.4.3.5.3."""

    KIND = "word_space"
    granularity: Annotated[Hex16, "Bits that are not decoded are set."]
    minimum: Hex16
    maximum: Annotated[Hex16, "Inclusive."]
    translation: Annotated[Hex16, "Added on the way to the other side of a bridge."]
    size: Hex16
    source: Annotated[Rest, "Index and name of the resource's source, if given."] = b""


@record
class DWordSpace(AddressSpace):
    """Numbers of 32 bits.  6.4.3.5.2."""

    KIND = "dword_space"
    granularity: Annotated[Address32, "Bits that are not decoded are set."]
    minimum: Address32
    maximum: Annotated[Address32, "Inclusive."]
    translation: Annotated[Address32, "Added on the way to the other side of a bridge."]
    size: Address32
    source: Annotated[Rest, "Index and name of the resource's source, if given."] = b""


@record
class QWordSpace(AddressSpace):
    """Numbers of 64 bits.  6.4.3.5.1."""

    KIND = "qword_space"
    granularity: Annotated[Address64, "Bits that are not decoded are set."]
    minimum: Address64
    maximum: Annotated[Address64, "Inclusive."]
    translation: Annotated[Address64, "Added on the way to the other side of a bridge."]
    size: Address64
    source: Annotated[Rest, "Index and name of the resource's source, if given."] = b""


@record
class ExtendedSpace(AddressSpace):
    """Numbers of 64 bits, and attributes.  6.4.3.5.4."""

    KIND = "extended_space"
    revision: Annotated[U8, "1."]
    reserved: U8
    granularity: Annotated[Address64, "Bits that are not decoded are set."]
    minimum: Address64
    maximum: Annotated[Address64, "Inclusive."]
    translation: Annotated[Address64, "Added on the way to the other side of a bridge."]
    size: Address64
    attributes: Annotated[Hex64, "EFI memory attributes, of memory."]
