"""The commands that README.md shows and what they print: ``python -m tests.readme`` writes the outputs anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support import ROOT

README = ROOT / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Return (command, output) of each ``$ `` line and the lines it goes on to with a backslash."""
    pieces = re.split(r"^\$ ((?:.*\\\n)*.*)\n", block, flags=re.MULTILINE)
    return list(zip(pieces[1::2], pieces[2::2], strict=True))


def shown() -> list[tuple[str, str]]:
    """Return every command of README.md, with the output it shows."""
    return [pair for match in _BLOCK.finditer(README.read_text()) for pair in commands(match[1])]


def printed(command: str) -> str:
    """Run a command as a reader would, in the project's folder, and return all it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode()


def rewritten(text: str, run: Callable[[str], str]) -> str:
    """Return the text with the output of each command replaced by what ``run`` gives for it."""

    def block(match: re.Match[str]) -> str:
        return "```console\n" + "".join(f"$ {command}\n{run(command)}" for command, _ in commands(match[1])) + "```"

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(), printed))
