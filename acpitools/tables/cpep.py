"""CPEP: processors that are polled for corrected errors.  Spec: ACPI 6.5, 5.2.18."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.tables.field_types import Reserved64, StructureLength8, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "CorrectedPlatformErrorPollingProcessor", "Cpep"]


@record
class CorrectedPlatformErrorPollingProcessor(Structure):
    """A processor to poll.  8 bytes."""

    type: Type8 = 0
    length: StructureLength8 = 8
    processor_id: Annotated[U8, Label("Processor ID"), "Processor, by its local SAPIC."]
    processor_eid: Annotated[U8, Label("Processor EID"), "Processor, by its local SAPIC."]
    polling_interval: Annotated[U32, "Milliseconds."]


STRUCTURES = StructureList(RawStructure8, {0: (CorrectedPlatformErrorPollingProcessor,)})


@record
class Cpep(SdtHeader):
    """Corrected Platform Error Polling Table."""

    TITLE = "Corrected Platform Error Polling Table"
    SPEC = "ACPI 6.5, 5.2.18"
    signature: Sig4 = "CPEP"
    reserved: Reserved64 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Processors, in firmware order."] = ()


CODEC = TableCodec(records=(Cpep,))
