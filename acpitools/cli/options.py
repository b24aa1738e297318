"""Options and arguments that mean the same in every command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["format_option", "output_option", "sources_argument"]

F = TypeVar("F", bound=Callable[..., Any])


def sources_argument(*, required: bool = True) -> Callable[[F], F]:
    """Add ``SOURCE...``: parameter ``sources``, a tuple of strings, ``-`` for stdin."""
    return click.argument("sources", metavar="SOURCE...", nargs=-1, required=required, type=click.Path())


def format_option(*names: str) -> Callable[[F], F]:
    """Add ``--format``: parameter ``output_format``, one of the names, the first by default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to write the answer.",
    )


def output_option(text: str = "Write to FILE, whole or not at all, instead of to stdout.") -> Callable[[F], F]:
    """Add ``-o FILE``: parameter ``output``, ``-`` by default, for :func:`acpitools.cli.output.write_output`."""
    return click.option("-o", "--output", metavar="FILE", type=click.Path(), default="-", help=text)
