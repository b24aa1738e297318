"""Expectations and their outcome as a page for a terminal: what fails first, with its evidence and what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from acpitools.expect.result import Evidence, Result, Suggestions, Verdict
from acpitools.report.terminal import Palette, wrapped

__all__ = ["check_text"]

_WORDS: Final = {Verdict.HOLDS: "ok", Verdict.FAILS: "FAILS", Verdict.UNDECIDED: "UNDECIDED"}
_STYLES: Final = {Verdict.HOLDS: "green", Verdict.FAILS: "red", Verdict.UNDECIDED: "yellow"}
_MOST: Final = 6
_INDENT: Final = "    "


def check_text(results: Sequence[Result], *, width: int, color: bool, verbose: bool = False) -> Iterator[str]:
    """Give the page in lines, each with its line end.

    What holds takes a line, or shows its evidence too when verbose; evidence is cut unless verbose.
    """
    paint = Palette(color).paint
    for result in results:
        place = f"{result.source}:{result.line}"
        yield f"{paint(_STYLES[result.verdict], _WORDS[result.verdict]):<5} {place}: {result.title}\n"
        if result.verdict is Verdict.HOLDS and not verbose:
            continue
        if result.name is not None:
            yield from _lines(f"expected: {result.expression}", width, _INDENT)
        yield from _lines(f"found: {result.measured}", width, _INDENT)
        yield from _evidence(result.evidence, width, verbose)
        if result.suggestions is not None:
            yield from _suggestions(result.suggestions, width)
    yield from _summary(results)


def _lines(text: str, width: int, indent: str) -> Iterator[str]:
    yield from (line + "\n" for line in wrapped(text, width, indent, indent + "  "))


def _evidence(evidence: Sequence[Evidence], width: int, verbose: bool) -> Iterator[str]:
    shown = evidence if verbose or len(evidence) <= _MOST + 1 else evidence[:_MOST]
    for piece in shown:
        yield from _lines(piece.text, width, _INDENT)
        for why in piece.why:
            source = f" <{why.source}>" if why.source else ""
            yield from _lines(f"{why.text}{source}", width, _INDENT + "  ")
    if len(shown) < len(evidence):
        yield f"{_INDENT}... and {len(evidence) - len(shown)} more (-v shows all, --format json has them)\n"


def _suggestions(suggestions: Suggestions, width: int) -> Iterator[str]:
    for number, suggestion in enumerate(suggestions.found):
        first, *others = suggestion.changes
        yield from _lines(f"{'it would hold with' if not number else 'or with'}: {first}", width, _INDENT)
        for change in others:
            yield from _lines(f"and: {change}", width, _INDENT + "  ")
        if suggestion.cmdline is not None:
            yield from _lines(f"command line: {suggestion.cmdline}", width, _INDENT + "  ")
        if suggestion.breaks:
            yield from _lines(f"but then these no longer hold: {'; '.join(suggestion.breaks)}", width, _INDENT + "  ")
    if not suggestions.found:
        how = "alone, in pairs and together" if suggestions.exhausted else "as far as the search goes"
        kinds = ", ".join(suggestions.kinds) or "none"
        yield from _lines(f"nothing helps: {suggestions.tried} boots replayed, {how}, with: {kinds}", width, _INDENT)


def _summary(results: Sequence[Result]) -> Iterator[str]:
    counts = Counter(result.verdict for result in results)
    parts = [
        f"{counts[verdict]} {word}"
        for verdict, word in (
            (Verdict.HOLDS, "hold"),
            (Verdict.FAILS, "fail"),
            (Verdict.UNDECIDED, "cannot be decided"),
        )
        if counts[verdict]
    ]
    total = f"{len(results)} expectation{'s' if len(results) != 1 else ''}"
    yield f"\n{total}: {', '.join(parts)}.\n"
