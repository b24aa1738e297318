"""``acpitools decode``: tables as text, JSON, data-table language or hex."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output

if TYPE_CHECKING:
    from acpitools.tables.table_set import TableSet

__all__ = ["command"]


@click.command("decode")
@sources_argument()
@click.option(
    "--table",
    "selectors",
    metavar="SIG",
    multiple=True,
    help="Only these tables: SRAT, or SSDT[2], counted from 0 in the order of the SOURCEs.  Repeatable.",
)
@format_option("text", "json", "dsl", "hex")
@click.option(
    "--iasl",
    type=click.Choice(["debian", "newest"]),
    default="debian",
    show_default=True,
    help="Which iasl dsl is for: that of Debian 12 (20200925), or 20260408, which has other labels.",
)
@output_option()
def command(sources: tuple[str, ...], selectors: tuple[str, ...], output_format: str, iasl: str, output: str) -> None:
    """Show ACPI tables: every field with offset, value and meaning, and what is wrong with the table.

    Text is for reading; json and dsl, iasl's data-table language, are lossless, and encode makes the same bytes of
    them; hex is what acpidump prints and acpixtract reads.  What is wrong is part of the answer: the exit code is 0
    wherever there was a table to show.
    """
    from acpitools.dumps.load import load

    tables = load(sources, stdin=sys.stdin.buffer)
    if selectors:
        tables = tables.select(selectors)
    if output_format == "dsl":
        write_output(output, _dsl(tables, newest=iasl == "newest"))
    else:
        write_output(output, _FORMATS[output_format](tables))


def _text(tables: TableSet) -> Iterator[str]:
    from acpitools.report.tables_text import printable, table_text
    from acpitools.tables.check import check_table

    addresses = {table.address: table.signature.strip() for table in tables if table.address}
    for table in tables:
        yield from table_text(table, check_table(table), addresses)
    for finding in tables.findings:
        yield f"{finding.severity.value} {finding.code}: {printable(str(finding.location))}: {finding.message}\n"


def _json(tables: TableSet) -> Iterator[str]:
    from acpitools.report.tables_json import tables_json
    from acpitools.tables.check import check_table

    return tables_json(((table, check_table(table)) for table in tables), tables.findings)


def _hex(tables: TableSet) -> Iterator[str]:
    from acpitools.dumps.acpidump import write_acpidump

    for table in tables:
        yield from write_acpidump(table)


def _dsl(tables: TableSet, *, newest: bool) -> Iterator[str]:
    from acpitools.tables.dsl_text import table_dsl

    for table in tables:
        yield from table_dsl(table, newest=newest)


_FORMATS = {"text": _text, "json": _json, "hex": _hex}
