"""What a kernel makes of an archive: as recorded boots made it, and each reason by its rule."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given

from acpitools.image.cpio import regular, write_newc
from acpitools.image.initrd import OemIds, override_archive, with_oem
from acpitools.image.inspection import Inspection, Outcome, inspect_initrd
from tests.records import record_id, record_paths, record_text
from tests.strategies import mutated
from tests.tables.make import SRAT_BYTES, patched, resealed

PLATFORM_IDS = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=1)
OTHERS = OemIds(oem_id="OTHERS", oem_table_id="BXPC    ", oem_revision=9)
ABOVE = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=2)


def bare(signature: str, ids: OemIds = PLATFORM_IDS) -> bytes:
    """A table without content."""
    table = resealed(signature.encode("latin-1") + (36).to_bytes(4, "little") + bytes(28))
    return with_oem(table, ids)


def only(inspection: Inspection) -> tuple[Outcome, str, str]:
    (table,) = inspection.tables
    return table.verdict.outcome, table.verdict.code, table.verdict.function


def made(*tables: bytes, platform: tuple[bytes, ...] = (), release: str = "6.12") -> Inspection:
    return inspect_initrd(override_archive(tables), release=release, platform=platform)


# --- recorded boots ---------------------------------------------------------------------------------------------

_LISTED = re.compile(r"ACPI: (....) 0x[0-9A-F]{16} [0-9A-F]{6} \(v.. (.{6}) (.{8}) ([0-9A-F]{8}) ")


def overridden(record: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((record / "synthetic").glob("*.override.aml"))]


RECORDS = [record for record in record_paths() if overridden(record)]


def platform_of(log: str) -> tuple[bytes, ...]:
    """Headers of the firmware's tables, from the lines before the kernel installs anything."""
    before = re.split(r"Table Upgrade: install", log)[0]
    rows = [row for row in _LISTED.findall(before) if row[0] not in ("RSDT", "XSDT")]
    ids = {name: OemIds(oem_id=oem, oem_table_id=table, oem_revision=int(rev, 16)) for name, oem, table, rev in rows}
    # Of a table that was replaced the log lists the new header; QEMU's own tables have OEM revision 1.
    replaced = re.findall(r"ACPI: (....) 0x[0-9A-F]{16} Physical table override", before)
    return tuple(bare(name, PLATFORM_IDS if name in replaced else ids[name]) for name in ids)


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_recorded_kernels_made_the_same_of_the_archive(record: Path) -> None:
    log = record_text(record, "dmesg.txt")
    release = "6.1" if re.search(r"Linux version 6\.1\.", log) else "6.12"
    platform = platform_of(log)
    for table in overridden(record):
        signature = table[:4].decode()
        outcome, code, _ = only(made(table, platform=platform, release=release))
        if f"{signature} ACPI table found in initrd" not in log:
            assert (outcome, code) == (Outcome.REFUSED, "checksum")
            assert "Bad table checksum" in log
        elif f"Table Upgrade: override [{signature}-" in log:
            assert outcome is Outcome.OVERRIDE
        elif f"Table Upgrade: install [{signature}-" in log:
            assert outcome is Outcome.INSTALL
        else:
            assert (outcome, code) == (Outcome.UNUSED, "revision")


# --- acpi_table_upgrade -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SRAT_BYTES[:35], "short"),
        (b"", "short"),
        (bare("FACS"), "signature"),
        (bare("\0\0\0\0"), "signature"),
        (SRAT_BYTES[:-1], "length"),
        (SRAT_BYTES + b"\0", "length"),
        (patched(SRAT_BYTES, 60, b"\xff"), "checksum"),
    ],
)
def test_what_is_refused(content: bytes, code: str) -> None:
    data = write_newc([regular("kernel/firmware/acpi/x", content)])
    assert only(inspect_initrd(data, release="6.12")) == (Outcome.REFUSED, code, "acpi_table_upgrade")


@pytest.mark.parametrize(
    ("release", "outcome"),
    [("6.1", Outcome.REFUSED), ("6.1.0-56-amd64", Outcome.REFUSED), ("6.12.117+deb12-amd64", Outcome.TAKEN)],
)
def test_the_list_of_signatures_grew(release: str, outcome: Outcome) -> None:
    # NBFT is in the list of 6.12, not in that of 6.1.
    assert only(made(bare("NBFT"), release=release))[0] is outcome


