"""Output files: complete or untouched, with the right mode, through links, pipes and devices."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from acpitools.cli.output import output_stream, write_output
from acpitools.core.errors import InputError
from tests.support import ROOT


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def only_file_is(folder: Path, name: str) -> bool:
    return [path.name for path in folder.iterdir()] == [name]


def test_text_becomes_utf8(tmp_path: Path) -> None:
    write_output(str(tmp_path / "out"), "n\u00f8de\n")
    assert (tmp_path / "out").read_bytes() == b"n\xc3\xb8de\n"


def test_pieces_are_written_in_order(tmp_path: Path) -> None:
    write_output(str(tmp_path / "out"), iter([b"a", b"\x00", b"c"]))
    assert (tmp_path / "out").read_bytes() == b"a\x00c"


def test_a_name_without_a_folder_is_in_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_output("out", b"x")
    assert only_file_is(tmp_path, "out")


def test_a_failure_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    old = tmp_path / "out"
    old.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_output(str(old), pieces())
    assert old.read_bytes() == b"old"
    assert only_file_is(tmp_path, "out")


def test_the_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    new = tmp_path / "out"
    with output_stream(str(new)) as stream:
        stream.write(b"all")
        stream.flush()
        assert not new.exists()
    assert new.read_bytes() == b"all"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_follows_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_output(str(tmp_path / "out"), b"")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "out") == mode


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    old = tmp_path / "out"
    old.write_bytes(b"old")
    old.chmod(0o640)
    write_output(str(old), b"new")
    assert (old.read_bytes(), mode_of(old)) == (b"new", 0o640)


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link"
    link.symlink_to("far/target")
    write_output(str(link), b"1")
    write_output(str(link), b"2")
    assert link.is_symlink()
    assert (tmp_path / "far" / "target").read_bytes() == b"2"
    assert only_file_is(tmp_path / "far", "target")


def test_a_named_pipe_is_written_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_output(str(pipe), b"through")
    reader.join(timeout=30)
    assert got == [b"through"]
    assert pipe.is_fifo()


def test_the_null_device_stays_a_device() -> None:
    write_output("/dev/null", b"gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_goes_where_the_shell_said(tmp_path: Path, name: str) -> None:
    target = tmp_path / "redirected"
    with target.open("wb") as stdout:
        subprocess.run(
            [sys.executable, "-m", "tests.cli.probe", "probe", "write", "word", "-o", name],
            cwd=ROOT,
            stdout=stdout,
            check=True,
            timeout=30,
        )
        assert os.fstat(stdout.fileno()).st_ino == target.stat().st_ino
    assert target.read_text() == "text: word\n"


def test_text_already_printed_comes_before_the_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    sys.stdout.write("first ")
    write_output("-", b"second")
    assert capfdbinary.readouterr().out == b"first second"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^cannot write: {tmp_path}: Is a directory$"):
        write_output(str(tmp_path), b"")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^cannot write: {tmp_path}/no/out: No such file or directory$"):
        write_output(str(tmp_path / "no" / "out"), b"")


def test_a_full_device_is_refused() -> None:
    with pytest.raises(InputError, match=r"^cannot write: /dev/full: No space left on device$"):
        write_output("/dev/full", b"x" * 100_000)


def test_a_file_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"File name too long$"):
        write_output(str(tmp_path / ("n" * 300)), b"")
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_file_is_not_replaced() -> None:
    before = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "out"
        old.write_bytes(b"old")
        old.chmod(0o444)
        if before == 0:  # root may write anywhere
            Path(folder).chmod(0o777)
            os.seteuid(65534)
        try:
            with pytest.raises(InputError, match=r"Permission denied$"):
                write_output(str(old), b"new")
        finally:
            os.seteuid(before)
        assert old.read_bytes() == b"old"
