"""Measure two commands against each other: CPU seconds, turn by turn, median of the ratios of the pairs.

CPU seconds (user and system, of the child and its children) hardly depend on what else the machine does; what little
they do, hits both commands of a pair alike.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
}


class CommandError(Exception):
    """The command did not do what was to be measured; the text is its last line on stderr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took."""

    cpu: float
    """Seconds, user and system."""
    peak: int
    """Largest resident set, bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two commands, run in turns."""

    ours: float
    """Median, CPU seconds."""
    theirs: float
    ratio: float
    """Median of the ratios of the pairs."""
    peak: int
    """Largest resident set of ours, bytes."""


def run(command: Sequence[str | Path], folder: Path, accepted: frozenset[int] = frozenset({0})) -> Run:
    """Run a command once, in the folder, its output thrown away; raise CommandError for another exit code."""
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stderr is not None
        said = child.stderr.read().decode(errors="replace").strip()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in accepted:
        raise CommandError(said.splitlines()[-1] if said else f"exit code {child.returncode}")
    return Run(cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss * 1024)


def compare(
    ours: Sequence[str | Path],
    theirs: Sequence[str | Path],
    folder: Path,
    pairs: int,
    accepted: frozenset[int] = frozenset({0}),
) -> Compared:
    """Run both commands in turns, after one run each to warm up; ``accepted`` are the exit codes of success."""
    run(ours, folder, accepted)
    run(theirs, folder, accepted)
    done = [(run(ours, folder, accepted), run(theirs, folder, accepted)) for _ in range(pairs)]
    return Compared(
        ours=median(a.cpu for a, _ in done),
        theirs=median(b.cpu for _, b in done),
        ratio=median(a.cpu / b.cpu for a, b in done),
        peak=max(a.peak for a, _ in done),
    )
