"""DBG2: ports that a debugger may use.  Spec: Microsoft Debug Port Table 2 (2020 and later)."""

from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, Hex16, Length16, Sig4, enum16
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import CountedBytes, Gap, Integers, String
from acpitools.tables.debug_ports import DebugPortType
from acpitools.tables.field_types import Reserved16, StructureLength16
from acpitools.tables.gas import GenericAddress
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Dbg2", "DebugDevice"]


@record
class RawStructureDbg2(RawStructure):
    """A device that no record describes."""

    revision: Annotated[U8, "Revision of the structure."] = 0
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class DebugDevice(Structure):
    """A debug port.  22 bytes, then registers, their sizes, its path and OEM data."""

    revision: Annotated[U8, "Revision of the structure: 0."] = 0
    length: StructureLength16
    register_count: Annotated[U8, "Registers."]
    namepath_length: Annotated[U16, Label(computed=True), "Bytes of the path, with its NUL."]
    namepath_offset: Annotated[U16, Label(computed=True), "Bytes from the start of the structure."]
    oem_data_length: Annotated[U16, Label("OEM Data Length", computed=True), "Bytes of OEM data."] = 0
    oem_data_offset: Annotated[
        U16, Label("OEM Data Offset", computed=True), "Bytes from the start of the structure; 0: none."
    ] = 0
    port_type: Annotated[int, enum16(DebugPortType), "Kind of port."]
    port_subtype: Annotated[Hex16, "Interface of the port; its meaning depends on the kind."]
    reserved: Reserved16 = 0
    base_address_offset: Annotated[U16, Label(computed=True), "Bytes from the start of the structure."]
    address_size_offset: Annotated[U16, Label(computed=True), "Bytes from the start of the structure."]
    gap1: Annotated[bytes, Gap("base_address_offset", "register_count"), "Bytes before the registers."] = b""
    base_address_register: Annotated[
        tuple[GenericAddress, ...],
        Repeated(GenericAddress, "register_count", at="base_address_offset"),
        "Registers of the port.",
    ] = ()
    gap2: Annotated[bytes, Gap("address_size_offset", "register_count"), "Bytes before the sizes."] = b""
    address_size: Annotated[
        IntArray, Integers(4, "register_count", at="address_size_offset"), "Bytes of each register."
    ] = IntArray(b"", 4)
    gap3: Annotated[bytes, Gap("namepath_offset", "namepath_length"), "Bytes before the path."] = b""
    namepath: Annotated[
        str, String("namepath_length", at="namepath_offset"), "Path of the device; a dot: it has none."
    ] = ""
    gap4: Annotated[bytes, Gap("oem_data_offset", "oem_data_length"), "Bytes before the OEM data."] = b""
    oem_data: Annotated[
        bytes, CountedBytes("oem_data_length", at="oem_data_offset"), Label("OEM Data"), "For the OEM."
    ] = b""


STRUCTURES = StructureList(RawStructureDbg2, {0: (DebugDevice,)}, claimed="info_count", at="info_offset")


@record
class Dbg2(SdtHeader):
    """Debug Port Table 2."""

    TITLE = "Debug Port Table 2"
    SPEC = "Microsoft Debug Port Table 2"
    signature: Sig4 = "DBG2"
    info_offset: Annotated[U32, Label(computed=True), "Bytes from the start of the table to the first device."] = 44
    info_count: Annotated[U32, "Devices."]
    gap: Annotated[bytes, Gap("info_offset", "info_count"), "Bytes before the first device."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Devices, in firmware order."] = ()


CODEC = TableCodec(records=(Dbg2,))
