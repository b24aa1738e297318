"""What every text report needs: colours, columns, wrapping, ranges and sizes the kernel's way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

__all__ = ["Palette", "bar", "cut", "mem", "named", "numbers", "percent", "table", "wrapped"]

T = TypeVar("T")

_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_RESET: Final = "\x1b[0m"
_NO_BREAK: Final = "\xa0"
_NARROWEST: Final = 24
"""Columns that a wrapped text keeps, however deep its indent."""


class Palette:
    """Colours, or none: ``paint("green", text)``."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def paint(self, style: str | None, text: str) -> str:
        """Give a text in a style, or as it is where there is none or colours are off."""
        return f"\x1b[{_CODES[style]}m{text}{_RESET}" if self._color and style and text else text

    def title(self, text: str) -> str:
        """Give a section's title."""
        return self.paint("bold", text)

    def marks(self, row: str, styles: dict[str, str]) -> str:
        """Give a row of a picture with each mark in its style."""
        if not self._color:
            return row
        return "".join(self.paint(styles.get(mark), "".join(same)) for mark, same in groupby(row))


def mem(start: int, end: int) -> str:
    """Give a half-open range (bytes) as the kernel prints it, with its last byte."""
    return f"[mem {start:#010x}-{end - 1:#010x}]"


def percent(part: int, whole: int) -> str:
    """Give a share in whole per cent; what is not nothing is never 0 %."""
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    return "less than 1 %" if share < 1 else "more than 99 %" if 99 < share < 100 else f"{share:.0f} %"


def numbers(values: Iterable[int]) -> str:
    """Give ascending numbers as a list with ranges: ``0-3, 5``."""
    parts = []
    for _, run in groupby(enumerate(values), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        parts.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ", ".join(parts)


def named(noun: str, values: Sequence[int]) -> str:
    """Give a noun in its number with its numbers: ``node 1``, ``nodes 2-3``."""
    return f"{noun}{'s' if len(values) != 1 else ''} {numbers(values)}"


def table(
    header: Sequence[str], rows: Iterable[Sequence[object]], right: str = "", *, width: int | None = None
) -> Iterator[str]:
    """Give the lines of a table, indented by two; ``right`` names the columns aligned right, by number.

    With a width, a last column that does not fit goes on in lines of its own.
    """
    cells = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    before = sum(widths[:-1]) + 2 * len(widths)
    room = None if width is None or before + widths[-1] <= width else max(width - before, _NARROWEST)
    aligned = [str.rjust if str(number) in right else str.ljust for number in range(len(widths))]
    for row in (header, *cells):
        lines = [row[-1]] if room is None else list(wrapped(row[-1], room, "")) or [""]
        parts = [align(cell, size) for align, cell, size in zip(aligned, (*row[:-1], lines[0]), widths, strict=True)]
        yield "  " + "  ".join(parts).rstrip()
        for line in lines[1:]:
            yield " " * before + line


def _words(text: str) -> list[str]:
    # A range and a place in a table are one word each: they stay on one line.
    for whole in ("[mem ", " at offset "):
        text = text.replace(whole, whole.replace(" ", _NO_BREAK))
    return [word.replace(_NO_BREAK, " ") for word in text.split(" ") if word]


def wrapped(text: str, width: int, indent: str, hanging: str | None = None) -> Iterator[str]:
    """Give a text in lines of at most a width, after the indent (later lines: the hanging one); no word is cut."""
    hanging = indent if hanging is None else hanging
    width = max(width, len(hanging) + _NARROWEST)
    line, empty = indent, True
    for word in _words(text):
        if not empty and len(line) + 1 + len(word) > width:
            yield line
            line, empty = hanging, True
        line, empty = f"{line}{word}" if empty else f"{line} {word}", False
    if not empty:
        yield line


def cut(items: Sequence[T], most: int, *, verbose: bool) -> tuple[Sequence[T], list[str]]:
    """Give at most so many items, and a line that says how many are left out; all of them when verbose."""
    if verbose or len(items) <= most + 1:
        return items, []
    return items[:most], [f"  ... and {len(items) - most} more (-v shows all, --format json has them)"]


def bar(parts: Sequence[tuple[int, str]], whole: int, width: int) -> str:
    """Draw parts (amount, mark) of a whole to scale; a part that is there is at least one mark."""
    drawn = [max(1, round(amount * width / whole)) if amount else 0 for amount, _ in parts]
    while sum(drawn) > width:
        drawn[drawn.index(max(drawn))] -= 1
    return "".join(mark * count for (_, mark), count in zip(parts, drawn, strict=True))
