"""AEST: error records of Arm hardware.  Spec: Arm DEN0085 1.1 and 2.0, 2."""

from typing import Annotated

from acpitools.codec.fields import U8, Length16, Sig4
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Aest"]


@record
class RawStructureAest(RawStructure):
    """Unknown or malformed node of the AEST."""

    type: Annotated[U8, "Node type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


STRUCTURES = StructureList(
    RawStructureAest,
    {
        0: ("aest_nodes", "ProcessorErrorNode"),
        1: ("aest_nodes", "MemoryErrorNode"),
        2: ("aest_nodes", "SmmuErrorNode"),
        3: ("aest_nodes", "VendorErrorNode"),
        4: ("aest_nodes", "GicErrorNode"),
        5: ("aest_nodes", "PcieErrorNode"),
        6: ("aest_nodes", "ProxyErrorNode"),
    },
    package="acpitools.tables",
)


@record
class Aest(SdtHeader):
    """Arm Error Source Table."""

    TITLE = "Arm Error Source Table"
    SPEC = "Arm DEN0085 2.0, 2"
    signature: Sig4 = "AEST"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Error nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Aest,))
