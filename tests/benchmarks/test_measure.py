"""Measuring: what a child used, and what happens when it fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import Benchmark, PeerMissingError, row
from benchmarks.measure import CommandError, Compared, compare, run

WORK = (sys.executable, "-c", "data = bytearray(80 << 20); sum(range(3_000_000))")
BARE = (sys.executable, "-c", "pass")


def test_cpu_and_memory_are_the_childs(tmp_path: Path) -> None:
    used = run(WORK, tmp_path)
    assert used.cpu > 0.02
    assert used.peak > 80 << 20


def test_a_failing_command_says_why(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^gone wrong$"):
        run((sys.executable, "-c", "import sys; print('first', file=sys.stderr); sys.exit('gone wrong')"), tmp_path)


def test_another_exit_code_may_be_accepted(tmp_path: Path) -> None:
    run((sys.executable, "-c", "raise SystemExit(1)"), tmp_path, frozenset({0, 1}))


def test_ratio_is_ours_to_theirs(tmp_path: Path) -> None:
    compared = compare(WORK, BARE, tmp_path, pairs=3)
    assert compared.ratio > 1.5
    assert compared.ours > compared.theirs


COMPARED = Compared(ours=0.05, theirs=0.02, ratio=2.5, peak=90 << 20)


def missing(folder: Path, pairs: int) -> Compared:
    raise PeerMissingError("acpixtract is not installed")


def failing(folder: Path, pairs: int) -> Compared:
    raise CommandError("no such command")


@pytest.mark.parametrize(
    ("measure", "target", "peak", "shown", "good"),
    [
        (lambda folder, pairs: COMPARED, 2.5, None, "| x | 50 ms | y (20 ms) | 2.50 | <= 2.5 | 90 MiB |", True),
        (lambda folder, pairs: COMPARED, 2.4, None, "| x | 50 ms | y (20 ms) | 2.50 MISSED | <= 2.4 | 90 MiB |", False),
        (
            lambda folder, pairs: COMPARED,
            3,
            80 << 20,
            "| x | 50 ms | y (20 ms) | 2.50 MISSED | <= 3, <= 80 MiB | 90 MiB |",
            False,
        ),
        (missing, 3, None, "| x | | y | not measured: acpixtract is not installed | <= 3 | |", True),
        (failing, 3, None, "| x | | y | failed: no such command | <= 3 | |", False),
    ],
)
def test_a_line_of_the_answer(
    tmp_path: Path, measure: object, target: float, peak: int | None, shown: str, good: bool
) -> None:
    assert callable(measure)
    benchmark = Benchmark(what="x", against="y", target=target, target_peak=peak, measure=measure, pairs=1)
    assert row(benchmark, tmp_path, None) == (shown, good)
