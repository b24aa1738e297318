"""acpitools check: the predicted layout against expectations."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acpitools.cli.boot import BootArguments, boot_arguments, predict_boot
from acpitools.cli.messages import counted, use_colour, verbosity
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

if TYPE_CHECKING:
    from acpitools.expect.nodes import Item
    from acpitools.expect.result import Result
    from acpitools.kernel.predict import Prediction

__all__ = ["command"]

_MOST_STDIN = 1 << 20  # bytes; nobody writes that many expectations

_EXAMPLES = """\b
Expectations, one a line ('#' starts a comment):
  boots
  node 1 movable >= 95%
  0x180000000 in zone Movable
  all hotpluggable memory movable
  no kernel allocation on node 2
  block size == 128M
  "every DIMM can go": for node n with hotpluggable memory {
      node n removable == 100%
      no kernel allocation on node n
  }
The whole language: grammars/README.md.

\b
Examples:
  acpitools check machine.acpidump --dmesg boot.log -e 'node 1 movable >= 95%' --suggest
  acpitools check --dmesg boot.log --expect layout.expect --junit check.xml
"""


@click.command("check", epilog=_EXAMPLES)
@boot_arguments
@click.option(
    "--expect",
    "files",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="Expectations, one a line; - is stdin.  Repeatable.",
)
@click.option("-e", "expressions", metavar="EXPR", multiple=True, help="One expectation.  Repeatable.")
@click.option(
    "--suggest", is_flag=True, help="Name the smallest changes that would make a failed one hold, found by replaying."
)
@click.option("--junit", type=click.Path(), metavar="FILE", help="Write the results as JUnit XML too.")
@format_option("text", "json", "junit")
@output_option()
@click.pass_context
def command(
    ctx: click.Context,
    boot: BootArguments,
    files: tuple[Path, ...],
    expressions: tuple[str, ...],
    suggest: bool,
    junit: str | None,
    output_format: str,
    output: str,
) -> None:
    """Check the predicted layout against expectations, each answered with what decides it.

    Exit 1 where one fails, or cannot be decided because it speaks of something that is not there.
    """
    from acpitools.report.check_json import check_junit

    items = _expectations(files, expressions)
    prediction = predict_boot(boot)
    results = _results(prediction, items, suggest=suggest)
    if junit is not None:
        write_output(junit, check_junit(prediction.layout, results))
    write_output(output, _written(prediction, results, output_format, output))
    ctx.exit(0 if all(result.verdict.value == "holds" for result in results) else 1)


def _expectations(files: tuple[Path, ...], expressions: tuple[str, ...]) -> tuple[Item, ...]:
    from acpitools.core.errors import InputError
    from acpitools.expect.parser import parse_expectations

    items: list[Item] = []
    for path in files:
        items += parse_expectations(_text(path), source="stdin" if str(path) == "-" else str(path))
    for number, expression in enumerate(expressions, 1):
        items += parse_expectations(expression, source=f"-e[{number}]")
    if not items:
        where = ", ".join(map(str, files)) or "the command line"
        raise InputError("no expectation", where, "give some with --expect FILE or -e 'EXPR'")
    return tuple(items)


def _text(path: Path) -> str:
    from acpitools.dumps.text import decode_text, read_text

    if str(path) == "-":
        return decode_text(sys.stdin.buffer.read(_MOST_STDIN), what="expectations", where="stdin")
    return read_text(path, what="expectations")


def _results(prediction: Prediction, items: tuple[Item, ...], *, suggest: bool) -> tuple[Result, ...]:
    from acpitools.expect.evaluate import evaluate
    from acpitools.expect.world import World

    world = World(prediction)
    if not suggest:
        return evaluate(items, world)
    from acpitools.expect.suggest import suggest as search

    env = prediction.replay.env
    with counted("boots replayed") as show:
        return search(env.inputs, env.policy, items, world, seen=show)


def _written(prediction: Prediction, results: tuple[Result, ...], output_format: str, output: str) -> str:
    if output_format == "text":
        from acpitools.report.check_text import check_text

        width = shutil.get_terminal_size((100, 24)).columns
        color = output == "-" and use_colour()
        return "".join(check_text(results, width=width, color=color, verbose=verbosity() > 0))
    from acpitools.report.check_json import check_json, check_junit

    made = check_json if output_format == "json" else check_junit
    return made(prediction.layout, results)
