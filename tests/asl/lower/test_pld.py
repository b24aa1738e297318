"""Values of ToPLD: what iasl 20200925 takes, and what it calls out of range."""

from __future__ import annotations

import pytest

from acpitools.aml.machine import read_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from tests.asl.test_compile import block


@pytest.mark.parametrize(
    ("field", "largest", "first_bit"),
    [
        ("PLD_Panel", 6, 67),
        ("PLD_VerticalPosition", 2, 70),
        ("PLD_HorizontalPosition", 2, 72),
        ("PLD_Shape", 8, 74),
        ("PLD_Rotation", 7, 115),
        ("PLD_Order", 31, 119),
    ],
)
def test_the_largest_value_of_a_field(field: str, largest: int, first_bit: int) -> None:
    made = block(f"Name (PLD0, ToPLD ({field} = {largest}))")
    assert made.tables[0].data[-20:] == (largest << first_bit).to_bytes(20, "little")
    refused = block(f"Name (PLD0, ToPLD ({field} = {largest + 1}))")
    assert refused.tables == ()


def test_a_buffer_with_a_value_that_has_no_name_is_no_location() -> None:
    for shape, shown in ((8, "ToPLD"), (9, "Buffer")):
        number = 2 | shape << 74
        data = ", ".join(hex(byte) for byte in number.to_bytes(20, "little"))
        made = block(f"Name (_PLD, Package () {{Buffer (20) {{{data}}}}})").tables[0].data
        text = disassemble(read_table(made))
        assert f"{shown} (" in text.partition("_PLD")[2]
        assert compile_source(text, "again.dsl").tables[0].data == made
