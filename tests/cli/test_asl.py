"""``acpitools asl``: files in and out, exit codes, what may be included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import FIXTURES, cli

GOOD = 'DefinitionBlock ("", "SSDT", 2, "OEM", "TABLE", 1) {Name (A, 1)}\n'
BAD = 'DefinitionBlock ("", "SSDT", 2, "OEM", "TABLE", 1)\n{\n    Name (A, B)\n    Name (C, D)\n}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.asl").write_text(GOOD)
    (tmp_path / "bad.asl").write_text(BAD)
    return tmp_path


def test_compile_writes_the_table_beside_the_source(folder: Path) -> None:
    ended = cli("asl", "compile", str(folder / "good.asl"))
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (folder / "good.aml").read_bytes()[36:].hex() == "08415f5f5f01"


def test_compile_writes_where_it_is_told(folder: Path) -> None:
    assert cli("asl", "compile", str(folder / "good.asl"), "-o", str(folder / "x.bin")).code == 0
    assert (folder / "x.bin").read_bytes()[:4] == b"SSDT"
    assert not (folder / "good.aml").exists()


def test_a_source_can_come_from_stdin(folder: Path) -> None:
    assert cli("asl", "compile", "-", "-o", str(folder / "x.bin"), stdin=GOOD.encode()).code == 0
    assert cli("asl", "check", "-", stdin=BAD.encode()).err.startswith("-:3:14: error: B is not known")


def test_errors_are_on_stderr_and_nothing_is_written(folder: Path) -> None:
    path = folder / "bad.asl"
    ended = cli("asl", "compile", str(path))
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.split("\n") == [
        f"{path}:3:14: error: B is not known in \\: declare it, or say External",
        "      Name (A, B)",
        "               ^",
        f"{path}:4:14: error: D is not known in \\: declare it, or say External",
        "      Name (C, D)",
        "               ^",
        "2 errors",
        "",
    ]
    assert sorted(file.name for file in folder.iterdir()) == ["bad.asl", "good.asl"]


def test_check_only_tells(folder: Path) -> None:
    assert cli("asl", "check", str(folder / "good.asl")).code == 0
    assert cli("asl", "check", str(folder / "bad.asl")).code == 1
    assert not (folder / "good.aml").exists()


def test_a_file_that_is_not_there_is_a_usage_error(folder: Path) -> None:
    ended = cli("asl", "check", str(folder / "none.asl"))
    assert (ended.code, ended.err) == (
        2,
        f"acpitools: error: cannot read: {folder / 'none.asl'}: No such file or directory\n",
    )


def test_quiet_leaves_warnings_out(folder: Path) -> None:
    (folder / "w.asl").write_text(GOOD.replace("1)}", "1) Name (T, ResourceTemplate () {})}"))
    assert "warning" in cli("asl", "check", str(folder / "w.asl")).err
    assert cli("asl", "check", "-q", str(folder / "w.asl")).err == ""


@pytest.mark.parametrize(
    ("option", "last"), [("--no-short-integers", "0a01"), ("--no-optimize", "0a01"), ("--no-fold", "01")]
)
def test_optimisations_can_be_left_out(folder: Path, option: str, last: str) -> None:
    assert cli("asl", "compile", option, str(folder / "good.asl")).code == 0
    assert (folder / "good.aml").read_bytes()[36:].hex() == "08415f5f5f" + last


def test_what_only_goes_wrong_when_it_runs_can_be_passed_over(folder: Path) -> None:
    (folder / "w.asl").write_text(GOOD.replace("1)}", "1) Method (M) {Return (Local0)}}"))
    refused = cli("asl", "compile", str(folder / "w.asl"))
    assert refused.code == 1
    assert "error: Local0 is used before" in refused.err
    done = cli("asl", "compile", "--force", str(folder / "w.asl"))
    assert done.code == 0
    assert "warning: Local0 is used before" in done.err
    assert (folder / "w.aml").exists()


def test_the_creator_can_be_set(folder: Path) -> None:
    assert cli("asl", "compile", "--creator", "ACME:0x12", str(folder / "good.asl")).code == 0
    assert (folder / "good.aml").read_bytes()[28:36] == b"ACME\x12\0\0\0"
    for wrong in ("ACM", "ACME:x", "ACME:0x100000000"):
        assert cli("asl", "compile", "--creator", wrong, str(folder / "good.asl")).code == 2


def test_macros_can_be_defined(folder: Path) -> None:
    (folder / "m.asl").write_text(GOOD.replace("1)}", "VALUE)}"))
    assert cli("asl", "compile", "-D", "VALUE=0x55", str(folder / "m.asl")).code == 0
    assert (folder / "m.aml").read_bytes().endswith(b"\x0a\x55")
    assert cli("asl", "compile", "-D", "1=2", str(folder / "m.asl")).code == 2


def test_files_beside_the_source_and_in_named_folders_are_included(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.inc").write_text('Include ("b.inc")\n')
    (folder / "sub" / "b.inc").write_text("Name (B, 1)\n")
    (folder / "other").mkdir()
    (folder / "other" / "c.inc").write_text("Name (C, 1)\n")
    (folder / "i.asl").write_text(GOOD.replace("}", 'Include ("sub/a.inc") Include ("c.inc")}'))
    assert cli("asl", "check", str(folder / "i.asl")).code == 1
    assert cli("asl", "check", "-I", str(folder / "other"), str(folder / "i.asl")).code == 0


@pytest.mark.parametrize("name", ["../secret.txt", "link.inc", "{absolute}"])
def test_files_elsewhere_are_not_read(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.inc").symlink_to(secret)
    (inner / "i.asl").write_text(GOOD.replace("}", f'Include ("{name.format(absolute=secret)}")}}'))
    ended = cli("asl", "check", str(inner / "i.asl"))
    assert ended.code == 1
    assert "it lies outside the folder of the source" in ended.err
    assert "SECRET" not in ended.err


def test_help_shows_both_commands() -> None:
    assert {"check", "compile"} <= set(cli("asl", "--help").out.split())


def test_a_program_of_the_fixtures(tmp_path: Path) -> None:
    source = FIXTURES / "asl" / "preprocessor" / "includes.asl"
    out = tmp_path / "out.aml"
    assert cli("asl", "compile", str(source), "-o", str(out)).code == 0
    assert out.read_bytes() == source.with_suffix(".aml").read_bytes()


def test_warnings_can_be_turned_off_by_name_or_be_errors(folder: Path) -> None:
    path = folder / "doubtful.asl"
    path.write_text('DefinitionBlock ("", "SSDT", 2, "OEM", "TABLE", 1) {Method (M) {Local0 = 1} Device (D) {}}\n')
    assert cli("asl", "check", str(path)).err.endswith("\n2 warnings\n")
    assert cli("asl", "check", "--werror", str(path)).code == 1
    assert cli("asl", "compile", "--werror", "--disable", "unused-local", str(path)).code == 1
    assert not path.with_suffix(".aml").exists()
    done = cli("asl", "compile", "--werror", "--disable", "unused-local", "--disable", "device-id", str(path))
    assert (done.code, done.err) == (0, "")
    assert path.with_suffix(".aml").exists()


def test_a_name_that_no_warning_has_is_a_usage_error(folder: Path) -> None:
    done = cli("asl", "check", "--disable", "unused-locals", str(folder / "good.asl"))
    assert done.code == 2
    assert "there is no warning named 'unused-locals'; unused-local is one" in done.err


def test_remarks_are_told_on_demand(folder: Path) -> None:
    path = folder / "doubtful.asl"
    path.write_text('DefinitionBlock ("", "SSDT", 2, "OEM", "TABLE", 1) {Method (M, 1) {Return (1)}}\n')
    assert cli("asl", "check", str(path)).err == ""
    done = cli("asl", "check", "--remarks", "--werror", str(path))
    assert done.code == 0
    assert "info: Arg0 is never used [unused-argument]" in done.err
    assert done.err.endswith("\n1 remark\n")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (GOOD.encode("utf-16"), "this is UTF-16; save it as UTF-8"),
        (GOOD.encode("utf-16-le"), "this is UTF-16; save it as UTF-8"),
        (GOOD.encode("utf-16-be"), "this is UTF-16; save it as UTF-8"),
        (b"SSDT" + (36).to_bytes(4, "little") + bytes(28), "this is a table, and no source"),
    ],
)
def test_what_is_no_text_is_unusable(folder: Path, data: bytes, why: str) -> None:
    path = folder / "odd.asl"
    path.write_bytes(data)
    done = cli("asl", "check", str(path))
    assert done.code == 2
    assert done.err.startswith(f"acpitools: error: cannot read: {path}: {why}")


def test_a_byte_order_mark_and_carriage_returns_do_not_count(folder: Path) -> None:
    path = folder / "odd.asl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("{", "{\n").encode().replace(b"\n", b"\r\n"))
    assert cli("asl", "check", str(path)).code == 0
