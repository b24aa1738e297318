"""ERDT: registers of resource control, domain by domain.  Spec: Intel RDT Architecture 1.1, 8."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Address64, Sig4, flags16, reserved_bytes
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure16, Structure, StructureList
from acpitools.tables.field_types import Reserved64, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "DomainFlags", "Erdt", "ResourceManagementDomain"]


class DomainFlags(IntFlag):
    """What a domain holds."""

    CPU_L3_DOMAIN = 1
    IO_L3_DOMAIN = 2


_PARTS = StructureList(
    RawStructure16,
    {
        1: ("erdt_parts", "CpuAgents"),
        2: ("erdt_parts", "DeviceAgents"),
        3: ("erdt_parts", "CpuCacheMonitoring"),
        4: ("erdt_parts", "CpuBandwidthMonitoring"),
        5: ("erdt_parts", "CpuBandwidthAllocation"),
        6: ("erdt_parts", "CpuCacheAllocation"),
        7: ("erdt_parts", "DeviceCacheMonitoring"),
        8: ("erdt_parts", "DeviceBandwidthMonitoring"),
        9: ("erdt_parts", "DeviceBandwidthAllocation"),
        10: ("erdt_parts", "DeviceCacheAllocation"),
    },
    package="acpitools.tables",
)


@record
class ResourceManagementDomain(Structure):
    """RMDD: a domain, and what is in it.  36 bytes and these."""

    type: Type16 = 0
    length: StructureLength16
    flags: Annotated[DomainFlags, flags16(DomainFlags), "What the domain holds."]
    io_l3_slices: Annotated[U16, "Slices of the I/O cache."]
    io_l3_sets: Annotated[U8, "Sets of the I/O cache."]
    io_l3_ways: Annotated[U8, "Ways of the I/O cache."]
    reserved: Reserved64 = 0
    domain_id: Annotated[U16, "Number of the domain."]
    max_rmid: Annotated[U32, "Largest monitoring id."]
    control_register_base: Annotated[Address64, "Control registers."]
    control_register_size: Annotated[U16, "Pages of 4 KiB of control registers."]
    parts: Annotated[tuple[Structure, ...], _PARTS, "Agents and registers of the domain."] = ()


STRUCTURES = StructureList(RawStructure16, {0: (ResourceManagementDomain,)})


@record
class Erdt(SdtHeader):
    """Enhanced Resource Director Technology Table."""

    TITLE = "Enhanced Resource Director Technology Table"
    SPEC = "Intel RDT Architecture 1.1, 8"
    signature: Sig4 = "ERDT"
    max_clos: Annotated[U32, "Classes of service."]
    reserved: Annotated[bytes, reserved_bytes(24)] = bytes(24)
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Domains, in firmware order."] = ()


CODEC = TableCodec(records=(Erdt,))
