"""When output is coloured."""

from __future__ import annotations

import io
import sys

import pytest

from acpitools.cli.messages import use_colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_gets_colour() -> None:
    assert use_colour(Terminal())


def test_a_file_gets_none() -> None:
    assert not use_colour(io.StringIO())


def test_standard_output_counts_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert use_colour()


def test_a_closed_standard_output_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert not use_colour()


@pytest.mark.parametrize(
    ("variable", "value", "coloured"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "0", False), ("NO_COLOR", "", True), ("TERM", "dumb", False)],
)
def test_the_environment_decides_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, coloured: bool
) -> None:
    monkeypatch.setenv(variable, value)
    assert use_colour(Terminal()) is coloured
