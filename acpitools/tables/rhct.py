"""RHCT: what RISC-V harts can do.  Spec: ACPI 6.6, 5.2.36."""

from enum import IntEnum, IntFlag
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, U64, Length16, Sig4, enum8, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import CountedBytes, Gap, Integers, String
from acpitools.tables.field_types import Reserved8, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "CacheManagementOperation", "HartInfo", "IsaString", "Mmu", "MmuType", "Rhct", "RhctFlags"]


class RhctFlags(IntFlag):
    """What the timer cannot do."""

    TIMER_CANNOT_WAKEUP_CPU = 1


class MmuType(IntEnum):
    """Scheme of virtual addresses."""

    SV39 = 0
    SV48 = 1
    SV57 = 2


Revision = Annotated[U16, "Revision of the node."]


@record
class RawStructureRhct(RawStructure):
    """Unknown or malformed node of the RHCT."""

    type: Annotated[U16, "Node type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


def _padding(node: Any) -> int:
    return int(max(0, node.length - 8 - node.isa_length))


@record
class IsaString(Structure):
    """Extensions of harts, as text.  8 bytes and the text.  Spec: ACPI 6.6, 5.2.36.1."""

    type: Type16 = 0
    length: StructureLength16
    revision: Revision = 1
    isa_length: Annotated[U16, "Bytes of the text, with its NUL."]
    isa: Annotated[str, String("isa_length"), "Extensions."] = ""
    padding: Annotated[bytes, CountedBytes(_padding), Label("Optional Padding"), "Up to an even length."] = b""


@record
class CacheManagementOperation(Structure):
    """Sizes of blocks.  10 bytes.  Spec: ACPI 6.6, 5.2.36.2."""

    type: Type16 = 1
    length: StructureLength16 = 10
    revision: Revision = 1
    reserved: Reserved8 = 0
    cbom_block_size: Annotated[U8, "Exponent of the block that is managed."]
    cbop_block_size: Annotated[U8, "Exponent of the block that is prefetched."]
    cboz_block_size: Annotated[U8, "Exponent of the block that is zeroed."]


@record
class Mmu(Structure):
    """Virtual addresses.  8 bytes.  Spec: ACPI 6.6, 5.2.36.3."""

    type: Type16 = 2
    length: StructureLength16 = 8
    revision: Revision = 1
    reserved: Reserved8 = 0
    mmu_type: Annotated[int, enum8(MmuType), "Scheme of virtual addresses."]


@record
class HartInfo(Structure):
    """Which nodes tell of a hart.  12 bytes and 4 per node.  Spec: ACPI 6.6, 5.2.36.4."""

    type: Type16 = 0xFFFF
    length: StructureLength16
    revision: Revision = 1
    offset_count: Annotated[U16, "Nodes."]
    processor_uid: Annotated[U32, "UID of the hart, as in the MADT."]
    offsets: Annotated[
        IntArray, Integers(4, "offset_count", hexadecimal=True), "Offsets of the nodes in the table."
    ] = IntArray(b"", 4)


STRUCTURES = StructureList(
    RawStructureRhct,
    {0: (IsaString,), 1: (CacheManagementOperation,), 2: (Mmu,), 0xFFFF: (HartInfo,)},
    claimed="node_count",
    at="node_offset",
)


@record
class Rhct(SdtHeader):
    """RISC-V Hart Capabilities Table."""

    TITLE = "RISC-V Hart Capabilities Table"
    SPEC = "ACPI 6.6, 5.2.36"
    signature: Sig4 = "RHCT"
    flags: Annotated[RhctFlags, flags32(RhctFlags), "What the timer cannot do."]
    time_base_frequency: Annotated[U64, "Hz of the time counter."]
    node_count: Annotated[U32, "Nodes."]
    node_offset: Annotated[U32, "Bytes from the start of the table."] = 56
    gap: Annotated[bytes, Gap("node_offset", "node_count"), "Bytes before the nodes."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Rhct,))
