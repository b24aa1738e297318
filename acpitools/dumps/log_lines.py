"""Kernel log lines without what loggers put in front of them, and the boot that a log is read for.

Prefixes: printk time stamps (``[    0.000000]``, ``[  +0.000001]``, ``[    0.0][    T0]``, dmesg -T dates), levels
(``<6>``, ``kern  :info  :``), syslog and journal headers, mail quoting, carriage returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from acpitools.dumps.text import numbered_lines

__all__ = ["boot_messages", "last_boot"]

_STAMP = re.compile(r"\[\s*[+-]?\d+\.\d+\]\s?(?:\[\s*[A-Z]+\d+\])?")
_LEVEL_OR_QUOTE = re.compile(r"[>|\s]*(?:<\d+>)?(?:kern\s*:\s*\w+\s*:)?\s*")
_BOOT = "Linux version "
_MAP = "BIOS-e820: "


def boot_messages(text: str) -> Iterator[tuple[int, str]]:
    """Give (line number from 1, message) for each line of the boot that the log is read for; see `last_boot`.

    Messages come without prefix and without blanks at either end.
    """
    for number, line in numbered_lines(text, last_boot(text)):
        yield number, _message(line)


def last_boot(text: str) -> int:
    """Give the offset of the line at which the boot that counts begins: 0 where no line tells.

    A log may hold several boots, each beginning with ``Linux version``.  The last one that goes on to print a
    memory map counts, so that neither a boot cut off in its first lines nor /proc/version at the end hides the
    boot before it; with no map at all it is the last ``Linux version``.
    """
    newest = None
    searched = next_boot = len(text)
    while (found := text.rfind(_BOOT, 0, searched)) >= 0:
        searched = text.rfind("\n", 0, found) + 1
        if _message(text[searched : found + len(_BOOT)] + ".") == _BOOT + ".":
            if text.find(_MAP, found, next_boot) >= 0:
                return searched
            if newest is None:
                newest = searched
            next_boot = searched
    return newest or 0


def _message(line: str) -> str:
    # Nearly every line begins with a bracketed stamp, so that one is cut off without a regular expression.
    if line[:1] == "[":
        rest = line[line.find("]") + 1 :].strip()
        if rest[:1] != "[":
            return rest
    if "[" in line and (stamp := _STAMP.search(line)):
        return line[stamp.end() :].strip()
    header = line.find(" kernel: ")
    if header >= 0:
        return line[header + 9 :].strip()
    start = _LEVEL_OR_QUOTE.match(line)
    return line[start.end() if start else 0 :].strip()
