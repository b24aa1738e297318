"""PDTT: channels that make the platform save debug logs.  Spec: ACPI 6.5, 5.2.28."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex8, Sig4, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Pdtt", "TriggerChannel", "TriggerFlags"]


class TriggerFlags(IntFlag):
    """When a channel is triggered."""

    RUNTIME_TRIGGER = 1
    WAIT_FOR_COMPLETION = 2
    TRIGGER_ORDER = 4


@record
class TriggerChannel(Record):
    """A channel.  2 bytes."""

    subchannel_id: Annotated[Hex8, "Subspace of the PCCT."]
    flags: Annotated[
        TriggerFlags,
        flags8(TriggerFlags),
        Label("Flags (Decoded Below)", bits=("Runtime Trigger", "Wait for Completion", "Trigger Order")),
        "When it is triggered.",
    ]


@record
class Pdtt(SdtHeader):
    """Platform Debug Trigger Table."""

    TITLE = "Platform Debug Trigger Table"
    SPEC = "ACPI 6.5, 5.2.28"
    signature: Sig4 = "PDTT"
    trigger_count: Annotated[U8, Label(computed=True), "Channels."]
    reserved: Reserved24 = 0
    array_offset: Annotated[U32, Label(computed=True), "Bytes from the start of the table."] = 44
    gap: Annotated[bytes, Gap("array_offset", "trigger_count"), "Bytes before the channels."] = b""
    channels: Annotated[
        tuple[TriggerChannel, ...], Repeated(TriggerChannel, "trigger_count", at="array_offset"), "Channels."
    ] = ()


CODEC = TableCodec(records=(Pdtt,))
