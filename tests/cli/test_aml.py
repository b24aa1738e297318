"""``acpitools aml``: the commands on tables made here, their errors, and what they load."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click
import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import Term, call, integer
from acpitools.aml.writer import write_terms
from acpitools.cli.registry import AML_COMMANDS
from tests.cli.test_startup import loaded_by
from tests.support import cli

CRS = bytes.fromhex("8609000100000080 00000010 7900")


def table(signature: bytes, *terms: Term) -> bytes:
    body = write_terms(terms)
    data = bytearray(signature + (36 + len(body)).to_bytes(4, "little") + b"\2\0OEM   TABLE   " + bytes(4) + b"TEST")
    data += bytes(4) + body
    data[9] = -sum(data) & 0xFF
    return bytes(data)


def name(text: str, value: Term) -> Term:
    return Term("Name", (name_from_text(text), value))


MEMORY = Term(
    "Device",
    (
        name_from_text("\\_SB.MEM0"),
        (
            name("_HID", Term("DWordConst", (0x800CD041,))),
            name("_UID", integer(7)),
            name("_CRS", Term("Buffer", (integer(len(CRS)), CRS))),
            Term("Method", (name_from_text("_STA"), 0, (Term("Return", (integer(15),)),))),
            Term("Method", (name_from_text("_PXM"), 0, (Term("Return", (call(name_from_text("DOM"), integer(2)),)),))),
        ),
    ),
)
DSDT = table(b"DSDT", MEMORY, Term("Device", (name_from_text("\\_SB.OTHR"), (name("_ADR", integer(0x10000)),))))
SSDT = table(b"SSDT", Term("Method", (name_from_text("DOM"), 1, (Term("Return", (Term("Arg0"),)),))))


@pytest.fixture
def machine(tmp_path: Path) -> str:
    (tmp_path / "tables").write_bytes(DSDT + SSDT)
    return str(tmp_path / "tables")


@pytest.mark.parametrize("entry", AML_COMMANDS)
def test_an_entry_is_a_command_of_that_name_with_a_short_help(entry: str) -> None:
    module, text = AML_COMMANDS[entry]
    assert module == f"acpitools.cli.aml.{entry}"
    command = importlib.import_module(module).command
    assert isinstance(command, click.Command)
    assert command.help
    assert len(text) <= 68
    assert text.endswith(".")
    assert cli("aml", entry, "--help").code == 0


def test_disassemble_shows_all_tables_or_one(machine: str) -> None:
    both = cli("aml", "disassemble", machine)
    assert (both.code, both.err) == (0, "")
    assert both.out.count("DefinitionBlock") == 2
    one = cli("aml", "disassemble", machine, "--table", "SSDT[0]")
    assert 'DefinitionBlock ("", "SSDT", 2, "OEM   ", "TABLE   ", 0x00000000)' in one.out
    assert "Method (DOM, 1, NotSerialized)" in one.out


def test_disassemble_writes_a_file(machine: str, tmp_path: Path) -> None:
    done = cli("aml", "disassemble", machine, "--table", "DSDT", "-o", str(tmp_path / "dsdt.dsl"))
    assert (done.code, done.out) == (0, "")
    assert 'EisaId ("PNP0C80")' in (tmp_path / "dsdt.dsl").read_text()


def test_namespace_as_text(machine: str) -> None:
    done = cli("aml", "namespace", machine)
    assert done.code == 0
    rows = [line.split(None, 3) for line in done.out.splitlines()]
    assert ["MEM0", "device", "DSDT"] in rows
    assert "  DOM                         method, 1 argument      SSDT[0]\n" in done.out
    assert "Hardware ID" in done.out


def test_namespace_as_json(machine: str) -> None:
    document = json.loads(cli("aml", "namespace", machine, "--format", "json").out)
    assert document["schema"] == "acpitools.namespace/1"
    objects = {item["path"]: item for item in document["objects"]}
    assert objects["\\DOM"] == {
        "path": "\\DOM",
        "type": "method",
        "arguments": 1,
        "table": "SSDT[0]",
        "offset": 36,
        "conditional": False,
    }
    assert objects["\\_SB"]["table"] is None


def test_devices_show_what_their_methods_give(machine: str) -> None:
    done = cli("aml", "devices", machine, "--hid", "pnp0c80")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-3:] == [
        "  _STA  0xF  present, enabled, shown, working",
        "  _PXM  2",
        "  _CRS  memory [mem 0x80000000-0x8fffffff]",
    ]
    memory = json.loads(cli("aml", "devices", machine, "--format", "json").out)["devices"][0]
    assert (memory["pxm"], memory["needs_run"]) == (2, [])


def test_devices_tell_what_fails(tmp_path: Path) -> None:
    device = Term(
        "Device",
        (
            name_from_text("DEV0"),
            (
                Term(
                    "Method", (name_from_text("_STA"), 0, (Term("Return", (call(name_from_text("DOM"), integer(1)),)),))
                ),
            ),
        ),
    )
    (tmp_path / "tables").write_bytes(table(b"DSDT", device))
    done = cli("aml", "devices", str(tmp_path / "tables"))
    assert (done.code, done.out) == (0, "\\DEV0  (DSDT)\n  _STA: no value\n")
    assert "\\DEV0._STA has no value: \\DEV0._STA.DOM" in done.err


def test_devices_that_the_machine_does_not_have_are_not_shown(tmp_path: Path) -> None:
    status = Term("If", (integer(0), (Term("Name", (name_from_text("_STA"), integer(15))),)))
    there = Term("Device", (name_from_text("DEV0"), (status,)))
    absent = Term("If", (integer(0), (Term("Device", (name_from_text("DEV1"), ())),)))
    (tmp_path / "tables").write_bytes(table(b"DSDT", there, absent))
    done = cli("aml", "devices", str(tmp_path / "tables"))
    assert (done.out, done.err) == ("\\DEV0  (DSDT)\n", "")
    both = cli("aml", "devices", "--no-run", str(tmp_path / "tables")).out
    assert "\\DEV1  (DSDT, conditional)" in both


def test_devices_as_text_without_running_code(machine: str) -> None:
    done = cli("aml", "devices", machine, "--no-run", "--hid", "pnp0c80")
    assert done.code == 0
    assert done.out.splitlines() == [
        "\\_SB.MEM0  (DSDT)",
        "  _HID  PNP0C80  Memory device",
        "  _UID  7",
        "  _STA  0xF  present, enabled, shown, working",
        "  _CRS  memory [mem 0x80000000-0x8fffffff]",
        "  _PXM: known only when the code runs",
    ]


def test_devices_as_json(machine: str) -> None:
    document = json.loads(cli("aml", "devices", machine, "--no-run", "--format", "json").out)
    assert document["schema"] == "acpitools.devices/1"
    memory, other = document["devices"]
    assert (memory["path"], memory["sta"], memory["pxm"], memory["needs_run"]) == ("\\_SB.MEM0", 15, None, ["_PXM"])
    (resource,) = memory["crs"]
    assert (resource["kind"], resource["base"], resource["size"]) == ("memory32_fixed", 0x80000000, 0x10000000)
    assert (other["adr"], other["crs"]) == (0x10000, None)


def test_no_device_of_an_id_is_told(machine: str) -> None:
    assert cli("aml", "devices", machine, "--hid", "ACME0001").out == "no such device\n"


def test_tables_without_aml_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "slit").write_bytes(table(b"SLIT"))
    done = cli("aml", "namespace", str(tmp_path / "slit"))
    assert done.code == 2
    assert done.err.startswith("acpitools: error: no AML: ")
    assert done.err.endswith("it is in DSDT, SSDT and PSDT; there are SLIT\n")


def test_a_table_that_is_not_there_is_an_error(machine: str) -> None:
    done = cli("aml", "disassemble", machine, "--table", "SSDT[1]")
    assert (done.code, done.out) == (2, "")
    assert "no such table: SSDT[1]" in done.err


def test_damage_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(table(b"DSDT", name("GOOD", integer(1)), Term("Raw", (b"\x02\x03",))))
    done = cli("aml", "disassemble", str(tmp_path / "broken"))
    assert done.code == 0
    assert "Name (GOOD, One)" in done.out
    assert "/*=raw 0203*/" in done.out
    assert done.err == "acpitools: warning: DSDT at offset 0x2a: no opcode: 02\n"


def test_an_unknown_command_is_an_error_that_names_a_near_one() -> None:
    done = cli("aml", "disasemble")
    assert done.code == 2
    assert "did you mean disassemble?" in done.err


def test_disassembling_loads_no_parser_generator(machine: str) -> None:
    modules = loaded_by("aml", "disassemble", machine)
    assert not modules & {"construct", "lark", "numpy", "rich", "jinja2", "json"}


def test_help_of_the_group_loads_no_command() -> None:
    assert not loaded_by("aml", "--help") & {"construct", "json", "lark", "numpy", "rich"}
