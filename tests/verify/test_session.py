"""A machine from its start to its end, with a QEMU that is none: time limits, death, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.core.errors import InputError, MachineError
from acpitools.core.units import GIB
from acpitools.image.qemu import QemuMachine
from acpitools.verify.guest import SNAPSHOT, parse_files
from acpitools.verify.session import Session
from tests.support import FIXTURES, ROOT

RECORD = FIXTURES / "replays" / "plain-1792m"
StandIns = Callable[[str, Path], list[str]]


def session(stand_ins: StandIns, case: str) -> Session:
    program = stand_ins(case, RECORD)[-1]
    return Session(QemuMachine(ram=GIB, cmdline="x"), b"initrd", program=program)


def test_a_guest_answers(stand_ins: StandIns) -> None:
    with session(stand_ins, "boots") as machine:
        assert machine.booted(20)
        files = parse_files(machine.ask(SNAPSHOT, 20))
        assert files["cmdline.txt"] == (RECORD / "cmdline.txt").read_bytes()
        assert machine.shell("anything", 20).code == 1
        assert machine.execute("query-memory-devices") == {"return": []}
        assert machine.wait_for(lambda event: event["event"] == "RTC_CHANGE", 20, 0)
        assert not machine.wait_for(lambda event: event["event"] == "OTHER", 0.1, 0)
    assert machine.ended


@pytest.mark.parametrize("case", ["silent", "cut"])
def test_a_guest_that_does_not_answer_is_not_waited_for_for_ever(case: str, stand_ins: StandIns) -> None:
    with session(stand_ins, case) as machine:
        assert machine.booted(20)
        with pytest.raises(MachineError, match="within 0 s"):
            machine.ask(SNAPSHOT, 0.4)


def test_a_damaged_answer_is_an_error(stand_ins: StandIns) -> None:
    with session(stand_ins, "damaged") as machine:
        assert machine.booted(20)
        with pytest.raises(InputError, match="damaged answer"):
            machine.ask(SNAPSHOT, 20)


def test_a_kernel_that_hangs_and_one_that_dies(stand_ins: StandIns) -> None:
    with session(stand_ins, "hangs") as machine, pytest.raises(MachineError, match="--timeout"):
        machine.booted(0.5)
    with session(stand_ins, "dies") as machine:
        assert not machine.booted(20)
        assert b"end Kernel panic" in machine.console


def test_a_kernel_that_dies_later_is_told_with_its_words(stand_ins: StandIns) -> None:
    with session(stand_ins, "panics") as machine:
        assert machine.booted(20)
        with pytest.raises(MachineError, match=r"the kernel died: .*: Kernel panic - not syncing: gone"):
            machine.ask(SNAPSHOT, 20)


def test_what_qemu_complains_of_is_told(stand_ins: StandIns) -> None:
    with pytest.raises(MachineError, match="cannot set up guest memory"), session(stand_ins, "refuses"):
        pass


def test_a_program_that_cannot_start_is_told(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.write_text("no program")
    nothing.chmod(0o755)
    with (
        pytest.raises(MachineError),
        Session(QemuMachine(ram=GIB), b"", program=str(nothing)),
    ):
        pass


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(
    number: int, stand_ins: StandIns, tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    needs_tool("setpriv")
    pid_file = tmp_path / "pid"
    before = set(os.listdir("/dev/shm")) if Path("/dev/shm").is_dir() else set()  # noqa: PTH208
    with subprocess.Popen(
        [sys.executable, "-m", "acpitools", "verify", *stand_ins("hangs", RECORD)],
        cwd=ROOT,
        env={**os.environ, "FAKE_QEMU_PID": str(pid_file), "TMPDIR": str(tmp_path / "none")},
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as child:
        wait_until(lambda: pid_file.exists() and bool(pid_file.read_text()))
        qemu = int(pid_file.read_text())
        time.sleep(0.3)
        child.send_signal(number)
        _, err = child.communicate(timeout=30)
    assert child.returncode == (130 if number == signal.SIGINT else -number)
    assert err == b""
    wait_until(lambda: not alive(qemu))
    assert before >= (set(os.listdir("/dev/shm")) if Path("/dev/shm").is_dir() else set())  # noqa: PTH208
    assert not (tmp_path / "none").exists()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
