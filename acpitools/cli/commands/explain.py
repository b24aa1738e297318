"""acpitools explain: why one byte is (not) movable, (not) removable."""

from __future__ import annotations

import shutil

import click

from acpitools.cli.boot import ADDRESS, BootArguments, boot_arguments, predict_boot
from acpitools.cli.messages import use_colour
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

__all__ = ["command"]

_EXAMPLES = """\b
Examples:
  acpitools explain machine.acpidump --memmap e820.txt --cmdline movable_node --at 0x40000000
"""


@click.command("explain", epilog=_EXAMPLES)
@boot_arguments
@click.option("--at", "address", type=ADDRESS, required=True, help="The address, decimal or 0x...")
@format_option("text", "json")
@output_option()
def command(boot: BootArguments, address: int, output_format: str, output: str) -> None:
    """Say why one address is, or is not, movable and removable."""
    from acpitools.kernel.explain import explain

    prediction = predict_boot(boot)
    layout = prediction.layout
    answer = explain(prediction, layout, address)
    if output_format == "json":
        from acpitools.report.boot_json import explanation_json

        write_output(output, explanation_json(answer))
    else:
        from acpitools.report.explain_text import explanation_text

        width = shutil.get_terminal_size((100, 24)).columns
        write_output(output, explanation_text(answer, width=width, color=output == "-" and use_colour()))
