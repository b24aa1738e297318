"""MADT structures of LoongArch machines.  Spec: ACPI 6.5, 5.2.12.20 to 5.2.12.26."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Address64, Hex64, Size16, raw_bytes
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.madt_common import Enabled, EnabledFlags, Length, Type

__all__ = [
    "BridgeIoPic",
    "CorePic",
    "ExtendedIoPic",
    "HyperTransportPic",
    "LegacyIoPic",
    "LpcPic",
    "MsiPic",
]

Version = Annotated[U8, "Version of the structure."]
Base = Annotated[Address64, "Physical address of its registers."]
Size = Annotated[Size16, "Bytes of its registers."]


@record
class CorePic(Structure):
    """A processor core's interrupt controller."""

    type: Type = 17
    length: Length = 15
    version: Version = 1
    processor_uid: Annotated[U32, "ACPI UID of the processor."]
    core_id: Annotated[U32, "Physical id of the core."]
    flags: Enabled = EnabledFlags.ENABLED


@record
class LegacyIoPic(Structure):
    """The legacy I/O interrupt controller."""

    type: Type = 18
    length: Length = 23
    version: Version = 1
    base_address: Base
    size: Size
    cascade_vectors: Annotated[bytes, raw_bytes(2), "Vectors of the processor that it drives."]
    cascade_map_0: Annotated[U32, "Inputs that go to the first vector, a bit each."]
    cascade_map_1: Annotated[U32, "Inputs that go to the second vector, a bit each."]


@record
class HyperTransportPic(Structure):
    """The HyperTransport interrupt controller."""

    type: Type = 19
    length: Length = 21
    version: Version = 1
    base_address: Base
    size: Size
    cascade_vectors: Annotated[bytes, raw_bytes(8), "Vectors that it drives."]


@record
class ExtendedIoPic(Structure):
    """The extended I/O interrupt controller."""

    type: Type = 20
    length: Length = 13
    version: Version = 1
    cascade_vector: Annotated[U8, "Vector of the processor that it drives."]
    node: Annotated[U8, "NUMA node."]
    node_map: Annotated[Hex64, "Nodes that it serves, a bit each."]


@record
class MsiPic(Structure):
    """The controller of message-signalled interrupts."""

    type: Type = 21
    length: Length = 19
    version: Version = 1
    message_address: Annotated[Address64, "Where messages are written."]
    start_vector: Annotated[U32, "First vector."]
    vector_count: Annotated[U32, "Number of vectors."]


@record
class BridgeIoPic(Structure):
    """A bridge's I/O interrupt controller."""

    type: Type = 22
    length: Length = 17
    version: Version = 1
    base_address: Base
    size: Size
    hardware_id: Annotated[U16, "Id of the bridge."]
    gsi_base: Annotated[U16, "Global system interrupt of its first input."]


@record
class LpcPic(Structure):
    """The LPC bus's interrupt controller."""

    type: Type = 23
    length: Length = 14
    version: Version = 1
    base_address: Base
    size: Size
    cascade_vector: Annotated[U8, "Input of the bridge that it drives."]
