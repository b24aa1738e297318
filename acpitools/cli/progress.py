"""How far a long work has come: one line on stderr that changes, on a terminal only."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from acpitools.cli.messages import verbosity

__all__ = ["Progress"]

_CLEAR = "\r\x1b[K"
_PAUSE = 0.2  # seconds between two updates


class Progress:
    """A line such as ``booting 6.12: 8 s``; a context manager, which clears it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = time.monotonic()
        self._last = 0.0
        self._shown = sys.stderr is not None and sys.stderr.isatty() and verbosity() >= 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write(_CLEAR)

    def now(self, text: str) -> None:
        """Say what is being done from now on."""
        self._text = text
        self._start = time.monotonic()
        self._last = 0.0
        self.tick()

    def tick(self) -> None:
        """Show the time that it has taken so far; may be called as often as one likes."""
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self._write(f"{_CLEAR}acpitools: {self._text}: {now - self._start:.0f} s")

    def _write(self, text: str) -> None:
        if self._shown and sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()
