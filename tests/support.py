"""What tests in every folder need: paths, data kept beside the tree, the command line in this process or its own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"
SHARED = Path(os.environ.get("ACPITOOLS_SHARED", ROOT.parent / "shared"))
"""Large reference data (recorded boots, real dumps) kept beside the tree; may be absent."""
BOOT_ALL = bool(os.environ.get("ACPITOOLS_LIVE"))
"""Boot every live machine, as ``make live`` does, not only those marked ``always``."""


def shared_cases(folder: str, pattern: str = "*") -> list[Path]:
    """Return what matches in a folder of the reference data, for parametrize; empty only where all of it is absent."""
    if not SHARED.is_dir():
        return []
    found = sorted((SHARED / folder).glob(pattern))
    if not found:
        raise FileNotFoundError(f"{SHARED} is there, but nothing in it matches {folder}/{pattern}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def cli(*arguments: str, stdin: bytes = b"") -> Ended:
    """Run ``acpitools ARGUMENTS`` in this process."""
    from acpitools.cli.guard import guarded
    from acpitools.cli.main import run

    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (stdin, b"", b"")]
    with contextlib.ExitStack() as stack:
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            stack.enter_context(mock.patch.object(sys, name, stream))
        code = guarded(lambda: run(arguments))
    texts = []
    for stream in streams[1:]:
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        texts.append(stream.buffer.getvalue().decode("utf-8", "surrogateescape"))
    return Ended(code=code, out=texts[0], err=texts[1])


def process(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None, timeout: float = 60) -> Ended:
    """Run ``acpitools ARGUMENTS`` in a process of its own; ``env`` adds to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "acpitools", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        timeout=timeout,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())
