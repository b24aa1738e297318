"""``acpitools aml devices``: the devices that AML describes."""

from __future__ import annotations

import click

from acpitools.cli.aml.tables import aml_tables, labels, tell_findings
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
@format_option("text", "json")
@output_option()
@uncollected()
def command(sources: tuple[str, ...], ids: tuple[str, ...], output_format: str, output: str) -> None:
    """Show the devices of a machine with _HID, _CID, _UID, _ADR, _STA, _PXM and decoded _CRS.

    No code runs: what takes a method to find out is told as such, unless the method only returns a constant.
    """
    from acpitools.aml.devices import devices
    from acpitools.aml.namespace import namespace
    from acpitools.report import aml_json, aml_text

    _, tables = aml_tables(sources)
    names = labels(tables)
    tell_findings(tables, names)
    found = devices(namespace(tables))
    if ids:
        wanted = {text.upper() for text in ids}
        found = tuple(item for item in found if wanted & {text.upper() for text in (item.hid or "", *item.cid)})
    write = aml_json.devices_json if output_format == "json" else aml_text.devices_text
    write_output(output, write(found, names))
