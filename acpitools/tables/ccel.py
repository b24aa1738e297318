"""CCEL: the event log of a confidential machine.  Spec: ACPI 6.5, 5.2.34."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, Address64, Sig4, Size64, enum8
from acpitools.codec.record import record
from acpitools.tables.field_types import Reserved16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Ccel", "ConfidentialComputingType"]


class ConfidentialComputingType(IntEnum):
    """What keeps the machine confidential."""

    RESERVED = 0
    AMD_SEV = 1
    INTEL_TDX = 2


@record
class Ccel(SdtHeader):
    """Confidential Computing Event Log Table.  56 bytes."""

    TITLE = "Confidential Computing Event Log Table"
    SPEC = "ACPI 6.5, 5.2.34"
    signature: Sig4 = "CCEL"
    cc_type: Annotated[int, enum8(ConfidentialComputingType), "What keeps the machine confidential."]
    cc_subtype: Annotated[U8, "Kind of it."]
    reserved: Reserved16 = 0
    log_area_minimum_length: Annotated[Size64, "Bytes of the log."]
    log_area_start_address: Annotated[Address64, "First byte of the log."]


CODEC = TableCodec(records=(Ccel,))
