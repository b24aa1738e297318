"""MPST: power states of memory.  Spec: ACPI 6.5, 5.2.22."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, U64, Address64, Sig4, Size64, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import Reserved8, Reserved16, Reserved24, Reserved64
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "MemoryPowerNode",
    "MemoryPowerState",
    "Mpst",
    "PowerCharacteristic",
    "PowerCharacteristics",
    "PowerNodeFlags",
    "PowerStateFlags",
]


class PowerNodeFlags(IntFlag):
    """State of a node."""

    NODE_ENABLED = 1
    POWER_MANAGED = 2
    HOT_PLUG_CAPABLE = 4


class PowerStateFlags(IntFlag):
    """What happens in a state."""

    MEMORY_PRESERVED = 1
    AUTO_ENTRY = 2
    AUTO_EXIT = 4


class PowerStateValue(IntEnum):
    """Which state."""

    MPS0 = 0
    MPS1 = 1
    MPS2 = 2
    MPS3 = 3
    MPS4 = 4
    MPS5 = 5
    MPS6 = 6
    MPS7 = 7
    MPS8 = 8
    MPS9 = 9
    MPS10 = 10
    MPS11 = 11
    MPS12 = 12
    MPS13 = 13
    MPS14 = 14
    MPS15 = 15


@record
class MemoryPowerState(Record):
    """A state of a node.  2 bytes.  Spec: ACPI 6.5, 5.2.22.4."""

    power_state: Annotated[int, enum8(PowerStateValue), "State."]
    info_index: Annotated[U8, Label("InfoIndex"), "Its characteristics."]


@record
class MemoryPowerNode(Record):
    """Memory that changes its state together.  32 bytes, its states and its components.  Spec: ACPI 6.5, 5.2.22.3."""

    flags: Annotated[PowerNodeFlags, flags8(PowerNodeFlags), "State of the node."]
    reserved: Reserved8 = 0
    node_id: Annotated[U16, Label("Node ID"), "Number of the node."]
    length: Annotated[U32, "Bytes of this record."] = 32
    range_address: Annotated[Address64, "First byte of the memory."]
    range_length: Annotated[Size64, "Bytes."]
    power_state_count: Annotated[U32, Label("Num Power States"), "States."]
    physical_component_count: Annotated[U32, Label("Num Physical Components"), "Components."]
    power_states: Annotated[
        tuple[MemoryPowerState, ...], Repeated(MemoryPowerState, "power_state_count"), "States."
    ] = ()
    components: Annotated[
        IntArray, Integers(2, "physical_component_count"), Label("Component Id"), "SMBIOS handles, as in the PMTT."
    ] = IntArray(b"", 2)


@record
class PowerCharacteristic(Record):
    """What a state costs and saves.  28 bytes.  Spec: ACPI 6.5, 5.2.22.5."""

    structure_id: Annotated[U8, Label("Structure ID"), "5:0 number, 7:6 revision."]
    flags: Annotated[PowerStateFlags, flags8(PowerStateFlags), "What happens in the state."]
    reserved1: Reserved16 = 0
    average_power: Annotated[U32, "Milliwatts in MPS0."]
    power_saving: Annotated[U32, "Percent of that."]
    exit_latency: Annotated[U64, "Nanoseconds."]
    reserved2: Reserved64 = 0


@record
class PowerCharacteristics(Record):
    """The characteristics of all states.  4 bytes and 28 for each."""

    characteristics_count: Annotated[U16, "Characteristics."]
    reserved: Reserved16 = 0
    characteristics: Annotated[
        tuple[PowerCharacteristic, ...], Repeated(PowerCharacteristic, "characteristics_count"), "Characteristics."
    ] = ()


@record
class Mpst(SdtHeader):
    """Memory Power State Table."""

    TITLE = "Memory Power State Table"
    SPEC = "ACPI 6.5, 5.2.22"
    signature: Sig4 = "MPST"
    channel_id: Annotated[U8, Label("Channel ID"), "Subspace of the PCCT."]
    reserved1: Reserved24 = 0
    power_node_count: Annotated[U16, "Nodes."]
    reserved2: Reserved16 = 0
    power_nodes: Annotated[tuple[MemoryPowerNode, ...], Repeated(MemoryPowerNode, "power_node_count"), "Nodes."] = ()
    characteristics: Annotated[
        tuple[PowerCharacteristics, ...], Repeated(PowerCharacteristics, 1), "Characteristics of the states."
    ] = ()


CODEC = TableCodec(records=(Mpst,))
