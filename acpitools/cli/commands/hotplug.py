"""acpitools hotplug: what adding and removing memory at run time does."""

from __future__ import annotations

from pathlib import Path

import click

from acpitools.cli.boot import BootArguments, boot_arguments, predict_boot
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

__all__ = ["command"]

_EXAMPLES = """\b
Example actions:
  [{"op": "plug", "device": "dimm0", "pxm": 1, "size": "1G"},
   {"op": "online_movable", "device": "dimm0"},
   {"op": "unplug", "device": "dimm0"}]
"""


@click.command("hotplug", epilog=_EXAMPLES)
@boot_arguments
@click.option(
    "--actions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="What to do, in order: a JSON list, or TOML with [[actions]].",
)
@format_option("text", "json")
@output_option()
def command(boot: BootArguments, actions: Path, output_format: str, output: str) -> None:
    """Show what adding and removing memory at run time does, step by step, on top of the replayed boot.

    Actions: plug and unplug a memory device; online, online_kernel, online_movable and offline blocks or a device's
    blocks; write to a file of sysfs.  An idle machine is assumed where what is in use decides.
    """
    from acpitools.dumps.text import read_text
    from acpitools.hotplug.actions import parse_actions
    from acpitools.hotplug.run import run_actions

    wanted = parse_actions(read_text(actions, what="actions"), where=str(actions))
    steps = run_actions(predict_boot(boot), wanted)
    if output_format == "json":
        from acpitools.report.hotplug_json import hotplug_json

        write_output(output, hotplug_json(steps))
    else:
        from acpitools.report.hotplug_text import hotplug_text

        write_output(output, hotplug_text(steps))
