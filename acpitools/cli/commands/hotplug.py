"""acpitools hotplug: what adding and removing memory at run time does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acpitools.cli.boot import BootArguments, boot_arguments, boot_tables, predict_boot
from acpitools.cli.hardware import given_hardware, hardware_option
from acpitools.cli.memory_devices import has_qemu_controller
from acpitools.cli.messages import note, warn
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output
from acpitools.core.errors import AcpiToolsError, InputError

if TYPE_CHECKING:
    from acpitools.hotplug.actions import Action
    from acpitools.hotplug.platform import Platform
    from acpitools.interp.hardware import Hardware
    from acpitools.kernel.predict import Prediction
    from acpitools.tables.table_set import TableSet

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
@hardware_option()
@click.option("--trace", is_flag=True, help="Tell on stderr which operators and methods of the firmware run.")
@format_option("text", "json")
@output_option()
def command(
    boot: BootArguments, actions: Path, hardware: str | None, trace: bool, output_format: str, output: str
) -> None:
    r"""Show what adding and removing memory at run time does, step by step, on top of the replayed boot.

    Actions: plug and unplug a memory device; online, online_kernel, online_movable and offline blocks or a device's
    blocks; write to a file of sysfs; notify a device; run an event method of the firmware; change a register or a named
    integer that it reads.  An idle machine is assumed where what is in use decides.

    A device such as \_SB.MEM0 is one of the tables: its _STA, _CRS and _PXM are evaluated, _EJ0 and _OST run.  Where
    the tables have QEMU's memory hot-plug controller, a device with a size and a domain is a DIMM in a slot of it, and
    the firmware's event method finds it; --hardware none leaves the controller out, --hardware FILE describes others.
    Code runs as in the kernel that is replayed: acpi=strict, acpi_osi= and others of its command line count.
    """
    from acpitools.dumps.text import read_text
    from acpitools.hotplug.actions import parse_actions
    from acpitools.hotplug.run import run_actions

    wanted = parse_actions(read_text(actions, what="actions"), where=str(actions))
    tables = boot_tables(boot)
    described = given_hardware(hardware)
    _check_tables(tables, wanted, described)
    prediction = predict_boot(boot, tables)
    platform = _platform(prediction, tables, wanted, described, trace=trace)
    steps = run_actions(prediction, wanted, platform)
    if output_format == "json":
        from acpitools.report.hotplug_json import hotplug_json

        write_output(output, hotplug_json(steps))
    else:
        from acpitools.report.hotplug_text import hotplug_text

        write_output(output, hotplug_text(steps))


def _needed(actions: Sequence[Action], hardware: Hardware | None) -> bool:
    # The firmware has to run where an action needs it, or hardware is given for it.
    from acpitools.hotplug.actions import needs_firmware

    return hardware is not None or needs_firmware(actions)


def _check_tables(tables: TableSet | None, actions: Sequence[Action], hardware: Hardware | None) -> None:
    if not _needed(actions, hardware):
        return
    from acpitools.aml.machine import AML_SIGNATURES

    if tables is None or not any(table.signature in AML_SIGNATURES for table in tables):
        raise InputError("no firmware", "the SOURCEs", "the code of memory devices is in DSDT and SSDTs: give them too")


def _platform(
    prediction: Prediction,
    tables: TableSet | None,
    actions: Sequence[Action],
    hardware: Hardware | None,
    *,
    trace: bool,
) -> Platform | None:
    # The firmware runs where it has to, or where the tables have a controller that plugs can use.
    from acpitools.hotplug.actions import Plug

    needed = _needed(actions, hardware)
    plugs = has_qemu_controller(tables) and any(isinstance(one, Plug) for one in actions)
    if tables is None or not (needed or plugs):
        return None
    from acpitools.hotplug.kernel_setup import linux_of
    from acpitools.hotplug.memory_rules import controller_found
    from acpitools.hotplug.platform import platform_of
    from acpitools.interp.hardware import Hardware

    data = [table.data for table in tables]
    kernel = linux_of(prediction.replay.env.inputs)
    try:
        platform = platform_of(data, hardware, kernel, trace=_tell if trace else None)
    except AcpiToolsError as error:
        if needed:
            raise
        warn(f"the firmware is left out: {error}")
        return None
    for finding in platform.firmware.aml.findings:
        warn(f"{finding.location.signature}: {finding.message}")
    if platform.unmodelled and hardware != Hardware():
        warn("the tables have QEMU's memory hot-plug controller: --hardware qemu-memory-hotplug answers for it")
    if platform.assumed is not None:
        note(controller_found(platform.assumed).message)
    elif not needed:
        return None
    return platform


def _tell(depth: int, text: str) -> None:
    note(f"{'  ' * (depth - 1)}{text}")
