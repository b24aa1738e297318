"""ASF!: alerts and remote control of a machine that is off.  Spec: Alert Standard Format 2.0, 4.1."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex8, Hex16, Hex32, Sig4, raw_bytes
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure8R16, Structure, StructureList
from acpitools.codec.tails import CountedBytes
from acpitools.tables.field_types import Reserved8, Reserved16, Reserved24, StructureLength16, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "Asf",
    "AsfAddress",
    "AsfAlert",
    "AsfAlerts",
    "AsfControl",
    "AsfInformation",
    "AsfRemoteControl",
    "AsfRmcp",
]


@record
class AsfInformation(Structure):
    """What the machine is.  16 bytes."""

    type: Type8 = 0
    reserved1: Reserved8 = 0
    length: StructureLength16 = 16
    minimum_reset_value: Annotated[U8, "Seconds that the watchdog waits at least."]
    minimum_polling_interval: Annotated[U8, "Tenths of a second between two polls of a sensor."]
    system_id: Annotated[Hex16, Label("System ID"), "Id of the system."]
    manufacturer_id: Annotated[Hex32, Label("Manufacturer ID"), "IANA enterprise number."]
    flags: Annotated[Hex8, "0: security extensions."]
    reserved2: Reserved24 = 0


@record
class AsfAlert(Record):
    """What one sensor tells, and as which event.  12 bytes."""

    address: Annotated[Hex8, "SMBus address of the sensor."]
    command: Annotated[Hex8, "Command that reads it."]
    mask: Annotated[Hex8, "Bits that count."]
    value: Annotated[Hex8, "Value that is an event."]
    sensor_type: Annotated[Hex8, Label("SensorType"), "Kind of sensor, as in a platform event trap."]
    event_type: Annotated[Hex8, Label("Type"), "Kind of event."]
    event_offset: Annotated[Hex8, Label("Offset"), "Event."]
    source_type: Annotated[Hex8, Label("SourceType"), "Who tells it."]
    severity: Annotated[Hex8, "How bad it is."]
    sensor_number: Annotated[Hex8, Label("SensorNumber"), "Number of the sensor."]
    entity: Annotated[Hex8, "What the sensor is a part of."]
    instance: Annotated[Hex8, "Which of them."]


@record
class AsfAlerts(Structure):
    """Sensors to be polled.  8 bytes and 12 per sensor."""

    type: Type8 = 1
    reserved: Reserved8 = 0
    length: StructureLength16
    assert_mask: Annotated[Hex8, Label("AssertMask"), "Which alerts tell an event."]
    deassert_mask: Annotated[Hex8, Label("DeassertMask"), "Which alerts tell the end of one."]
    alert_count: Annotated[U8, "Sensors."]
    alert_data_length: Annotated[U8, "Bytes of each: 12."] = 12
    alerts: Annotated[tuple[AsfAlert, ...], Repeated(AsfAlert, "alert_count"), "Sensors."] = ()


@record
class AsfControl(Record):
    """How to do one thing over SMBus.  4 bytes."""

    function: Annotated[U8, "0 reset, 1 power off, 2 power on, 3 power cycle."]
    address: Annotated[Hex8, "SMBus address."]
    command: Annotated[Hex8, "Command."]
    value: Annotated[Hex8, "Value to write."]


@record
class AsfRemoteControl(Structure):
    """What can be done from afar.  8 bytes and 4 per function."""

    type: Type8 = 2
    reserved1: Reserved8 = 0
    length: StructureLength16
    control_count: Annotated[U8, "Functions."]
    control_data_length: Annotated[U8, "Bytes of each: 4."] = 4
    reserved2: Reserved16 = 0
    controls: Annotated[tuple[AsfControl, ...], Repeated(AsfControl, "control_count"), "Functions."] = ()


@record
class AsfRmcp(Structure):
    """What the remote protocol can do, and the boot options of the last command.  23 bytes."""

    type: Type8 = 3
    reserved: Reserved8 = 0
    length: StructureLength16 = 23
    capabilities: Annotated[bytes, raw_bytes(7), "Commands that are supported."]
    completion_code: Annotated[Hex8, "0: the boot options are valid."]
    enterprise_id: Annotated[U32, Label("Enterprise ID"), "IANA enterprise number."]
    command: Annotated[Hex8, "Special command."]
    parameter: Annotated[Hex16, "Parameter of the command."]
    boot_options: Annotated[Hex16, "Boot options."]
    oem_parameters: Annotated[Hex16, "For the OEM."]


@record
class AsfAddress(Structure):
    """SMBus addresses that are taken.  6 bytes and one per device."""

    type: Type8 = 4
    reserved: Reserved8 = 0
    length: StructureLength16
    eprom_address: Annotated[Hex8, "Address of the SEEPROM; 0: none."]
    device_count: Annotated[U8, "Addresses."]
    addresses: Annotated[bytes, CountedBytes("device_count"), "Addresses, a byte each."] = b""


_LAST = 0x80
"""Bit of the type that marks the last structure."""
_RECORDS = {0: AsfInformation, 1: AsfAlerts, 2: AsfRemoteControl, 3: AsfRmcp, 4: AsfAddress}
STRUCTURES = StructureList(
    RawStructure8R16, {number | last: (cls,) for last in (0, _LAST) for number, cls in _RECORDS.items()}
)


@record
class Asf(SdtHeader):
    """Alert Standard Format Table."""

    TITLE = "Alert Standard Format Table"
    SPEC = "Alert Standard Format 2.0, 4.1"
    signature: Sig4 = "ASF!"
    revision: U8 = 0x20
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Records, in firmware order; bit 7 of a type: last."] = ()


CODEC = TableCodec(records=(Asf,))
