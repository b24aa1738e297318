"""Terms to bytes: how long a PkgLength is, and what cannot be written.  Spec: ACPI 6.5, 20.2.4."""

from __future__ import annotations

import pytest

from acpitools.aml.encoding import MAX_PKG_LENGTH, canonical_name, name_from_text
from acpitools.aml.names import Arities
from acpitools.aml.reader import Reader
from acpitools.aml.terms import Term, integer
from acpitools.aml.writer import write_terms
from acpitools.core.errors import EncodeError

BEYOND = (0x40, 0x1000, 0x10_0000, 0x1000_0000)
"""First value that one, two, three, four bytes do not hold."""


def length_in(value: int, size: int) -> bytes:
    """Return a PkgLength of so many bytes."""
    if size == 1:
        return bytes((value,))
    return bytes(((size - 1) << 6 | value & 0xF,)) + (value >> 4).to_bytes(size - 1, "little")


def package_of(body: int) -> Term:
    """Return a Buffer with ``body`` bytes behind its PkgLength."""
    return Term("Buffer", (Term("Zero"), bytes(body - 1)))


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (62, "3f"),  # 63 with its own byte: the most that one byte holds
        (63, "4104"),  # 65 with its two bytes: 1 and 4 << 4
        (64, "4204"),
        (4093, "4fff"),  # 4095
        (4094, "810001"),  # 4097: 1 and 0x100 << 4
        (0xF_FFFC, "8fffff"),
        (0xF_FFFD, "c1000001"),
    ],
)
def test_a_pkg_length_counts_itself_and_is_as_short_as_can_be(body: int, encoding: str) -> None:
    term = package_of(body)
    data = write_terms((term,))
    assert data[1:].startswith(bytes.fromhex(encoding))
    assert len(data) == 1 + len(encoding) // 2 + body
    reader = Reader(data, Arities({}, {}))
    (found,) = reader.terms(0, len(data))
    assert (found, found.form, reader.damages) == (term, 0, [])


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (body, size)
        for body in (60, 61, 62, 63, 4092, 4093, 4094, 0xF_FFFB, 0xF_FFFC, 0xF_FFFD)
        for size in (2, 3, 4)
        if body + size < BEYOND[size - 1]
    ],
)
def test_a_pkg_length_of_more_bytes_than_it_needs_is_kept(body: int, size: int) -> None:
    data = b"\x11" + length_in(body + size, size) + bytes(body)
    reader = Reader(data, Arities({}, {}))
    found = reader.terms(0, len(data))
    assert reader.damages == []
    assert write_terms(found) == data
    shortest = len(write_terms((package_of(body),)))
    assert found[0].form == (size if shortest < len(data) else 0)


@pytest.mark.parametrize(
    ("bits", "size"),
    [
        (bits, size)
        for bits in (0x3F, 0x40, 0xFFF, 0x1000, 0xF_FFFF, 0x10_0000, MAX_PKG_LENGTH)
        for size in (1, 2, 3, 4)
        if bits < BEYOND[size - 1]
    ],
)
def test_the_length_of_a_field_is_kept_in_as_many_bytes(bits: int, size: int) -> None:
    length = length_in(bits, size)
    elements = b"\0" + length + b"FLD_" + length
    body = b"REGN\1" + elements
    data = b"\x5b\x81" + bytes((len(body) + 1,)) + body
    reader = Reader(data, Arities({}, {}))
    (found,) = reader.terms(0, len(data))
    assert reader.damages == []
    assert [element.args[-1] for element in found.args[2]] == [bits, bits]
    least = 1 + sum(bits >= limit for limit in BEYOND)
    assert [element.form for element in found.args[2]] == [size if size > least else 0] * 2
    assert write_terms((found,)) == data


def test_a_package_over_28_bits_is_refused() -> None:
    with pytest.raises(EncodeError, match="28 bits"):
        write_terms((package_of(MAX_PKG_LENGTH - 3),))


def test_a_name_has_255_segments_at_most() -> None:
    assert canonical_name(path=b"ABCD" * 255) == b"/\xff" + b"ABCD" * 255
    with pytest.raises(EncodeError, match="256 segments"):
        canonical_name(path=b"ABCD" * 256)


def test_a_name_is_relative_to_where_it_stands_unless_told() -> None:
    assert canonical_name(path=b"ABCDEFGH") == b".ABCDEFGH"
    assert canonical_name(path=b"ABCD", parents=2) == b"^^ABCD"
    assert canonical_name(path=b"ABCD", root=True) == b"\\ABCD"
    assert canonical_name() == b"\0"


@pytest.mark.parametrize(
    ("term", "why"),
    [
        (Term("Nonsense"), "no such opcode"),
        (Term("Add", (integer(1),)), "it takes 3"),
        (Term("Zero", (integer(1),)), "it takes 0"),
        (Term("ByteConst", (256,)), "does not fit 1 byte"),
        (Term("Mutex", (name_from_text("MTX0"), -1)), "does not fit 1 byte"),
        (Term("Return", ("text",)), "it is none"),
    ],
)
def test_what_is_no_term_is_refused(term: Term, why: str) -> None:
    with pytest.raises(EncodeError, match=why):
        write_terms((term,))
