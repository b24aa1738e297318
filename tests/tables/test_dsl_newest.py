"""The labels of the newest iasl: texts that it wrote, and the bytes that it made of them, recorded with it."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from acpitools.dumps.dsl import read_dsl
from acpitools.tables.dsl_newest import NEWEST, TABLES
from acpitools.tables.dsl_text import table_dsl
from acpitools.tables.registry import TABLES as REGISTERED
from acpitools.tables.table_set import LoadedTable
from tests.record_classes import RECORDS
from tests.support import FIXTURES

RECORDED: dict[str, dict[str, str]] = json.loads(gzip.decompress((FIXTURES / "dsl/iasl-20260408.json.gz").read_bytes()))
APART = {
    "AEST": "a processor node's resource has other lines for a cache, a TLB or anything else",
    "MPAM": "a locator's label is that of its kind",
    "SDEV": "components come before the path that they follow in the bytes",
    "WPBT": "iasl makes more of the arguments each time it reads them",
}
"""Tables whose text is not read or written as the newest iasl has it, and why."""
ALIKE = sorted(RECORDED.keys() - APART)
_LABEL = re.compile(r"^(?:\[[^\]]*\])?\s*([^:\[\]\"]+?) :", re.MULTILINE)


def test_most_tables_are_recorded() -> None:
    assert len(RECORDED) >= 78
    assert len(ALIKE) >= 73


@pytest.mark.parametrize("signature", ALIKE)
def test_its_text_gives_its_bytes(signature: str) -> None:
    recorded = RECORDED[signature]
    (table,) = read_dsl(recorded["text"].encode("latin-1"), "t.dsl")
    assert table.data.hex() == recorded["bytes"]


OTHER_LINES = {
    "PMTT": "what a vendor's device holds is not told from its data where a device follows inside",
    "SWFT": "iasl goes on behind the files that are counted",
}


@pytest.mark.parametrize("signature", sorted(set(ALIKE) - OTHER_LINES.keys()))
def test_our_text_has_its_lines(signature: str) -> None:
    recorded = RECORDED[signature]
    table = LoadedTable(data=bytes.fromhex(recorded["bytes"]), source="t")
    text = "".join(table_dsl(table, newest=True))
    assert labels(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)) == labels(recorded["text"])


@pytest.mark.parametrize("signature", sorted(RECORDED))
def test_our_text_comes_back(signature: str) -> None:
    data = bytes.fromhex(RECORDED[signature]["bytes"])
    text = "".join(table_dsl(LoadedTable(data=data, source="t"), newest=True))
    assert [table.data for table in read_dsl(text.encode("latin-1"), "t.dsl")] == [data]


def labels(text: str) -> list[str]:
    # A line that only heads a part has no value.
    lines = [line for line in text.splitlines(keepends=True) if not re.search(r": \[[^\]]*\]\s*$", line)]
    return [label.strip() for label in _LABEL.findall("".join(lines))]


def test_every_label_is_of_a_field() -> None:
    fields = {
        f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}": {spec.name for spec in cls.FIELDS} for cls in RECORDS
    }
    assert [(name, field) for name, known in NEWEST.items() for field in known if field not in fields[name]] == []


def test_its_tables_have_records() -> None:
    assert TABLES - {"RSD PTR "} <= set(REGISTERED) | {"RSDP"}
