"""Kernel models and what sets them apart, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from acpitools.kernel.model_view import ModelDifference, ModelView
from acpitools.report.terminal import Palette, wrapped

__all__ = ["differences_lines", "model_text", "models_text"]


def _kind(view: ModelView) -> str:
    if not view.released:
        return "a design"
    return "recorded boots" if view.exact else "described"


def models_text(views: Sequence[ModelView], *, width: int, color: bool, verbose: bool = False) -> Iterator[str]:
    """Give the list of models, oldest first; with verbose, each with its changes and their sources."""
    paint = Palette(color).paint
    longest = max(len(view.release) for view in views)
    for view in views:
        head = f"{paint('bold', view.release.ljust(longest))}  {_kind(view):<14}  "
        first, *more = wrapped(view.note, width - longest - 18, "")
        yield f"{head}{first}\n"
        yield from (f"{' ' * (longest + 18)}{line}\n" for line in more)
        if verbose:
            yield from differences_lines(view.changes, width)
    yield "\nA model holds from its release up to the next one's.  acpitools kernels A B compares two, with sources.\n"


def model_text(view: ModelView, *, width: int, color: bool) -> Iterator[str]:
    """Give one model: its stages by phase, and what sets it apart from the one before it."""
    palette = Palette(color)
    yield palette.title(f"{view.release} ({_kind(view)})") + "\n"
    yield from (line + "\n" for line in wrapped(view.note, width, "  "))
    for number, (phase, stages) in enumerate(groupby(view.stages, key=lambda stage: stage.phase), 1):
        yield f"\n{number}. {phase}\n"
        for stage in stages:
            yield f"  {stage.name:<22} {palette.paint('dim', stage.function)}\n"
    if view.changes:
        yield "\nWhat sets it apart from the model before it\n"
        yield from differences_lines(view.changes, width)


def differences_lines(found: Sequence[ModelDifference], width: int) -> Iterator[str]:
    """Give differences in lines: what changed, from what to what, and where that comes from."""
    for one in found:
        change = one.change
        text = change.text if change else one.what
        yield from (line + "\n" for line in wrapped(f"- {text}: {one.before} -> {one.after}", width, "  ", "    "))
        if change:
            sure = "" if change.certain else ", probably"
            subject = f', "{change.subject}"' if change.subject else ""
            source = f"<{change.since}{sure}; {change.function}{subject}>"
            yield from (line + "\n" for line in wrapped(source, width, "    "))
