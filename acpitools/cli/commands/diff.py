"""``acpitools diff``: two machines' tables, compared by what they say."""

from __future__ import annotations

import shutil
import sys

import click

from acpitools.cli.messages import use_colour, verbosity
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output

__all__ = ["command"]

_EXAMPLES = """\b
Examples:
  acpitools diff before.acpidump after.acpidump
  acpitools diff old.dat new.dat --table SRAT --format json
"""


@click.command("diff", epilog=_EXAMPLES)
@click.argument("before", metavar="A", type=click.Path())
@click.argument("after", metavar="B", type=click.Path())
@click.option("--table", "selectors", metavar="SIG", multiple=True, help="Only these tables.  Repeatable.")
@click.option("--strict", is_flag=True, help="Addresses, makers and another order count too.")
@format_option("text", "json")
@output_option()
@click.pass_context
def command(
    ctx: click.Context,
    before: str,
    after: str,
    selectors: tuple[str, ...],
    strict: bool,
    output_format: str,
    output: str,
) -> None:
    """Compare two SOURCEs by meaning: processors by APIC id, memory by range, localities by domain.

    A range in two pieces, another order of structures, an x2APIC structure for the same processor are the same.
    AML is compared by the devices, methods, names, regions and fields that it declares.
    Addresses, creators and checksums that follow from the rest are summed up apart.  Exit 1 where A and B differ.

    """
    from acpitools.core.errors import InputError
    from acpitools.diff.compare import compare_machines
    from acpitools.dumps.load import load
    from acpitools.tables.table_set import TableSet

    if before == after == "-":
        raise InputError("cannot read", "-", "both sides cannot be standard input")
    tables = [load([source], stdin=sys.stdin.buffer) for source in (before, after)]
    if selectors:
        known = {table.signature for side in tables for table in side}
        for selector in selectors:
            if not any(side.all(_signature(selector)) for side in tables):
                names = ", ".join(sorted(name.strip() for name in known))
                raise InputError("no such table", selector, f"there are {names}")
        wanted = {_signature(selector) for selector in selectors}
        tables = [TableSet(tables=tuple(t for t in side if t.signature in wanted)) for side in tables]
    found = compare_machines(tables[0], tables[1], (before, after))
    if output_format == "json":
        from acpitools.report.diff_json import diff_json

        write_output(output, diff_json(found))
    else:
        from acpitools.report.diff_text import diff_text

        width = shutil.get_terminal_size((100, 24)).columns
        text = diff_text(found, width=width, color=output == "-" and use_colour(), verbose=verbosity() > 0)
        write_output(output, text)
    ctx.exit(0 if found.same and not (strict and any(table.volatile for table in found.tables)) else 1)


def _signature(selector: str) -> str:
    return "RSD PTR " if selector.strip() in ("RSDP", "RSD PTR") else selector.strip().ljust(4)
