"""``acpitools initrd``: the kernel's table override archive, made and checked."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acpitools.cli.messages import note, use_colour, warn
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output
from acpitools.core.errors import InputError

if TYPE_CHECKING:
    from acpitools.image.initrd import OemIds
    from acpitools.image.inspection import Inspection
    from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["command"]

_DEFAULT_KERNEL = "6.12"
_NEVER_REPLACED = frozenset({"RSD PTR ", "RSDT", "XSDT", "FACS"})
"""Tables of a dump that no archive can replace; whoever asks for one by --table gets it, with a warning."""

_EXAMPLES = """\b
Examples:
  acpitools initrd srat.dat slit.dat -o tables.img --base /boot/initrd.img
  acpitools initrd new.dat -o tables.img --platform machine.acpidump --match-oem --raise-revision
  acpitools initrd --inspect tables.img machine.acpidump --kernel 6.1
"""


@click.command("initrd", epilog=_EXAMPLES)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path())
@click.option("--table", "selectors", metavar="SIG", multiple=True, help="Only these tables: SRAT, SSDT[2].")
@click.option("--base", type=click.Path(path_type=Path), metavar="INITRD", help="Put the archive before this initrd.")
@click.option(
    "--platform",
    type=click.Path(),
    metavar="SOURCE",
    multiple=True,
    help="The machine's own tables: says what is replaced.  With --inspect every SOURCE is one.  Repeatable.",
)
@click.option("--match-oem", is_flag=True, help="Take the OEM id and OEM table id of the platform's table over.")
@click.option("--raise-revision", is_flag=True, help="Raise the OEM revision above the platform's where it is not.")
@click.option("--kernel", metavar="RELEASE", default=_DEFAULT_KERNEL, show_default=True, help="Kernel that takes them.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="That kernel's .config.")
@click.option(
    "--inspect", type=click.Path(path_type=Path), metavar="FILE", help="Say what a kernel makes of an initrd."
)
@format_option("text", "json")
@output_option("Archive to write, or with --inspect the answer; whole or not at all.")
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    selectors: tuple[str, ...],
    base: Path | None,
    platform: tuple[str, ...],
    match_oem: bool,
    raise_revision: bool,
    kernel: str,
    config: Path | None,
    inspect: Path | None,
    output_format: str,
    output: str,
) -> None:
    """Make the archive from which a kernel takes ACPI tables in place of the firmware's, or check one.

    The archive is uncompressed and comes first; --base is appended as it is.  The kernel replaces a table with equal
    OEM ids and a lower OEM revision, else it adds the table.  Exit 1 where it would refuse one, or not use it.

    """
    upgrade = _upgrade(config)
    if inspect is not None:
        _refuse_making(selectors, base, match_oem, raise_revision)
        inspection = _inspected(inspect, kernel, _platform((*platform, *sources)), upgrade)
        write_output(output, _written(inspection, output_format, output))
        ctx.exit(1 if inspection.refused else 0)
    known = _platform(platform)
    if (match_oem or raise_revision) and not known:
        raise InputError("no platform", "the command line", "name the machine's own tables with --platform")
    chosen = [_adapted(table, known, match_oem, raise_revision) for table in _chosen(sources, selectors, kernel)]
    ctx.exit(_made(chosen, base, kernel, known, upgrade, output))


def _refuse_making(*given: object) -> None:
    if any(given):
        raise click.UsageError("--table, --base, --match-oem and --raise-revision make an archive; --inspect reads one")


def _upgrade(config: Path | None) -> bool:
    if config is None:
        return True
    from acpitools.dumps.text import read_text
    from acpitools.kernel.config import parse_config

    options = parse_config(read_text(config, what="kernel configuration"), where=str(config))
    return options.get("CONFIG_ACPI_TABLE_UPGRADE", "y") == "y"


def _platform(sources: Sequence[str]) -> list[LoadedTable]:
    # Tables that AML loads at run time (dynamic/) come too late to be replaced.
    from acpitools.dumps.load import load

    tables = load(sources, stdin=sys.stdin.buffer) if sources else ()
    return [table for table in tables if "dynamic" not in Path(table.source).parts]


def _chosen(sources: Sequence[str], selectors: Sequence[str], kernel: str) -> list[LoadedTable]:
    from acpitools.dumps.load import load
    from acpitools.image.allow_list import allowed_signatures

    if not sources:
        raise InputError("no source", "the command line", "name the tables that the archive should hold (SOURCE...)")
    tables: TableSet = load(sources, stdin=sys.stdin.buffer)
    if selectors:
        return list(tables.select(selectors))
    allowed = allowed_signatures(kernel) - _NEVER_REPLACED
    left_out = sorted({table.signature.strip() for table in tables if table.signature not in allowed})
    if left_out:
        note(f"left out, for kernel {kernel} takes none of these: {', '.join(left_out)}")
    chosen = [table for table in tables if table.signature in allowed]
    if not chosen:
        raise InputError("no table", "the sources", f"kernel {kernel} takes none of {', '.join(left_out)}")
    return chosen


def _adapted(table: LoadedTable, platform: Sequence[LoadedTable], match_oem: bool, raise_revision: bool) -> bytes:
    from acpitools.image.initrd import OemIds, with_oem

    if not (match_oem or raise_revision):
        return table.data
    ids = OemIds.of(table.data)
    others = [OemIds.of(other.data) for other in platform if other.signature == table.signature]
    same = [other for other in others if other.same_table(ids)]
    if match_oem and not same and others:
        if len(others) > 1:
            why = f"the platform has {len(others)} tables of that signature; none has its OEM ids"
            raise InputError("cannot tell what it replaces", f"{table.signature} of {table.source}", why)
        ids, same = _named(ids, others[0]), others
    for other in same if raise_revision else ():
        ids = ids.above(other)
    return with_oem(table.data, ids)


def _named(ids: OemIds, other: OemIds) -> OemIds:
    from dataclasses import replace

    return replace(ids, oem_id=other.oem_id, oem_table_id=other.oem_table_id)


def _made(
    tables: Sequence[bytes],
    base: Path | None,
    kernel: str,
    platform: Sequence[LoadedTable],
    upgrade: bool,
    output: str,
) -> int:
    from acpitools.image.files import with_base
    from acpitools.image.initrd import override_archive
    from acpitools.image.inspection import inspect_initrd

    if output == "-" and sys.stdout.isatty():
        raise InputError("cannot write", "standard output", "an archive, and it is a terminal; use -o")
    archive = override_archive(tables)
    write_output(output, with_base(archive, base))
    inspection = inspect_initrd(archive, release=kernel, platform=[table.data for table in platform], upgrade=upgrade)
    for item in inspection.refused:
        warn(f"{item.path}: {item.signature} {item.verdict.outcome.value}: {item.verdict.text}")
    return 1 if inspection.refused else 0


def _inspected(path: Path, kernel: str, platform: Sequence[LoadedTable], upgrade: bool) -> Inspection:
    from acpitools.image.files import opened_image, read_image
    from acpitools.image.inspection import inspect_initrd

    piped = str(path) == "-"
    with nullcontext(read_image(sys.stdin.buffer, "stdin")) if piped else opened_image(path) as image:
        return inspect_initrd(
            image, release=kernel, platform=[table.data for table in platform], upgrade=upgrade, expand=_expanded
        )


def _expanded(data: bytes) -> tuple[str, bytes] | None:
    # Looked into only to tell of tables that the kernel does not find: damage ends the look.
    from io import BytesIO

    from acpitools.core.errors import DecodeError, LimitError
    from acpitools.dumps.limits import DEFAULT_LIMITS, Budget
    from acpitools.dumps.streams import COMPRESSIONS, Peekable, decompressed

    kind = next((kind for kind, magic in COMPRESSIONS.items() if data.startswith(magic)), None)
    if kind is None:
        return None
    stream = decompressed(Peekable(BytesIO(data), "initrd"), kind, Budget(), lambda: None)
    expanded = bytearray()
    try:
        while len(expanded) < DEFAULT_LIMITS.file_bytes and (block := stream.read(1 << 20)):
            expanded += block
    except (DecodeError, LimitError):
        pass
    return kind, bytes(expanded)


def _written(inspection: Inspection, output_format: str, output: str) -> Iterator[str]:
    if output_format == "json":
        from acpitools.report.initrd_json import initrd_json

        return initrd_json(inspection)
    from acpitools.report.initrd_text import initrd_text

    width = shutil.get_terminal_size((100, 24)).columns
    return initrd_text(inspection, width=width, color=output == "-" and use_colour())
