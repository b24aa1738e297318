"""Constant expressions: values recorded from iasl 20200925, which runs ACPICA's interpreter on them."""

from __future__ import annotations

import pytest

from acpitools.asl.options import Options
from tests.asl.test_compile import block, body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Return (10 % 3)", "a4 01"),
        ("Return (10 / 3)", "a4 0a 03"),
        ("Return (1 << 64)", "a4 00"),
        ("Return (1 << 40)", "a4 0e 00 00 00 00 00 01 00 00"),
        ("Return (5 - 6)", "a4 ff"),
        ("Return (!5)", "a4 00"),
        ("Return (NOr (1, 2))", "a4 0e fc ff ff ff ff ff ff ff"),
        ('Return ("a" == "a")', "a4 ff"),
        ('Return ("12" + 1)', "a4 0a 13"),
        ('Return (ToInteger ("0x12"))', "a4 0a 12"),
        ('Return (ToInteger ("abc"))', "a4 00"),
        ('Return (ToInteger ("0xabc"))', "a4 0b bc 0a"),
        ("Return (ToHexString (0x1234))", "a4 0d 30 30 30 30 30 30 30 30 30 30 30 30 31 32 33 34 00"),
        ("Return (ToDecimalString (100))", "a4 0d 31 30 30 00"),
        ("Return (FromBCD (0x12))", "a4 0a 0c"),
        ('Return (Mid ("abcdef", 1, 2))', "a4 0d 62 63 00"),
        ('Return (Concatenate ("a", "b"))', "a4 0d 61 62 00"),
        ("Return (Concatenate (5, 6))", "a4 11 13 0a 10 05 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00"),
        ("Return (ToBuffer (5))", "a4 11 0b 0a 08 05 00 00 00 00 00 00 00"),
        ("Return (FindSetLeftBit (0x80))", "a4 0a 08"),
        ('Return (EisaId ("PNP0C80") + 1)', "a4 0c 42 d0 0c 80"),
        ("Return (LNotEqual (5, 4))", "a4 ff"),
        ("Return (5 != 4)", "a4 92 93 0a 05 0a 04"),
        ("Return ((1 + 2) * Local0)", "a4 77 0a 03 60 00"),
        ("Return (Local0 + 1 + 2)", "a4 72 72 60 01 00 0a 02 00"),
        ("Return (Buffer () {1, 2} == Buffer () {1, 2})", "a4 93 11 05 0a 02 01 02 11 05 0a 02 01 02"),
        ("Return (ToInteger (Buffer () {1, 2, 3}))", "a4 99 11 06 0a 03 01 02 03 00"),
        ("Add (3, 4, Local0)", "70 0a 07 60"),
        ("Divide (10, 3, , Local1)", "70 0a 03 61"),
        ("Divide (10, 3, Local0)", "78 0a 0a 0a 03 60 00"),
        ('ToInteger ("12", Local0)', "9d 0a 0c 60"),
        ("ToBuffer (5, Local0)", "96 0a 05 60"),
        ('Mid ("abcdef", 1, 2, Local0)', "9e 0d 61 62 63 64 65 66 00 01 0a 02 60"),
        ("Add (Add (1, 2, Local0), 3, Local1)", "72 70 0a 03 60 0a 03 61"),
        ("Local0 = Add (3, 4, Local1)", "70 70 0a 07 61 60"),
    ],
)
def test_values(text: str, expected: str) -> None:
    aml = body(f"Method (M) {{{text}}}", options=Options(force=True))
    assert aml.split(" ", 7)[-1] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("FromBCD (0xA)", "0xa is not in BCD"),
        ("ToBCD (0xFFFFFFFFFFFFFFFF)", "18446744073709551615 has too many digits for BCD"),
        ('ToInteger ("99999999999999999999")', "99999999999999999999 does not fit 64 bits"),
    ],
)
def test_what_has_no_value_is_an_error(text: str, reason: str) -> None:
    (told,) = block(f"Name (A, {text})").diagnostics
    assert told.message == f"this constant expression has no value: {reason}"
