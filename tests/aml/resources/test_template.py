"""Resource descriptors: what the bytes of each mean, and every byte string there and back.

The examples are laid out by hand after ACPI 6.5, 6.4.2 and 6.4.3.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.aml.resources.descriptor import Descriptor, RawDescriptor
from acpitools.aml.resources.template import DESCRIPTORS, Template, decode_template, encode_template
from acpitools.codec.record import fixed_size
from tests.strategies import mutated

EXAMPLES: dict[str, dict[str, Any]] = {
    "22 2010": {"KIND": "irq", "mask": 0x1020},
    "23 2010 18": {"KIND": "irq", "mask": 0x1020, "flags": 0x18},
    "2a 14 04": {"KIND": "dma", "mask": 0x14, "flags": 4},
    "30": {"KIND": "start_dependent"},
    "31 05": {"KIND": "start_dependent", "priority": 5},
    "38": {"KIND": "end_dependent"},
    "47 01 f80c f90c 02 08": {"KIND": "io", "minimum": 0xCF8, "maximum": 0xCF9, "alignment": 2, "size": 8},
    "4b 6000 04": {"KIND": "fixed_io", "base": 0x60, "size": 4},
    "55 0500 0100 02": {"KIND": "fixed_dma", "request_line": 5, "channel": 1, "width": 2},
    "73 010203": {"KIND": "vendor", "data": b"\1\2\3"},
    "79 42": {"KIND": "end", "checksum": 0x42},
    "81 0900 01 0010 0020 1000 0001": {"KIND": "memory24", "minimum": 0x1000, "maximum": 0x2000, "size": 0x100},
    "82 0c00 01 08 00 01 f90c000000000000": {"KIND": "register", "space": 1, "address": 0xCF9, "access_size": 1},
    "84 0300 aabbcc": {"KIND": "vendor", "data": b"\xaa\xbb\xcc"},
    "85 1100 01 00001000 00002000 00100000 00000100": {
        "KIND": "memory32",
        "minimum": 0x100000,
        "maximum": 0x200000,
        "alignment": 0x1000,
        "size": 0x10000,
    },
    "86 0900 01 0000d0fe 00100000": {"KIND": "memory32_fixed", "base": 0xFED00000, "size": 0x1000},
    "87 1700 00 0c 01 00000000 000000e0 ffffffef 00000000 00000010": {
        "KIND": "dword_space",
        "resource_type": 0,
        "minimum": 0xE0000000,
        "maximum": 0xEFFFFFFF,
        "size": 0x10000000,
        "source": b"",
    },
    "88 0d00 02 0c 00 0000 0000 ff00 0000 0001": {
        "KIND": "word_space",
        "resource_type": 2,
        "maximum": 255,
        "size": 256,
    },
    "88 1000 02 0c 00 0000 0000 ff00 0000 0001 01 41 00": {"KIND": "word_space", "source": b"\1A\0"},
    "89 0a00 03 02 10000000 11000000": {"KIND": "interrupts", "flags": 3, "count": 2},
    "8a 2b00 00 0c 01" + "00" * 8 + "0000000001000000" + "ffffff3f01000000" + "00" * 8 + "0000004000000000": {
        "KIND": "qword_space",
        "minimum": 0x1_0000_0000,
        "maximum": 0x1_3FFF_FFFF,
        "size": 0x4000_0000,
    },
    "8b 3500 00 0c 01 01 00" + "00" * 40 + "0080000000000000": {"KIND": "extended_space", "attributes": 0x8000},
    "8c 1d00 01 00 0100 0300 01 0000 1000 1700 00 1900 1e00 0200 0300 5c2e5f00 00 aabb": {
        "KIND": "gpio",
        "connection_type": 0,
        "debounce": 0x10,
        "pin_table": 0x17,
        "source_name": 0x19,
        "vendor_size": 2,
    },
    "8d 1300 01 0000 00 0500 1200 00 1400 1600 0000 0700 4100": {"KIND": "pin_function", "function": 5},
    "8e 1100 02 00 01 02 0000 01 0600 a0860100 5000 4100": {"KIND": "serial_bus", "bus": 1, "type_size": 6},
    "8f 1500 01 0000 02 2c010000 1400 00 1600 1800 0000 0700 4100": {"KIND": "pin_configuration", "value": 300},
    "90 0f00 01 0000 0e00 1000 1200 0000 0700 4100": {"KIND": "pin_group", "pin_table": 14},
    "91 1200 01 0000 0500 00 1100 1300 1500 0000 4100 4200": {"KIND": "pin_group_function", "function": 5},
    "92 1500 01 0000 02 01000000 00 1400 1600 1800 0000 4100 4200": {"KIND": "pin_group_configuration", "value": 1},
    "93 0900 01 0300 0200 a0860100": {"KIND": "clock_input", "divisor": 2, "numerator": 100_000},
    "80 0100 00": {"KIND": "unknown"},
    "89 0100 00": {"KIND": "unknown"},
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_of_each_descriptor(text: str) -> None:
    data = bytes.fromhex(text)
    template = decode_template(data)
    (descriptor,) = template.descriptors
    expected = EXAMPLES[text]
    assert {name: getattr(descriptor, name) for name in expected} == expected
    assert encode_template(template) == data


def test_every_descriptor_has_an_example() -> None:
    seen = {type(decode_template(bytes.fromhex(text)).descriptors[0]) for text in EXAMPLES}
    assert seen == {cls for classes in DESCRIPTORS.values() for cls in classes} | {RawDescriptor}


def test_what_follows_the_end_tag_is_kept() -> None:
    template = decode_template(bytes.fromhex("7900 2210"))
    assert (len(template.descriptors), template.rest, template.complete) == (1, b"\x22\x10", False)


@pytest.mark.parametrize("text", ["22 20", "84 ff00 00", "84 00", "84"])
def test_a_descriptor_longer_than_the_buffer_is_kept_as_bytes(text: str) -> None:
    data = bytes.fromhex(text)
    assert decode_template(data) == Template(descriptors=(), rest=data)


def test_a_descriptor_made_anew_is_written() -> None:
    (fixed,) = decode_template(bytes.fromhex("86 0900 01 0000d0fe 00100000")).descriptors
    moved = dataclasses.replace(fixed, base=0xE0000000)  # type: ignore[call-arg]
    assert encode_template(Template(descriptors=(moved,))).hex() == "860900" + "01" + "000000e0" + "00100000"


@given(st.binary(max_size=80) | mutated(*map(bytes.fromhex, EXAMPLES)))
def test_any_bytes_are_kept(data: bytes) -> None:
    assert encode_template(decode_template(data)) == data


def test_records_say_what_they_are() -> None:
    classes: set[type[Descriptor]] = {cls for found in DESCRIPTORS.values() for cls in found}
    assert all(cls.KIND and cls.__doc__ for cls in classes)
    assert all(fixed_size(cls) > 0 for cls in classes)
