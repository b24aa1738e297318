"""HPET: an event timer.  Spec: IA-PC HPET 1.0a, 3.2.4."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, Hex32, Sig4, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Hpet", "HpetFlags"]


class HpetFlags(IntFlag):
    """How much around the registers may be mapped; bits 7:4 are for the OEM."""

    PAGE_PROTECT_4K = 1
    PAGE_PROTECT_64K = 2
    OEM_ATTRIBUTE_0 = 16
    OEM_ATTRIBUTE_1 = 32
    OEM_ATTRIBUTE_2 = 64
    OEM_ATTRIBUTE_3 = 128


@record
class Hpet(SdtHeader):
    """High Precision Event Timer Table.  56 bytes."""

    TITLE = "High Precision Event Timer Table"
    SPEC = "IA-PC HPET 1.0a, 3.2.4"
    signature: Sig4 = "HPET"
    hardware_block_id: Annotated[
        Hex32,
        Label("Hardware Block ID"),
        "31:16 PCI vendor, 15 legacy routing, 13 counter of 64 bits, 12:8 last comparator, 7:0 revision.",
    ]
    timer_block_register: Annotated[Gas, "First register of the block."]
    sequence_number: Annotated[U8, "Number of the block, as _UID has it."]
    minimum_clock_ticks: Annotated[U16, "Fewest ticks in periodic mode."]
    flags: Annotated[
        HpetFlags, flags8(HpetFlags), Label(bits=("4K Page Protect", "64K Page Protect")), "Protection of the page."
    ] = HpetFlags(0)


CODEC = TableCodec(records=(Hpet,))
