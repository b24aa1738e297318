"""Field types that many tables share: the headers of structures, registers, PCI addresses, reserved fields."""

from typing import Annotated

from acpitools.codec import fields
from acpitools.codec.fields import U8, U16, U32, Hex16, Length8, Length16, Length32, nested, reserved_bytes
from acpitools.codec.labels import Form, Label
from acpitools.tables.gas import GenericAddress

__all__ = [
    "Gas",
    "PciBus",
    "PciDevice",
    "PciFunction",
    "PciSegment8",
    "PciSegment16",
    "ProximityDomain",
    "Reserved8",
    "Reserved16",
    "Reserved24",
    "Reserved32",
    "Reserved48",
    "Reserved56",
    "Reserved64",
    "StructureLength8",
    "StructureLength16",
    "StructureLength32",
    "Type8",
    "Type16",
    "Type32",
]

Type8 = Annotated[U8, Label("Subtable Type"), "Structure type."]
Type16 = Annotated[U16, Label("Subtable Type"), "Structure type."]
Type32 = Annotated[U32, Label("Subtable Type"), "Structure type."]
StructureLength8 = Annotated[Length8, Label("Length"), "Bytes of this structure."]
StructureLength16 = Annotated[Length16, Label("Length"), "Bytes of this structure."]
StructureLength32 = Annotated[Length32, Label("Length"), "Bytes of this structure."]

# However many there are, iasl calls each of them so.
Reserved8 = Annotated[fields.Reserved8, Label("Reserved")]
Reserved16 = Annotated[fields.Reserved16, Label("Reserved")]
Reserved24 = Annotated[fields.Reserved24, Label("Reserved")]
Reserved32 = Annotated[fields.Reserved32, Label("Reserved")]
Reserved48 = Annotated[bytes, reserved_bytes(6), Label("Reserved", form=Form.INTEGER)]
Reserved56 = Annotated[bytes, reserved_bytes(7), Label("Reserved", form=Form.INTEGER)]
Reserved64 = Annotated[fields.Reserved64, Label("Reserved")]

Gas = Annotated[GenericAddress, nested(GenericAddress)]

PciSegment8 = Annotated[U8, Label("PCI Segment"), "PCI segment group."]
PciSegment16 = Annotated[Hex16, Label("PCI Segment Number"), "PCI segment group."]
PciBus = Annotated[U8, Label("PCI Bus"), "PCI bus."]
PciDevice = Annotated[U8, Label("PCI Device"), "PCI device."]
PciFunction = Annotated[U8, Label("PCI Function"), "PCI function."]
ProximityDomain = Annotated[U32, Label("Proximity Domain"), "Proximity domain, as in the SRAT."]
