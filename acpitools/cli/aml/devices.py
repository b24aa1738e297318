"""``acpitools aml devices``: the devices that AML describes."""

from __future__ import annotations

import click

from acpitools.cli.aml.tables import all_tables, labels, read_aml, tell_findings
from acpitools.cli.hardware import given_hardware, hardware_option, running_machine
from acpitools.cli.messages import detail, warn
from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.cli.semantics import given_semantics, semantics_options
from acpitools.core.collection import uncollected

__all__ = ["command"]

_STEPS = 200_000
"""Terms that one object may take: the largest _CRS of real machines take a tenth."""


@click.command("devices")
@sources_argument()
@click.option(
    "--hid",
    "ids",
    metavar="ID",
    multiple=True,
    help="Only devices with this _HID or _CID: PNP0C80.  Repeatable.",
)
@click.option("--no-run", is_flag=True, help="Run no code: only values that stand in the tables.")
@hardware_option()
@semantics_options("linux")
@format_option("text", "json")
@output_option()
@uncollected()
def command(
    sources: tuple[str, ...],
    ids: tuple[str, ...],
    no_run: bool,
    hardware: str | None,
    semantics: str,
    kernel: str | None,
    cmdline: str | None,
    output_format: str,
    output: str,
) -> None:
    """Show the devices of a machine with _HID, _CID, _UID, _ADR, _STA, _PXM and decoded _CRS.

    The machine is started and its objects are evaluated, as "aml run --semantics linux" does, so that the devices are
    those that Linux finds: regions hold what --hardware describes, or zeros. With --no-run what takes code to find out
    is told as such, unless a method only returns a constant.
    """
    from acpitools.aml.devices import devices
    from acpitools.aml.namespace import namespace
    from acpitools.interp.limits import Limits
    from acpitools.interp.values import Evaluated
    from acpitools.report import aml_json, aml_text

    loaded = sorted(all_tables(sources), key=lambda table: table.signature != "DSDT")
    tables = read_aml(loaded)
    names = labels(tables)
    tell_findings(tables, names)
    if no_run:
        found = devices(namespace(tables))
    else:
        limits = Limits(steps=_STEPS)
        data = (table.data for table in loaded)
        like = given_semantics(semantics, kernel, cmdline)
        machine = running_machine(data, given_hardware(hardware), limits=limits, tell=detail, like=like, read=tables)
        values = Evaluated(machine, lambda path, why: warn(f"{path} has no value: {why}"))
        found = devices(namespace(tables), values, machine.namespace.nodes)
    if ids:
        wanted = {text.upper() for text in ids}
        found = tuple(item for item in found if wanted & {text.upper() for text in (item.hid or "", *item.cid)})
    if output_format == "json":
        write_output(output, aml_json.devices_json(found, names))
    elif no_run:
        write_output(output, aml_text.devices_text(found, names))
    else:
        write_output(output, aml_text.devices_text(found, names, unknown="no value"))
