"""Two layouts of one machine side by side, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from acpitools.core.units import format_size
from acpitools.kernel.compare_layouts import FactPair
from acpitools.kernel.model_view import ModelDifference
from acpitools.report.kernels_text import differences_lines
from acpitools.report.terminal import Palette, table

__all__ = ["comparison_text"]

_SIZES: Final = frozenset({"movable", "ram", "hotpluggable", "kernel", "block_size"})


def comparison_text(
    names: tuple[str, str],
    pairs: Sequence[FactPair],
    found: Sequence[ModelDifference],
    *,
    width: int,
    color: bool,
    verbose: bool = False,
) -> Iterator[str]:
    """Give the facts of both in a table, those that differ marked; unless verbose, only these and the machine's.

    Below it, where the layouts differ, what sets the two kernels apart, with sources.
    """
    palette = Palette(color)
    differing = [pair for pair in pairs if pair.differs and pair.counts]
    shown = [pair for pair in pairs if verbose or pair.differs or not pair.where]
    rows = [
        (
            "*" if pair.differs and pair.counts else "~" if pair.differs else "",
            pair.where or "machine",
            pair.what.replace("_", " "),
            _shown(pair.what, pair.left),
            _shown(pair.what, pair.right),
        )
        for pair in shown
    ]
    for line in table(("", "where", "what", *names), rows):
        yield line + "\n"
    yield "\n"
    if not differing:
        yield palette.paint("green", "Both give the same layout.") + "\n"
        return
    count = len(differing)
    text = (
        f"{count} difference{'s' if count != 1 else ''} (*); ~ are estimates and sizes of a build, which do not count"
    )
    yield palette.paint("red", text) + "\n"
    if found:
        yield "\n" + palette.title(f"What sets {names[1]} apart from {names[0]}") + "\n"
        yield from differences_lines(found, width)


def _shown(what: str, value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if what in _SIZES and isinstance(value, int):
        return format_size(value) if value else "none"
    return str(value)
