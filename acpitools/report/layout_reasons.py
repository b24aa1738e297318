"""Which memory is movable, and why: ranges that share their reasons together, each reason with its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from acpitools.core.units import format_size
from acpitools.kernel.layout import RangeView
from acpitools.report.terminal import Palette, cut, mem, wrapped

__all__ = ["range_reasons"]

_GROUPS: Final = 24
_ROWS: Final = 64
"""Ranges shown in all, spread over the groups."""
_SOURCES: Final = 4


class _Stretch(NamedTuple):
    """Touching pieces of one node and zone: bytes ``[start, end)``."""

    start: int
    end: int
    node: int
    zone: str


def range_reasons(ranges: Sequence[RangeView], width: int, palette: Palette, *, verbose: bool) -> Iterator[str]:
    """Give every kind of range with its reasons, in the order of addresses; verbose gives each range its own."""
    groups: dict[tuple[object, ...], list[RangeView]] = {}
    for number, piece in enumerate(ranges):
        texts = tuple(why.text for why in piece.why)
        key = (number,) if verbose else (piece.movable, piece.hotpluggable, texts)
        groups.setdefault(key, []).append(piece)
    shown, rest = cut(list(groups.values()), _GROUPS, verbose=verbose)
    for group in shown:
        yield from _group(group, max(4, _ROWS // len(shown)), width, palette, verbose=verbose)
    yield from rest


def _group(group: list[RangeView], most: int, width: int, palette: Palette, *, verbose: bool) -> Iterator[str]:
    first = group[0]
    verdict = "movable" if first.movable else "not movable"
    verdict = palette.paint("green" if first.movable else "yellow", verdict)
    verdict += ", hot-plug" if first.hotpluggable else ""
    stretches = _stretches(group)
    shown = stretches if verbose or len(stretches) <= most + 1 else stretches[:most]
    rows = [
        (mem(s.start, s.end), f"node {s.node}", "no zone" if s.zone == "none" else s.zone, format_size(s.end - s.start))
        for s in shown
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for place, node, zone, size in rows:
        yield f"  {place:<{widths[0]}}  {node:<{widths[1]}}  {zone:<{widths[2]}}  {size:>{widths[3]}}  {verdict}"
    if len(stretches) > len(shown):
        left = sum(s.end - s.start for s in stretches[len(shown) :])
        yield f"  ... and {len(stretches) - len(shown)} more ranges of this kind, {format_size(left)} (-v shows all)"
    for number, why in enumerate(first.why):
        sources = list(dict.fromkeys(piece.why[number].source for piece in group))
        yield from wrapped(f"{why.text}{_sources(sources)}", width, "      ")


def _stretches(group: list[RangeView]) -> list[_Stretch]:
    found: list[_Stretch] = []
    for piece in group:
        last = found[-1] if found else None
        if last and (last.end, last.node, last.zone) == (piece.start, piece.node, piece.zone):
            found[-1] = last._replace(end=piece.end)
        else:
            found.append(_Stretch(piece.start, piece.end, piece.node, piece.zone))
    return found


def _sources(sources: list[str | None]) -> str:
    named = [source for source in sources if source]
    if not named:
        return ""
    more = f"; and {len(named) - _SOURCES} more" if len(named) > _SOURCES + 1 else ""
    return f"  <{'; '.join(named[:_SOURCES] if more else named)}{more}>"
