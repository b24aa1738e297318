"""The initrd command, from the shell's side."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from acpitools.image.cpio import read_newc, regular, write_newc
from acpitools.image.initrd import OemIds, with_oem
from tests.support import FIXTURES, cli
from tests.tables.make import SRAT_BYTES, patched, resealed

FACS = b"FACS" + (64).to_bytes(4, "little") + bytes(56)
PLATFORM = with_oem(SRAT_BYTES, OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=0x10))


def put(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def contents(path: Path) -> list[tuple[str, bytes]]:
    data = path.read_bytes()
    return [(member.name, member.content(data)) for member in read_newc(data).members if member.is_file]


def test_an_archive_goes_in_front_of_an_initrd(tmp_path: Path) -> None:
    base = gzip.compress(write_newc([regular("init", b"#!/bin/sh\n")]))
    out = tmp_path / "out.img"
    done = cli("initrd", put(tmp_path, "srat", SRAT_BYTES), "-o", str(out), "--base", put(tmp_path, "base", base))
    assert (done.code, done.out, done.err) == (0, "", "")
    assert out.read_bytes().endswith(base)
    assert contents(out) == [("kernel/firmware/acpi/srat.aml", SRAT_BYTES)]


def test_tables_that_no_archive_replaces_are_left_out(tmp_path: Path) -> None:
    out = tmp_path / "out.img"
    dump = put(tmp_path, "dump", SRAT_BYTES + FACS)
    done = cli("initrd", dump, "-o", str(out))
    assert (done.code, [name for name, _ in contents(out)]) == (0, ["kernel/firmware/acpi/srat.aml"])
    assert done.err == "acpitools: left out, for kernel 6.12 takes none of these: FACS\n"
    asked = cli("initrd", dump, "--table", "FACS", "-o", str(out))
    assert (asked.code, [name for name, _ in contents(out)]) == (1, ["kernel/firmware/acpi/facs.aml"])
    assert "not in the kernel's list of signatures" in asked.err


def test_oem_fields_are_taken_from_the_platform(tmp_path: Path) -> None:
    out = tmp_path / "out.img"
    table, platform = put(tmp_path, "srat", SRAT_BYTES), put(tmp_path, "platform", PLATFORM)
    assert cli("initrd", table, "-o", str(out), "--platform", platform).code == 1  # other OEM ids: a further table
    done = cli("initrd", table, "-o", str(out), "--platform", platform, "--match-oem", "--raise-revision")
    assert (done.code, done.err) == (0, "")
    ((_, written),) = contents(out)
    assert OemIds.of(written) == OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=0x11)
    answer = json.loads(cli("initrd", "--inspect", str(out), platform, "--format", "json").out)
    assert [item["result"] for item in answer["tables"]] == ["override"]


def test_what_is_refused_is_told_and_ends_with_1(tmp_path: Path) -> None:
    out = tmp_path / "out.img"
    done = cli("initrd", put(tmp_path, "srat", patched(SRAT_BYTES, 9, b"\0")), "-o", str(out))
    assert done.code == 1
    assert done.err.startswith("acpitools: warning: kernel/firmware/acpi/srat.aml: SRAT refused: the bytes sum up to")
    answer = cli("initrd", "--inspect", str(out))
    assert answer.code == 1
    assert "(acpi_table_upgrade)" in answer.out


@pytest.mark.parametrize("packed", [False, True])
def test_an_initrd_without_tables_is_fine(packed: bool, tmp_path: Path) -> None:
    data = write_newc([regular("init", b"")])
    done = cli("initrd", "--inspect", put(tmp_path, "i", gzip.compress(data) if packed else data))
    assert (done.code, done.out.splitlines()[0][:16]) == (0, "No ACPI table is")


def test_tables_inside_a_compressed_initrd_are_told(tmp_path: Path) -> None:
    out = tmp_path / "out.img"
    assert cli("initrd", put(tmp_path, "srat", SRAT_BYTES), "-o", str(out)).code == 0
    done = cli("initrd", "--inspect", put(tmp_path, "i", gzip.compress(out.read_bytes())), "--format", "json")
    answer = json.loads(done.out)
    assert (done.code, answer["schema"]) == (1, "acpitools.initrd/1")
    assert [(item["code"], item["offset"]) for item in answer["tables"]] == [("compressed", None)]


def test_a_configuration_without_the_option_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out.img"
    config = put(tmp_path, "config", b"# CONFIG_ACPI_TABLE_UPGRADE is not set\n")
    done = cli("initrd", put(tmp_path, "srat", SRAT_BYTES), "-o", str(out), "--config", config)
    assert (done.code, "CONFIG_ACPI_TABLE_UPGRADE" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "no source"),
        (("{srat}", "--raise-revision", "-o", "{out}"), "no platform"),
        (("--inspect", "{missing}"), "No such file"),
        (("--inspect", "{empty}"), "it is empty"),
        (("--inspect", "{srat}", "--base", "{srat}"), "--inspect reads one"),
        (("{srat}", "-o", "{out}", "--base", "{missing}"), "No such file"),
        (("{many}", "-o", "{out}"), "too many tables"),
        (("{facs}", "-o", "{out}"), "takes none of FACS"),
        (("{two}", "--platform", "{two}", "--match-oem", "-o", "{out}"), "cannot tell what it replaces"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_no_file(arguments: tuple[str, ...], why: str, tmp_path: Path) -> None:
    ssdt = resealed(b"SSDT" + (36).to_bytes(4, "little") + bytes(28))
    other = with_oem(ssdt, OemIds(oem_id="ABCDEF", oem_table_id="ABCDEFGH", oem_revision=1))
    names = {
        "srat": put(tmp_path, "srat", SRAT_BYTES),
        "facs": put(tmp_path, "facs", FACS),
        "empty": put(tmp_path, "empty", b""),
        "many": put(tmp_path, "many", ssdt * 65),
        "two": put(tmp_path, "two", ssdt + other),
        "missing": str(tmp_path / "missing"),
        "out": str(tmp_path / "out"),
    }
    if "{two}" in arguments:
        third = with_oem(ssdt, OemIds(oem_id="NOBODY", oem_table_id="ABCDEFGH", oem_revision=1))
        arguments = (put(tmp_path, "third", third), *arguments[1:])
    done = cli("initrd", *(argument.format(**names) for argument in arguments))
    assert done.code == 2
    assert why in done.err
    assert not (tmp_path / "out").exists()


def test_the_demo_machine_can_be_overridden(tmp_path: Path) -> None:
    dump = str(FIXTURES / "dumps" / "demo-4node" / "acpidump.txt")
    out = tmp_path / "out.img"
    assert cli("initrd", dump, "--table", "SRAT", "--platform", dump, "--raise-revision", "-o", str(out)).code == 0
    assert cli("initrd", "--inspect", str(out), dump).code == 0
