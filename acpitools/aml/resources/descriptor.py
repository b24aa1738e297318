"""What all resource descriptors share.  Spec: ACPI 6.5, 6.4.2 and 6.4.3."""

from typing import Annotated, ClassVar

from acpitools.codec.fields import U8, U16
from acpitools.codec.record import Record, record

__all__ = ["Descriptor", "LargeDescriptor", "RawDescriptor", "SmallDescriptor"]


class Descriptor(Record):
    """A resource descriptor; bytes that its length covers but no field names are ``trailing``."""

    __slots__ = ()
    KIND: ClassVar[str] = ""
    """Name for people and JSON, for instance ``memory32_fixed``."""


@record
class SmallDescriptor(Descriptor):
    """A descriptor of one to eight bytes."""

    tag: Annotated[U8, "Item name in bits 3 to 6, number of bytes that follow in bits 0 to 2."]


@record
class LargeDescriptor(Descriptor):
    """A descriptor of three bytes and more."""

    tag: Annotated[U8, "Item name, bit 7 set."]
    length: Annotated[U16, "Bytes after this field."]


@record
class RawDescriptor(Descriptor):
    """A descriptor of a type that is not known, or shorter than its type; all of it is ``trailing``."""

    KIND = "unknown"
