"""``acpitools aml disassemble``: AML as ASL that compiles back to the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

import click

from acpitools.cli.aml.tables import aml_tables, labels, tell_findings
from acpitools.cli.options import output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.core.collection import uncollected
from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["command"]


@click.command("disassemble")
@sources_argument()
@click.option(
    "--table",
    "selectors",
    metavar="SIG",
    multiple=True,
    help="Only these tables: DSDT, or SSDT[2], counted from 0 in the order of the SOURCEs.  Repeatable.",
)
@output_option()
@uncollected()
def command(sources: tuple[str, ...], selectors: tuple[str, ...], output: str) -> None:
    """Show AML as ASL, which compiles back to the same bytes.

    Give all tables of the machine, and choose with --table: the others tell what external names are and how many
    arguments methods take.  Where plain ASL would not compile to these bytes, comments that begin with /*= hold the
    encoding; acpitools honours them, iasl reads past them.  Several tables are written one after another.
    """
    found, tables = aml_tables(sources)
    chosen = _chosen(found, selectors)
    names = labels(tables)
    tell_findings([tables[index] for index in chosen], [names[index] for index in chosen])

    def parts() -> Iterator[str]:
        from acpitools.asl.format.document import disassemble

        for number, index in enumerate(chosen):
            yield "\n" * (number > 0) + disassemble(tables[index], tables)

    write_output(output, parts())


def _chosen(found: tuple[LoadedTable, ...], selectors: tuple[str, ...]) -> list[int]:
    if not selectors:
        return list(range(len(found)))
    wanted = {id(table) for table in TableSet(tables=found).select(selectors)}
    return [index for index, table in enumerate(found) if id(table) in wanted]
