"""Field types that many tables share: the headers of structures, registers, PCI addresses."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Hex16, Length8, Length16, Length32, nested
from acpitools.tables.gas import GenericAddress

__all__ = [
    "Gas",
    "PciBus",
    "PciDevice",
    "PciFunction",
    "PciSegment8",
    "PciSegment16",
    "ProximityDomain",
    "StructureLength8",
    "StructureLength16",
    "StructureLength32",
    "Type8",
    "Type16",
    "Type32",
]

Type8 = Annotated[U8, "Structure type."]
Type16 = Annotated[U16, "Structure type."]
Type32 = Annotated[U32, "Structure type."]
StructureLength8 = Annotated[Length8, "Bytes of this structure."]
StructureLength16 = Annotated[Length16, "Bytes of this structure."]
StructureLength32 = Annotated[Length32, "Bytes of this structure."]

Gas = Annotated[GenericAddress, nested(GenericAddress)]

PciSegment8 = Annotated[U8, "PCI segment group."]
PciSegment16 = Annotated[Hex16, "PCI segment group."]
PciBus = Annotated[U8, "PCI bus."]
PciDevice = Annotated[U8, "PCI device."]
PciFunction = Annotated[U8, "PCI function."]
ProximityDomain = Annotated[U32, "Proximity domain, as in the SRAT."]
