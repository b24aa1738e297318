"""Messages to people, on stderr: how many (-q, -v) and whether in colour."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import click

from acpitools.cli.guard import one_line

__all__ = ["counted", "detail", "note", "use_colour", "verbosity", "verbosity_options", "warn"]

_VERBOSITY = "acpitools.verbosity"
_SOON = 1.0  # second


def verbosity_options() -> list[click.Option]:
    """Return the options -q and -v, counted into :func:`verbosity`."""
    return [
        click.Option(
            ["-q", "--quiet"], count=True, expose_value=False, callback=_quieter, help="Print errors only on stderr."
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            callback=_louder,
            help="Say more on stderr; repeatable.",
        ),
    ]


def _louder(ctx: click.Context, _parameter: click.Parameter, count: int) -> None:
    ctx.meta[_VERBOSITY] = ctx.meta.get(_VERBOSITY, 0) + count


def _quieter(ctx: click.Context, parameter: click.Parameter, count: int) -> None:
    _louder(ctx, parameter, -count)


def verbosity() -> int:
    """Return how talkative to be: negative with -q, 0, or the number of -v."""
    ctx = click.get_current_context(silent=True)
    level = ctx.meta.get(_VERBOSITY, 0) if ctx is not None else 0
    return int(level)


def warn(text: str) -> None:
    """Print ``acpitools: warning: TEXT`` on stderr, unless -q."""
    _say(f"acpitools: warning: {text}", least=0)


def note(text: str) -> None:
    """Print a line on stderr, unless -q."""
    _say(f"acpitools: {text}", least=0)


def detail(text: str) -> None:
    """Print a line on stderr with -v."""
    _say(f"acpitools: {text}", least=1)


def _say(text: str, *, least: int) -> None:
    if verbosity() >= least:
        click.echo(one_line(text), err=True)


@contextmanager
def counted(what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that shows how many there are so far, on a terminal, once the work takes over a second."""
    stream, began, shown = sys.stderr, time.monotonic(), False

    def show(number: int) -> None:
        nonlocal shown
        if stream is not None and stream.isatty() and verbosity() >= 0 and time.monotonic() - began > _SOON:
            shown = True
            click.echo(f"\racpitools: {number} {what}", file=stream, nl=False)

    yield show
    if shown:
        click.echo("\r\x1b[K", file=stream, nl=False)


def use_colour(stream: IO[str] | None = None) -> bool:
    """Return whether to colour what goes to the stream (stdout): a terminal, not dumb, and NO_COLOR unset or empty.

    Source: https://no-color.org
    """
    stream = stream or sys.stdout
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()
