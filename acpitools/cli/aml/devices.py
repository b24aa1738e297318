"""``acpitools aml devices``: the devices that AML describes."""

from __future__ import annotations

import click

from acpitools.cli.aml.tables import all_tables, labels, read_aml, tell_findings
from acpitools.cli.hardware import given_hardware, hardware_option, running_machine
from acpitools.cli.messages import warn
from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.core.collection import uncollected

__all__ = ["command"]


@click.command("devices")
@sources_argument()
@click.option(
    "--hid",
    "ids",
    metavar="ID",
    multiple=True,
    help="Only devices with this _HID or _CID: PNP0C80.  Repeatable.",
)
@click.option("--run", "runs", is_flag=True, help="Run the code of methods; --hardware does that too.")
@hardware_option()
@format_option("text", "json")
@output_option()
@uncollected()
def command(
    sources: tuple[str, ...], ids: tuple[str, ...], runs: bool, hardware: str | None, output_format: str, output: str
) -> None:
    """Show the devices of a machine with _HID, _CID, _UID, _ADR, _STA, _PXM and decoded _CRS.

    What takes a method to find out is told as such, unless the method only returns a constant. With --run or --hardware
    the code runs: regions hold what --hardware describes, or zeros.
    """
    from acpitools.aml.devices import devices
    from acpitools.aml.namespace import namespace
    from acpitools.interp.values import Evaluated
    from acpitools.report import aml_json, aml_text

    loaded = all_tables(sources)
    tables = read_aml(loaded)
    names = labels(tables)
    tell_findings(tables, names)
    evaluator = None
    if runs or hardware is not None:
        machine = running_machine((table.data for table in loaded), given_hardware(hardware))
        evaluator = Evaluated(machine, lambda path, why: warn(f"{path}: {why}"))
    found = devices(namespace(tables), evaluator)
    if ids:
        wanted = {text.upper() for text in ids}
        found = tuple(item for item in found if wanted & {text.upper() for text in (item.hid or "", *item.cid)})
    write = aml_json.devices_json if output_format == "json" else aml_text.devices_text
    write_output(output, write(found, names))
