"""A line that says how far a work is, for terminals only."""

from __future__ import annotations

import io
import sys

import pytest

from acpitools.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_what_is_done_and_then_an_empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress("starting") as progress:
        progress.tick()
        progress.now("booting")
        for _ in range(1000):
            progress.tick()
    shown = terminal.getvalue().split("\r\x1b[K")
    assert shown[:3] == ["", "acpitools: starting: 0 s", "acpitools: booting: 0 s"]
    assert shown[-1] == ""
    assert len(shown) < 20


def test_a_file_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("starting") as progress:
        progress.now("booting")
    assert stream.getvalue() == ""
