"""The command group ``acpitools`` and how its errors are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from acpitools import __version__
from acpitools.cli.guard import OK, complain
from acpitools.cli.lazy import LazyGroup
from acpitools.cli.messages import verbosity_options
from acpitools.cli.registry import COMMANDS

__all__ = ["group", "run"]

PROGRAM = "acpitools"
COMPLETION_VARIABLE = "_ACPITOOLS_COMPLETE"

HELP = """Predict which physical memory Linux will make movable, and so removable, and say why not the rest.

A SOURCE is a binary table, acpidump text, a folder or archive of tables, JSON made by decode, any of them
compressed, or - for stdin.  The content decides, never the file name.
"""
EPILOG = f"""Exit codes: 0 fine; 1 something in the input is wrong, or a difference was found; 2 unusable input or
usage; 130 interrupted.

Shell completion: eval "$({COMPLETION_VARIABLE}=bash_source {PROGRAM})", or zsh_source, or fish_source.
"""


def _say_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"{PROGRAM} {__version__}")
        ctx.exit()


group = LazyGroup(
    PROGRAM,
    registry=COMMANDS,
    help=HELP,
    epilog=EPILOG,
    params=[
        *verbosity_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_say_version,
            help="Show the version and exit.",
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code.

    click's own ``main`` is passed by: it would turn closed pipes and interrupts into codes of its own.

    Raises whatever a command raises, for :func:`acpitools.cli.guard.guarded`, except usage errors.
    """
    # File names that are no valid text, and pictures on terminals that cannot show them, must not end a command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, PROGRAM, COMPLETION_VARIABLE, instruction)
    try:
        with group.make_context(PROGRAM, list(arguments)) as ctx:
            code = group.invoke(ctx)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        return complain(_usage(error, arguments))
    return OK if code is None else int(code)


def _usage(error: click.ClickException, arguments: Sequence[str]) -> str:
    message = " ".join(error.format_message().split()).rstrip(".")
    if message[1:2].islower():
        message = message[0].lower() + message[1:]
    if not isinstance(error, click.UsageError):
        return message
    if error.ctx is not None:
        place = error.ctx.command_path
    else:  # the option parser does not say where it was
        place = " ".join([PROGRAM, *[word for word in arguments if word in COMMANDS][:1]])
    return f"{message}: see '{place} --help'"
