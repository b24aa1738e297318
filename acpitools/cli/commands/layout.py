"""acpitools layout: which memory will end up movable, and so removable, and why not the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acpitools.cli.boot import SIZE, BootArguments, boot_arguments, boot_tables, predict_boot
from acpitools.cli.costs import Costs, node_costs, numactl_view
from acpitools.cli.hardware import given_hardware, hardware_option
from acpitools.cli.memory_devices import memory_device_findings
from acpitools.cli.messages import use_colour, verbosity
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output
from acpitools.core.units import GIB

if TYPE_CHECKING:
    from acpitools.kernel.layout import Layout

__all__ = ["command"]

_EXAMPLES = """\b
Examples:
  acpitools layout --dmesg boot.log --kernel 6.1 --kernel 6.12
  acpitools layout machine.acpidump --memmap e820.txt --cmdline movable_node --kernel 6.12
  acpitools layout --dmesg boot.log --observed boot.log
"""


@click.command("layout", epilog=_EXAMPLES)
@boot_arguments
@format_option("text", "json")
@output_option()
@click.option(
    "--observed",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Compare with what a kernel did: a dmesg, a zoneinfo, a sysfs copy or a recorded boot.  Exit 1 if it differs.",
)
@click.option("--costs", is_flag=True, help="Add what the kernel keeps about each node, where that lies, and how far.")
@click.option(
    "--adding",
    type=SIZE,
    metavar="SIZE",
    help="With --costs: what adding so much memory to each node takes of kernel memory.  [default: 1G]",
)
@hardware_option()
@click.option("--view", type=click.Choice(("numactl",)), help="Show the machine as numactl --hardware would.")
@click.pass_context
def command(
    ctx: click.Context,
    boot: BootArguments,
    output_format: str,
    output: str,
    observed: Path | None,
    costs: bool,
    adding: int | None,
    hardware: str | None,
    view: str | None,
) -> None:
    """Predict nodes, zones and which memory is movable or removable.

    The tables of SOURCE, a memory map (--memmap) and a command line go in; --dmesg reads all of that from a log.
    Exit 1 where --observed finds a difference.  With two --kernel the layouts of both stand side by side, and it is 1
    where they differ.

    Memory devices (PNP0C80) in the AML of SOURCE are evaluated: findings say what disagrees with the SRAT or can never
    be attached.  What their code reads of hardware is taken from --hardware.
    """
    if len(boot.kernels) > 1:
        if len(boot.kernels) > 2 or observed is not None:
            raise click.UsageError("two --kernel are compared with each other, not more, and not with --observed")
        ctx.exit(_two_kernels(boot, output_format, output))
    if view is not None and output_format != "text":
        raise click.UsageError("--view numactl is text only; --format json has all of it")
    tables, described = boot_tables(boot), given_hardware(hardware)
    prediction = predict_boot(boot, tables)
    layout = prediction.layout
    if view is not None and layout.boots:
        write_output(output, numactl_view(prediction))
        return
    if observed is None:
        devices = memory_device_findings(tables, prediction, layout, described)
        layout = replace(layout, findings=(*layout.findings, *devices))
        found = node_costs(prediction, adding or GIB) if (costs or adding) and layout.boots else None
        write_output(output, _written(layout, output_format, output, found))
        return
    ctx.exit(_compared(layout, observed, output_format, output))


def _written(layout: Layout, output_format: str, output: str, costs: Costs | None) -> Iterator[str]:
    if output_format == "json":
        from acpitools.report.boot_json import layout_json
        from acpitools.report.costs import costs_document

        yield from layout_json(layout, {} if costs is None else {"costs": costs_document(*costs)})
        return
    from acpitools.report.layout_text import layout_text

    width = shutil.get_terminal_size((100, 24)).columns
    color, verbose = output == "-" and use_colour(), verbosity() > 0
    yield from layout_text(layout, width=width, color=color, verbose=verbose)
    if costs is not None:
        from acpitools.report.costs import costs_text

        yield from costs_text(*costs, width=width, color=color, verbose=verbose)


def _two_kernels(boot: BootArguments, output_format: str, output: str) -> int:
    from acpitools.kernel.compare_layouts import compare_layouts
    from acpitools.kernel.versions.history import differences
    from acpitools.kernel.versions.registry import find

    left, right = (predict_boot(replace(boot, kernels=(name,))).layout for name in boot.kernels)
    models = [find(name)[0] for name in boot.kernels]
    names = boot.kernels[0], boot.kernels[1]
    pairs, found = compare_layouts(left, right), tuple(differences(*models))
    if output_format == "json":
        from acpitools.report.kernels_json import comparison_json

        write_output(output, comparison_json(names, pairs, found))
    else:
        from acpitools.report.comparison_text import comparison_text

        width = shutil.get_terminal_size((100, 24)).columns
        color, verbose = output == "-" and use_colour(), verbosity() > 0
        write_output(output, comparison_text(names, pairs, found, width=width, color=color, verbose=verbose))
    return 1 if any(pair.differs and pair.counts for pair in pairs) else 0


def _compared(layout: Layout, observed: Path, output_format: str, output: str) -> int:
    from acpitools.dumps.observed import read_observed
    from acpitools.kernel.compare import compare

    differences = compare(layout, read_observed(observed))
    if output_format == "json":
        from acpitools.report.boot_json import differences_json

        write_output(output, differences_json(layout, str(observed), differences))
    else:
        from acpitools.report.differences_text import differences_text

        write_output(output, differences_text(differences, color=output == "-" and use_colour()))
    return 1 if differences else 0
