"""The encode command, from the shell's side."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acpitools.codec.checksum import checksum_ok
from acpitools.tables.dsl_text import table_dsl
from tests.support import ROOT, cli
from tests.tables.make import SRAT_BYTES, loaded, patched

PROGRAM = (sys.executable, "-m", "acpitools")
SSDT = b"SSDT" + (40).to_bytes(4, "little") + bytes(32)
EVIL = b"../x" + (40).to_bytes(4, "little") + b"\1\0OEMID TABLE..." + bytes(16)


@pytest.fixture
def document(tmp_path: Path) -> Any:
    return decoded(tmp_path, SRAT_BYTES)


def decoded(folder: Path, *contents: bytes) -> Any:
    paths = []
    for number, data in enumerate(contents):
        paths.append(folder / f"table{number}")
        paths[-1].write_bytes(data)
    return json.loads(cli("decode", *map(str, paths), "--format", "json").out)


def write(folder: Path, document: Any) -> str:
    path = folder / "tables.json"
    path.write_text(json.dumps(document))
    return str(path)


@pytest.mark.parametrize(
    "data", [SRAT_BYTES, SRAT_BYTES[:100], SRAT_BYTES + b"xyz", patched(SRAT_BYTES, 4, b"\xff" * 4)]
)
def test_decode_and_encode_give_the_same_bytes(data: bytes, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(data)
    text = cli("decode", str(source), "--format", "json").out
    assert cli("encode", "-", "-o", str(out), stdin=text.encode()).code == 0
    assert out.read_bytes() == data


def test_without_an_output_the_bytes_go_to_stdout(tmp_path: Path) -> None:
    path = write(tmp_path, decoded(tmp_path, SRAT_BYTES, SSDT))
    done = subprocess.run(
        [sys.executable, "-m", "acpitools", "encode", path], capture_output=True, check=True, cwd=ROOT
    )
    assert done.stdout == SRAT_BYTES + SSDT


def test_several_tables_go_to_a_folder(tmp_path: Path) -> None:
    path = write(tmp_path, decoded(tmp_path, SRAT_BYTES, SSDT, SSDT, SSDT))
    out = tmp_path / "new" / "folder"
    assert cli("encode", path, "-o", str(out)).code == 0
    assert {file.name: file.read_bytes() for file in out.iterdir()} == {
        "srat.dat": SRAT_BYTES,
        "ssdt.dat": SSDT,
        "ssdt2.dat": SSDT,
        "ssdt3.dat": SSDT,
    }


def test_one_table_goes_into_a_folder_that_is_there(document: Any, tmp_path: Path) -> None:
    out = tmp_path / "folder"
    out.mkdir()
    assert cli("encode", write(tmp_path, document), "-o", str(out)).code == 0
    assert [file.name for file in out.iterdir()] == ["srat.dat"]


def test_a_signature_cannot_leave_the_folder(tmp_path: Path) -> None:
    dump = "AAAA @ 0x1\n" + "".join(f"    {at:04X}: {EVIL[at : at + 16].hex(' ')}\n" for at in (0, 16, 32))
    text = cli("decode", "-", "--format", "json", stdin=(dump + dump).encode()).out
    out = tmp_path / "out"
    assert cli("encode", "-", "-o", str(out), stdin=text.encode()).code == 0
    assert {file.name for file in out.iterdir()} == {"___x.dat", "___x2.dat"}
    assert {file.name for file in tmp_path.iterdir()} == {"out"}


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = cli("encode", write(tmp_path, decoded(tmp_path, SSDT, SSDT)), "-o", str(tmp_path / "file"))
    assert (done.code, done.err) == (2, f"acpitools: error: cannot write: {tmp_path}/file: File exists\n")


def test_an_edited_field_is_written_as_it_stands(document: Any, tmp_path: Path) -> None:
    document["tables"][0]["fields"]["oem_revision"] = 0x11223344
    out = tmp_path / "out"
    assert cli("encode", write(tmp_path, document), "-o", str(out)).code == 0
    assert out.read_bytes() == patched(SRAT_BYTES, 24, bytes.fromhex("44332211"))
    assert not checksum_ok(out.read_bytes())


def test_seal_repairs_lengths_and_checksum(document: Any, tmp_path: Path) -> None:
    structures = document["tables"][0]["fields"]["structures"]
    structures.append(
        {"record": "MemoryAffinity", "proximity_domain": 2, "base_address": 1 << 40, "range_length": 1 << 30}
    )
    out = tmp_path / "out"
    assert cli("encode", write(tmp_path, document), "-o", str(out), "--seal").code == 0
    data = out.read_bytes()
    assert (len(data), int.from_bytes(data[4:8], "little")) == (240, 240)
    assert checksum_ok(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flags": 1 << 32}, "structures[2].flags: 4294967296 does not fit in 4 bytes (0 to 4294967295)"),
        ({"pxm": 1}, "structures[2]: MemoryAffinity has no field 'pxm'"),
        ({"base_address": "0"}, "structures[2].base_address: '0' is not an integer"),
    ],
)
def test_a_value_that_cannot_be_written_is_named(
    change: dict[str, Any], message: str, document: Any, tmp_path: Path
) -> None:
    document["tables"][0]["fields"]["structures"][2].update(change)
    path = write(tmp_path, document)
    done = cli("encode", path)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"acpitools: error: cannot encode: {path}: tables[0] (SRAT).fields.{message}\n"


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "no ACPI table: stdin: empty"),
        (SRAT_BYTES, "cannot encode: stdin: binary tables; expected JSON or data-table text made by decode"),
        (b"{}", "no ACPI table: stdin: JSON with no schema; expected 'acpitools.tables/1'"),
        (b'{"schema": "acpitools.tables/1"}', "not a table document: stdin: tables: expected a list"),
        (b'{"schema": "acpitools.tables/1", "tables": []}', "no ACPI table: stdin: nothing in it is one"),
        (b'{"schema": "acp', "not JSON: stdin:1:12: Unterminated string starting at"),
        (b'DefinitionBlock ("", "SSDT", 2, "", "", 1) {}', "this is ASL; compile it to a table first"),
        (b"hello\n", "stdin:1:1: error: expected LABEL : VALUE, not 'hello'"),
        (b'\n\nSignatur : "SRAT"\n', 'stdin:3:1: error: expected "Signature", not "Signatur"'),
    ],
)
def test_what_is_no_document_is_refused(stdin: bytes, message: str) -> None:
    done = cli("encode", "-", stdin=stdin)
    assert done.code == 2
    assert message in done.err


def test_bytes_do_not_go_to_a_terminal(document: Any, tmp_path: Path) -> None:
    path = write(tmp_path, document)
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "acpitools", "encode", path],
            stdout=slave,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
        )
        assert done.returncode == 2
        assert done.stderr.decode() == (
            "acpitools: error: cannot write: standard output: binary tables, and it is a terminal; use -o\n"
        )
    finally:
        os.close(slave)
        os.close(master)


DSL = "".join(table_dsl(loaded(SRAT_BYTES)))


def test_data_table_text_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "srat.dsl").write_text(DSL)
    assert cli("encode", str(tmp_path / "srat.dsl"), "-o", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out").read_bytes() == SRAT_BYTES
    assert cli("decode", str(tmp_path / "srat.dsl")).code == 0


def test_a_wrong_line_is_shown_as_compilers_do(tmp_path: Path) -> None:
    path = tmp_path / "srat.dsl"
    path.write_text(DSL.replace("Hot Pluggable : 1", "Hot Pluggable : on"))
    done = cli("encode", str(path), "-o", str(tmp_path / "out"))
    place, line, mark = done.err.splitlines()
    row = DSL.splitlines().index(line[2:].replace(" on", " 1"))
    assert done.code == 2
    assert place.startswith(f"{path}:{row + 1}:{len(line) - 3}: error: Hot Pluggable: expected a hexadecimal number")
    assert mark == " " * (len(line) - 2) + "^"
    assert not (tmp_path / "out").exists()


def test_what_iasl_drops_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "srat.dsl"
    path.write_text(DSL.replace("Flags (decoded below) : 00000003", "Flags (decoded below) : 00000013"))
    done = cli("encode", str(path), "-o", str(tmp_path / "out"))
    assert done.code == 0
    assert "acpitools: warning: " in done.err
    assert "bits 10 have no line of their own" in done.err
    assert (tmp_path / "out").read_bytes() == SRAT_BYTES
