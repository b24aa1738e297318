"""When output is coloured, and when a count is shown."""

from __future__ import annotations

import io
import sys
import time

import pytest

from acpitools.cli.messages import counted, use_colour


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


@pytest.mark.parametrize(
    ("stream", "after", "shown"), [(Terminal, 2.0, True), (Terminal, 0.5, False), (io.StringIO, 2.0, False)]
)
def test_a_count_shows_on_a_terminal_after_a_second_and_goes_again(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], after: float, shown: bool
) -> None:
    output, now = stream(), iter((0.0, after, after))
    monkeypatch.setattr(sys, "stderr", output)
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with counted("boots replayed") as show:
        show(1)
        show(12)
    assert ("\racpitools: 12 boots replayed" in output.getvalue()) == shown
    assert output.getvalue().endswith("\r\x1b[K") == shown
