"""CSRT: interrupt, timer and DMA resources of a chip.  Spec: Microsoft Core System Resources Table 1.1."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Hex16, Hex32, Length32, Sig4, Size32, enum16
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Record, Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import CountedBytes
from acpitools.tables.field_types import Reserved16, StructureLength32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Csrt", "ResourceDescriptor", "ResourceGroup", "ResourceType", "SharedInfo"]


class ResourceType(IntEnum):
    """Kind of resource."""

    INTERRUPT = 1
    TIMER = 2
    DMA = 3


@record
class RawStructureCsrt(RawStructure):
    """Malformed resource descriptor."""

    length: Annotated[Length32, "Declared length in bytes, header included."]
    type: Annotated[U16, "Kind of resource."]
    subtype: Annotated[U16, "Kind within the kind."] = 0
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructureCsrtGroup(RawStructure):
    """Malformed resource group."""

    length: Annotated[Length32, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class ResourceDescriptor(Structure):
    """A controller, a line or a channel.  12 bytes and data of the vendor."""

    length: StructureLength32
    type: Annotated[int, enum16(ResourceType), "Kind of resource."]
    subtype: Annotated[U16, "0: line, timer or channel; 1: controller."]
    uid: Annotated[Hex32, Label("UID"), "Id of the resource; often four letters."]
    data: Annotated[Rest, Label("Resource Info", form=Form.BUFFER), "For the driver."] = b""


@record
class SharedInfo(Record):
    """What all resources of a group share, as Intel lays it out.  28 bytes and more."""

    major_version: Annotated[U16, "Version of this part."]
    minor_version: Annotated[U16, "Version of this part."]
    mmio_base_address_low: Annotated[Hex32, Label("MMIO Base Address Low"), "Registers, bits 31:0."]
    mmio_base_address_high: Annotated[Hex32, Label("MMIO Base Address High"), "Registers, bits 63:32."]
    gsi_interrupt: Annotated[U32, Label("GSI Interrupt"), "Global system interrupt."]
    interrupt_polarity: Annotated[U8, "0: active low, 1: active high, 2: as it is."]
    interrupt_mode: Annotated[U8, "0: level, 1: edge, 2: as it is."]
    num_channels: Annotated[U8, "Channels."]
    dma_address_width: Annotated[U8, Label("DMA Address Width"), "Bits."]
    base_request_line: Annotated[U16, "First request line."]
    num_handshake_signals: Annotated[U16, "Request lines."]
    max_block_size: Annotated[Size32, "Largest block of a transfer, bytes."]
    data: Annotated[Rest, "More that they share."] = b""


_DESCRIPTORS = StructureList(
    RawStructureCsrt, {1: (ResourceDescriptor,), 2: (ResourceDescriptor,), 3: (ResourceDescriptor,)}
)


@record
class ResourceGroup(Structure):
    """Resources of one device.  24 bytes, then what they share, then they."""

    length: StructureLength32
    vendor_id: Annotated[Hex32, Label("Vendor ID"), "Vendor; often four letters."]
    subvendor_id: Annotated[Hex32, Label("Subvendor ID"), "Vendor of the board."]
    device_id: Annotated[Hex16, Label("Device ID"), "Device."]
    subdevice_id: Annotated[Hex16, Label("Subdevice ID"), "Device of the board."]
    revision: Annotated[U16, "Revision of the device."]
    reserved: Reserved16 = 0
    shared_info_length: Annotated[U32, "Bytes that all resources share."]
    shared_info: Annotated[
        tuple[SharedInfo, ...], Repeated(SharedInfo, most=1, sized_by="shared_info_length"), "What they share."
    ] = ()
    shared_data: Annotated[
        bytes,
        CountedBytes(lambda group: 0 if group.shared_info else group.shared_info_length),
        "What they share, where it is laid out otherwise.",
    ] = b""
    descriptors: Annotated[tuple[Structure, ...], _DESCRIPTORS, "Resources."] = ()


STRUCTURES = StructureList(RawStructureCsrtGroup, {0: (ResourceGroup,)})


@record
class Csrt(SdtHeader):
    """Core System Resource Table."""

    TITLE = "Core System Resource Table"
    SPEC = "Microsoft Core System Resources Table 1.1"
    signature: Sig4 = "CSRT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Resource groups, in firmware order."] = ()


CODEC = TableCodec(records=(Csrt,))
