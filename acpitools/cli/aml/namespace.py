"""``acpitools aml namespace``: the names that AML declares."""

from __future__ import annotations

import click

from acpitools.cli.aml.tables import aml_tables, labels, tell_findings
from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.core.collection import uncollected

__all__ = ["command"]


@click.command("namespace")
@sources_argument()
@format_option("text", "json")
@output_option()
@uncollected()
def command(sources: tuple[str, ...], output_format: str, output: str) -> None:
    """Show the names that a machine's tables declare, as a tree, with what each is.

    No code runs: names inside If, Else and While are there, marked with a question mark; what methods make when they
    run is not.
    """
    from acpitools.aml.namespace import namespace
    from acpitools.report import aml_json, aml_text

    _, tables = aml_tables(sources)
    names = labels(tables)
    tell_findings(tables, names)
    write = aml_json.namespace_json if output_format == "json" else aml_text.namespace_text
    write_output(output, write(namespace(tables), names))
