"""Field types that several families of MADT structures share.  Spec: ACPI 6.5, 5.2.12."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Length8, flags16, flags32
from acpitools.codec.labels import Label

__all__ = ["Enabled", "EnabledFlags", "Inti", "IntiFlags", "Length", "LocalApic", "LocalApicFlags", "Type"]


class LocalApicFlags(IntFlag):
    """Whether a processor can be used."""

    ENABLED = 1
    ONLINE_CAPABLE = 2


class EnabledFlags(IntFlag):
    """Whether something can be used."""

    ENABLED = 1


class IntiFlags(IntFlag):
    """Polarity and trigger of an interrupt; neither bit of a pair: as the bus has it."""

    ACTIVE_HIGH = 1
    POLARITY_RESERVED = 2
    ACTIVE_LOW = 3
    EDGE = 4
    TRIGGER_RESERVED = 8
    LEVEL = 12


Type = Annotated[U8, Label("Subtable Type"), "Structure type."]
Length = Annotated[Length8, "Bytes of this structure."]
LocalApic = Annotated[
    LocalApicFlags,
    flags32(LocalApicFlags),
    Label(bits=("Processor Enabled", "Runtime Online Capable")),
    "Neither flag: never usable.",
]
Enabled = Annotated[EnabledFlags, flags32(EnabledFlags), "Without ENABLED the structure is ignored."]
Inti = Annotated[
    IntiFlags, flags16(IntiFlags), Label(bits=(("Polarity", 2), ("Trigger Mode", 2))), "1:0 polarity, 3:2 trigger."
]
