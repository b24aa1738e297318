"""The console of a kernel that died."""

from __future__ import annotations

import pytest

from acpitools.verify.console import console_log, is_dead, panic_line

LINE = "[    0.000000] Linux version 6.12 (x)\r\n"


def test_the_log_is_cut_out_of_the_firmware_s_noise() -> None:
    console = b"SeaBIOS\r\n\x1b[2J[    0.000000] Linux version 6.12 (x)\r\nno stamp\r\n[    0.100000] second\r\n"
    assert console_log(console) == "[    0.000000] Linux version 6.12 (x)\n[    0.100000] second\n"


def test_the_longer_run_is_given_where_the_early_console_said_it_before() -> None:
    early = LINE + "[    0.000000] a\r\n"
    console = early + LINE + "[    0.000000] a\r\n[    0.200000] b\r\n"
    assert console_log(console.encode()).splitlines()[-1] == "[    0.200000] b"
    assert console_log(console.encode()).count("Linux version") == 1


@pytest.mark.parametrize("console", [b"", b"no log at all", b"\xff\xfe[ 1.0]"])
def test_a_console_without_a_log_gives_none(console: bytes) -> None:
    assert console_log(console) == ""


def test_the_last_words_and_the_panic() -> None:
    log = "[    1.0] Kernel panic - not syncing: gone\n[    1.0] ---[ end Kernel panic - not syncing: gone ]---\n"
    assert is_dead(log.encode())
    assert panic_line(log) == "Kernel panic - not syncing: gone"
    assert not is_dead(b"[    1.0] Kernel panic - not syncing: gone\n")  # its trace is still to come
    assert panic_line("fine") is None
