"""NMIs, PCI Express and generic error sources of the HEST.  Spec: ACPI 6.5, 18.3.2.3 to 18.3.2.8."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, U32, Hex16, Hex32, Hex64, Size32, flags8
from acpitools.codec.labels import Bit, Label
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.field_types import Gas, Reserved8, Reserved16, Reserved32, Type16
from acpitools.tables.hest_common import Enabled, MaxSections, Notify, Preallocate, SourceId

__all__ = [
    "AerFlags",
    "BridgeAer",
    "EndpointAer",
    "GenericErrorSource",
    "GenericErrorSource2",
    "NmiErrorSource",
    "RootPortAer",
]


class AerFlags(IntFlag):
    """Who sees an error first, and which devices it is about."""

    FIRMWARE_FIRST = 1
    GLOBAL = 2


# iasl takes bit 0 for both.
_BITS = ("Firmware First", Bit("Global", 0, 1))
Flags = Annotated[AerFlags, flags8(AerFlags), Label(bits=_BITS), "GLOBAL: all devices of this kind."]


@record
class NmiErrorSource(Structure):
    """Non-maskable interrupts.  20 bytes."""

    type: Type16 = 2
    source_id: SourceId
    reserved: Reserved32 = 0
    records_to_preallocate: Preallocate
    max_sections_per_record: MaxSections
    max_raw_data_length: Annotated[Size32, "Most bytes of raw data."]


@record
class EndpointAer(Structure):
    """Advanced error reporting of PCI Express devices.  44 bytes."""

    type: Type16 = 7
    source_id: SourceId
    reserved1: Reserved16 = 0
    flags: Flags
    enabled: Enabled
    records_to_preallocate: Preallocate
    max_sections_per_record: MaxSections
    bus: Annotated[U32, "7:0 bus, 23:8 segment."]
    device: Annotated[U16, "Device."]
    function: Annotated[U16, "Function."]
    device_control: Annotated[Hex16, Label("DeviceControl"), "Value for the register."]
    reserved2: Reserved16 = 0
    uncorrectable_mask: Annotated[Hex32, "Value for the register."]
    uncorrectable_severity: Annotated[Hex32, "Value for the register."]
    correctable_mask: Annotated[Hex32, "Value for the register."]
    advanced_capabilities: Annotated[Hex32, "Value for the register."]


@record
class RootPortAer(EndpointAer):
    """Advanced error reporting of PCI Express root ports.  48 bytes."""

    type: Type16 = 6
    root_error_command: Annotated[Hex32, "Value for the register."]


@record
class BridgeAer(EndpointAer):
    """Advanced error reporting of PCI Express bridges.  56 bytes."""

    type: Type16 = 8
    uncorrectable_mask2: Annotated[Hex32, Label("2nd Uncorrectable Mask"), "Value for the secondary register."]
    uncorrectable_severity2: Annotated[Hex32, Label("2nd Uncorrectable Severity"), "Value for the secondary register."]
    advanced_capabilities2: Annotated[Hex32, Label("2nd Advanced Capabilities"), "Value for the secondary register."]


@record
class GenericErrorSource(Structure):
    """GHES: errors told in memory.  64 bytes."""

    type: Type16 = 9
    source_id: SourceId
    related_source_id: Annotated[Hex16, "Source whose errors these are too; 0xFFFF: none."]
    reserved: Reserved8 = 0
    enabled: Enabled
    records_to_preallocate: Preallocate
    max_sections_per_record: MaxSections
    max_raw_data_length: Annotated[Size32, "Most bytes of raw data."]
    error_status_address: Annotated[Gas, "Where the address of the error status block is."]
    notify: Notify
    error_status_block_length: Annotated[Size32, "Bytes of the block."]


@record
class GenericErrorSource2(GenericErrorSource):
    """GHESv2: the same, and the system acknowledges.  92 bytes."""

    type: Type16 = 10
    read_ack_register: Annotated[Gas, "Where to acknowledge."]
    read_ack_preserve: Annotated[Hex64, "Bits to keep."]
    read_ack_write: Annotated[Hex64, "Bits to set."]
