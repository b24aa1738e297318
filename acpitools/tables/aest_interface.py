"""How error nodes of the AEST are read.  Spec: Arm DEN0085 2.0, 2.9 and 2.10."""

from enum import IntEnum, IntFlag
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U32, Address64, Hex32, enum8, flags8, flags32
from acpitools.codec.record import Record, record
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import Reserved16, Reserved24

__all__ = ["InterfaceCommon", "NodeInterface", "NodeInterrupt"]


class InterfaceType(IntEnum):
    """Kind of registers."""

    SYSTEM_REGISTER = 0
    MEMORY_MAPPED = 1
    SINGLE_RECORD_MEMORY_MAPPED = 2


class GroupFormat(IntEnum):
    """Size of a group of error records, in version 2."""

    SIZE_4K = 0
    SIZE_16K = 1
    SIZE_64K = 2


class InterfaceFlags(IntFlag):
    """Whose the registers are, and what they do."""

    SHARED = 1
    CLEAR_MISC = 2
    ERROR_NODE_DEVICE = 4
    AFFINITY_SYSTEM = 8
    ERROR_GROUP_BASE = 16
    FAULT_INJECT_BASE = 32
    INTERRUPT_CONFIG_BASE = 64


class NodeInterruptType(IntEnum):
    """What an interrupt is for."""

    FAULT_HANDLING = 0
    ERROR_RECOVERY = 1


class NodeInterruptFlags(IntFlag):
    """Trigger of an interrupt."""

    LEVEL = 1


_WORDS = {GroupFormat.SIZE_4K: 1, GroupFormat.SIZE_16K: 4, GroupFormat.SIZE_64K: 14}


def _words(interface: Any) -> int:
    return _WORDS.get(interface.group_format, 1)


Words = Integers(8, _words, hexadecimal=True)


@record
class NodeInterface(Record):
    """Registers of a node.  24 bytes, then a bit for each record, three times.  Spec: Arm DEN0085 2.0, 2.9."""

    type: Annotated[int, enum8(InterfaceType), "Kind of registers."]
    group_format: Annotated[int, enum8(GroupFormat), "Size of a group of records; version 1: reserved."]
    reserved: Reserved16 = 0
    flags: Annotated[InterfaceFlags, flags32(InterfaceFlags), "What the registers do."]
    base_address: Annotated[Address64, "Registers; 0 for system registers."]
    error_record_index: Annotated[U32, "First record."]
    error_record_count: Annotated[U32, "Records."]
    error_record_implemented: Annotated[IntArray, Words, "Bits of records that are not there."] = IntArray(b"", 8)
    error_status_reporting: Annotated[IntArray, Words, "Bits of records without a status summary."] = IntArray(b"", 8)
    addressing_mode: Annotated[IntArray, Words, "Bits of records with physical addresses of the node."] = IntArray(
        b"", 8
    )


@record
class InterfaceCommon(Record):
    """More of an interface, in version 2.  32 bytes."""

    error_node_device: Annotated[Hex32, "_UID of the device."]
    processor_affinity: Annotated[Hex32, "Processor that the registers belong to."]
    error_group_register_base: Annotated[Address64, "Registers of the group."]
    fault_inject_register_base: Annotated[Address64, "Registers that inject errors."]
    interrupt_config_register_base: Annotated[Address64, "Registers of the interrupts."]


@record
class NodeInterrupt(Record):
    """An interrupt of a node.  12 bytes.  Spec: Arm DEN0085 2.0, 2.10."""

    type: Annotated[int, enum8(NodeInterruptType), "What it is for."]
    reserved1: Reserved16 = 0
    flags: Annotated[NodeInterruptFlags, flags8(NodeInterruptFlags), "Trigger."]
    gsiv: Annotated[U32, "Global system interrupt."]
    iort_id: Annotated[U8, "Number of the ITS group in the IORT; version 2: reserved."] = 0
    reserved2: Reserved24 = 0
