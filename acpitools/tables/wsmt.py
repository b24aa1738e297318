"""WSMT: how the firmware guards its system management mode.  Spec: Microsoft WSMT 1.0."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "ProtectionFlags", "Wsmt"]


class ProtectionFlags(IntFlag):
    """What the firmware promises."""

    FIXED_COMM_BUFFERS = 1
    COMM_BUFFER_NESTED_PTR_PROTECTION = 2
    SYSTEM_RESOURCE_PROTECTION = 4


@record
class Wsmt(SdtHeader):
    """Windows SMM Security Mitigations Table.  40 bytes."""

    TITLE = "Windows SMM Security Mitigations Table"
    SPEC = "Microsoft WSMT 1.0"
    signature: Sig4 = "WSMT"
    protection_flags: Annotated[
        ProtectionFlags,
        flags32(ProtectionFlags),
        Label(
            "Protection Flags",
            bits=("FIXED_COMM_BUFFERS", "COMM_BUFFER_NESTED_PTR_PROTECTION", "SYSTEM_RESOURCE_PROTECTION"),
            whole=True,
        ),
        "What the firmware promises.",
    ]


CODEC = TableCodec(records=(Wsmt,))
