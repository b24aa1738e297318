"""GTDT: the timers of an Arm machine.  Spec: ACPI 6.5, 5.2.25."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U32, Address64, Hex32, Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure8L16, Structure, StructureList
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import Reserved8, Reserved24, Reserved32, StructureLength16, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "GenericTimerBlock", "GenericWatchdogTimer", "GtBlockTimer", "Gtdt", "Gtdt3", "TimerFlags"]


class TimerFlags(IntFlag):
    """Trigger and polarity of a timer's interrupt."""

    EDGE = 1
    ACTIVE_LOW = 2
    ALWAYS_ON = 4


class BlockTimerFlags(IntFlag):
    """Trigger and polarity of an interrupt."""

    EDGE = 1
    ACTIVE_LOW = 2


class CommonTimerFlags(IntFlag):
    """What holds for both timers of a frame."""

    SECURE = 1
    ALWAYS_ON = 2


class WatchdogTimerFlags(IntFlag):
    """Trigger and polarity of a watchdog's interrupt, and whose it is."""

    EDGE = 1
    ACTIVE_LOW = 2
    SECURE = 4


Interrupt = Annotated[U32, "Global system interrupt."]
_BITS = ("Trigger Mode", "Polarity", "Always On")
_DOC = "Trigger and polarity."


@record
class GtBlockTimer(Record):
    """A frame of a timer block.  40 bytes.  Spec: ACPI 6.5, table 5.135."""

    frame_number: Annotated[U8, "Number of the frame."]
    reserved: Reserved24 = 0
    base_address: Annotated[Address64, "Physical address of CNTBase."]
    el0_base_address: Annotated[Address64, Label("EL0 Base Address"), "Physical address of CNTEL0Base."]
    timer_interrupt: Interrupt
    timer_flags: Annotated[
        BlockTimerFlags, flags32(BlockTimerFlags), Label(bits=("Trigger Mode", "Polarity"), whole=True), _DOC
    ]
    virtual_timer_interrupt: Interrupt
    virtual_timer_flags: Annotated[
        BlockTimerFlags, flags32(BlockTimerFlags), Label(bits=("Trigger Mode", "Polarity"), whole=True), _DOC
    ]
    common_flags: Annotated[CommonTimerFlags, flags32(CommonTimerFlags), Label(whole=True), "For both timers."]


@record
class GenericTimerBlock(Structure):
    """A block of timers in memory.  20 bytes and 40 per frame.  Spec: ACPI 6.5, 5.2.25.1."""

    type: Type8 = 0
    length: StructureLength16
    reserved: Reserved8 = 0
    block_address: Annotated[Address64, "Physical address of CNTCTLBase."]
    timer_count: Annotated[U32, "Frames."]
    timer_offset: Annotated[U32, "Bytes from the start of the structure."] = 20
    gap: Annotated[bytes, Gap("timer_offset", "timer_count"), "Bytes before the frames."] = b""
    timers: Annotated[
        tuple[GtBlockTimer, ...], Repeated(GtBlockTimer, "timer_count", at="timer_offset"), "Frames."
    ] = ()


@record
class GenericWatchdogTimer(Structure):
    """A watchdog.  28 bytes.  Spec: ACPI 6.5, 5.2.25.2."""

    type: Type8 = 1
    length: StructureLength16 = 28
    reserved: Reserved8 = 0
    refresh_frame_address: Annotated[Address64, "Physical address of the refresh frame."]
    control_frame_address: Annotated[Address64, "Physical address of the control frame."]
    timer_interrupt: Interrupt
    timer_flags: Annotated[
        WatchdogTimerFlags,
        flags32(WatchdogTimerFlags),
        Label(bits=("Trigger Mode", "Polarity", "Security")),
        _DOC,
    ]


STRUCTURES = StructureList(
    RawStructure8L16, {0: (GenericTimerBlock,), 1: (GenericWatchdogTimer,)}, claimed="platform_timer_count"
)
GAP = Gap("platform_timer_offset", "platform_timer_count")


@record
class _Timers(SdtHeader):
    """What all revisions have."""

    signature: Sig4 = "GTDT"
    counter_block_address: Annotated[Address64, "Physical address of CNTControlBase."]
    reserved: Reserved32 = 0
    secure_el1_interrupt: Annotated[Interrupt, Label("Secure EL1 Interrupt")]
    secure_el1_flags: Annotated[TimerFlags, flags32(TimerFlags), Label("EL1 Flags (decoded below)", bits=_BITS), _DOC]
    non_secure_el1_interrupt: Annotated[Interrupt, Label("Non-Secure EL1 Interrupt")]
    non_secure_el1_flags: Annotated[
        TimerFlags, flags32(TimerFlags), Label("NEL1 Flags (decoded below)", bits=_BITS), _DOC
    ]
    virtual_timer_interrupt: Interrupt
    virtual_timer_flags: Annotated[TimerFlags, flags32(TimerFlags), Label("VT Flags (decoded below)", bits=_BITS), _DOC]
    non_secure_el2_interrupt: Annotated[Interrupt, Label("Non-Secure EL2 Interrupt")]
    non_secure_el2_flags: Annotated[
        TimerFlags, flags32(TimerFlags), Label("NEL2 Flags (decoded below)", bits=_BITS), _DOC
    ]
    counter_read_block_address: Annotated[Address64, "Physical address of CNTReadBase."]
    platform_timer_count: Annotated[U32, "Platform timers."]


@record
class Gtdt(_Timers):
    """Generic Timer Description Table, revision 2.  96 bytes."""

    TITLE = "Generic Timer Description Table"
    SPEC = "ACPI 6.2, 5.2.24"
    revision: U8 = 2
    platform_timer_offset: Annotated[U32, "Bytes from the start of the table."] = 96
    gap: Annotated[bytes, GAP, "Bytes before the timers."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Platform timers, in firmware order."] = ()


@record
class Gtdt3(_Timers):
    """Generic Timer Description Table, revision 3.  104 bytes."""

    TITLE = "Generic Timer Description Table"
    SPEC = "ACPI 6.5, 5.2.25"
    revision: U8 = 3
    platform_timer_offset: Annotated[U32, "Bytes from the start of the table."] = 104
    virtual_el2_timer_interrupt: Annotated[Interrupt, Label("Virtual EL2 Timer GSIV")]
    virtual_el2_timer_flags: Annotated[Hex32, Label("Virtual EL2 Timer Flags"), _DOC]
    gap: Annotated[bytes, GAP, "Bytes before the timers."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Platform timers, in firmware order."] = ()


def _choose(data: bytes, size: int) -> type[Gtdt | Gtdt3] | None:
    if size < 96:
        return None
    return Gtdt3 if data[8] > 2 and size >= 104 else Gtdt


CODEC = TableCodec(records=(Gtdt, Gtdt3), choose=_choose)
