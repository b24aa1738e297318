"""The diff command, from the shell's side."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support import FIXTURES, cli

DEMO = FIXTURES / "dumps" / "demo-4node" / "acpidump.txt"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    change = b"[[domains]]\ndomain = 0\nhotplug = true\n"
    assert cli("synth", "-", "--from", str(DEMO), "-o", str(tmp_path / "b"), stdin=change).code == 0
    return tmp_path / "b"


def test_the_same_machine_ends_with_0() -> None:
    done = cli("diff", str(DEMO), str(DEMO))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("No difference that counts, in 7 tables.\n")


def test_a_difference_ends_with_1_and_says_what_it_means(changed: Path) -> None:
    done = cli("diff", str(DEMO), str(changed))
    assert (done.code, done.err) == (1, "")
    assert "7 tables: 1 changed, 6 the same.\n\nSRAT  System Resource Affinity Table\n" in done.out
    assert "~ domain 0: [mem 0x00000000-0x0009ffff] (640 KiB) became hot-pluggable\n" in done.out


def test_json_has_the_same(changed: Path) -> None:
    done = cli("diff", str(DEMO), str(changed), "--format", "json")
    assert done.code == 1
    document = json.loads(done.out)
    assert (document["schema"], document["same"]) == ("acpitools.diff/1", False)
    assert (document["a"], document["b"]) == (str(DEMO), str(changed))
    (srat,) = [table for table in document["tables"] if table["status"] != "same"]
    assert [change["before"]["domains"] for change in srat["changes"]] == [[{"domain": 0, "flags": 1}]] * 2
    assert [change["after"]["domains"] for change in srat["changes"]] == [[{"domain": 0, "flags": 3}]] * 2
    assert srat["changes"][0]["before"]["end"] == 0xA0000


def test_only_the_tables_that_are_asked_for(changed: Path) -> None:
    assert cli("diff", str(DEMO), str(changed), "--table", "APIC").code == 0
    assert cli("diff", str(DEMO), str(changed), "--table", "SRAT", "--table", "APIC").code == 1
    done = cli("diff", str(DEMO), str(changed), "--table", "DMAR")
    assert (done.code, done.out) == (2, "")
    assert "no such table: DMAR: there are APIC" in done.err


def test_strict_counts_addresses(changed: Path) -> None:
    # The dump knows where its tables lie, and so does a copy with one moved.
    text = re.sub(r"(?m)^APIC @ 0x0000000", "APIC @ 0x0000001", DEMO.read_text())
    moved = changed.parent / "moved.txt"
    moved.write_text(text)
    assert cli("diff", str(DEMO), str(moved)).code == 0
    assert cli("diff", str(DEMO), str(moved), "--strict").code == 1


def test_one_side_may_be_standard_input() -> None:
    assert cli("diff", str(DEMO), "-", stdin=DEMO.read_bytes()).code == 0
    done = cli("diff", "-", "-", stdin=DEMO.read_bytes())
    assert done.code == 2
    assert "both sides cannot be standard input" in done.err


def test_what_is_no_source_is_one_line() -> None:
    done = cli("diff", str(DEMO), "no-such-file")
    assert done.code == 2
    assert done.err.startswith("acpitools: error: ")
    assert done.err.count("\n") == 1
