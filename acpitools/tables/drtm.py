"""DRTM: how to start a measured environment late.  Spec: TCG D-RTM Architecture 1.0, 3.2."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U32, Address32, Address64, Hex8, Hex56, Sig4, Size32, Size64, flags32, raw_bytes
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import Integers
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Drtm", "DrtmFlags", "DrtmResource", "DrtmResources", "PlatformId", "ValidatedTables"]


class DrtmFlags(IntFlag):
    """What the environment may rely on."""

    NAMESPACE_IN_TCB = 1
    GAP_CODE_ON_S3_RESUME = 2
    GAP_CODE_ON_DLME_EXIT = 4
    PCR_AUTHORITIES_CHANGED = 8


@record
class ValidatedTables(Record):
    """Tables that were measured.  4 bytes and 8 per table."""

    table_count: Annotated[U32, Label("Validated Table Count", computed=True), "Tables."]
    tables: Annotated[
        IntArray, Integers(8, "table_count", hexadecimal=True), Label("Table Address"), "Physical addresses."
    ] = IntArray(b"", 8)


@record
class DrtmResource(Record):
    """A resource of the environment.  16 bytes."""

    size: Annotated[Hex56, "Bytes."]
    type: Annotated[
        Hex8,
        Label("Type", bits=("Resource Type", 6, "Protections"), whole=True),
        "6:0 kind, 7 whether it is protected.",
    ]
    address: Annotated[Address64, "First byte."]


@record
class DrtmResources(Record):
    """Resources of the environment.  4 bytes and 16 per resource."""

    resource_count: Annotated[U32, Label(computed=True), "Resources."]
    resources: Annotated[tuple[DrtmResource, ...], Repeated(DrtmResource, "resource_count"), "Resources."] = ()


@record
class PlatformId(Record):
    """What tells the platform from others.  20 bytes."""

    length: Annotated[U32, Label("DLME Platform Id Length"), "Bytes of the id."]
    id: Annotated[bytes, raw_bytes(16), Label("DLME Platform Id"), "Id."]


@record
class Drtm(SdtHeader):
    """Dynamic Root of Trust for Measurement Table.  96 bytes and three lists."""

    TITLE = "Dynamic Root of Trust for Measurement Table"
    SPEC = "TCG D-RTM Architecture 1.0, 3.2"
    signature: Sig4 = "DRTM"
    entry_base_address: Annotated[Address64, "First byte of the entry code."]
    entry_length: Annotated[Size64, "Bytes of it."]
    entry_32: Annotated[Address32, "Where to enter in 32-bit mode."]
    entry_64: Annotated[Address64, "Where to enter in 64-bit mode."]
    exit_address: Annotated[Address64, "Where to exit."]
    log_area_start: Annotated[Address64, "First byte of the log."]
    log_area_length: Annotated[Size32, "Bytes of it."]
    arch_dependent_address: Annotated[Address64, "As the architecture says."]
    flags: Annotated[
        DrtmFlags,
        flags32(DrtmFlags),
        Label(
            bits=("Namespace in TCB", "Gap Code on S3 Resume", "Gap Code on DLME_Exit", "PCR_Authorities Changed"),
            whole=True,
        ),
        "What the environment may rely on.",
    ]
    validated_tables: Annotated[tuple[ValidatedTables, ...], Repeated(ValidatedTables, 1), "Measured tables."] = ()
    resource_list: Annotated[tuple[DrtmResources, ...], Repeated(DrtmResources, 1), "Resources."] = ()
    platform_id: Annotated[tuple[PlatformId, ...], Repeated(PlatformId, 1), "Id of the platform."] = ()


CODEC = TableCodec(records=(Drtm,))
