"""SOURCE to tables: paths, directories, stdin and bytes, all read through the same detection and bounds."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from acpitools.core.errors import DecodeError, InputError
from acpitools.core.findings import Finding
from acpitools.dumps.detect import Found, Load, read_member, read_stream
from acpitools.dumps.limits import DEFAULT_LIMITS, Budget, Limits
from acpitools.dumps.streams import Peekable
from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["load", "load_bytes", "load_document"]

_MAX_DIRECTORY_DEPTH = 8


def load(
    sources: Iterable[str | os.PathLike[str]], *, stdin: BinaryIO | None = None, limits: Limits = DEFAULT_LIMITS
) -> TableSet:
    """Give the tables of all sources as those of one machine; ``-`` reads ``stdin``.

    Raises InputError for what cannot be opened, DecodeError for a source without a table, LimitError past a bound.
    """
    state = Load(Budget(limits))
    found: list[Found] = []
    for source in sources:
        found.extend(_read_source(os.fspath(source), stdin, state))
    return _collected(found)


def load_bytes(data: bytes, name: str = "bytes", *, limits: Limits = DEFAULT_LIMITS) -> TableSet:
    """Give the tables in bytes, whatever they are: a table, a dump, an archive.  Raises as ``load`` does."""
    return _collected(list(_read(io.BytesIO(data), name, Load(Budget(limits)))))


def load_document(source: str, *, stdin: BinaryIO | None = None, limits: Limits = DEFAULT_LIMITS) -> TableSet:
    """Give the tables of a document that a person can have edited: JSON or data-table text made by ``decode``.

    Raises InputError for anything else, EncodeError or SourceError for a value that does not fit, and as ``load`` does.
    """
    if source != "-" and os.path.isdir(source):  # noqa: PTH112 - pathlib is slow to load
        raise InputError("cannot encode", source, "a folder; expected JSON or data-table text made by decode")
    return _collected(list(_read_source(source, stdin, Load(Budget(limits), documents_only=True))))


def _collected(found: list[Found]) -> TableSet:
    tables = tuple(item for item in found if isinstance(item, LoadedTable))
    return TableSet(tables=tables, findings=tuple(item for item in found if isinstance(item, Finding)))


def _read(stream: BinaryIO, name: str, state: Load) -> Iterator[Found]:
    state.depth = 0
    state.budget.take_file(name)
    try:
        found = list(read_stream(Peekable(stream, name, state.budget), state))
    except OSError as exc:
        raise InputError("cannot read", name, exc.strerror or str(exc)) from exc
    if not any(isinstance(item, LoadedTable) for item in found):
        raise DecodeError("no ACPI table", name, "nothing in it is one")
    yield from found


def _read_source(source: str, stdin: BinaryIO | None, state: Load) -> Iterator[Found]:
    if source == "-":
        if stdin is None:
            raise InputError("cannot read", "-", "there is no standard input here")
        yield from _read(stdin, "stdin", state)
        return
    if source == "live" and not os.path.lexists(source):
        raise InputError("cannot read", "live", "not supported yet; give /sys/firmware/acpi/tables, as root")
    try:
        if os.path.isdir(source):  # noqa: PTH112 - pathlib is slow to load
            yield from _read_directory(source, state)
            return
        with open(source, "rb") as stream:  # noqa: PTH123
            yield from _read(stream, source, state)
    except OSError as exc:
        raise InputError("cannot read", source, exc.strerror or str(exc)) from exc


def _read_directory(path: str, state: Load) -> Iterator[Found]:
    found = False
    files = 0
    for file in _files(path, 0):
        files += 1
        state.budget.take_file(file)
        state.depth = 0
        with open(file, "rb") as stream:  # noqa: PTH123
            for item in read_member(Peekable(stream, file, state.budget), state):
                found = found or isinstance(item, LoadedTable)
                yield item
    if not found:
        raise DecodeError("no ACPI table", path, f"none in {files} files" if files else "empty directory")


def _natural(entry: os.DirEntry[str]) -> list[tuple[int, str]]:
    # SSDT2 before SSDT10.
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", entry.name)]


def _files(path: str, depth: int) -> Iterator[str]:
    # Files first, then the directories below (dynamic/ after the tables that the firmware made); links to
    # directories, pipes and devices are left alone.
    folders = []
    with os.scandir(path) as entries:
        inside = sorted(entries, key=_natural)
    for entry in inside:
        if entry.is_dir():
            if not entry.is_symlink() and depth < _MAX_DIRECTORY_DEPTH:
                folders.append(entry)
        elif stat.S_ISREG(entry.stat().st_mode):
            yield entry.path
    for folder in sorted(folders, key=lambda entry: (entry.name == "data", entry.name != "dynamic", entry.name)):
        yield from _files(folder.path, depth + 1)
