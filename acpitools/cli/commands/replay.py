"""acpitools replay: the same boot, stage by stage."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import click

from acpitools.cli.boot import BootArguments, boot_arguments, predict_boot
from acpitools.cli.messages import use_colour
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

__all__ = ["command"]

_PHASES = ("memblock-ready", "before-srat", "parsing-srat", "after-srat", "memory-initialized")

_EXAMPLES = """\b
Examples:
  acpitools replay --dmesg boot.log --until after-srat
"""


@click.command("replay", epilog=_EXAMPLES)
@boot_arguments
@click.option("--until", type=click.Choice(_PHASES, case_sensitive=False), help="Stop after this phase.")
@click.option("--step", is_flag=True, help="Show every stage, not only the five phases.")
@format_option("text", "json")
@output_option()
def command(boot: BootArguments, until: str | None, step: bool, output_format: str, output: str) -> None:
    """Show the same boot stage by stage, with a picture of memory[] and reserved[] at the end of each phase."""
    from acpitools.kernel.state import Phase

    run = predict_boot(boot).replay
    phase = list(Phase)[_PHASES.index(until)] if until else None

    def written() -> Iterator[str]:
        if output_format == "json":
            from acpitools.report.boot_json import replay_json

            yield from replay_json(run, until=phase)
            return
        from acpitools.report.replay_text import replay_text

        width = shutil.get_terminal_size((100, 24)).columns
        yield from replay_text(run, until=phase, step=step, width=width, color=output == "-" and use_colour())

    write_output(output, written())
