"""``acpitools aml run``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import Term, integer, name_path
from acpitools.aml.writer import write_terms
from acpitools.asl.compile import compile_source
from tests.support import FIXTURES, cli

TEXT = name_path(name_from_text("TEXT"))
CONVERSIONS = str(FIXTURES / "interp" / "conversions.aml")
CALLS = str(FIXTURES / "asl" / "flow" / "if.aml")


def test_json_has_value_notifications_and_steps() -> None:
    done = cli("aml", "run", CONVERSIONS, "--eval", "\\G6", "--format", "json")
    assert json.loads(done.out) == {
        "schema": "acpitools.value/1",
        "path": "\\G6",
        "value": {"type": "uninitialized"},
        "notifies": [{"path": "\\DEV0", "value": 0x81}],
        "steps": 2,
    }


def test_text_shows_packages_as_trees() -> None:
    done = cli("aml", "run", CONVERSIONS, "--eval", "E4")
    assert done.out.splitlines() == [
        "\\E4 = package of 3",
        "  [0] integer 0x7 (7)",
        "  [1] reference \\DEV0",
        '  [2] string "abc"',
    ]


def test_ini_runs_at_start_unless_it_is_left_out() -> None:
    setting = Term("Store", (integer(5), Term("NamePath", (name_from_text("NUMB"),))))
    body = write_terms(
        (
            Term("Name", (name_from_text("NUMB"), integer(3))),
            Term("Method", (name_from_text("_INI"), 0, (setting,))),
        )
    )
    data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body
    done = cli("aml", "run", "-", "--eval", "NUMB", stdin=data)
    assert (done.code, done.out, done.err) == (0, "\\NUMB = integer 0x5 (5)\n", "")
    raw = cli("aml", "run", "-", "--eval", "NUMB", "--no-start", stdin=data)
    assert (raw.code, raw.out, raw.err) == (0, "\\NUMB = integer 0x3 (3)\n", "")


def test_what_fails_at_start_is_told() -> None:
    body = write_terms((Term("Method", (name_from_text("_INI"), 0, (Term("NamePath", (name_from_text("NOPE"),)),))),))
    data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body
    done = cli("aml", "run", "-", "--eval", "_OS_", stdin=data)
    assert (done.code, done.out) == (0, '\\_OS = string "Microsoft Windows NT"\n')
    assert "warning: \\_INI: it failed at start: \\_INI.NOPE" in done.err


def test_arguments_and_trace() -> None:
    done = cli("aml", "run", CALLS, "--eval", "TEST", "--arg", "0x3", "--trace")
    assert (done.code, done.out) == (0, "\\TEST = integer 0x30 (48)\n")
    assert "\\TEST begins (0x3)" in done.err
    assert "\\TEST ends with 0x30" in done.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--eval", "NOPE"], "there is no such object"),
        (["--eval", "a b"], "a b"),
        (["--eval", "TEST"], "takes 1 arguments, not 0"),
        (["--eval", "TEST", "--arg", "abc"], "in quotes"),
        (["--eval", "TEST", "--arg", "99999999999999999999"], "64 bits"),
    ],
)
def test_mistakes_are_told(arguments: list[str], why: str) -> None:
    done = cli("aml", "run", CALLS, *arguments)
    assert (done.code, done.out) == (2, "")
    assert why in done.err


FAILS = """DefinitionBlock ("", "SSDT", 2, "", "", 0)
{
    Name (BUFF, Buffer () {1, 2})
    Method (ITEM, 1) {Printf ("item %o", Arg0) Debug = Package () {8, BUFF} Return (DerefOf (BUFF [Arg0]))}
    Method (MAIN, 1) {Notify (\\_SB, 0x80) Return (ITEM (Arg0))}
}
"""


def test_code_that_fails_is_told_with_its_callers() -> None:
    table = compile_source(FAILS, "fails.asl").tables[0].data
    inner, outer = table.index(b"\xa4\x83\x88"), table.index(b"\xa4ITEM")
    done = cli("aml", "run", "-", "--eval", "MAIN", "--arg", "9", "-q", stdin=table)
    assert (done.code, done.out) == (1, "")
    done = cli("aml", "run", "-", "--eval", "MAIN", "--arg", "9", stdin=table)
    assert done.err.splitlines()[-3:] == [
        "acpitools: error: Index: \\ITEM: there is no element 9 of 2 (AE_AML_BUFFER_LIMIT)",
        f"acpitools:   in \\ITEM, at {inner:#x} of its table",
        f"acpitools:   called by \\MAIN, at {outer:#x} of its table",
    ]


def test_what_goes_to_debug_is_told() -> None:
    table = compile_source(FAILS, "fails.asl").tables[0].data
    done = cli("aml", "run", "-", "--eval", "MAIN", "--arg", "1", stdin=table)
    assert (done.code, done.out) == (0, "\\MAIN = integer 0x2 (2)\nnotified \\_SB with 0x80\n")
    assert done.err.splitlines() == [
        'acpitools: debug: string "item 0000000000000001"',
        "acpitools: debug: package of 2",
        "acpitools:   [0] integer 0x8 (8)",
        "acpitools:   [1] buffer of 2: 01 02",
    ]
    assert cli("aml", "run", "-", "--eval", "MAIN", "--arg", "1", "-q", stdin=table).err == ""


@pytest.mark.parametrize("value", ['"three"', "(03 00)", "3"])
def test_arguments_of_every_kind(value: str) -> None:
    assert cli("aml", "run", CALLS, "--eval", "TEST", "--arg", value).code == 0


QEMU = str(FIXTURES / "firmware" / "qemu-q35" / "tables")
BOARD = b"""[[models]]
model = "qemu-memory-hotplug"
[[models.dimms]]
slot = 2
address = 0x180000000
size = "1G"
node = 1
pending = "insert"
"""


def test_hardware_is_what_the_firmware_reads(tmp_path: Path) -> None:
    board = tmp_path / "board.toml"
    board.write_bytes(BOARD)
    given = ("--hardware", str(board), "--format", "json")
    done = json.loads(cli("aml", "run", QEMU, "--eval", "\\_GPE._E03", *given).out)
    assert done["notifies"] == [{"path": "\\_SB.MHPC.MP02", "value": 1}]
    found = json.loads(cli("aml", "devices", QEMU, "--hid", "PNP0C80", *given).out)["devices"]
    assert [(device["path"], device["pxm"]) for device in found if device["sta"] == 15] == [("\\_SB.MHPC.MP02", 1)]
    assert found[2]["crs"][0]["minimum"] == 0x1_8000_0000
    assert found[2]["needs_run"] == []


def test_code_runs_without_hardware_too() -> None:
    found = json.loads(cli("aml", "devices", QEMU, "--hid", "PNP0C80", "--format", "json").out)["devices"]
    assert {device["sta"] for device in found} == {0}


def test_hardware_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    board = tmp_path / "board.toml"
    board.write_bytes(BOARD + b"colour = 1\n")
    done = cli("aml", "run", QEMU, "--eval", "\\_GPE._E03", "--hardware", str(board))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"acpitools: error: hardware: {board}: models[0].dimms[0].colour: no such key")
    assert cli("aml", "devices", QEMU, "--hardware", str(tmp_path / "none.toml")).code == 2


def test_the_reference_of_hardware_is_shown_and_can_be_used(tmp_path: Path) -> None:
    shown = cli("aml", "hardware")
    assert shown.code == 0
    board = tmp_path / "board.toml"
    board.write_text(shown.out)
    checked = cli("aml", "hardware", str(board))
    parts = "6 registers and bytes, 1 transfers, 1 pins, a memory hot-plug controller with 1 DIMMs"
    assert checked.out == f"{board}: {parts}\n"
    board.write_text("[[registers]]\n")
    assert cli("aml", "hardware", str(board)).code == 2


def test_code_may_run_as_in_a_kernel() -> None:
    source = FIXTURES / "interp/slack/returns.aml"
    found = [
        cli("aml", "run", str(source), "--eval", "B0", "--semantics", "linux", *options).out
        for options in ((), ("--kernel", "6.1"), ("--cmdline", "quiet acpi=strict"))
    ]
    assert found == ["\\B0 = integer 0x7 (7)\n"] * 2 + ["\\B0 = uninitialized\n"]
    refused = cli("aml", "run", str(source), "--eval", "B0", "--kernel", "6.1")
    assert (refused.code, "--semantics linux" in refused.err) == (2, True)
    assert cli("aml", "run", str(source), "--eval", "B0", "--semantics", "linux", "--kernel", "new").code == 2


def test_code_may_run_as_in_windows() -> None:
    statements = (Term("Store", (integer(0x4F4F46), TEXT)), Term("Return", (TEXT,)))
    body = write_terms(
        (
            Term("Name", (name_from_text("TEXT"), Term("String", (b"BAR",)))),
            Term("Method", (name_from_text("MAIN"), 0, statements)),
        )
    )
    data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body
    for arguments, text in ((), "00000000004F4F46"), (("--semantics", "nt"), "FOO"):
        done = cli("aml", "run", "-", "--eval", "MAIN", *arguments, stdin=data)
        assert done.out == f'\\MAIN = string "{text}"\n'
