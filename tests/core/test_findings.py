"""A finding's place reads like the kernel developer would say it."""

from __future__ import annotations

import pytest

from acpitools.core.findings import Finding, Location, Severity


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Location(), ""),
        (Location(signature="SRAT"), "SRAT"),
        (Location(signature="SRAT", index=5), "SRAT[5]"),
        (Location(signature="SRAT", index=0, offset=48), "SRAT[0] at offset 0x30"),
        (Location(source="srat.dat", signature="SRAT", index=5), "srat.dat: SRAT[5]"),
        (Location(source="srat.dat"), "srat.dat"),
        (Location(source="srat.dat", offset=0), "srat.dat: at offset 0x0"),
    ],
)
def test_what_is_known_of_a_place_is_shown(place: Location, text: str) -> None:
    assert " ".join(str(place).split()) == text


def test_a_finding_without_a_place_has_an_empty_one() -> None:
    assert str(Finding(code="X001", severity=Severity.INFO, message="m").location) == ""


def test_severities_are_named_as_in_json() -> None:
    assert [severity.value for severity in Severity] == ["info", "warning", "error"]
