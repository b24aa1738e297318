"""What a log tells of the override archive, beside what was expected."""

from __future__ import annotations

import re

import pytest

from acpitools.image.initrd import override_archive
from acpitools.image.inspection import ArchivedTable, inspect_initrd
from acpitools.kernel.compare import Difference
from acpitools.verify.taken import compare_srat, compare_tables
from tests.kernel.boots import predict_record
from tests.records import record_paths, record_text
from tests.tables.make import SRAT_BYTES, patched

FOUND = "[    0.04] ACPI: SRAT ACPI table found in initrd [kernel/firmware/acpi/srat.aml][0xc8]\n"
INSTALL = "[    0.04] ACPI: Table Upgrade: install [SRAT-ACPITL-ACPITOOL]\n"
OVERRIDE = INSTALL.replace("install", "override")


def expected(table: bytes, *platform: bytes) -> tuple[ArchivedTable, ...]:
    return inspect_initrd(override_archive([table]), release="6.12", platform=platform).tables


@pytest.mark.parametrize(
    ("log", "tables", "observed"),
    [
        (FOUND + INSTALL, expected(SRAT_BYTES), None),
        (FOUND + OVERRIDE, expected(SRAT_BYTES), "override"),
        (FOUND, expected(SRAT_BYTES), "found"),
        ("", expected(SRAT_BYTES), "refused"),
        ("", expected(patched(SRAT_BYTES, 9, b"\0")), None),
        (FOUND, expected(SRAT_BYTES, SRAT_BYTES), None),
        (FOUND + INSTALL, expected(SRAT_BYTES, SRAT_BYTES), "install"),
    ],
)
def test_a_table_that_was_not_taken_as_expected(
    log: str, tables: tuple[ArchivedTable, ...], observed: str | None
) -> None:
    assert [difference.observed for difference in compare_tables(log, tables)] == ([observed] if observed else [])


def test_srat_lines_that_differ_are_told_side_by_side() -> None:
    line = "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff]"
    other = "ACPI: SRAT: Node 1 PXM 1 [mem 0x00100000-0x7fffffff] hotplug"
    log = f"[    0.0] {line}\n[    0.0] {line}\n"
    assert compare_srat(log, [line, line]) == ()
    assert compare_srat(log, [line, other]) == (
        Difference(what="line", where="SRAT line 1", predicted=other[6:], observed=line[6:]),
    )
    assert [d.observed for d in compare_srat("", [line])] == [None]


def test_recorded_kernels_printed_the_srat_lines_that_are_predicted() -> None:
    seen = 0
    for record in record_paths():
        log = record_text(record, "dmesg.txt")
        if not re.search(r"SRAT: Node \d+ PXM", log) or "shared" in record.parts:
            continue
        replay = predict_record(record).replay
        lines = [event.dmesg for step in replay.steps for event in step.events if event.dmesg]
        assert compare_srat(log, lines) == (), record.name
        seen += 1
    assert seen >= 10
