"""Every table of every real dump: extracted as acpixtract does, and the same bytes again after JSON."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.codec.record import encode
from acpitools.core.findings import Severity
from acpitools.dumps.load import load
from acpitools.report.tables_json import tables_json
from acpitools.report.tables_text import table_text
from acpitools.tables.check import check_table
from acpitools.tables.document import tables_from_document
from acpitools.tables.header import Fragment, UnknownTable
from acpitools.tables.registry import TABLES
from acpitools.tables.table_set import TableSet
from tests.support import shared_cases

DUMPS = shared_cases("corpus/dumps", "*.gz")
RECORDS = [path.parent for path in shared_cases("oracle/records", "*/tables")]


def name_of(path: Path) -> str:
    return path.name.removesuffix(".acpidump.gz")


@pytest.mark.parametrize("dump", DUMPS, ids=name_of)
def test_json_gives_every_table_back(dump: Path) -> None:
    tables = load([dump])
    assert [encode(table.record) for table in tables] == [table.data for table in tables]
    described = [table for table in tables if table.signature in TABLES]
    assert [table.signature for table in described if isinstance(table.record, UnknownTable | Fragment)] == []
    text = "".join(tables_json((table, check_table(table)) for table in tables))
    again = tables_from_document(json.loads(text))
    assert [encode(table) for table, _ in again] == [table.data for table in tables]


@pytest.mark.parametrize("dump", DUMPS, ids=name_of)
def test_acpixtract_extracts_the_same(dump: Path, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    (tmp_path / "dump.txt").write_bytes(gzip.decompress(dump.read_bytes()))
    subprocess.run(
        [needs_tool("acpixtract"), "-a", "dump.txt"], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    theirs = sorted(path.read_bytes() for path in tmp_path.glob("*.dat"))
    assert sorted(table.data for table in load([dump])) == theirs


@pytest.mark.parametrize("dump", DUMPS, ids=name_of)
def test_every_table_reads_as_text(dump: Path) -> None:
    for table in load([dump]):
        text = "".join(table_text(table, check_table(table)))
        assert text.startswith(f"{table.signature.strip()}: ")
        assert f"\n{len(table.data)} bytes" in text


def _wrong_checksums(tables: TableSet) -> list[str]:
    return [table.signature for table in tables for finding in check_table(table) if finding.code == "TAB001"]


@pytest.mark.parametrize("dump", DUMPS, ids=name_of)
def test_checksum_findings_are_those_of_the_bytes(dump: Path) -> None:
    tables = load([dump])
    summed = [table.signature for table in tables if table.signature != "FACS" and sum(table.data) & 0xFF]
    assert _wrong_checksums(tables) == summed


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_recorded_machines_have_sound_tables(record: Path) -> None:
    # The recorder's faults are deliberate, and named in the scenario.
    tables = load([record / "tables"])
    assert [encode(table.record) for table in tables] == [table.data for table in tables]
    assert len(tables) == sum(1 for path in (record / "tables").rglob("*") if path.is_file())
    for table in tables:
        if table.signature in ("APIC", "FACP", "MCFG", "SLIT", "HPET", "WAET"):
            assert [f for f in check_table(table) if f.severity is Severity.ERROR] == []
