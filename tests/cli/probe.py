"""A command that fails on demand, and a program that has it: ``python -m tests.cli.probe probe KIND``."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator

import click

from acpitools.cli.guard import guarded
from acpitools.cli.main import run
from acpitools.cli.messages import detail, note, verbosity, warn
from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.cli.registry import COMMANDS
from acpitools.core.errors import DecodeError

ENTRY = ("tests.cli.probe", "Fail on demand.")


def _missing() -> None:
    open("/nonexistent/table.dat", "rb").close()  # noqa: PTH123


def _folder() -> None:
    open("/", "rb").close()  # noqa: PTH123


def _rename() -> None:
    os.rename("/nonexistent/a", "/nonexistent/b")  # noqa: PTH104


def _tables() -> None:
    raise DecodeError("cannot decode SRAT", "dump.txt at offset 0x24", "the table ends\nafter 36 of 512 bytes")


def _memory() -> None:
    raise MemoryError


def _recursion() -> None:
    _recursion()


def _disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _bug() -> None:
    raise KeyError("node")


def _interrupt() -> None:
    raise KeyboardInterrupt


def _wait() -> None:
    click.echo("ready")
    sys.stdin.read()


def _endless() -> None:
    write_output("-", _lines())


def _lines() -> Iterator[str]:
    while True:
        yield "line\n" * 1000


def _talk() -> None:
    warn("a warning")
    note("a note")
    detail(f"verbosity {verbosity()}")


def _hello() -> None:
    click.echo("hello")


KINDS: dict[str, Callable[[], None]] = {
    "bug": _bug,
    "disk": _disk,
    "endless": _endless,
    "folder": _folder,
    "hello": _hello,
    "interrupt": _interrupt,
    "memory": _memory,
    "missing": _missing,
    "recursion": _recursion,
    "rename": _rename,
    "tables": _tables,
    "talk": _talk,
    "wait": _wait,
}


@click.command
@sources_argument()
@format_option("text", "json")
@output_option()
def command(sources: tuple[str, ...], output_format: str, output: str) -> int | None:
    """Do what the first SOURCE names."""
    kind = sources[0]
    if kind == "findings":
        return 1
    if kind == "write":
        write_output(output, f"{output_format}: {' '.join(sources[1:])}\n")
        return None
    KINDS[kind]()
    return None


if __name__ == "__main__":
    COMMANDS["probe"] = ENTRY
    sys.exit(guarded(lambda: run(sys.argv[1:])))
