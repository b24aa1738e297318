"""MCFG: where PCI Express configuration space is mapped.  Spec: PCI Firmware 3.3, 4.1.2."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, Address64, Reserved32, Reserved64, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Mcfg", "McfgAllocation"]


@record
class McfgAllocation(Record):
    """The enhanced configuration window (ECAM) of one segment's buses.  16 bytes."""

    base_address: Annotated[Address64, "ECAM of bus 0, even where start_bus is not 0."]
    segment: Annotated[U16, Label("Segment Group Number"), "PCI segment group."]
    start_bus: Annotated[U8, Label("Start Bus Number"), "First bus."]
    end_bus: Annotated[U8, Label("End Bus Number"), "Last bus; each has 1 MiB."]
    reserved: Reserved32 = 0


@record
class Mcfg(SdtHeader):
    """PCI Express Memory-Mapped Configuration Table."""

    TITLE = "PCI Express Memory-Mapped Configuration Table"
    SPEC = "PCI Firmware 3.3, 4.1.2"
    signature: Sig4 = "MCFG"
    reserved: Reserved64 = 0
    allocations: Annotated[tuple[McfgAllocation, ...], Repeated(McfgAllocation), "One window each."] = ()


CODEC = TableCodec(records=(Mcfg,))
