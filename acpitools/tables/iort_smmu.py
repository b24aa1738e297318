"""SMMUs in the IORT.  Spec: Arm DEN0049E.f, 3.1.1.2 and 3.1.1.3."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U32, Address64, Size64, enum32, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import Structure
from acpitools.codec.tails import Gap, Integers
from acpitools.tables.field_types import ProximityDomain, Reserved32, StructureLength16
from acpitools.tables.iort_common import (
    Identifier,
    MappingCount,
    MappingGap,
    MappingOffset,
    Mappings,
    Revision,
    Type,
)

__all__ = ["GlobalInterrupts", "Smmu", "SmmuFlags", "SmmuModel", "SmmuV3", "SmmuV3At60", "SmmuV3Flags", "SmmuV3Model"]


class SmmuModel(IntEnum):
    """Kind of SMMUv1 or v2."""

    SMMU_V1 = 0
    SMMU_V2 = 1
    CORELINK_MMU_400 = 2
    CORELINK_MMU_500 = 3
    CORELINK_MMU_401 = 4
    CAVIUM_THUNDERX = 5


class SmmuV3Model(IntEnum):
    """Kind of SMMUv3."""

    GENERIC = 0
    HISILICON_HI161X = 1
    CAVIUM_CN99XX = 2


class SmmuFlags(IntFlag):
    """What an SMMU supports."""

    DVM_SUPPORTED = 1
    COHERENT_WALK = 2


class SmmuV3Flags(IntFlag):
    """What overrides an SMMUv3's registers; bits 2:1: updates of access flags by hardware."""

    COHACC_OVERRIDE = 1
    HTTU_ACCESS_FLAG = 2
    HTTU_ACCESS_AND_DIRTY_FLAG = 6
    PROXIMITY_DOMAIN_VALID = 8
    DEVICE_ID_MAPPING_VALID = 16


class InterruptFlags(IntFlag):
    """Trigger of an interrupt."""

    EDGE = 1


_EDGE = ("Edge Triggered",)


@record
class GlobalInterrupts(Record):
    """Interrupts of a whole SMMU.  16 bytes."""

    nsg_irpt: Annotated[U32, Label("NSgIrpt"), "Non-secure global interrupt."]
    nsg_irpt_flags: Annotated[
        InterruptFlags,
        flags32(InterruptFlags),
        Label("NSgIrpt Flags (decoded below)", bits=_EDGE, whole=True),
        "Trigger.",
    ]
    nsg_cfg_irpt: Annotated[U32, Label("NSgCfgIrpt"), "Non-secure configuration interrupt."]
    nsg_cfg_irpt_flags: Annotated[
        InterruptFlags,
        flags32(InterruptFlags),
        Label("NSgCfgIrpt Flags (decoded below)", bits=_EDGE, whole=True),
        "Trigger.",
    ]


@record
class Smmu(Structure):
    """An SMMUv1 or v2.  60 bytes, interrupts and mappings.  Spec: Arm DEN0049E.f, 3.1.1.2."""

    type: Type = 3
    length: StructureLength16
    revision: Revision = 1
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    base_address: Annotated[Address64, "Registers."]
    span: Annotated[Size64, "Bytes of registers."]
    model: Annotated[int, enum32(SmmuModel), "Kind of SMMU."]
    flags: Annotated[
        SmmuFlags, flags32(SmmuFlags), Label(bits=("DVM Supported", "Coherent Walk"), whole=True), "What it supports."
    ]
    global_interrupt_offset: Annotated[U32, Label(computed=True), "Bytes from the start of the node."]
    context_interrupt_count: Annotated[U32, Label(computed=True), "Context interrupts."]
    context_interrupt_offset: Annotated[U32, Label(placed=True), "Bytes from the start of the node."]
    pmu_interrupt_count: Annotated[U32, Label("PMU Interrupt Count", computed=True), "Counter interrupts."]
    pmu_interrupt_offset: Annotated[
        U32, Label("PMU Interrupt Offset", placed=True), "Bytes from the start of the node."
    ]
    gap1: Annotated[bytes, Gap("global_interrupt_offset"), "Bytes before the global interrupts."] = b""
    global_interrupts: Annotated[
        tuple[GlobalInterrupts, ...],
        Repeated(GlobalInterrupts, most=1, at="global_interrupt_offset"),
        "Global interrupts.",
    ] = ()
    gap2: Annotated[
        bytes, Gap("context_interrupt_offset", "context_interrupt_count"), "Bytes before the context interrupts."
    ] = b""
    context_interrupts: Annotated[
        IntArray,
        Integers(8, "context_interrupt_count", hexadecimal=True, at="context_interrupt_offset"),
        Label("Context Interrupt"),
        "31:0 interrupt, 32 edge.",
    ] = IntArray(b"", 8)
    gap3: Annotated[
        bytes, Gap("pmu_interrupt_offset", "pmu_interrupt_count"), "Bytes before the counter interrupts."
    ] = b""
    pmu_interrupts: Annotated[
        IntArray,
        Integers(8, "pmu_interrupt_count", hexadecimal=True, at="pmu_interrupt_offset"),
        Label("PMU Interrupt"),
        "31:0 interrupt, 32 edge.",
    ] = IntArray(b"", 8)
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class _SmmuV3(Structure):
    """What all revisions of an SMMUv3 have."""

    type: Type = 4
    length: StructureLength16
    revision: Revision = 1
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    base_address: Annotated[Address64, "Registers."]
    flags: Annotated[
        SmmuV3Flags,
        flags32(SmmuV3Flags),
        Label(bits=("COHACC Override", ("HTTU Override", 2), "Proximity Domain Valid"), whole=True),
        "What overrides its registers.",
    ]
    reserved: Reserved32 = 0
    vatos_address: Annotated[Address64, Label("VATOS Address"), "Registers of the translation page; 0: none."]
    model: Annotated[int, enum32(SmmuV3Model), "Kind of SMMU."]
    event_interrupt: Annotated[U32, Label("Event GSIV"), "Global system interrupt of events."]
    pri_interrupt: Annotated[U32, Label("PRI GSIV"), "Global system interrupt of page requests."]
    gerr_interrupt: Annotated[U32, Label("GERR GSIV"), "Global system interrupt of errors."]
    sync_interrupt: Annotated[U32, Label("Sync GSIV"), "Global system interrupt of completions."]


@record
class SmmuV3At60(_SmmuV3):
    """An SMMUv3, revision 0.  60 bytes and mappings."""

    revision: Revision = 0
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class SmmuV3(_SmmuV3):
    """An SMMUv3.  68 bytes and mappings.  Spec: Arm DEN0049E.f, 3.1.1.3."""

    proximity_domain: ProximityDomain
    device_id_mapping_index: Annotated[U32, Label("Device ID Mapping Index"), "Mapping of its own messages."]
    gap: MappingGap = b""
    mappings: Mappings = ()
