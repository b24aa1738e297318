"""KEYP: where the keys of encrypted PCI Express and CXL links are set.  Spec: Intel Root Complex IDE 1.0, 4.4."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Address64, Hex8, Hex16, Sig4, enum8, flags8
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure8R16, Structure, StructureList
from acpitools.tables.field_types import Reserved8, Reserved32, StructureLength16, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "KeyConfigurationUnit", "KeyUnitFlags", "KeyUnitProtocol", "Keyp", "RootPort"]


class KeyUnitProtocol(IntEnum):
    """What is encrypted."""

    PCIE = 1
    CXL = 2


class KeyUnitFlags(IntFlag):
    """What a unit can do."""

    TRUSTED_VM_USABLE = 1


@record
class RootPort(Record):
    """A root port.  4 bytes."""

    segment: Annotated[Hex16, "PCI segment group."]
    bus: Annotated[Hex8, "PCI bus."]
    device_function: Annotated[Hex8, "7:3 device, 2:0 function."]


@record
class KeyConfigurationUnit(Structure):
    """A unit and its root ports.  16 bytes and 4 per port."""

    type: Type8 = 0
    reserved: Reserved8 = 0
    length: StructureLength16
    protocol_type: Annotated[int, enum8(KeyUnitProtocol), "What is encrypted."]
    version: Annotated[U8, "Version of the unit."]
    root_port_count: Annotated[U8, "Root ports."]
    flags: Annotated[KeyUnitFlags, flags8(KeyUnitFlags), "What it can do."]
    register_base_address: Annotated[Address64, "Registers."]
    root_ports: Annotated[tuple[RootPort, ...], Repeated(RootPort, "root_port_count"), "Root ports."] = ()


STRUCTURES = StructureList(RawStructure8R16, {0: (KeyConfigurationUnit,)})


@record
class Keyp(SdtHeader):
    """Key Programming Interface Table."""

    TITLE = "Key Programming Interface Table"
    SPEC = "Intel Root Complex IDE Key Configuration Unit 1.0, 4.4"
    signature: Sig4 = "KEYP"
    reserved: Reserved32 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Units, in firmware order."] = ()


CODEC = TableCodec(records=(Keyp,))
