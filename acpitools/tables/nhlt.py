"""NHLT: audio endpoints without an HD Audio codec.  Spec: Intel NHLT 0.8.1."""

from typing import Annotated

from acpitools.codec.fields import U8, Length32, Sig4
from acpitools.codec.record import Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.header import SdtHeader
from acpitools.tables.nhlt_endpoints import AudioEndpoint, SpecificConfig
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Nhlt"]


@record
class RawStructureNhlt(RawStructure):
    """Malformed endpoint."""

    length: Annotated[Length32, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


ENDPOINTS = StructureList(RawStructureNhlt, {0: (AudioEndpoint,)}, count="endpoint_count")


@record
class Nhlt(SdtHeader):
    """Non-HD Audio Link Table."""

    TITLE = "Non-HD Audio Link Table"
    SPEC = "Intel NHLT 0.8.1"
    signature: Sig4 = "NHLT"
    endpoint_count: Annotated[U8, "Endpoints."]
    endpoints: Annotated[tuple[Structure, ...], ENDPOINTS, "Endpoints, in firmware order."] = ()
    oed_config: Annotated[
        tuple[SpecificConfig, ...], Repeated(SpecificConfig, most=1), "For an engine outside of the endpoints."
    ] = ()


CODEC = TableCodec(records=(Nhlt,))
