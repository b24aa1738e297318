"""Parts of the descriptors of connections, found by their offsets.  Spec: ACPI 6.5, 6.4.3.8."""

from __future__ import annotations

from acpitools.aml.resources.connections import Gpio, part
from acpitools.aml.resources.template import decode_template

PINS = bytes.fromhex(
    "8c 2000 01 00 0100 0300 01 0000 1000 1700 00 1b00 2300 0000 0700 0b00 5c5f53422e47 00 00".replace(" ", "")
)


def test_a_part_is_counted_from_the_first_byte_of_the_descriptor() -> None:
    (found,) = decode_template(PINS).descriptors
    assert isinstance(found, Gpio)
    assert part(found, found.pin_table, found.source_name) == b"\x07\x00\x0b\x00"
    assert part(found, found.source_name, found.source_name + 6) == b"\\_SB.G"
    assert part(found, 0, 3) == b"\x8c\x20\x00"


def test_a_part_that_ends_before_it_begins_or_after_the_descriptor_has_what_is_there() -> None:
    (found,) = decode_template(PINS).descriptors
    assert isinstance(found, Gpio)
    assert part(found, 5, 2) == b""
    assert part(found, len(PINS) - 1, len(PINS) + 9) == PINS[-1:]
    assert part(found, len(PINS) + 1, len(PINS) + 9) == b""
