"""acpitools check as a user runs it: expectations in, an exit code and results out."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import FIXTURES, cli

DEMO = FIXTURES / "dumps" / "demo-4node"
BOOT = (
    str(DEMO / "acpidump.txt"),
    "--memmap",
    str(DEMO / "memmap.txt"),
    "--cmdline",
    f"@{DEMO / 'cmdline.txt'}",
    "--kernel",
    "6.12",
    "--initrd-range",
    "0x7fee3000-0x7ffdffff",
)


@pytest.mark.parametrize(
    ("expression", "code"),
    [("boots", 0), ("node 2 movable >= 95%", 0), ("node 1 movable >= 95%", 1), ("node 9 movable", 1)],
)
def test_exit_codes(expression: str, code: int) -> None:
    ended = cli("check", *BOOT, "-e", expression)
    assert (ended.code, ended.err) == (code, "")


def test_files_stdin_and_expressions_add_up(tmp_path: Path) -> None:
    first = tmp_path / "a.expect"
    first.write_text("boots\n")
    options = ("--expect", str(first), "--expect", "-", "-e", "nodes == 4", "--format", "json")
    ended = cli("check", *BOOT, *options, stdin=b"srat used\n")
    assert ended.code == 0
    results = json.loads(ended.out)["results"]
    assert [(r["source"], r["expression"]) for r in results] == [
        (str(first), "boots"),
        ("stdin", "srat used"),
        ("-e[1]", "nodes == 4"),
    ]


def test_a_suggestion_can_be_followed() -> None:
    """What is suggested is given to the command itself, which then agrees."""
    wanted = ("-e", "node 1 memory == 1G", "-e", "zone Movable == 0", "--suggest", "--format", "json")
    ended = cli("check", *BOOT, *wanted)
    assert ended.code == 1
    (found, *_) = json.loads(ended.out)["results"][1]["suggestions"]["found"]
    assert [change["kind"] for change in found["changes"]] == ["option-remove"]
    again = [found["cmdline"] if text.startswith("@") else text for text in BOOT]
    assert cli("check", *again, "-e", "zone Movable == 0").code == 0


def test_junit_goes_to_its_file_beside_the_text(tmp_path: Path) -> None:
    report = tmp_path / "check.xml"
    ended = cli("check", *BOOT, "-e", "node 1 movable", "--junit", str(report))
    assert (ended.code, ended.out.splitlines()[0]) == (1, "FAILS -e[1]:1: node 1 movable")
    assert ElementTree.parse(report).getroot()[0].get("failures") == "1"
    assert ElementTree.fromstring(cli("check", *BOOT, "-e", "boots", "--format", "junit").out).tag == "testsuites"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "acpitools: error: no expectation: the command line: give some with --expect FILE or -e 'EXPR'\n"),
        (("-e", "# nothing"), "acpitools: error: no expectation: "),
        (("-e", "boots", "-e", "node 1 movabel"), "acpitools: error: bad expectation: -e[2]:1:8: "),
        (("--expect", "no/such/file"), "acpitools: error: expectations: no/such/file: No such file or directory\n"),
    ],
)
def test_unusable_expectations_end_with_2_and_one_line(options: tuple[str, ...], message: str) -> None:
    ended = cli("check", *BOOT, *options)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith(message)


def test_bad_expectations_are_told_before_anything_is_read() -> None:
    assert "bad expectation" in cli("check", "no/such/table", "-e", "nodes").err
