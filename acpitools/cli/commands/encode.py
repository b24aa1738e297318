"""``acpitools encode``: decoded tables back to binary ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acpitools.cli.messages import warn
from acpitools.cli.output import write_folder, write_output
from acpitools.core.errors import InputError

if TYPE_CHECKING:
    from acpitools.tables.table_set import LoadedTable

__all__ = ["command"]


@click.command("encode")
@click.argument("source", metavar="FILE|-", type=click.Path())
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(),
    default="-",
    help="File for one table; folder for several, named as acpixtract names them: srat.dat, ssdt2.dat.",
)
@click.option("--seal", is_flag=True, help="Set lengths, counts and checksums right.")
def command(source: str, output: str, seal: bool) -> None:
    """Turn what decode made back into binary tables.

    JSON is written byte for byte as it stands.  Text in iasl's data-table language is sealed as iasl does it, with the
    lengths and checksums that follow from it; the creator fields stay.

    Without -o the bytes go to stdout, one table after another.
    """
    from acpitools.dumps.load import load_document

    tables = load_document(source, stdin=sys.stdin.buffer)
    for finding in (finding for table in tables for finding in table.findings):
        warn(f"{finding.location}: {finding.message}")
    contents = [_sealed(table) if seal else table.data for table in tables]
    if output == "-":
        if sys.stdout.isatty():
            raise InputError("cannot write", "standard output", "binary tables, and it is a terminal; use -o")
        write_output("-", contents)
    elif len(tables) == 1 and not Path(output).is_dir():
        write_output(output, contents[0])
    else:
        write_folder(Path(output), [table.signature for table in tables], contents)


def _sealed(table: LoadedTable) -> bytes:
    from acpitools.codec.checksum import seal
    from acpitools.codec.record import encode

    return encode(seal(table.record))
