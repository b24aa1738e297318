"""Descriptors that are newer than the iasl whose tables the fixtures hold; the bytes are those of ACPI 6.5, 6.4."""

from __future__ import annotations

import pytest

from tests.asl.test_compile import body


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        # 6.4.3.8.2.4: revision, source index, type 4, flags, port and PHY, type revision, type data length, source.
        ('Csi2Bus (DeviceInitiated, 2, 5, "A", 1, ResourceProducer)', "8e 0b 00 01 01 04 01 16 00 01 00 00 41 00"),
        ('Csi2Bus (, 0, , "A", 0)', "8e 0b 00 01 00 04 02 00 00 01 00 00 41 00"),
        # 6.4.3.14: revision, flags (mode, scale), divisor, numerator, source index and source.
        ("ClockInput (19200, 1, KHz, FixedFreq)", "93 09 00 01 02 00 01 00 00 4b 00 00"),
        ('ClockInput (1, 2, MHz, VariableFreq, "A", 3)', "93 0c 00 01 05 00 02 00 01 00 00 00 03 41 00"),
    ],
)
def test_descriptors_of_acpi_6_5(macro: str, expected: str) -> None:
    aml = body(f"Name (A, ResourceTemplate () {{{macro}}})")
    assert expected in aml
    assert aml.endswith(f"{expected} 79 00")


def test_the_region_space_of_acpi_6_5() -> None:
    assert body("OperationRegion (A, PlatformRtMechanism, 0, 1)") == "5b 80 41 5f 5f 5f 0b 00 01"
