"""The decode command, from the shell's side."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.dumps.load import load_bytes
from tests.support import FIXTURES, ROOT, cli
from tests.tables.make import SRAT_BYTES, patched

OEM = b"OEM1" + (40).to_bytes(4, "little") + b"\1\0OEMID TABLE..." + bytes(16)


def ssdt(number: int) -> bytes:
    return b"SSDT" + (40).to_bytes(4, "little") + bytes(28) + bytes([number, 0, 0, 0])


@pytest.fixture
def srat(tmp_path: Path) -> str:
    path = tmp_path / "srat.dat"
    path.write_bytes(SRAT_BYTES)
    return str(path)


def test_text_is_the_default(srat: str) -> None:
    done = cli("decode", srat)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"SRAT: System Resource Affinity Table  (ACPI 6.5, 5.2.16)\n200 bytes, from {srat}\n")
    assert (
        "  [3] 0080  Memory Affinity: domain 1, [mem 0x100000000-0x15fffffff] 1.5 GiB, enabled, hot-pluggable\n"
        in done.out
    )


def test_a_damaged_table_is_shown_with_what_is_wrong_and_the_exit_code_is_0(tmp_path: Path) -> None:
    path = tmp_path / "srat.dat"
    path.write_bytes(patched(SRAT_BYTES, 65, b"\0"))
    done = cli("decode", str(path))
    assert done.code == 0
    assert "\n  error TAB001 at 0009: checksum is" in done.out
    assert "    error TAB005 at 0040: structure of type 2 declares 0 bytes" in done.out


def test_json_is_a_document(srat: str) -> None:
    document = json.loads(cli("decode", srat, "--format", "json").out)
    assert document["schema"] == "acpitools.tables/1"
    assert document["tables"][0]["source"] == srat


def test_hex_is_read_by_acpixtract(srat: str, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    dump = tmp_path / "dump.txt"
    assert cli("decode", srat, srat, "--format", "hex", "-o", str(dump)).code == 0
    subprocess.run([needs_tool("acpixtract"), "-a", dump], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert [(tmp_path / name).read_bytes() for name in ("srat1.dat", "srat2.dat")] == [SRAT_BYTES, SRAT_BYTES]


def test_hex_is_read_by_us(srat: str) -> None:
    assert [table.data for table in load_bytes(cli("decode", srat, "--format", "hex").out.encode())] == [SRAT_BYTES]


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [(["SSDT[1]"], [2]), (["SSDT"], [1, 2, 3]), (["SSDT[2]", "SSDT[0]"], [1, 3])],
)
def test_tables_are_chosen_by_signature_and_number(selectors: list[str], expected: list[int], tmp_path: Path) -> None:
    for number, data in enumerate((ssdt(1) + ssdt(2), ssdt(3), OEM)):
        (tmp_path / str(number)).write_bytes(data)
    options = [part for selector in selectors for part in ("--table", selector)]
    done = cli("decode", *(str(tmp_path / str(number)) for number in range(3)), *options, "--format", "json")
    assert [table["fields"]["body"] for table in json.loads(done.out)["tables"]] == [f"{n:02x}000000" for n in expected]


def test_standard_input(srat: str) -> None:
    assert "SRAT: " in cli("decode", "-", stdin=SRAT_BYTES).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("absent",), "cannot read: absent: No such file or directory\n"),
        (("-",), "no ACPI table: stdin: empty\n"),
        (("{srat}", "--table", "SLIT"), "no such table: SLIT: there are SRAT\n"),
        (("{srat}", "--table", "SRAT[1]"), "no such table: SRAT[1]: 1 of that signature\n"),
        (
            ("{srat}", "--table", "x"),
            "not a table: 'x': expected a signature such as SRAT or SSDT[2]\n",
        ),
        (
            ("live",),
            "cannot read: live: not supported yet; give /sys/firmware/acpi/tables, as root\n",
        ),
        (("{srat}", "-o", "/nonexistent/file"), "cannot write: /nonexistent/file: No such file or"),
    ],
)
def test_errors_are_one_line_and_exit_code_2(arguments: tuple[str, ...], message: str, srat: str) -> None:
    done = cli("decode", *(part.replace("{srat}", srat) for part in arguments))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"acpitools: error: {message}")
    assert done.err.count("\n") == 1


def test_no_source_is_a_usage_error() -> None:
    done = cli("decode")
    assert done.code == 2
    assert "missing argument 'SOURCE...'" in done.err


def test_an_unknown_format_is_a_usage_error(srat: str) -> None:
    assert cli("decode", srat, "--format", "yaml").code == 2


def test_output_goes_to_a_file_whole_or_not_at_all(srat: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert cli("decode", srat, "--format", "json", "-o", str(out)).out == ""
    assert json.loads(out.read_text())["tables"]
    assert cli("decode", "absent", "-o", str(tmp_path / "none")).code == 2
    assert not (tmp_path / "none").exists()


def test_a_file_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "s\udcff\nrat"
    path.write_bytes(SRAT_BYTES)
    for name in ("text", "json", "hex"):
        done = cli("decode", str(path), "--format", name)
        assert done.code == 0
        assert "s\udcff\nrat" not in done.out


SCRIPT = "import sys; from acpitools.cli.main import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("output_format", ["text", "json", "hex"])
def test_what_a_small_table_loads(output_format: str, srat: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "decode", srat, "--format", output_format],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    modules = set(done.stderr.split())
    assert not modules & {"construct", "lark", "numpy", "rich", "jinja2", "zstandard", "lzma", "zipfile", "tarfile"}
    assert not modules & {"acpitools.tables.madt", "acpitools.tables.fadt", "acpitools.kernel"}


def test_dsl_for_the_newest_iasl(tmp_path: Path) -> None:
    recorded = json.loads(gzip.decompress((FIXTURES / "dsl/iasl-20260408.json.gz").read_bytes()))["AGDI"]
    (tmp_path / "agdi").write_bytes(bytes.fromhex(recorded["bytes"]))
    done = cli("decode", str(tmp_path / "agdi"), "--format", "dsl", "--iasl", "newest")
    assert "Signalling mode : " in done.out
    assert "UINT32" not in done.out
    assert "UINT32" in cli("decode", str(tmp_path / "agdi"), "--format", "dsl").out
