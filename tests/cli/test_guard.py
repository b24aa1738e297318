"""Every way to end: an exit code, at most one line on stderr, never a traceback."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from acpitools.cli.guard import one_line
from tests.support import ROOT, cli

PROBE = [sys.executable, "-m", "tests.cli.probe", "probe"]


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("tables", r"cannot decode SRAT: dump.txt at offset 0x24: the table ends\nafter 36 of 512 bytes"),
        ("missing", "cannot use file: /nonexistent/table.dat: No such file or directory"),
        ("folder", "cannot use file: /: Is a directory"),
        ("rename", "cannot use file: /nonexistent/a -> /nonexistent/b: No such file or directory"),
        ("disk", "input or output failed: No space left on device"),
        ("memory", "out of memory: the input needs more than this process may use"),
        ("recursion", "cannot process the input: it is nested too deeply"),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(kind: str, line: str) -> None:
    ended = cli("probe", kind)
    assert (ended.code, ended.out, ended.err) == (2, "", f"acpitools: error: {line}\n")


@pytest.mark.usefixtures("probe")
def test_an_internal_error_names_its_place() -> None:
    ended = cli("probe", "bug")
    assert ended.code == 2
    assert ended.err.startswith("acpitools: error: internal error: probe.py:")
    assert ended.err.endswith(": KeyError: 'node' (a bug; -vv shows the traceback)\n")


def test_an_internal_error_shows_its_traceback_with_vv(monkeypatch: pytest.MonkeyPatch) -> None:
    from acpitools import __main__ as entry
    from acpitools.cli import main

    def broken(arguments: list[str]) -> int:
        raise KeyError(arguments[0])

    monkeypatch.setattr(main, "run", broken)
    monkeypatch.setattr(sys, "argv", ["acpitools", "-vv", "layout"])
    with pytest.raises(KeyError, match="-vv"):
        entry.main()


@pytest.mark.usefixtures("probe")
def test_an_interrupt_ends_silently_with_130() -> None:
    ended = cli("probe", "interrupt")
    assert (ended.code, ended.out, ended.err) == (130, "", "")


def test_ctrl_c_ends_silently_with_130() -> None:
    with subprocess.Popen(
        [*PROBE, "wait"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A job in the background of a shell ignores the signal, and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, b"")


def test_a_reader_that_goes_away_while_we_write_ends_us_silently() -> None:
    with subprocess.Popen([*PROBE, "endless"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(100)
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-q", "--version"]])
def test_a_reader_that_was_never_there_ends_us_silently(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "acpitools", *arguments],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=30,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_device_is_one_line(unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROBE, "hello"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            check=False,
            timeout=30,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"acpitools: error: ")
    assert done.stderr.endswith(f": {os.strerror(errno.ENOSPC)}\n".encode())
    assert done.stderr.count(b"\n") == 1


def test_a_closed_stderr_leaves_the_exit_code() -> None:
    script = f"{' '.join(PROBE)} memory 2>&-"
    assert subprocess.run(["/bin/sh", "-c", script], cwd=ROOT, check=False, timeout=30).returncode == 2


def test_answers_for_a_closed_stdout_are_an_error() -> None:
    script = f"{' '.join(PROBE)} write >&-"
    done = subprocess.run(["/bin/sh", "-c", script], cwd=ROOT, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (2, b"acpitools: error: cannot write: standard output: it is closed\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain \u00e9", "plain \u00e9"), ("a\nb\tc", r"a\nb\tc"), ("\x1b[31m", r"\x1b[31m"), ("\udcff", r"\udcff")],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert one_line(text) == shown
