"""What a domain of the ERDT has.  Spec: Intel RDT Architecture 1.1, 8.2 to 8.11."""

from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, Address64, Hex8, Hex16, Hex32, Hex64, reserved_bytes
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import (
    Reserved8,
    Reserved16,
    Reserved32,
    Reserved56,
    StructureLength8,
    StructureLength16,
    Type8,
    Type16,
)

__all__ = [
    "AgentPath",
    "CpuAgents",
    "CpuBandwidthAllocation",
    "CpuBandwidthMonitoring",
    "CpuCacheAllocation",
    "CpuCacheMonitoring",
    "DeviceAgents",
    "DeviceBandwidthAllocation",
    "DeviceBandwidthMonitoring",
    "DeviceCacheAllocation",
    "DeviceCacheMonitoring",
]

DomainId = Annotated[U16, "Number of the domain."]
Flags32 = Annotated[Hex32, "Flags."]
Index = Annotated[U8, "Function that gives a register of an id."]
Reserved88 = Annotated[bytes, reserved_bytes(11)]
Base = Annotated[Address64, "Registers."]
Size = Annotated[U32, "Pages of 4 KiB of registers."]
Scale = Annotated[Hex64, "Factor from counts to bytes."]
Factors = Annotated[IntArray, Integers(4, "correction_factor_count", hexadecimal=True), "Correction for each id."]
FactorCount = Annotated[U32, "Correction factors."]


@record
class CpuAgents(Structure):
    """CACD: processors of the domain.  8 bytes and 4 for each."""

    type: Type16 = 1
    length: StructureLength16
    reserved: Reserved16 = 0
    domain_id: DomainId
    x2apic_ids: Annotated[IntArray, Integers(4), "x2APIC ids."] = IntArray(b"", 4)


@record
class AgentPath(Structure):
    """A device of the domain.  6 bytes and two per step of its path."""

    type: Type8 = 1
    length: StructureLength8
    segment: Annotated[Hex16, "PCI segment group."]
    reserved: Reserved8 = 0
    start_bus: Annotated[Hex8, "Bus that the path begins on."]
    path: Annotated[Rest, "Steps of a device and a function byte."] = b""


_PATHS = StructureList(RawStructure8, {1: (AgentPath,), 2: (AgentPath,)})


@record
class DeviceAgents(Structure):
    """DACD: devices of the domain.  8 bytes and these."""

    type: Type16 = 2
    length: StructureLength16
    reserved: Reserved16 = 0
    domain_id: DomainId
    paths: Annotated[tuple[Structure, ...], _PATHS, "Devices."] = ()


@record
class CpuCacheMonitoring(Structure):
    """CMRC: registers that monitor the cache for processors.  48 bytes."""

    type: Type16 = 3
    length: StructureLength16 = 48
    reserved1: Reserved32 = 0
    flags: Flags32
    index_function: Index
    reserved2: Reserved88 = bytes(11)
    register_base: Base
    register_size: Size
    clump_size: Annotated[U16, "Registers of a clump."]
    clump_stride: Annotated[U16, "Bytes between clumps."]
    up_scale: Scale


@record
class CpuBandwidthMonitoring(Structure):
    """MMRC: registers that monitor memory bandwidth for processors.  56 bytes and 4 per factor."""

    type: Type16 = 4
    length: StructureLength16
    reserved1: Reserved32 = 0
    flags: Flags32
    index_function: Index
    reserved2: Reserved88 = bytes(11)
    register_base: Base
    register_size: Size
    counter_width: Annotated[U8, "Bits of a counter."]
    up_scale: Scale
    reserved3: Reserved56 = bytes(7)
    correction_factor_count: FactorCount
    correction_factors: Factors = IntArray(b"", 4)


@record
class CpuBandwidthAllocation(Structure):
    """MARC: registers that share memory bandwidth among processors.  48 bytes."""

    type: Type16 = 5
    length: StructureLength16 = 48
    reserved1: Reserved16 = 0
    flags: Annotated[Hex16, "Flags."]
    index_function: Index
    reserved2: Reserved56 = bytes(7)
    register_base_optimal: Base
    register_base_minimum: Base
    register_base_maximum: Base
    register_size: Size
    control_range: Annotated[U32, "Largest value of a control."]


@record
class CpuCacheAllocation(Structure):
    """CARC: registers that share the cache among processors.  4 bytes; model specific registers do."""

    type: Type16 = 6
    length: StructureLength16 = 4


@record
class DeviceCacheMonitoring(Structure):
    """CMRD: registers that monitor the cache for devices.  48 bytes."""

    type: Type16 = 7
    length: StructureLength16 = 48
    reserved1: Reserved32 = 0
    flags: Flags32
    index_function: Index
    reserved2: Reserved88 = bytes(11)
    register_base: Base
    register_size: Size
    register_offset: Annotated[U16, "Bytes to the first register."]
    clump_size: Annotated[U16, "Registers of a clump."]
    up_scale: Scale


@record
class DeviceBandwidthMonitoring(Structure):
    """IBRD: registers that monitor I/O bandwidth.  64 bytes and 4 per factor."""

    type: Type16 = 8
    length: StructureLength16
    reserved1: Reserved32 = 0
    flags: Flags32
    index_function: Index
    reserved2: Reserved88 = bytes(11)
    register_base: Base
    register_size: Size
    total_bandwidth_offset: Annotated[U16, "Bytes to the counters of all traffic."]
    miss_bandwidth_offset: Annotated[U16, "Bytes to the counters of misses."]
    total_bandwidth_clump: Annotated[U16, "Registers of a clump of all traffic."]
    miss_bandwidth_clump: Annotated[U16, "Registers of a clump of misses."]
    reserved3: Reserved56 = bytes(7)
    counter_width: Annotated[U8, "Bits of a counter."]
    up_scale: Scale
    correction_factor_count: FactorCount
    correction_factors: Factors = IntArray(b"", 4)


@record
class DeviceBandwidthAllocation(Structure):
    """IBAD: registers that share I/O bandwidth.  4 bytes."""

    type: Type16 = 9
    length: StructureLength16 = 4


@record
class DeviceCacheAllocation(Structure):
    """CARD: registers that share the cache among devices.  40 bytes."""

    type: Type16 = 10
    length: StructureLength16 = 40
    reserved1: Reserved32 = 0
    flags: Flags32
    contention_mask: Annotated[Hex32, "Ways that others use too."]
    index_function: Index
    reserved2: Reserved56 = bytes(7)
    register_base: Base
    register_size: Size
    register_offset: Annotated[U16, "Bytes to the first register."]
    register_block_size: Annotated[U16, "Bytes of a block."]
