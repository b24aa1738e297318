"""Described buses and pins that run: what fields that are handed over whole reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from acpitools.aml.resources.connections import Gpio, SerialBus, controller_of, pins_of
from acpitools.aml.resources.template import decode_template
from acpitools.core.errors import AmlRuntimeError, AmlUnsupported
from acpitools.interp.buses import HEADER
from acpitools.interp.hardware_buses import Answer, Pin
from acpitools.interp.objects import Transfer

__all__ = ["ScriptedBus", "ScriptedPins"]

_I2C, _SPI = 1, 2
_PLACES: Final = {_I2C: slice(4, 6), _SPI: slice(7, 9)}
"""Bus -> where its own data have the address of the device.  Spec: ACPI 6.5, 6.4.3.8.2.1 and 2."""


class ScriptedBus:
    """A bus that gives described answers; any other transfer is an error."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        """Make a bus of the answers of one space."""
        self._answers = [(answer, list(reversed(answer.data))) for answer in answers]

    def transfer(self, transfer: Transfer) -> bytes:
        """Give the first answer that fits.  Raises AmlUnsupported where none does."""
        controller, device = _serial_place(transfer.connection)
        for answer, waiting in self._answers:
            if (
                answer.address == transfer.address
                and answer.on in ("any", "write" if transfer.writes else "read")
                and answer.controller in (None, controller)
                and answer.device in (None, device)
            ):
                return _filled(transfer, answer, waiting.pop() if len(waiting) > 1 else waiting[0])
        place = f" of device {device:#x}" if device is not None else ""
        place += f" on {controller}" if controller else ""
        what = f"a {'write' if transfer.writes else 'read'} of {transfer.address:#x}{place}"
        raise AmlUnsupported(transfer.space, "", f"nothing describes {what}")


def _filled(transfer: Transfer, answer: Answer, data: bytes | None) -> bytes:
    size = len(transfer.data)
    if transfer.space == "PCC":
        return ((data or b"") + transfer.data[len(data or b"") :])[:size]
    if data is None:
        return bytes((answer.status,)) + transfer.data[1:]
    if HEADER + len(data) > size:
        raise AmlRuntimeError(transfer.space, "", f"an answer of {len(data)} bytes, the protocol has {size - HEADER}")
    return (bytes((answer.status, len(data))) + data).ljust(size, b"\0")


class ScriptedPins:
    """Pins of GPIO controllers; one that nothing describes is an error, if no value is given for such."""

    def __init__(self, pins: Sequence[Pin], other: int | None) -> None:
        """``other`` is what pins are that nothing describes, until they are written."""
        self._other = other
        self._pins = {(pin.controller, pin.number): (pin, list(reversed(pin.values))) for pin in pins}

    def transfer(self, transfer: Transfer) -> bytes:
        """Read or write pins, the first in the lowest bit.  Raises AmlRuntimeError, AmlUnsupported."""
        controller, numbers = _pins(transfer.connection)
        wanted = numbers[transfer.pin : transfer.pin + transfer.pins]
        if len(wanted) < transfer.pins:
            why = f"{transfer.pins} pins from the one of number {transfer.pin}, the Connection has {len(numbers)}"
            raise AmlRuntimeError(transfer.space, "", why)
        states = [self._of(controller, number) for number in wanted]
        if transfer.writes:
            bits = int.from_bytes(transfer.data, "little")
            for place, (pin, waiting) in enumerate(states):
                if pin.keeps:
                    waiting[:] = [bits >> place & 1]
            return transfer.data
        read = (waiting.pop() if len(waiting) > 1 else waiting[0] for _, waiting in states)
        total = sum(bit << place for place, bit in enumerate(read))
        return total.to_bytes(len(transfer.data), "little")

    def _of(self, controller: str, number: int) -> tuple[Pin, list[int]]:
        found = self._pins.get((controller, number)) or self._pins.get((None, number))
        if found is None:
            if self._other is None:
                raise AmlUnsupported("GeneralPurposeIo", "", f"nothing describes pin {number} of {controller}")
            pin = Pin(number=number, values=(self._other,), keeps=True, controller=controller)
            found = self._pins[controller, number] = pin, [self._other]
        return found


def _serial_place(connection: bytes) -> tuple[str, int | None]:
    # Controller and address of the device in a Connection.
    for item in decode_template(connection).descriptors:
        if isinstance(item, SerialBus):
            place = _PLACES.get(item.bus)
            return controller_of(item), None if place is None else int.from_bytes(item.rest[place], "little")
    return "", None


def _pins(connection: bytes) -> tuple[str, tuple[int, ...]]:
    # Controller and pins in a Connection.
    for item in decode_template(connection).descriptors:
        if isinstance(item, Gpio):
            return controller_of(item), pins_of(item)
    return "", ()
