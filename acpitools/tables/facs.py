"""FACS: waking vectors and the global lock.  Spec: ACPI 6.5, 5.2.10.  No common header, no checksum."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    Address32,
    Address64,
    Hex32,
    Length32,
    Reserved24,
    Sig4,
    flags32,
    reserved_bytes,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import Table
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Facs", "FacsFlags", "GlobalLock", "OspmFlags"]


class GlobalLock(IntFlag):
    """State of the global lock."""

    PENDING = 1
    OWNED = 2


class FacsFlags(IntFlag):
    """What the firmware supports."""

    S4BIOS = 1
    WAKE_64BIT_SUPPORTED = 2


class OspmFlags(IntFlag):
    """What the operating system asks for."""

    WAKE_64BIT = 1


@record
class Facs(Table):
    """Firmware ACPI Control Structure; memory that firmware and operating system share.  64 bytes."""

    TITLE = "Firmware ACPI Control Structure"
    SPEC = "ACPI 6.5, 5.2.10"
    signature: Annotated[Sig4, "Four characters that name the table."] = "FACS"
    length: Annotated[Length32, "Bytes of the whole structure."] = 64
    hardware_signature: Annotated[Hex32, "A change makes a resume from S4 a cold boot."] = 0
    waking_vector: Annotated[Address32, Label("32 Firmware Waking Vector"), "Where to wake in real mode."] = 0
    global_lock: Annotated[
        GlobalLock, flags32(GlobalLock), Label("Global Lock", bits=()), "Lock between firmware and operating system."
    ] = GlobalLock(0)
    flags: Annotated[
        FacsFlags,
        flags32(FacsFlags),
        Label(bits=("S4BIOS Support Present", "64-bit Wake Supported (V2)")),
        "What the firmware supports.",
    ] = FacsFlags(0)
    x_waking_vector: Annotated[Address64, Label("64 Firmware Waking Vector"), "Where to wake in protected mode."] = 0
    version: Annotated[U8, "0: ACPI 1.0; 1: ACPI 2 and 3; 2: ACPI 4 and later."] = 2
    reserved1: Annotated[Reserved24, Label("Reserved")] = 0
    ospm_flags: Annotated[
        OspmFlags,
        flags32(OspmFlags),
        Label("OspmFlags (decoded below)", bits=("64-bit Wake Env Required (V2)",)),
        "What the operating system asks for.",
    ] = OspmFlags(0)
    reserved2: Annotated[bytes, reserved_bytes(24), Label(absent=True)] = bytes(24)


CODEC = TableCodec(records=(Facs,))
