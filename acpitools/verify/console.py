"""The serial console of a kernel that never told what it did: its log, and whether it is dead."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["console_log", "is_dead", "panic_line"]

_STAMPED: Final = re.compile(r"\[ *\d{1,9}\.\d{6}\]")
_DEAD: Final = (b"end Kernel panic", b"System halted")


def is_dead(console: bytes | bytearray) -> bool:
    """Tell whether the kernel has said its last: an early panic cannot end the machine.  Kernel: panic()."""
    return any(words in console for words in _DEAD)


def panic_line(log: str) -> str | None:
    """Give the message of the panic in a log, or None."""
    found = log.find("Kernel panic - ")
    return log[found:].split("\n", 1)[0].strip() if found >= 0 else None


def console_log(console: bytes | bytearray) -> str:
    """Give the kernel's messages on a console.

    The early console's messages come again once the real console is there: the longer run is given.
    """
    lines = []
    for line in bytes(console).decode("utf-8", "replace").replace("\r", "").split("\n"):
        found = _STAMPED.search(line)
        if found:
            lines.append(line[found.start() :])
    starts = [number for number, line in enumerate(lines) if "Linux version " in line] or [0]
    runs = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    longest = max(runs, key=len)
    return "".join(line + "\n" for line in longest)
