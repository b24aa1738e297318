"""Where answers go: stdout, or a file that is complete or untouched."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from acpitools.core.errors import InputError

if TYPE_CHECKING:  # slow to load
    from pathlib import Path

__all__ = ["output_stream", "write_folder", "write_output"]

STDOUT_NAMES = frozenset({"-", "/dev/stdout"})


def write_output(destination: str, content: str | bytes | Iterable[str] | Iterable[bytes]) -> None:
    """Write text (UTF-8) or bytes to ``-`` (stdout) or, atomically, to a file.

    Raises InputError if the file cannot be written; BrokenPipeError if the reader of a pipe has gone.
    """
    chunks = (content,) if isinstance(content, str | bytes) else content
    with output_stream(destination) as stream:
        for chunk in chunks:
            stream.write(chunk if isinstance(chunk, bytes) else chunk.encode("utf-8", "backslashreplace"))


def write_folder(folder: Path, signatures: Iterable[str], contents: Iterable[bytes]) -> None:
    """Write tables into a folder, made if need be, each file named as acpixtract names it.

    Raises InputError where that cannot be.
    """
    from acpitools.tables.names import file_names

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError("cannot write", str(folder), exc.strerror or str(exc)) from exc
    for name, content in zip(file_names(signatures), contents, strict=True):
        write_output(str(folder / name), content)


@contextmanager
def output_stream(destination: str) -> Iterator[BinaryIO]:
    """Open ``-`` (stdout) or a file for binary output.

    A file appears under its name only when the block ends without an exception: until then the bytes are in a new
    file beside it.  It takes the mode of the file it replaces, else what the umask leaves.  A symbolic link stays and
    its target is replaced.  Pipes, devices and anything below /dev and /proc are written directly.
    """
    try:
        if destination in STDOUT_NAMES:
            yield from _standard_output()
        elif _is_special(destination):
            with open(destination, "wb") as stream:  # noqa: PTH123 - names from the command line stay strings
                yield stream
        else:
            yield from _replacing(os.path.realpath(destination))
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if destination in STDOUT_NAMES else destination
        raise InputError("cannot write", name, error.strerror or str(error)) from error


def _standard_output() -> Iterator[BinaryIO]:
    if sys.stdout is None:
        raise InputError("cannot write", "standard output", "it is closed")
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _is_special(path: str) -> bool:
    if path.startswith(("/dev/", "/proc/")):
        return True
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode)  # a folder is refused by open(), with the right words


def _replacing(path: str) -> Iterator[BinaryIO]:
    mode = _mode_to_keep(path)
    temporary = f"{os.path.dirname(path)}/.acpitools-{os.urandom(6).hex()}.tmp"  # noqa: PTH120
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if mode is not None:
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise


def _mode_to_keep(path: str) -> int | None:
    # The mode of the file that will be replaced; a file one may not write to is not replaced either.
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116
    except FileNotFoundError:
        return None
    os.close(os.open(path, os.O_WRONLY))
    return mode
