"""Integer arrays over bytes."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.core.errors import EncodeError


def test_elements_are_little_endian() -> None:
    array = IntArray(bytes.fromhex("0100 0002 ffff"), 2)
    assert list(array) == [1, 0x200, 0xFFFF]
    assert (array[0], array[-1], array[1:], len(array)) == (1, 0xFFFF, (0x200, 0xFFFF), 3)
    with pytest.raises(IndexError):
        array[3]


@pytest.mark.parametrize("width", [1, 2, 4, 8])
@given(data=st.data())
def test_an_array_is_a_list_of_its_integers(width: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, (1 << 8 * width) - 1), max_size=20))
    array = IntArray.of(values, width)
    assert list(array) == values
    assert [array[index] for index in range(len(array))] == values
    assert array.data == b"".join(value.to_bytes(width, "little") for value in values)


def test_equality_is_by_width_and_value() -> None:
    assert IntArray.of([1, 2], 2) == IntArray.of([1, 2], 2)
    assert hash(IntArray.of([1, 2], 2)) == hash(IntArray.of([1, 2], 2))
    assert IntArray.of([], 2) != IntArray.of([], 4)
    assert IntArray.of([1], 2) != [1]


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(EncodeError, match=r"element 1: 65536 does not fit in 2 bytes \(0 to 65535\)"):
        IntArray.of([1, 65536], 2)
    with pytest.raises(EncodeError, match=r"element 0: 'x' does not fit"):
        IntArray.of(["x"], 2)  # type: ignore[list-item]


def test_bytes_must_be_whole_elements() -> None:
    with pytest.raises(ValueError, match="3 bytes are not a multiple of 2"):
        IntArray(b"abc", 2)


def test_an_array_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        IntArray(b"", 2).width = 4


def test_repr_shows_the_first_elements() -> None:
    assert repr(IntArray.of([1, 2], 2)) == "IntArray([1, 2], width=2)"
    assert repr(IntArray.of(range(9), 1)) == "IntArray([0, 1, 2, 3, 4, 5, 6, 7, ...], width=1)"


def test_arrays_can_be_pickled_and_copied() -> None:
    array = IntArray.of([1, 2], 8)
    assert pickle.loads(pickle.dumps(array)) == copy.copy(array) == array
