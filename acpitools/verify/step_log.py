"""What a kernel prints while memory comes and goes, beside what was predicted of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from acpitools.kernel.compare import Difference

__all__ = ["compare_step_log", "hotplug_lines"]

_TOLD: Final = re.compile(
    r"^(?:\[ *\d+\.\d+\] )?"
    r"((?:Fallback order|Policy zone|Block size|acpi PNP0C80|memory memory\d+: |Hotplug memory).*"
    r"|acpi [A-Z0-9]+:[0-9a-f]+: (?:Still not present|Eject disabled|Offline disabled|Namespace scan failure"
    r"|device is empty|add_memory failed|acpi_memory_enable_device|platform device creation).*"
    r"|ACPI: \\[A-Z_].*(?:Eject incomplete|Eject failed|No _EJ0|after eject|Unlocking device|Device cannot be"
    r"|suffered a power fault).*)",
    re.MULTILINE,
)
# What depends on watermarks ("Built N zonelists") or on what a page holds ("page dumped because") is not predicted.


def hotplug_lines(log: str) -> tuple[str, ...]:
    """Give the messages in a log, or a part of one, that a prediction of hot-plug has."""
    return tuple(match[1].strip() for match in _TOLD.finditer(log))


def compare_step_log(expected: Iterable[str], before: str, after: str) -> tuple[Difference, ...]:
    """Give the differences, line by line, in what the log gained; none where it lost its beginning meanwhile."""
    if not after.startswith(before):
        return ()
    pairs = zip_longest((line.strip() for line in expected), hotplug_lines(after[len(before) :]))
    return tuple(
        Difference(what="line", where=f"dmesg line {number}", predicted=left, observed=right)
        for number, (left, right) in enumerate(pairs)
        if left != right
    )
