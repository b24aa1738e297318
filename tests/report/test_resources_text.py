"""Resource descriptors in a line each.  The bytes are laid out by hand after ACPI 6.5, 6.4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.aml.resources.template import decode_template
from acpitools.report.resources_text import resource_text

QWORD = "8a2b00000c01" + "00" * 8 + "0000000001000000" + "ffffff3f01000000" + "00" * 8 + "0000004000000000"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("22 2010", "IRQ 5, 12"),
        ("22 0000", "IRQ none"),
        ("23 2000 18", "IRQ 5 (level, active low, shared)"),
        ("23 0002 01", "IRQ 9 (edge, active high)"),
        ("2a 14 04", "DMA 2, 4"),
        ("47 01 f80c f80c 01 08", "I/O 0x0cf8-0x0cff"),
        ("47 01 0010 0020 10 10", "I/O, 16 ports from 0x1000 to 0x2000"),
        ("4b 6000 04", "I/O 0x0060-0x0063"),
        ("55 0500 0100 02", "DMA request 5, channel 1"),
        ("86 0900 00 0000d0fe 00100000", "memory [mem 0xfed00000-0xfed00fff], read only"),
        ("86 0900 01 0000d0fe 00000000", "memory, nothing at 0xfed00000"),
        ("89 0600 0d 01 10000000", "interrupt 16 (level, active low, shared)"),
        (
            "87 1700 00 0c 07 00000000 00000080 ffff0080 00000000 00000100",
            "memory [mem 0x80000000-0x8000ffff], prefetchable",
        ),
        (
            "87 1700 00 0c 19 00000000 00000080 ffff0080 00000000 00000100",
            "memory [mem 0x80000000-0x8000ffff], ACPI NVS",
        ),
        ("89 0a00 03 02 10000000 11000000", "interrupt 16, 17 (edge, active high)"),
        ("88 0d00 02 0c 00 0000 0000 ff00 0000 0001", "bus numbers 0x00-0xff"),
        ("88 0d00 01 0c 03 0000 000d ffff 0000 00f3", "I/O 0x0d00-0xffff"),
        (QWORD, "memory [mem 0x100000000-0x13fffffff]"),
        ("82 0c00 01 08 00 01 f90c000000000000", "register, space 1, address 0xcf9, 8 bits"),
        ("8e 1100 02 00 01 02 0000 01 0600 a0860100 5000 4100", "I2C on A"),
        ("73 010203", "vendor, 4 bytes"),
    ],
)
def test_a_descriptor_in_a_line(data: str, text: str) -> None:
    (descriptor,) = decode_template(bytes.fromhex(data)).descriptors
    assert resource_text(descriptor) == text


@given(st.binary(max_size=60))
def test_any_bytes_give_one_printable_line_each(data: bytes) -> None:
    for descriptor in decode_template(data).descriptors:
        text = resource_text(descriptor)
        assert text.isprintable()
