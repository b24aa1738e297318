"""The reference of keys is complete: whatever a description may say stands in it, and it is a machine."""

from __future__ import annotations

import re
from typing import Any

import pytest

from acpitools.core.toml import Section
from acpitools.tables.check import check_table
from acpitools.topology.build import build
from acpitools.topology.explain import document
from acpitools.topology.faults.registry import FAULTS
from acpitools.topology.read import parse, read_spec
from acpitools.topology.reference import REFERENCE
from tests.support import FIXTURES

SHIPPED = [REFERENCE, *(path.read_text() for path in sorted((FIXTURES / "topologies").glob("*.toml")))]


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text[:20])
def test_a_shipped_description_is_a_machine(text: str) -> None:
    spec = read_spec(parse(text))
    assert read_spec(document(spec)) == spec
    findings = {finding.code for table in build(spec) for finding in check_table(table)}
    assert findings <= {"TAB008"}  # the structure of unknown type that the reference shows


def test_every_key_that_is_read_stands_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    text = REFERENCE
    asked: set[str] = set()
    take = Section._take

    def recording(self: Section, key: str, default: Any) -> Any:
        asked.add(key)
        return take(self, key, default)

    monkeypatch.setattr(Section, "_take", recording)
    read_spec(parse(text))
    words = set(re.findall(r"\w+", text))
    # A window of bytes may be written by start and end; a bitmap's key is its list's.
    assert asked - words - {"bitmap"} == set()


def test_a_readers_examples_of_faults_exist() -> None:
    text = REFERENCE
    named = re.findall(r'"([\w-]+)(?:@\w+)?"', next(line for line in text.splitlines() if line.startswith("faults")))
    assert named
    assert set(named) <= FAULTS.keys()
