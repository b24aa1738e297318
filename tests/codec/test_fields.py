"""Flags, enumerations and text keep every value."""

from __future__ import annotations

from enum import IntEnum, IntFlag

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.codec.fields import Sig4, enum8, flag_names, flags8, flags32, known_bits


class Colour(IntFlag):
    RED = 1
    BLUE = 4
    PURPLE = 5
    BRIGHT = 0x80


class Level(IntEnum):
    LOW = 0
    HIGH = 2


@given(st.integers(0, 0xFFFFFFFF))
def test_flags_keep_unknown_bits(value: int) -> None:
    decode = flags32(Colour).decode
    assert decode is not None
    flags = decode(value)
    assert isinstance(flags, Colour)
    assert int(flags) == value
    assert (flags & Colour.BLUE == Colour.BLUE) == bool(value & 4)


def test_unknown_bits_do_not_stay_in_the_enumeration() -> None:
    decode = flags32(Colour).decode
    assert decode is not None
    before = len(Colour._value2member_map_)
    for value in range(1 << 16, (1 << 16) + 1000):
        decode(value)
    assert len(Colour._value2member_map_) == before


def test_enumerations_fall_back_to_integers() -> None:
    decode = enum8(Level).decode
    assert decode is not None
    assert decode(2) is Level.HIGH
    assert (decode(77), type(decode(77))) == (77, int)


@pytest.mark.parametrize(
    ("value", "names"),
    [(0, ()), (1, ("RED",)), (5, ("PURPLE",)), (0x84, ("BLUE", "BRIGHT")), (0x87, ("PURPLE", "BRIGHT")), (2, ())],
)
def test_names_of_several_bits_stand_for_all_of_them(value: int, names: tuple[str, ...]) -> None:
    assert flag_names(Colour, value) == names


def test_known_bits_are_those_with_a_name() -> None:
    assert known_bits(Colour) == 0x85
    assert flags8(Colour).size == 1


@given(st.binary(min_size=4, max_size=4))
def test_text_keeps_every_byte(data: bytes) -> None:
    leaf = Sig4.__metadata__[0]  # type: ignore[attr-defined]
    assert leaf.encode(leaf.decode(data)) == data