def test_64_files_are_looked_at_refused_ones_included() -> None:
    bad = [regular(f"kernel/firmware/acpi/bad{n}", b"") for n in range(63)]
    good = [regular(f"kernel/firmware/acpi/good{n}", SRAT_BYTES) for n in range(2)]
    inspection = inspect_initrd(write_newc([*bad, *good]), release="6.12")
    assert [table.verdict.code for table in inspection.tables[-2:]] == ["taken", "too-many"]
    assert inspection.copied_bytes == len(SRAT_BYTES)


def test_other_files_and_folders_are_no_tables() -> None:
    data = write_newc([regular("kernel/x86/microcode/GenuineIntel.bin", b"x"), regular("srat.aml", SRAT_BYTES)])
    assert inspect_initrd(data, release="6.12").tables == ()


def test_without_the_option_nothing_is_taken() -> None:
    data = override_archive([SRAT_BYTES])
    assert only(inspect_initrd(data, release="6.12", upgrade=False))[:2] == (Outcome.REFUSED, "option-off")


# --- acpi_table_initrd_override and _scan ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "platform", "outcome", "code"),
    [
        (bare("SRAT", ABOVE), ("SRAT",), Outcome.OVERRIDE, "override"),
        (bare("SRAT"), ("SRAT",), Outcome.UNUSED, "revision"),
        (bare("SRAT"), ("APIC",), Outcome.INSTALL, "install"),
        (bare("SRAT", OTHERS), ("SRAT",), Outcome.UNUSED, "oem-ids"),
        (bare("SSDT", OTHERS), ("SSDT",), Outcome.INSTALL, "install"),
        (bare("DSDT", OTHERS), ("DSDT",), Outcome.UNUSED, "not-reached"),
        (bare("DSDT", ABOVE), ("DSDT",), Outcome.OVERRIDE, "override"),
        (bare("XSDT", ABOVE), ("XSDT",), Outcome.UNUSED, "root-table"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_accepted_table(
    table: bytes, platform: tuple[str, ...], outcome: Outcome, code: str
) -> None:
    assert only(made(table, platform=tuple(bare(name) for name in platform)))[:2] == (outcome, code)


def test_the_first_that_matches_and_is_above_wins_and_a_lower_one_is_used_up() -> None:
    lower, upper, late = bare("SSDT"), bare("SSDT", ABOVE), bare("SSDT", ABOVE)
    inspection = made(lower, upper, late, platform=(bare("SSDT"),))
    assert [table.verdict.code for table in inspection.tables] == ["revision", "override", "install"]


def test_two_of_the_platform_take_one_each() -> None:
    inspection = made(bare("SSDT", ABOVE), bare("SSDT", ABOVE), platform=(bare("SSDT"), bare("SSDT")))
    assert [table.verdict.code for table in inspection.tables] == ["override", "override"]


def test_of_two_new_ones_the_first_is_used() -> None:
    inspection = made(bare("HMAT"), bare("HMAT", ABOVE), platform=(bare("SRAT"),))
    assert [table.verdict.code for table in inspection.tables] == ["install", "oem-ids"]


# --- find_cpio_data -----------------------------------------------------------------------------------------------


def expand(data: bytes) -> tuple[str, bytes] | None:
    return ("gzip", gzip.decompress(data)) if data[:2] == b"\x1f\x8b" else None


def test_tables_in_compressed_data_are_told() -> None:
    data = gzip.compress(override_archive([SRAT_BYTES]))
    assert only(inspect_initrd(data, release="6.12", expand=expand)) == (
        Outcome.REFUSED,
        "compressed",
        "find_cpio_data",
    )


def test_tables_behind_compressed_data_are_told() -> None:
    first = gzip.compress(write_newc([regular("init", b"")]))
    data = first + bytes(-len(first) % 512) + override_archive([SRAT_BYTES])
    assert only(inspect_initrd(data, release="6.12"))[1:] == ("not-first", "find_cpio_data")


def test_tables_behind_another_uncompressed_archive_are_found() -> None:
    data = write_newc([regular("kernel/x86/microcode/GenuineIntel.bin", b"x")]) + override_archive([SRAT_BYTES])
    assert only(inspect_initrd(data + gzip.compress(b"x"), release="6.12"))[0] is Outcome.TAKEN


@given(mutated(override_archive([SRAT_BYTES, bare("SSDT")]), b"\x1f\x8b" + override_archive([SRAT_BYTES])))
def test_any_bytes_are_inspected(data: bytes) -> None:
    inspection = inspect_initrd(data, release="6.12", platform=(bare("SRAT"),))
    assert inspection.copied_bytes <= len(data)
    for table in inspection.tables:
        assert table.verdict.text
        assert table.verdict.function
