"""Offsets and values against ``iasl -d``: every field that both name at the same place has the same value."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from acpitools.codec.fields import Leaf
from acpitools.codec.record import Record
from acpitools.dumps.load import load
from acpitools.tables.dsl_layout import IASL_TABLES
from acpitools.tables.header import SdtHeader, Table
from acpitools.tables.registry import TABLES, decode_table
from acpitools.tables.spans import record_spans
from acpitools.tables.table_set import LoadedTable
from tests.support import shared_cases
from tests.tables.fixture_tables import HAND_WRITTEN, fixture_bytes, fixture_name

_LINE = re.compile(r"^\[([0-9A-F]{3,4})h [0-9]{4} +([0-9]+)\] +[^:]* : ([0-9A-F]+)(?: |$)", re.MULTILINE)


def iasl_fields(iasl: str, data: bytes, folder: Path) -> dict[tuple[int, int], int]:
    """Give (offset, size) to value as iasl's disassembly has them; of bit fields, the whole they are part of."""
    (folder / "t.aml").write_bytes(data)
    subprocess.run([iasl, "-d", "t.aml"], cwd=folder, capture_output=True, timeout=30, check=False)
    found: dict[tuple[int, int], int] = {}
    for offset, size, value in _LINE.findall((folder / "t.dsl").read_text("latin-1")):
        if len(value) == 2 * int(size):
            found.setdefault((int(offset, 16), int(size)), int(value, 16))
    return found


def our_fields(record: Any, offset: int) -> Iterator[tuple[int, int, int, str]]:
    for spec in record.FIELDS:
        if isinstance(spec.leaf, Leaf) and spec.offset is not None:
            value = getattr(record, spec.name)
            if isinstance(value, int):
                yield offset + spec.offset, spec.leaf.size, int(value), f"{type(record).__name__}.{spec.name}"


def all_fields(table: Table) -> Iterator[tuple[int, int, int, str]]:
    for offset, record in record_spans(table):
        yield from our_fields(record, offset)


def compared(iasl: str, data: bytes, folder: Path) -> int:
    """Compare, and give the number of fields that both name."""
    theirs = iasl_fields(iasl, data, folder)
    both = 0
    for offset, size, value, name in all_fields(decode_table(data)):
        if (offset, size) in theirs:
            assert theirs[offset, size] == value, f"{name} at {offset:#x}"
            both += 1
    return both


SOUND = [path for path in HAND_WRITTEN if fixture_name(path) not in ("srat/broken", "cedt/all-types")]


@pytest.mark.parametrize("path", SOUND, ids=fixture_name)
def test_hand_written_tables(path: Path, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    # The header alone has five numbers.
    assert compared(needs_tool("iasl"), fixture_bytes(path), tmp_path) >= 5


_RAW = frozenset({"MSDM", "SLIC"})
"""Tables whose body is bytes to iasl."""


# The RSDP's name is not four characters.
@pytest.mark.parametrize("signature", sorted((IASL_TABLES & set(TABLES)) - {"RSD PTR "} - _RAW))
def test_templates_of_iasl(signature: str, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    iasl = needs_tool("iasl")
    subprocess.run([iasl, "-T", signature], cwd=tmp_path, capture_output=True, timeout=30, check=True)
    template = f"{signature.lower()}.asl"
    subprocess.run([iasl, "-p", "made", template], cwd=tmp_path, capture_output=True, timeout=30, check=True)
    data = (tmp_path / "made.aml").read_bytes()
    table = decode_table(data)
    assert type(table).__module__ == f"acpitools.tables.{TABLES[signature]}"
    number = sum(1 for _ in all_fields(table))
    # Three-byte reserved fields and those that iasl calls otherwise are the rest.
    assert compared(iasl, data, tmp_path) > number // 2


def described(dump: Path) -> list[LoadedTable]:
    return [table for table in load([dump]) if isinstance(table.record, SdtHeader) and table.signature in IASL_TABLES]


@pytest.mark.parametrize("dump", shared_cases("corpus/dumps", "*.gz"), ids=lambda path: path.name.partition(".")[0])
def test_real_tables(dump: Path, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    for table in described(dump):
        assert compared(needs_tool("iasl"), table.data, tmp_path) >= 5


def test_the_fields_of_a_record_are_all_named() -> None:
    names = {name for _, _, _, name in all_fields(decode_table(fixture_bytes("srat/all-types")))}
    assert {"Srat.table_revision", "MemoryAffinity.base_address", "RintcAffinity.acpi_processor_uid"} <= names
    assert issubclass(SdtHeader, Record)
