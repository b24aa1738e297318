"""Errors say what, where and why in one line, and can be caught by kind."""

from __future__ import annotations

import pytest

from acpitools.core import errors
from acpitools.core.errors import AcpiToolsError, InputError, LimitError


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("no memory map", "boot.log", "give one with --memmap"), "no memory map: boot.log: give one with --memmap"),
        (("no memory map", "", "give one"), "no memory map: give one"),
        (("no memory map", "boot.log"), "no memory map: boot.log"),
        (("no memory map",), "no memory map"),
    ],
)
def test_the_parts_that_are_there_make_one_line(parts: tuple[str, ...], text: str) -> None:
    assert str(AcpiToolsError(*parts)) == text


def test_the_parts_can_be_read() -> None:
    error = AcpiToolsError("what", "where", "why")
    assert (error.what, error.where, error.why) == ("what", "where", "why")


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"AcpiToolsError"}))
def test_every_error_is_one_of_ours(name: str) -> None:
    assert issubclass(getattr(errors, name), AcpiToolsError)


def test_a_source_that_expands_too_far_is_a_source_that_cannot_be_used() -> None:
    with pytest.raises(InputError, match="too large"):
        raise LimitError("archive", "tables.zip", "too large")
