"""``acpitools asl``: compile ASL sources, or only say what is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from acpitools.cli.guard import FINDINGS, OK
from acpitools.cli.messages import verbosity, verbosity_options
from acpitools.cli.output import write_output
from acpitools.core.errors import InputError

if TYPE_CHECKING:
    from acpitools.asl.compile import Compiled
    from acpitools.asl.diagnostics import Diagnostic
    from acpitools.asl.options import Options

__all__ = ["command"]

F = TypeVar("F", bound=Callable[..., Any])


def _source_options(function: F) -> F:
    for decorate in (
        click.option(
            "-D",
            "--define",
            "definitions",
            metavar="NAME[=VALUE]",
            multiple=True,
            help="Define a macro for the preprocessor.  Repeatable.",
        ),
        click.option(
            "-I",
            "--include",
            "folders",
            metavar="DIR",
            multiple=True,
            type=click.Path(exists=True, file_okay=False),
            help="Look for included files here too; files elsewhere are not read.  Repeatable.",
        ),
        click.argument("source", metavar="FILE.asl", type=click.Path()),
        click.option(
            "-f",
            "--force",
            is_flag=True,
            help="Only warn of what compiles but goes wrong when it runs, as operands of a wrong type (iasl -f).",
        ),
        click.option("--werror", is_flag=True, help="Take warnings for errors (iasl -we)."),
        click.option(
            "--disable",
            "disabled",
            metavar="NAME",
            multiple=True,
            help="Do not tell of warnings with this name, which stands in brackets after each (iasl -vw).  Repeatable.",
        ),
        click.option("--remarks", is_flag=True, help="Tell what is no fault, but might be done better."),
    ):
        function = decorate(function)
    return function


def _told(force: bool, werror: bool, disabled: tuple[str, ...], remarks: bool) -> dict[str, Any]:
    # The options about what is told, as Options takes them.
    from difflib import get_close_matches

    from acpitools.asl.warning_names import NAMES, REMARKS

    for name in disabled:
        if name not in NAMES and name not in REMARKS:
            close = get_close_matches(name, [*NAMES, *REMARKS], 1)
            hint = f"; {close[0]} is one" if close else f": they are {', '.join([*NAMES, *REMARKS])}"
            raise click.UsageError(f"--disable: there is no warning named {name!r}{hint}")
    return {"force": force, "warnings_as_errors": werror, "disabled": frozenset(disabled), "remarks": remarks}


@click.group("asl", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Compile ASL, the source language of DSDT and SSDT, or check it.

    Errors and warnings go to stderr, as FILE:LINE:COLUMN: error: ..., with the line and a caret.
    """


@command.command("compile")
@_source_options
@click.option(
    "-o",
    "--output",
    metavar="FILE.aml",
    type=click.Path(),
    help="Where the table goes, - for stdout; the source's name with .aml if not given.",
)
@click.option("--no-fold", is_flag=True, help="Keep constant expressions as they are (iasl -of).")
@click.option("--no-short-integers", is_flag=True, help="Do not write Zero, One and Ones for 0, 1 and -1 (iasl -oi).")
@click.option("--no-short-names", is_flag=True, help="Keep the paths of a DSDT as they are written (iasl -on).")
@click.option("--no-optimize", is_flag=True, help="All three, and keep Offsets that skip no bits (iasl -oa).")
@click.option(
    "--creator",
    metavar="ID[:REVISION]",
    help="Creator of the table header, four characters and a number; INTL:0x20200925 if not given.",
)
def compile_command(
    source: str,
    definitions: tuple[str, ...],
    folders: tuple[str, ...],
    output: str | None,
    no_fold: bool,
    no_short_integers: bool,
    no_short_names: bool,
    no_optimize: bool,
    creator: str | None,
    **told: Any,
) -> int:
    """Compile FILE.asl (- for stdin) to AML: the bytes that iasl makes of it.

    A source with several DefinitionBlocks gives their tables one after another.  With an error there is no output, and
    the exit code is 1.
    """
    from acpitools.asl.options import Options

    creator_id, creator_revision = _creator(creator or "INTL:0x20200925")
    options = Options(
        **_told(**told),
        creator_id=creator_id,
        creator_revision=creator_revision,
        fold=not (no_fold or no_optimize),
        shorten_integers=not (no_short_integers or no_optimize),
        shorten_names=not (no_short_names or no_optimize),
        drop_empty_fields=not no_optimize,
    )
    compiled = _compiled(source, definitions, folders, options)
    if not compiled.tables:
        return FINDINGS
    if output is None:
        output = "-" if source == "-" else str(Path(source).with_suffix(".aml"))
    if output == "-" and sys.stdout.isatty():
        raise InputError("cannot write", "standard output", "a binary table, and it is a terminal; use -o")
    write_output(output, [table.data for table in compiled.tables])
    return OK


@command.command("check")
@_source_options
def check_command(source: str, definitions: tuple[str, ...], folders: tuple[str, ...], **told: Any) -> int:
    """Say what is wrong with FILE.asl (- for stdin): exit code 1 if anything keeps it from compiling."""
    from acpitools.asl.options import Options

    return OK if _compiled(source, definitions, folders, Options(**_told(**told))).tables else FINDINGS


for _sub in (compile_command, check_command):
    _sub.params.extend(verbosity_options())


def _compiled(source: str, definitions: tuple[str, ...], folders: tuple[str, ...], options: Options) -> Compiled:
    from acpitools.asl.compile import compile_source
    from acpitools.cli.asl_files import Folders, read_source

    defines = dict(_definition(text) for text in definitions)
    text = read_source(source)
    compiled = compile_source(text, source, includes=Folders(source, folders), defines=defines, options=options)
    _tell(compiled.diagnostics)
    return compiled


def _creator(text: str) -> tuple[str, int]:
    name, _, revision = text.partition(":")
    try:
        number = int(revision or "0", 0)
    except ValueError:
        number = -1
    if len(name.encode("ascii", "replace")) != 4 or not name.isascii() or not 0 <= number <= 0xFFFF_FFFF:
        raise click.UsageError(
            f"--creator takes four ASCII characters and a number of 32 bits, as INTL:1, not {text!r}"
        )
    return name, number


def _definition(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name.isidentifier():
        raise click.UsageError(f"-D takes NAME or NAME=VALUE, not {text!r}")
    return name, value


def _tell(diagnostics: list[Diagnostic]) -> None:
    from acpitools.core.findings import Severity

    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    shown = errors if verbosity() < 0 else diagnostics
    for diagnostic in shown:
        click.echo(str(diagnostic), err=True)
    if shown:
        warnings = sum(diagnostic.severity is Severity.WARNING for diagnostic in shown)
        counts = [(len(errors), "error"), (warnings, "warning"), (len(shown) - len(errors) - warnings, "remark")]
        click.echo(", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n), err=True)
