"""Which reader fits: the content decides, never the name.  A new kind of source is one entry here.

A container (compressed data, an archive) is known by its first bytes and gives further inputs; a leaf is read whole
and gives tables.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from acpitools.core.errors import DecodeError, EncodeError, InputError, LimitError, SourceError
from acpitools.core.findings import Finding, Location, Severity
from acpitools.dumps.acpidump import is_acpidump, read_acpidump
from acpitools.dumps.archives import is_tar, is_zip, tar_members, zip_members
from acpitools.dumps.limits import Budget
from acpitools.dumps.raw import is_raw, read_raw
from acpitools.dumps.streams import COMPRESSIONS, Peekable, decompressed
from acpitools.tables.table_set import LoadedTable

__all__ = ["CONTAINERS", "LEAVES", "Container", "Found", "Leaf", "Load", "read_stream"]

Found = LoadedTable | Finding
_HEAD = 4096


class Container(NamedTuple):
    """A format that holds other inputs."""

    name: str
    matches: Callable[[bytes], bool]
    """Told the first 4096 bytes."""
    read: Callable[[Peekable, Load], Iterator[Found]]


class Leaf(NamedTuple):
    """A format that holds tables; told and given all bytes."""

    name: str
    matches: Callable[[bytes], bool]
    read: Callable[[bytes, str], Iterator[Found]]
    document: bool = False
    """Made for editing: what ``encode`` takes."""


class Load:
    """One load in progress: what it may use, and what it takes."""

    __slots__ = ("budget", "depth", "documents_only")

    def __init__(self, budget: Budget, *, documents_only: bool = False) -> None:
        self.budget = budget
        self.depth = 0
        """Containers around what is being read."""
        self.documents_only = documents_only
        """Take what a person can have edited, and no binary tables or dumps."""


def _read_compressed(kind: str) -> Callable[[Peekable, Load], Iterator[Found]]:
    def read(stream: Peekable, load: Load) -> Iterator[Found]:
        cut: list[Finding] = []

        def note() -> None:
            if not cut:
                where = Location(source=stream.name)
                text = f"the {kind} data ends early; what follows is lost"
                cut.append(Finding(code="SRC006", severity=Severity.ERROR, message=text, location=where))

        try:
            yield from read_stream(decompressed(stream, kind, load.budget, note), load)
        except DecodeError as exc:
            if cut:
                raise DecodeError(exc.what, exc.where, f"the {kind} data ends early") from exc
            raise
        yield from cut

    return read


def _read_tar(stream: Peekable, load: Load) -> Iterator[Found]:
    skipped: list[Finding] = []
    yield from _read_members(tar_members(stream, _noting(skipped, stream.name)), stream.name, load)
    yield from skipped


def _read_zip(stream: Peekable, load: Load) -> Iterator[Found]:
    skipped: list[Finding] = []
    data = io.BytesIO(stream.read_all(load.budget.limits.file_bytes))
    members = zip_members(data, stream.name, _noting(skipped, stream.name), load.budget)
    yield from _read_members(members, stream.name, load)
    yield from skipped


def _noting(skipped: list[Finding], archive: str) -> Callable[[str, str], None]:
    def note(name: str, reason: str) -> None:
        if len(skipped) < 100:
            skipped.append(_skipped(f"{archive}/{name}", reason))

    return note


def _skipped(source: str, reason: str, severity: Severity = Severity.INFO) -> Finding:
    return Finding(code="SRC001", severity=severity, message=f"skipped: {reason}", location=Location(source=source))


def _read_members(members: Iterator[tuple[str, Peekable]], archive: str, load: Load) -> Iterator[Found]:
    found = False
    for _, stream in members:
        load.budget.take_file(stream.name)
        for item in read_member(stream, load):
            found = found or isinstance(item, LoadedTable)
            yield item
    if not found:
        raise DecodeError("no ACPI table", archive, "nothing in the archive is one")


def read_member(stream: Peekable, load: Load) -> Iterator[Found]:
    """Give what one of many files holds; one that holds no table is a finding, not an error."""
    try:
        yield from read_stream(stream, load)
    except LimitError:
        raise
    except (DecodeError, EncodeError, InputError, SourceError) as exc:
        severity = Severity.INFO if exc.what == _NO_TABLE else Severity.WARNING
        yield _skipped(stream.name, exc.why if exc.what == _NO_TABLE else f"{exc.what}: {exc.why}", severity)


def _read_json(data: bytes, source: str) -> Iterator[Found]:
    from acpitools.dumps.json_tables import read_json

    return read_json(data, source)


def _is_json(data: bytes) -> bool:
    return data[:256].lstrip(b" \t\r\n").startswith(b"{")


def _is_asl(data: bytes) -> bool:
    import re

    return re.search(rb"(?m)^\s*DefinitionBlock\s*\(", data[: 1 << 16]) is not None


def _read_asl(data: bytes, source: str) -> Iterator[Found]:  # noqa: ARG001
    raise InputError("cannot read", source, "this is ASL; compile it to a table first")


def _is_dsl(data: bytes) -> bool:
    import re

    pattern = rb'(?m)^[ \t]*(?:\[[^]\n]*\][ \t]*)?Signature[ \t]*:[ \t]*"|^/\* acpitools: table is:'
    return re.search(pattern, data[: 1 << 16]) is not None


def _read_dsl(data: bytes, source: str) -> Iterator[Found]:
    from acpitools.dumps.dsl import read_dsl

    return read_dsl(data, source)


CONTAINERS: tuple[Container, ...] = (
    *(
        Container(name=kind, matches=lambda head, magic=magic: head.startswith(magic), read=_read_compressed(kind))  # type: ignore[misc]
        for kind, magic in COMPRESSIONS.items()
    ),
    Container(name="zip", matches=is_zip, read=_read_zip),
    Container(name="tar", matches=is_tar, read=_read_tar),
)

LEAVES: tuple[Leaf, ...] = (
    Leaf(name="binary tables", matches=is_raw, read=read_raw),
    Leaf(name="JSON", matches=_is_json, read=_read_json, document=True),
    Leaf(name="acpidump text", matches=is_acpidump, read=read_acpidump),
    Leaf(name="ASL", matches=_is_asl, read=_read_asl, document=True),
    Leaf(name="data-table text", matches=_is_dsl, read=_read_dsl, document=True),
)

_NO_TABLE = "no ACPI table"


def read_stream(stream: Peekable, load: Load) -> Iterator[Found]:
    """Give the tables of a stream, and findings that belong to no table.

    Raises DecodeError where there is no table, LimitError past a bound.
    """
    head = stream.peek(_HEAD)
    for container in CONTAINERS:
        if container.matches(head):
            if load.depth >= load.budget.limits.depth:
                raise LimitError("input too deep", stream.name, f"more than {load.budget.limits.depth} containers")
            load.depth += 1
            try:
                yield from container.read(stream, load)
            finally:
                load.depth -= 1
            return
    # Not read further where the beginning tells that no leaf can match: a disk image is not worth its bytes.
    if not head:
        raise DecodeError(_NO_TABLE, stream.name, "empty")
    if not is_raw(head) and _is_opaque(head):
        raise DecodeError(_NO_TABLE, stream.name, "binary data that does not begin with a table")
    data = _as_bytes(stream.read_all(load.budget.limits.file_bytes))
    leaf = next((leaf for leaf in LEAVES if leaf.matches(data)), None)
    if leaf is None and load.documents_only:
        # Whoever wrote it by hand wants to know the line.
        leaf = LEAVES[-1]
    if leaf is None:
        raise DecodeError(_NO_TABLE, stream.name, "text without a line such as SRAT @ 0x7FFE1000")
    if load.documents_only and not leaf.document:
        raise InputError("cannot encode", stream.name, f"{leaf.name}; expected JSON or data-table text made by decode")
    found = leaf.read(data, stream.name)
    # A large source is not to stay beside what is made of it.
    del data
    for item in found:
        if isinstance(item, LoadedTable):
            load.budget.take_table(stream.name)
        yield item


_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _is_opaque(head: bytes) -> bool:
    return b"\0" in head and head[:2] not in _UTF16


def _as_bytes(data: bytes) -> bytes:
    # Text redirected by a Windows shell is UTF-16; all that matters in a dump is ASCII.
    encoding = _UTF16.get(data[:2])
    if encoding is None or is_raw(data):
        return data.removeprefix(b"\xef\xbb\xbf")
    return data[2:].decode(encoding, "replace").encode("ascii", "replace")
