"""PMTT: sockets, controllers and modules of memory.  Spec: ACPI 6.5, 5.2.21; revision 1: ACPI 6.3, 5.2.21.12."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Sig4
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.field_types import Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.pmtt_devices import DEVICES, DEVICES_1
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Pmtt", "Pmtt1"]


@record
class Pmtt1(SdtHeader):
    """Platform Memory Topology Table, revision 1."""

    TITLE = "Platform Memory Topology Table"
    SPEC = "ACPI 6.3, 5.2.21.12"
    signature: Sig4 = "PMTT"
    revision: U8 = 1
    reserved: Reserved32 = 0
    structures: Annotated[tuple[Structure, ...], DEVICES_1, "Aggregators; each is followed by what it holds."] = ()


@record
class Pmtt(SdtHeader):
    """Platform Memory Topology Table, revision 2 (ACPI 6.4)."""

    TITLE = "Platform Memory Topology Table"
    SPEC = "ACPI 6.5, 5.2.21"
    signature: Sig4 = "PMTT"
    revision: U8 = 2
    memory_device_count: Annotated[U32, "Devices at the top."] = 0
    structures: Annotated[tuple[Structure, ...], DEVICES, "Devices; each is followed by what it holds."] = ()


def _choose(data: bytes, size: int) -> type[Pmtt1 | Pmtt] | None:
    if size < 40:
        return None
    return Pmtt1 if data[8] < 2 else Pmtt


CODEC = TableCodec(records=(Pmtt1, Pmtt), choose=_choose)
