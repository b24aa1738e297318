"""A prediction beside what was observed: only where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acpitools.kernel.compare import Difference
from acpitools.report.terminal import Palette, table

__all__ = ["differences_text"]

_HEX = frozenset({"movable_zone_start", "block_size"})


def _shown(what: str, value: object) -> str:
    if value is None:
        return "-"
    return f"{value:#x}" if what in _HEX and isinstance(value, int) else str(value)


def differences_text(differences: Sequence[Difference], *, color: bool) -> Iterator[str]:
    """Give a table of the differences, or one line that there are none; each line with its line end."""
    palette = Palette(color)
    if not differences:
        yield palette.paint("green", "The prediction equals what was observed.") + "\n"
        return
    count = len(differences)
    yield (
        palette.paint("red", f"{count} difference{'s' if count > 1 else ''} between prediction and observation") + "\n"
    )
    rows = [
        (d.where or "machine", d.what, _shown(d.what, d.predicted), _shown(d.what, d.observed)) for d in differences
    ]
    for line in table(("where", "what", "predicted", "observed"), rows):
        yield line + "\n"
