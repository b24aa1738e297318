"""acpitools kernels: the kernel models, and what sets them apart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import click

from acpitools.cli.messages import use_colour, verbosity
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

__all__ = ["command"]

_EXAMPLES = """\b
Examples:
  acpitools kernels
  acpitools kernels 6.1 6.12
  acpitools kernels 2013-solution-1
  acpitools kernels --options
"""


@click.command("kernels", epilog=_EXAMPLES)
@click.argument("names", metavar="[KERNEL [KERNEL]]", nargs=-1)
@click.option("--options", is_flag=True, help="List the options of a kernel .config that count, with their effect.")
@format_option("text", "json")
@output_option()
def command(names: tuple[str, ...], options: bool, output_format: str, output: str) -> None:
    """List the kernels that can be replayed; show one; or say what sets two apart, with sources.

    The names are those that --kernel takes: a release, or a design of 2013.
    """
    if len(names) > 2 or (options and names):
        raise click.UsageError("give no kernel, one, or two to compare; none with --options")
    write_output(output, _options(output_format) if options else _kernels(names, output_format, output))


def _options(output_format: str) -> str | Iterator[str]:
    from acpitools.kernel.config import OPTIONS
    from acpitools.report.config_options import options_json, options_text

    return options_json(OPTIONS) if output_format == "json" else options_text(OPTIONS, width=_width())


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _kernels(names: tuple[str, ...], output_format: str, output: str) -> Iterator[str]:
    from acpitools.kernel.versions.history import differences, views
    from acpitools.kernel.versions.registry import DESIGNS, KERNELS, find
    from acpitools.report.kernels_json import model_differences_json, models_json
    from acpitools.report.kernels_text import differences_lines, model_text, models_text

    width, color = _width(), output == "-" and use_colour()
    if len(names) == 2:
        left, right = (find(name)[0] for name in names)
        found = tuple(differences(left, right))
        if output_format == "json":
            yield model_differences_json(left.release, right.release, found)
            return
        yield f"From {left.release} to {right.release}: {len(found) or 'no'} difference{'s' * (len(found) != 1)}\n"
        yield from differences_lines(found, width)
        return
    every = (*views(DESIGNS), *views(KERNELS))
    if names:
        wanted = find(names[0])[0].release
        every = tuple(view for view in every if view.release == wanted)
    if output_format == "json":
        yield models_json(every)
    elif names:
        yield from model_text(every[0], width=width, color=color)
    else:
        yield from models_text(every, width=width, color=color, verbose=verbosity() > 0)
