"""PkgLength, names and integers.  Examples: ACPI 6.5, 20.2.2 and 20.2.4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.aml.encoding import (
    MAX_PKG_LENGTH,
    decode_name,
    decode_pkg_length,
    encode_integer,
    encode_pkg_length,
    name_from_text,
)
from acpitools.core.errors import EncodeError


@pytest.mark.parametrize(
    ("value", "encoding"),
    [(0, "00"), (0x3F, "3f"), (0x40, "4004"), (0xFFF, "4fff"), (0x1000, "800001"), (MAX_PKG_LENGTH, "cfffffff")],
)
def test_pkg_length_takes_as_few_bytes_as_it_can(value: int, encoding: str) -> None:
    assert encode_pkg_length(value).hex() == encoding


@given(st.integers(0, MAX_PKG_LENGTH), st.integers(0, 4))
def test_pkg_length_there_and_back(value: int, size: int) -> None:
    data = encode_pkg_length(value, size)
    assert decode_pkg_length(data, 0) == (value, len(data))
    assert len(data) >= size


def test_a_pkg_length_over_28_bits_is_refused() -> None:
    with pytest.raises(EncodeError, match="28 bits"):
        encode_pkg_length(MAX_PKG_LENGTH + 1)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("FOO", b"FOO_"),
        ("\\", b"\\\0"),
        ("^^FOO", b"^^FOO_"),
        ("\\_SB.PCI0", b"\\._SB_PCI0"),
        ("A.B.C", b"/\3A___B___C___"),
        ("_", b"____"),
    ],
)
def test_names_are_encoded_as_short_as_can_be(text: str, encoding: bytes) -> None:
    name = name_from_text(text)
    assert name.raw == encoding
    assert name == decode_name(encoding + b"rest", 0, len(encoding) + 4)
    assert str(name) == text


def test_a_name_in_more_bytes_than_it_needs_keeps_them() -> None:
    name = decode_name(b"\\/\1FOO_", 0, 7)
    assert name is not None
    assert str(name) == "\\FOO"
    assert name.raw == b"\\/\1FOO_"
    assert not name.is_canonical


@pytest.mark.parametrize("data", [b"", b"\\", b"^^", b"FOO", b"foo_", b"1ABC", b".FOO_BA", b"/", b"/\2FOO_"])
def test_what_is_no_name_is_none(data: bytes) -> None:
    assert decode_name(data, 0, len(data)) is None


@pytest.mark.parametrize("text", ["1AB", "FOOBAR", "A..B", "A.", "FO-O", "FOO\n"])
def test_a_text_that_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(EncodeError, match="name"):
        name_from_text(text)


def test_an_integer_that_does_not_fit_is_refused() -> None:
    assert encode_integer("WordData", 0x1234) == b"\x34\x12"
    with pytest.raises(EncodeError, match="does not fit 1 byte"):
        encode_integer("ByteData", 256)
