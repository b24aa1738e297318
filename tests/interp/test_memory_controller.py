"""The memory hot-plug controller, register by register as QEMU specifies it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.interp.memory_controller import Dimm, MemoryController, Report, Slot

DIMM = Dimm(address=0x1_8000_0000, size=0x2_4000_0000, node=3)


def controller(count: int = 4) -> MemoryController:
    """Give a controller with DIMM in slot 2, which is selected."""
    made = MemoryController(slots=[Slot() for _ in range(count)])
    made.insert(2, DIMM, running=True)
    made.write(0x0, 2)
    return made


def test_a_slot_shows_where_its_dimm_is() -> None:
    made = controller()
    words = [made.read(offset, 32) for offset in (0x0, 0x4, 0x8, 0xC, 0x10)]
    assert words == [0x8000_0000, 1, 0x4000_0000, 2, 3]


def test_an_empty_slot_shows_zeros() -> None:
    made = controller()
    made.write(0x0, 1)
    assert [made.read(offset, 32) for offset in (0x0, 0x4, 0x8, 0xC, 0x10, 0x14)] == [0] * 6


def test_an_insertion_is_told_until_it_is_acknowledged() -> None:
    made = controller()
    assert made.read(0x14, 8) == 0b011
    made.write(0x14, 0b010)
    assert made.read(0x14, 8) == 0b001


def test_a_dimm_that_was_there_at_the_start_is_not_told() -> None:
    made = MemoryController(slots=[Slot()])
    made.insert(0, DIMM, running=False)
    assert made.read(0x14, 8) == 0b001


def test_a_removal_is_asked_for_acknowledged_and_done() -> None:
    made = controller()
    made.write(0x14, 0b010)
    made.ask_removal(2)
    assert made.read(0x14, 8) == 0b101
    made.write(0x14, 0b100)
    assert made.read(0x14, 8) == 0b001
    made.write(0x14, 0b1000)
    assert (made.read(0x14, 8), made.ejected) == (0, [2])
    made.write(0x14, 0b1000)
    assert made.ejected == [2]


def test_the_lowest_bit_of_a_control_write_decides() -> None:
    made = controller()
    made.ask_removal(2)
    made.write(0x14, 0b1110)
    assert made.read(0x14, 8) == 0b101


def test_a_status_is_reported_with_the_event_before_it() -> None:
    made = controller()
    made.write(0x4, 3)
    made.write(0x8, 0x84)
    made.write(0x8, 0x82)
    assert made.reports == [Report(slot=2, event=3, status=0x84), Report(slot=2, event=3, status=0x82)]


def test_beyond_the_slots_reads_give_zero_and_writes_do_nothing() -> None:
    made = controller()
    made.write(0x0, 4)
    made.write(0x8, 1)
    made.write(0x14, 0b1000)
    assert ([made.read(offset, 32) for offset in (0x0, 0x14)], made.reports) == ([0, 0], [])
    made.write(0x0, 2)
    assert made.read(0x14, 8) == 0b011


def test_what_is_no_register_reads_as_ones_of_the_width() -> None:
    assert [controller().read(offset, width) for offset, width in ((0x15, 8), (0x1, 16), (0x12, 32))] == [
        0xFF,
        0xFFFF,
        0xFFFF_FFFF,
    ]


def test_a_slot_takes_one_dimm() -> None:
    with pytest.raises(ValueError, match="slot 2"):
        controller().insert(2, DIMM, running=True)


@given(st.lists(st.tuples(st.integers(0, 0x17), st.integers(0, (1 << 32) - 1)), max_size=40))
def test_any_writes_leave_registers_of_their_width(writes: list[tuple[int, int]]) -> None:
    made = controller()
    for offset, number in writes:
        made.write(offset, number)
        assert all(0 <= made.read(place, width) < 1 << width for place in range(0x18) for width in (8, 16, 32))
    assert len(made.ejected) <= 1
