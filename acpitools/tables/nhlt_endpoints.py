"""Endpoints of the NHLT, their formats and devices.  Spec: Intel NHLT 0.8.1, 2 to 4."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Hex16, Hex32, enum8, guid
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import Structure
from acpitools.codec.tails import CountedBytes
from acpitools.tables.field_types import StructureLength32

__all__ = [
    "AudioDevice",
    "AudioDevices",
    "AudioEndpoint",
    "AudioFormat",
    "AudioFormats",
    "AudioLinkType",
    "SpecificConfig",
]

_SUBFORMATS = {
    "00000001-0000-0010-8000-00aa00389b71": "PCM",
    "00000003-0000-0010-8000-00aa00389b71": "floating point",
}


class AudioLinkType(IntEnum):
    """How an endpoint is wired."""

    HD_AUDIO = 0
    DSP = 1
    PDM = 2
    SSP = 3
    SLIMBUS = 4
    SOUNDWIRE = 5
    USB_AUDIO_OFFLOAD = 6


class AudioDirection(IntEnum):
    """Where sound goes."""

    RENDER = 0
    CAPTURE = 1
    RENDER_WITH_LOOPBACK = 2
    FEEDBACK_FOR_RENDER = 3


@record
class SpecificConfig(Record):
    """Settings for the audio engine.  4 bytes and the settings."""

    capabilities_size: Annotated[U32, "Bytes of the settings."]
    capabilities: Annotated[bytes, CountedBytes("capabilities_size"), "Settings, as the engine wants them."] = b""


Config = Annotated[tuple[SpecificConfig, ...], Repeated(SpecificConfig, 1), "Settings."]


@record
class AudioFormat(Record):
    """A format, as WAVEFORMATEXTENSIBLE has it, and its settings.  40 bytes and these."""

    format_tag: Annotated[Hex16, "0xFFFE: extensible."]
    channel_count: Annotated[U16, "Channels."]
    samples_per_second: Annotated[U32, "Hz."]
    average_bytes_per_second: Annotated[U32, "Bytes a second."]
    block_align: Annotated[U16, "Bytes of a sample of all channels."]
    bits_per_sample: Annotated[U16, "Bits of a container."]
    extra_format_size: Annotated[U16, "Bytes after this field: 22."]
    valid_bits_per_sample: Annotated[U16, "Bits that count."]
    channel_mask: Annotated[Hex32, "Speakers."]
    subformat: Annotated[str, guid(_SUBFORMATS), "Coding."]
    config: Config = ()


@record
class AudioFormats(Record):
    """Formats of an endpoint.  1 byte and these."""

    format_count: Annotated[U8, "Formats."]
    formats: Annotated[tuple[AudioFormat, ...], Repeated(AudioFormat, "format_count"), "Formats."] = ()


@record
class AudioDevice(Record):
    """A device of an endpoint.  18 bytes."""

    id: Annotated[str, guid(), "Device."]
    instance_id: Annotated[U8, "Which of them."]
    port_id: Annotated[U8, "Its port."]


@record
class AudioDevices(Record):
    """Devices of an endpoint.  1 byte and 18 for each."""

    device_count: Annotated[U8, "Devices."]
    devices: Annotated[tuple[AudioDevice, ...], Repeated(AudioDevice, "device_count"), "Devices."] = ()


@record
class AudioEndpoint(Structure):
    """An endpoint.  19 bytes, settings, formats and devices."""

    length: StructureLength32
    link_type: Annotated[int, enum8(AudioLinkType), "How it is wired."]
    instance_id: Annotated[U8, "Which of them."]
    vendor_id: Annotated[Hex16, "Vendor."]
    device_id: Annotated[Hex16, "Device."]
    revision_id: Annotated[Hex16, "Revision."]
    subsystem_id: Annotated[Hex32, "Subsystem."]
    device_type: Annotated[U8, "Kind of device; depends on the link."]
    direction: Annotated[int, enum8(AudioDirection), "Where sound goes."]
    virtual_bus_id: Annotated[U8, "Bus."]
    config: Config = ()
    formats: Annotated[tuple[AudioFormats, ...], Repeated(AudioFormats, 1), "Formats."] = ()
    devices: Annotated[tuple[AudioDevices, ...], Repeated(AudioDevices, most=1), "Devices."] = ()
