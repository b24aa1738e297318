"""PCCT: channels to a platform controller.  Spec: ACPI 6.5, 14.1."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.tables.field_types import Reserved64
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Pcct", "PcctFlags"]


class PcctFlags(IntFlag):
    """What the controller can do."""

    PLATFORM_INTERRUPT = 1


STRUCTURES = StructureList(
    RawStructure8,
    {
        0: ("pcct_subspaces", "GenericSubspace"),
        1: ("pcct_subspaces", "HardwareReducedSubspace"),
        2: ("pcct_subspaces", "HardwareReducedSubspace2"),
        3: ("pcct_subspaces", "ExtendedSubspace"),
        4: ("pcct_subspaces", "ExtendedSubspace"),
        5: ("pcct_subspaces", "RegisterSubspace"),
    },
    package="acpitools.tables",
)


@record
class Pcct(SdtHeader):
    """Platform Communications Channel Table."""

    TITLE = "Platform Communications Channel Table"
    SPEC = "ACPI 6.5, 14.1"
    signature: Sig4 = "PCCT"
    flags: Annotated[PcctFlags, flags32(PcctFlags), Label(bits=("Platform",)), "What the controller can do."]
    reserved: Reserved64 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Subspaces; their index is their id."] = ()


CODEC = TableCodec(records=(Pcct,))
