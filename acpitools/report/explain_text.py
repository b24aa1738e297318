"""The answer for one address: the verdict in the first line, then the facts it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from acpitools.core.units import format_size
from acpitools.kernel.explain import Explanation
from acpitools.kernel.layout import Why
from acpitools.report.terminal import Palette, mem, wrapped

__all__ = ["explanation_text"]

_REMOVABLE = {"yes": "removable", "maybe": "maybe removable", "no": "not removable"}


def explanation_text(answer: Explanation, *, width: int, color: bool) -> Iterator[str]:
    """Give the answer in lines, each with its line end."""
    for line in _lines(answer, max(width, 60), Palette(color)):
        yield line + "\n"


def _lines(answer: Explanation, width: int, palette: Palette) -> Iterator[str]:
    movable = "movable" if answer.movable else "not movable"
    style = "green" if answer.movable and answer.removable == "yes" else "yellow"
    yield palette.paint(style, f"{answer.address:#x} is {movable} and {_REMOVABLE[answer.removable]}.")
    yield ""
    yield palette.title("Where it is")
    if answer.entry:
        yield f"  memory map: {answer.kind}, {mem(*answer.entry)}"
    else:
        yield f"  memory map: {answer.kind}"
    if answer.piece:
        piece = answer.piece
        yield f"  node {piece.node}, zone {piece.zone}, {mem(piece.start, piece.end)}"
    if answer.block is not None and answer.block_range:
        nodes = ", ".join(map(str, answer.nodes))
        size = format_size(answer.block_range.size)
        yield f"  memory{answer.block} ({size}), node {nodes}, valid_zones {'/'.join(answer.valid_zones)}"
    for structure in answer.srat:
        yield from wrapped(structure, width, "  ")
    for held in answer.held_by:
        yield f"  held by: {held.owner} {mem(held.start, held.end)}"
    yield ""
    yield palette.title(f"Why it is {movable}")
    yield from _reasons(answer.why_movable, width)
    yield ""
    yield palette.title(f"Why it is {_REMOVABLE[answer.removable]}")
    yield from _reasons(answer.why_removable, width)
    if answer.happened:
        yield ""
        yield palette.title("What the boot did with it")
        for event in answer.happened:
            cause = f"  <{event.cause}>" if event.cause else ""
            yield from wrapped(f"{event.phase}: {event.text}{cause}  ({event.function})", width, "  ")


def _reasons(reasons: tuple[Why, ...], width: int) -> Iterator[str]:
    for why in reasons:
        source = f"  <{why.source}>" if why.source else ""
        yield from wrapped(f"{why.text}{source}", width, "  ")
