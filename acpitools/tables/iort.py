"""IORT: how requests of Arm devices reach SMMUs and interrupt controllers.  Spec: Arm DEN0049E.f, 3."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Length16, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Iort"]


@record
class RawStructureIort(RawStructure):
    """Unknown or malformed node of the IORT."""

    type: Annotated[U8, "Node type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


_ITS_GROUP = 0
"""The type of node that has no mappings."""


def _room(data: bytes, start: int, stop: int) -> int:
    # The fixed part ends where the mappings begin, where there are any: revisions differ in its size.
    if data[start] == _ITS_GROUP or data[start + 8 : start + 12] == bytes(4):
        return stop - start
    return int.from_bytes(data[start + 12 : start + 16], "little")


STRUCTURES = StructureList(
    RawStructureIort,
    {
        0: ("iort_nodes", "ItsGroup"),
        1: ("iort_nodes", "NamedComponent"),
        2: ("iort_nodes", "RootComplex33", "RootComplex"),
        3: ("iort_smmu", "Smmu"),
        4: ("iort_smmu", "SmmuV3At60", "SmmuV3"),
        5: ("iort_nodes", "PmuCounterGroup32", "PmuCounterGroup"),
        6: ("iort_nodes", "ReservedMemoryRange"),
        7: ("iort_nodes", "InterruptWireBridge"),
    },
    package="acpitools.tables",
    claimed="node_count",
    at="node_offset",
    room=_room,
)


@record
class Iort(SdtHeader):
    """I/O Remapping Table."""

    TITLE = "I/O Remapping Table"
    SPEC = "Arm DEN0049E.f, 3.1"
    signature: Sig4 = "IORT"
    node_count: Annotated[U32, Label(computed=True), "Nodes."]
    node_offset: Annotated[U32, Label(computed=True), "Bytes from the start of the table to the first node."] = 48
    reserved: Reserved32 = 0
    padding: Annotated[
        bytes, Gap("node_offset", "node_count"), Label("Optional Padding"), "Bytes before the first node."
    ] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Iort,))
