"""What every text report needs: colours, columns, wrapping, ranges and sizes the kernel's way."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from acpitools.core.units import PAGE_SIZE, format_size

__all__ = ["Palette", "bar", "cut", "mem", "pages_size", "percent", "table", "wrapped"]

T = TypeVar("T")

_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_RESET: Final = "\x1b[0m"


class Palette:
    """Colours, or none: ``paint.green("text")``."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def paint(self, style: str, text: str) -> str:
        """Give a text in a style, or as it is where colours are off."""
        return f"\x1b[{_CODES[style]}m{text}{_RESET}" if self._color and text else text

    def title(self, text: str) -> str:
        """Give a section's title."""
        return self.paint("bold", text)


def mem(start: int, end: int) -> str:
    """Give a half-open range (bytes) as the kernel prints it, with its last byte."""
    return f"[mem {start:#010x}-{end - 1:#010x}]"


def pages_size(pages: int) -> str:
    """Give a number of pages as a size."""
    return format_size(pages * PAGE_SIZE)


def percent(part: int, whole: int) -> str:
    """Give a share in whole per cent; what is not nothing is never 0 %."""
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    return "less than 1 %" if share < 1 else "more than 99 %" if 99 < share < 100 else f"{share:.0f} %"


def table(header: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> Iterator[str]:
    """Give the lines of a table, indented by two; ``right`` names the columns aligned right, by number."""
    cells = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        parts = (
            cell.rjust(width) if str(number) in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  " + "  ".join(parts).rstrip()

    yield line(header)
    for row in cells:
        yield line(row)


def wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    """Give a text in lines of at most a width, each after the indent; no word is cut."""
    yield from textwrap.wrap(
        text,
        max(width, len(indent) + 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


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
