"""Buses and pins in a description of hardware."""

from __future__ import annotations

from typing import Final

from acpitools.core.toml import Section
from acpitools.core.units import U64_MAX
from acpitools.core.value import value

__all__ = ["ANSWERING_SPACES", "PINS", "REFERENCE", "Answer", "Pin", "parse_answers", "parse_pins"]

REFERENCE: Final = r"""
[[transfers]]               # what a bus hands back for a field: a buffer of status, length and data
space = "GenericSerialBus"  # or SMBus, IPMI, PCC
controller = '\_SB.I2C1'    # only for GenericSerialBus: the controller in the Connection; any, where it is left out
device = 0x1A               # only for GenericSerialBus: the address on I2C, the chip select of SPI; any, likewise
address = 0x05              # GenericSerialBus: the command; SMBus, IPMI: in the space; PCC: number of the subspace
on = "read"                 # "write", or "any" (the default)
status = 0                  # 0 where it is left out, and for PCC, which has none
data = "01 02"              # hexadecimal; for PCC from the first byte of its memory on; of a write, what was
                            # written where it is left out; a list is what one transfer after another gives

[[pins]]                    # a pin of GeneralPurposeIo
controller = '\_SB.GPO0'    # the controller in the Connection; any, where it is left out
pin = 12
value = 1                   # or values = [0, 1], what one read after another gives
write = "ignore"            # or "keep" (the default)
"""
"""Every key, with what it means."""

PINS: Final = "GeneralPurposeIo"
"""The space of pins."""
ANSWERING_SPACES: Final = ("GenericSerialBus", "SMBus", "IPMI", "PCC")
"""Spaces whose transfers can be described."""
_MOST_DATA: Final = {"GenericSerialBus": 255, "SMBus": 32, "IPMI": 64, "PCC": 1 << 16}
_SERIAL_BUS: Final = "GenericSerialBus"
_ON: Final = ("any", "read", "write")


@value
class Answer:
    """What comes back for a transfer on a bus."""

    space: str
    address: int
    data: tuple[bytes | None, ...]
    """Of one transfer after another; the last stays.  None: what was written."""
    status: int = 0
    on: str = "any"
    """``any``, ``read`` or ``write``."""
    controller: str | None = None
    device: int | None = None


@value
class Pin:
    """A pin, and what it is."""

    number: int
    values: tuple[int, ...]
    """What one read after another gives; the last one stays."""
    keeps: bool
    """Whether it becomes what is written."""
    controller: str | None = None


def parse_answers(sections: list[Section]) -> tuple[Answer, ...]:
    """Read what buses answer.  Raises InputError."""
    return tuple(map(_answer, sections))


def _answer(section: Section) -> Answer:
    space = section.choice("space", "", ANSWERING_SPACES)
    serial = space == _SERIAL_BUS
    controller, device = section.text("controller", "") or None, section.optional_integer("device", most=0xFFFF)
    if not serial and (controller is not None or device is not None):
        raise section.wrong("device" if controller is None else "controller", f"only {_SERIAL_BUS} has one")
    if "address" not in section:
        raise section.wrong("address", "it has to be given")
    if space == "PCC" and "status" in section:
        raise section.wrong("status", "PCC has none: give it among the data")
    answer = Answer(
        space=space,
        address=section.integer("address", 0, most=U64_MAX),
        data=_data(section, _MOST_DATA[space]),
        status=section.integer("status", 0, most=0xFF),
        on=section.choice("on", "any", _ON),
        controller=controller,
        device=device,
    )
    section.done()
    return answer


def _data(section: Section, most: int) -> tuple[bytes | None, ...]:
    listed = section.raw("data")
    if listed is None:
        return (None,)
    texts = listed if isinstance(listed, list) else [listed]
    try:
        found = tuple(bytes.fromhex(text) for text in texts)
    except (TypeError, ValueError):
        raise section.wrong("data", 'expected bytes in hexadecimal such as "00 1F 2A", or a list of such') from None
    if not found:
        raise section.wrong("data", "there is nothing in the list")
    longest = max(map(len, found))
    if longest > most:
        raise section.wrong("data", f"{longest} bytes, at most {most} are handed over")
    return found


def parse_pins(sections: list[Section]) -> tuple[Pin, ...]:
    """Read what pins are.  Raises InputError."""
    found: dict[tuple[str | None, int], Pin] = {}
    for section in sections:
        pin = _pin(section)
        if (pin.controller, pin.number) in found:
            raise section.wrong("pin", f"pin {pin.number} is described twice")
        found[pin.controller, pin.number] = pin
    return tuple(found.values())


def _pin(section: Section) -> Pin:
    if "pin" not in section:
        raise section.wrong("pin", "it has to be given")
    number = section.integer("pin", 0, most=0xFFFF)
    controller = section.text("controller", "") or None
    listed = section.raw("values")
    if listed is None:
        values: tuple[int, ...] = (section.integer("value", 0, most=1),)
    elif "value" in section or not isinstance(listed, list) or not listed or any(item not in (0, 1) for item in listed):
        raise section.wrong("values", "give either one value, or a list of zeros and ones")
    else:
        values = tuple(map(int, listed))
    write = section.choice("write", "ignore" if len(values) > 1 else "keep", ("keep", "ignore"))
    if len(values) > 1 and write != "ignore":
        raise section.wrong("write", 'a pin with a list of values ignores writes: "ignore"')
    section.done()
    return Pin(number=number, values=values, keeps=write == "keep", controller=controller)
