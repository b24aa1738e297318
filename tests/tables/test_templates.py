"""Every template of iasl: decoded to its records, the same bytes again after JSON, and a text to read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.codec.record import encode
from acpitools.core.findings import Severity
from acpitools.report.tables_json import tables_json
from acpitools.report.tables_text import table_text
from acpitools.tables.check import check_table
from acpitools.tables.document import tables_from_document
from acpitools.tables.header import UnknownTable
from acpitools.tables.registry import TABLES
from acpitools.tables.table_set import LoadedTable

AML = frozenset({"DSDT", "OSDT", "SSDT"})


@pytest.fixture(name="templates")
def _templates(tmp_path: Path, needs_tool: Callable[[str], str]) -> list[LoadedTable]:
    iasl = needs_tool("iasl")
    subprocess.run([iasl, "-T", "ALL"], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    for source in sorted(tmp_path.glob("*.asl")):
        subprocess.run([iasl, source.name], cwd=tmp_path, capture_output=True, timeout=30, check=False)
    made = [LoadedTable(data=path.read_bytes(), source=path.name) for path in sorted(tmp_path.glob("*.aml"))]
    return [table for table in made if table.signature not in AML]


def test_all_of_them_have_records(templates: list[LoadedTable]) -> None:
    # iasl 20200925 has 60 data tables; its RSDP has 8 characters for a name.
    assert len(templates) >= 60
    assert {table.signature for table in templates} <= set(TABLES)
    assert [table.signature for table in templates if isinstance(table.record, UnknownTable)] == []


def test_json_gives_them_back(templates: list[LoadedTable]) -> None:
    text = "".join(tables_json((table, check_table(table)) for table in templates))
    again = tables_from_document(json.loads(text))
    assert [encode(table) for table, _ in again] == [table.data for table in templates]


MISCOUNTED = frozenset({"EINJ", "HEST", "MSDM", "WDAT"})
"""Tables whose template claims another number than it has."""


def test_they_read_as_text(templates: list[LoadedTable]) -> None:
    for table in templates:
        findings = check_table(table)
        text = "".join(table_text(table, findings))
        assert "Unknown structure" not in text
        wrong = {finding.code for finding in findings if finding.severity is Severity.ERROR}
        assert wrong == ({"TAB014"} if table.signature in MISCOUNTED else set()), (table.signature, findings)
