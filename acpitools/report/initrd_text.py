"""What a kernel makes of an initrd's ACPI tables, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from acpitools.image.initrd import FOLDER
from acpitools.image.inspection import ArchivedTable, Inspection, Outcome
from acpitools.report.tables_text import printable
from acpitools.report.terminal import Palette, table, wrapped

__all__ = ["initrd_text"]

_STYLES: Final = {
    Outcome.TAKEN: "green",
    Outcome.OVERRIDE: "green",
    Outcome.INSTALL: "green",
    Outcome.UNUSED: "yellow",
    Outcome.REFUSED: "red",
}
_COLUMNS: Final = ("file", "table", "at", "bytes", "OEM id", "OEM table id", "OEM revision", "result")
_LOCKED_DOWN: Final = "A kernel that is locked down, as after Secure Boot, takes none of them."


def initrd_text(inspection: Inspection, *, width: int, color: bool) -> Iterator[str]:
    """Give a heading, a table of the tables, and a paragraph for each with its reason; each line with its line end."""
    palette = Palette(color)
    tables = inspection.tables
    if not tables:
        yield "No ACPI table is in it: there is no file below kernel/firmware/acpi/.\n"
        yield f"The kernel's early scan ends at {inspection.early_end:#x}: {inspection.early_stop}.\n"
        return
    taken = len(tables) - len(inspection.refused)
    yield palette.title(f"{_count(len(tables))}, of which kernel {inspection.release} uses {taken}") + "\n"
    if inspection.list_release != inspection.release:
        yield from _paragraph(f"Signatures: the list of kernel {inspection.list_release}.", width)
    yield "\n"
    yield from (line + "\n" for line in table(_COLUMNS, map(_row, tables), "23"))
    yield "\n"
    for item in tables:
        verdict = item.verdict
        head = f"{_name(item)}: "
        lines = list(wrapped(f"{head}{verdict.text} ({verdict.function})", width, "", "    "))
        yield palette.paint(_STYLES[verdict.outcome], head) + lines[0].removeprefix(head) + "\n"
        yield from (line + "\n" for line in lines[1:])
    yield "\n"
    if not inspection.platform_known and taken:
        yield from _paragraph("Name the platform's tables as SOURCE to see which of them are replaced.", width)
    if inspection.copied_bytes:
        yield from _paragraph(f"The kernel copies {inspection.copied_bytes} bytes below 4 GiB. {_LOCKED_DOWN}", width)


def _count(number: int) -> str:
    return "1 table" if number == 1 else f"{number} tables"


def _name(item: ArchivedTable) -> str:
    return printable(item.path.removeprefix(FOLDER))


def _row(item: ArchivedTable) -> tuple[str, ...]:
    oem = item.oem
    ids = (printable(oem.oem_id), printable(oem.oem_table_id), f"{oem.oem_revision:#x}") if oem else ("-", "-", "-")
    place = f"{item.offset:#x}" if item.offset is not None else "-"
    return (_name(item), printable(item.signature) or "-", place, str(item.size), *ids, item.verdict.outcome.value)


def _paragraph(text: str, width: int) -> Iterator[str]:
    yield from (line + "\n" for line in wrapped(text, width, ""))
