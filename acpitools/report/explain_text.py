"""The answer for one address: the verdict with its reason first, then the facts it rests on, then its history."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from acpitools.core.units import format_size
from acpitools.kernel.explain import Explanation
from acpitools.kernel.layout import Why
from acpitools.report.terminal import Palette, mem, named, wrapped

__all__ = ["explanation_text"]

_NARROWEST: Final = 60
_FEW: Final = 8
_REMOVABLE: Final = {"yes": "removable", "maybe": "maybe removable", "no": "not removable"}


def explanation_text(answer: Explanation, *, width: int, color: bool) -> Iterator[str]:
    """Give the answer in lines, each with its line end."""
    for line in _lines(answer, max(width, _NARROWEST), Palette(color)):
        yield line + "\n"


def _lines(answer: Explanation, width: int, palette: Palette) -> Iterator[str]:
    movable = "movable" if answer.movable else "not movable"
    both = answer.movable == (answer.removable == "yes")
    verdict = f"{answer.address:#x} is {movable} {'and' if both else 'but'} {_REMOVABLE[answer.removable]}"
    style = "green" if answer.movable and answer.removable == "yes" else "yellow"
    yield from (palette.paint(style, line) for line in wrapped(f"{verdict}: {_because(answer)}.", width, ""))
    sections = (
        ("Where it is", _place(answer, width)),
        (f"Why it is {movable}", _reasons(answer.why_movable, width)),
        (f"Why it is {_REMOVABLE[answer.removable]}", _reasons(answer.why_removable, width)),
        ("What the boot did with it", _history(answer, width)),
    )
    for title, lines in sections:
        body = list(lines)
        if body:
            yield ""
            yield palette.title(title)
            yield from body


def _because(answer: Explanation) -> str:
    codes = {why.code: why for why in answer.why_movable}
    if "node-reserved" in codes and answer.piece:
        first = f"node {answer.piece.node} lost its hot-plug marks"
    elif "mark-unused" in codes:
        first = "hot-pluggable, but movable_node is not given"
    else:
        first = "; ".join(why.text for why in answer.why_movable)
    if not answer.piece:
        return first
    # The owners of the block, in parentheses, follow below.
    return "; ".join((first, *(why.text.partition(" (")[0] for why in answer.why_removable)))


def _place(answer: Explanation, width: int) -> Iterator[str]:
    where = f", {mem(*answer.entry)}" if answer.entry else ""
    yield f"  memory map: {answer.kind}{where}"
    for structure in answer.srat:
        yield from wrapped(structure, width, "  ", "    ")
    if answer.piece:
        piece = answer.piece
        mark = ", hot-pluggable" if piece.hotpluggable else ""
        zone = "no zone" if piece.zone == "none" else f"zone {piece.zone}"
        yield f"  node {piece.node}, {zone}, {mem(piece.start, piece.end)}{mark}"
    if answer.block is not None and answer.block_range:
        size, place = format_size(answer.block_range.size), mem(*answer.block_range)
        zones = "/".join(answer.valid_zones)
        text = f"memory{answer.block}, {place} {size}, {named('node', answer.nodes)}, valid_zones {zones}"
        yield from wrapped(text, width, "  ", "    ")
    for held in answer.held_by[:_FEW]:
        sure = "" if held.certain else " (place assumed)"
        yield from wrapped(f"held by: {held.owner} {mem(held.start, held.end)}{sure}", width, "  ", "    ")
    if len(answer.held_by) > _FEW:
        yield f"  ... and {len(answer.held_by) - _FEW} more holders (--format json has them)"


def _reasons(reasons: tuple[Why, ...], width: int) -> Iterator[str]:
    for why in reasons:
        source = f" <{why.source}>" if why.source else ""
        yield from wrapped(f"{why.text}{source}", width, "  ", "    ")


def _history(answer: Explanation, width: int) -> Iterator[str]:
    for phase, group in groupby(answer.happened, key=lambda event: event.phase):
        yield f"  {phase}"
        for event in group:
            cause = f" <{event.cause}>" if event.cause else ""
            yield from wrapped(f"{event.text}{cause} ({event.function})", width, "    ", "      ")
