"""GPIO, serial bus, pin and clock descriptors.  Spec: ACPI 6.5, 6.4.3.8 to 6.4.3.14.

Pins, names and vendor data stand after the fixed part, at offsets from the descriptor's first byte; ``rest`` keeps
these bytes as they are, and :func:`part` cuts out of them.
"""

from typing import Annotated

from acpitools.aml.resources.descriptor import LargeDescriptor
from acpitools.codec.fields import U8, U16, U32, Hex8, Hex16, Hex32
from acpitools.codec.record import Rest, encode, record

__all__ = [
    "ClockInput",
    "Connection",
    "Gpio",
    "PinConfiguration",
    "PinFunction",
    "PinGroup",
    "PinGroupConfiguration",
    "PinGroupFunction",
    "SerialBus",
    "controller_of",
    "part",
    "pins_of",
]

Offset = Annotated[U16, "Bytes from the descriptor's first byte."]


@record
class Connection(LargeDescriptor):
    """A connection to a controller that other firmware names."""

    revision: U8


@record
class Gpio(Connection):
    """Pins of a GPIO controller.  6.4.3.8.1."""

    KIND = "gpio"
    connection_type: Annotated[U8, "0 interrupt, 1 I/O."]
    flags: Annotated[Hex16, "Bit 0: consumer."]
    interrupt_flags: Annotated[Hex16, "Interrupts: bit 0 edge, bits 1-2 polarity; bits 3-4 sharing. I/O: bits 0-1."]
    pin_configuration: Annotated[U8, "0 default, 1 pull-up, 2 pull-down, 3 none."]
    drive_strength: Annotated[U16, "Hundredths of milliamperes."]
    debounce: Annotated[U16, "Hundredths of milliseconds."]
    pin_table: Offset
    source_index: U8
    source_name: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class PinFunction(Connection):
    """A function that pins get.  6.4.3.9."""

    KIND = "pin_function"
    flags: Annotated[Hex16, "Bit 0: shared."]
    pin_configuration: Annotated[U8, "0 default, 1 pull-up, 2 pull-down, 3 none."]
    function: Hex16
    pin_table: Offset
    source_index: U8
    source_name: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class SerialBus(Connection):
    """A place on a serial bus: I2C, SPI, UART or CSI-2.  6.4.3.8.2."""

    KIND = "serial_bus"
    source_index: U8
    bus: Annotated[U8, "1 I2C, 2 SPI, 3 UART, 4 CSI-2."]
    flags: Annotated[Hex8, "Bit 0 target mode, bit 1 consumer, bit 2 shared."]
    type_flags: Annotated[Hex16, "Depend on the bus."]
    type_revision: U8
    type_size: Annotated[U16, "Bytes of the bus's own data, vendor data included."]
    rest: Annotated[Rest, "The bus's own data, vendor data, name of the controller."]


@record
class PinConfiguration(Connection):
    """How pins are configured.  6.4.3.10."""

    KIND = "pin_configuration"
    flags: Annotated[Hex16, "Bit 0 shared, bit 1 consumer."]
    configuration: Annotated[U8, "Which property."]
    value: Hex32
    pin_table: Offset
    source_index: U8
    source_name: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class PinGroup(Connection):
    """Pins that have a name together.  6.4.3.11."""

    KIND = "pin_group"
    flags: Annotated[Hex16, "Bit 0: consumer."]
    pin_table: Offset
    label: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class PinGroupFunction(Connection):
    """A function that a group of pins gets.  6.4.3.12."""

    KIND = "pin_group_function"
    flags: Annotated[Hex16, "Bit 0 shared, bit 1 consumer."]
    function: Hex16
    source_index: U8
    source_name: Offset
    label: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class PinGroupConfiguration(Connection):
    """How a group of pins is configured.  6.4.3.13."""

    KIND = "pin_group_configuration"
    flags: Annotated[Hex16, "Bit 0 shared, bit 1 consumer."]
    configuration: Annotated[U8, "Which property."]
    value: Hex32
    source_index: U8
    source_name: Offset
    label: Offset
    vendor_data: Offset
    vendor_size: U16
    rest: Rest


@record
class ClockInput(Connection):
    """A clock that a device takes.  6.4.3.14."""

    KIND = "clock_input"
    flags: Annotated[Hex16, "Bit 0 variable, bits 1-2 unit: Hz, kHz, MHz."]
    divisor: U16
    numerator: U32
    source: Annotated[Rest, "Index and name of the source, if given."] = b""


def pins_of(descriptor: Gpio) -> tuple[int, ...]:
    """Give the numbers of the pins."""
    table = part(descriptor, descriptor.pin_table, descriptor.source_name)
    return tuple(int.from_bytes(table[at : at + 2], "little") for at in range(0, len(table) - 1, 2))


def controller_of(descriptor: Gpio | SerialBus) -> str:
    """Give the path of the controller, as it is written."""
    if isinstance(descriptor, SerialBus):
        text = descriptor.rest[descriptor.type_size :]
    else:
        text = part(descriptor, descriptor.source_name, descriptor.vendor_data)
    return text.partition(b"\0")[0].decode("latin-1")


def part(descriptor: Connection, start: int, end: int) -> bytes:
    """Give the bytes ``[start, end)`` of a descriptor, counted from its first byte; fewer where there are fewer."""
    return encode(descriptor)[start : max(start, end)]
