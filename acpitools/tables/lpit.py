"""LPIT: low-power states of an idle system.  Spec: Intel Low Power S0 Idle, 2."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, U32, U64, Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure32, Structure, StructureList
from acpitools.tables.field_types import Gas, Reserved16, StructureLength32, Type32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "LpiStateFlags", "Lpit", "NativeCStateIdle"]


class LpiStateFlags(IntFlag):
    """State of a state."""

    STATE_DISABLED = 1
    NO_COUNTER = 2


@record
class NativeCStateIdle(Structure):
    """A state that MWAIT enters.  56 bytes."""

    type: Type32 = 0
    length: StructureLength32 = 56
    unique_id: Annotated[U16, Label("Unique ID"), "Number of the state."]
    reserved: Reserved16 = 0
    flags: Annotated[LpiStateFlags, flags32(LpiStateFlags), "Whether it is there, and counted."]
    entry_trigger: Annotated[Gas, "What enters it."]
    residency: Annotated[U32, "Microseconds that make it worth while."]
    latency: Annotated[U32, "Microseconds to leave it, at worst."]
    residency_counter: Annotated[Gas, "Time spent in it."]
    counter_frequency: Annotated[U64, "Counts a second; 0: as the TSC."]


STRUCTURES = StructureList(RawStructure32, {0: (NativeCStateIdle,)})


@record
class Lpit(SdtHeader):
    """Low Power Idle Table."""

    TITLE = "Low Power Idle Table"
    SPEC = "Intel Low Power S0 Idle, 2.2"
    signature: Sig4 = "LPIT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "States, in firmware order."] = ()


CODEC = TableCodec(records=(Lpit,))
