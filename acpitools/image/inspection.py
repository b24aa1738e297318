"""What a kernel would take of an initrd's ACPI tables, what it would refuse, and why.

Kernel: drivers/acpi/tables.c, the functions named in each `Verdict`; lib/earlycpio.c:find_cpio_data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from acpitools.codec.checksum import checksum_ok
from acpitools.core.value import value
from acpitools.image.allow_list import MOST_FILES, allowed_signatures, list_release
from acpitools.image.cpio import HEADER, CpioMember, EarlyArchive, Image, Stop, member_at, read_newc
from acpitools.image.initrd import FOLDER, OemIds
from acpitools.tables.header import HEADER_SIZE
from acpitools.tables.registry import declared_size, signature_of

__all__ = ["ArchivedTable", "Expand", "Inspection", "Outcome", "Verdict", "inspect_initrd"]

_UPGRADE: Final = "acpi_table_upgrade"
_OVERRIDE: Final = "acpi_table_initrd_override"
_SCAN: Final = "acpi_table_initrd_scan"
_FIND: Final = "find_cpio_data"
_GET: Final = "acpi_get_table"

_ALL_ARE_LOADED: Final = frozenset({"SSDT", "PSDT"})
"""Signatures of which the kernel uses every table (acpi_tb_load_namespace), not only the first."""
_BY_ADDRESS: Final = {"DSDT": "the FADT's address", "FACP": "the XSDT"}
"""Tables that the kernel finds through another one: a further one is never used."""
_ROOT: Final = frozenset({"RSDT", "XSDT"})
_EXPANDED: Final = 64 << 20
_MOST_HIDDEN: Final = 256

Expand = Callable[[bytes], tuple[str, bytes] | None]
"""Told the first bytes of compressed data: the format's name and what they expand to, or None."""


class Outcome(Enum):
    """What becomes of a table; the value is its name in JSON."""

    TAKEN = "taken"
    """Accepted; without the platform's tables it is open whether it replaces one or is added."""
    OVERRIDE = "override"
    """Replaces one of the platform's tables."""
    INSTALL = "install"
    """Is added to the platform's tables."""
    UNUSED = "unused"
    """Copied into memory, and nothing reads it."""
    REFUSED = "refused"


@value
class Verdict:
    """What happens to a table, and which kernel function decides it."""

    outcome: Outcome
    code: str
    text: str
    function: str


@value
class ArchivedTable:
    """One file below `FOLDER`, wherever it is in the image."""

    path: str
    offset: int | None
    """Bytes from the start of the image to the content; None inside compressed data."""
    size: int
    signature: str
    """Of the content; up to four characters, whatever they are."""
    oem: OemIds | None
    """None where the file is shorter than a table's header."""
    verdict: Verdict

    @property
    def kept(self) -> bool:
        """Tell whether the kernel copies it into memory."""
        return self.verdict.outcome is not Outcome.REFUSED


@value
class Inspection:
    """All ACPI tables of an initrd, in the order in which they lie."""

    release: str
    list_release: str
    """Release whose list of signatures was used."""
    tables: tuple[ArchivedTable, ...]
    early_members: int
    """Members of the uncompressed archives at the start, tables included."""
    early_end: int
    """Where the kernel's early scan stops; bytes."""
    early_stop: str
    copied_bytes: int
    """Memory below 4 GiB that the kernel takes for its copy, before rounding to pages."""
    platform_known: bool

    @property
    def refused(self) -> tuple[ArchivedTable, ...]:
        """Give what will not do its work: refused, or read by nothing."""
        return tuple(t for t in self.tables if t.verdict.outcome in (Outcome.REFUSED, Outcome.UNUSED))


def inspect_initrd(
    data: Image,
    *,
    release: str,
    platform: Sequence[bytes] = (),
    upgrade: bool = True,
    expand: Expand | None = None,
) -> Inspection:
    """Give what the kernel of a release makes of an initrd.

    ``platform``: the firmware's tables, in the order of the XSDT.  ``upgrade``: CONFIG_ACPI_TABLE_UPGRADE.
    ``expand``: looks into compressed data, for tables that a kernel will not find there.
    """
    early = read_newc(data)
    tables = [_early(file, data, release, number) for number, file in enumerate(_files(early.members))]
    if not upgrade:
        off = _refusal("option-off", "the kernel is built without CONFIG_ACPI_TABLE_UPGRADE", _UPGRADE)
        tables = [replace(table, verdict=off) for table in tables]
    kept = [number for number, table in enumerate(tables) if table.kept]
    for number, verdict in zip(kept, _uses([tables[number] for number in kept], platform), strict=True):
        tables[number] = replace(tables[number], verdict=verdict)
    return Inspection(
        release=release,
        list_release=list_release(release),
        tables=(*tables, *_hidden(data, early, expand)),
        early_members=len(early.members),
        early_end=early.end,
        early_stop=early.stop.value,
        copied_bytes=sum(table.size for table in tables if table.kept),
        platform_known=bool(platform),
    )


def _refusal(code: str, text: str, function: str) -> Verdict:
    return Verdict(outcome=Outcome.REFUSED, code=code, text=text, function=function)


def _files(members: Sequence[CpioMember]) -> Iterator[CpioMember]:
    return (member for member in members if member.is_file and member.name.startswith(FOLDER))


def _archived(member: CpioMember, content: bytes, offset: int | None, verdict: Verdict) -> ArchivedTable:
    oem = OemIds.of(content) if len(content) >= HEADER_SIZE else None
    return ArchivedTable(
        path=member.name,
        offset=offset,
        size=len(content),
        signature=signature_of(content)[:4],
        oem=oem,
        verdict=verdict,
    )


def _early(member: CpioMember, data: Image, release: str, number: int) -> ArchivedTable:
    content = member.content(data)
    return _archived(member, content, member.offset, _accepted(content, release, number))


# --- acpi_table_upgrade: which files are tables ----------------------------------------------------------------


def _accepted(content: bytes, release: str, number: int) -> Verdict:
    signature = content[:4].decode("latin-1")
    if number >= MOST_FILES:
        return _refusal("too-many", f"file {number + 1}: the kernel looks at the first {MOST_FILES}", _UPGRADE)
    if len(content) < HEADER_SIZE:
        text = f"{len(content)} bytes are less than a table's header of {HEADER_SIZE}"
        return _refusal("short", text, _UPGRADE)
    if signature not in allowed_signatures(release):
        return _refusal("signature", f"{signature!r} is not in the kernel's list of signatures", _UPGRADE)
    stated = declared_size(content)
    if stated != len(content):
        return _refusal("length", f"the table says {stated} bytes, the file has {len(content)}", _UPGRADE)
    if not checksum_ok(content):
        return _refusal("checksum", f"the bytes sum up to {sum(content) & 0xFF:#04x} instead of 0", _UPGRADE)
    text = "replaces a table with the same OEM ids and a lower OEM revision; without one it is added"
    return Verdict(outcome=Outcome.TAKEN, code="taken", text=text, function=_UPGRADE)


# --- what the accepted ones do ---------------------------------------------------------------------------------


def _uses(tables: Sequence[ArchivedTable], platform: Sequence[bytes]) -> list[Verdict]:
    # Tables of the platform come first, each looks for its override; what is left over is added afterwards.
    verdicts = [table.verdict for table in tables]
    for number, table in enumerate(tables):
        if table.signature in _ROOT:
            verdicts[number] = _unused("root-table", "root tables are neither replaced nor added", _SCAN)
    if not platform:
        return verdicts
    marked: set[int] = set()
    present = dict.fromkeys(signature_of(table) for table in platform)
    for data in platform:
        if len(data) >= HEADER_SIZE and signature_of(data) not in _ROOT:
            _override(signature_of(data), OemIds.of(data), tables, verdicts, marked)
    for number, table in enumerate(tables):
        if number not in marked and table.signature not in _ROOT:
            verdicts[number] = _installed(table, present)
            present[table.signature] = None
    return verdicts


def _override(
    signature: str, existing: OemIds, tables: Sequence[ArchivedTable], verdicts: list[Verdict], marked: set[int]
) -> None:
    # A table that matches is marked as used even where its revision is too low: it is not added later either.
    for number, table in enumerate(tables):
        if table.oem is None or table.signature != signature or not table.oem.same_table(existing):
            continue
        if number in marked:
            continue
        marked.add(number)
        if table.oem.oem_revision > existing.oem_revision:
            text = f"replaces the platform's {signature} of OEM revision {existing.oem_revision:#x}"
            verdicts[number] = Verdict(outcome=Outcome.OVERRIDE, code="override", text=text, function=_OVERRIDE)
            return
        text = (
            f"OEM revision {table.oem.oem_revision:#x} is not above {existing.oem_revision:#x} of the platform's "
            f"{signature}: that one stays"
        )
        verdicts[number] = _unused("revision", text, _OVERRIDE)


def _installed(table: ArchivedTable, present: dict[str, None]) -> Verdict:
    signature = table.signature
    if signature in _BY_ADDRESS:
        other = f"no {signature} of the platform has these OEM ids"
        text = f"{other}, and a further one is not used: {_BY_ADDRESS[signature]} names the one that is"
        return _unused("not-reached", text, _GET)
    if signature in present and signature not in _ALL_ARE_LOADED:
        text = f"no {signature} before it has these OEM ids, so it is added as a further one, and the first is used"
        return _unused("oem-ids", text, _GET)
    text = "is added: no table of the platform has its signature and OEM ids"
    return Verdict(outcome=Outcome.INSTALL, code="install", text=text, function=_SCAN)


def _unused(code: str, text: str, function: str) -> Verdict:
    return Verdict(outcome=Outcome.UNUSED, code=code, text=text, function=function)


# --- tables that the kernel does not find ----------------------------------------------------------------------


def _hidden(data: Image, early: EarlyArchive, expand: Expand | None) -> Iterator[ArchivedTable]:
    # Behind the point where the scan stops, and inside compressed data there.
    found = expand(bytes(data[early.end : early.end + _EXPANDED])) if expand and early.end < len(data) else None
    if found is not None:
        kind, expanded = found
        why = f"it is inside {kind} data: tables are read before anything is unpacked"
        for member in _files(read_newc(expanded).members):
            yield _archived(member, member.content(expanded), None, _refusal("compressed", why, _FIND))
    what = f"{found[0]} data" if found is not None else "bytes that are no cpio archive"
    why = f"it lies behind {what} at {early.end:#x}, where the kernel's scan stops"
    position = early.end
    for _ in range(_MOST_HIDDEN):
        position = data.find(FOLDER.encode(), position)
        if position < 0:
            return
        at = member_at(data, position - HEADER) if position >= HEADER else Stop.NO_HEADER
        if not isinstance(at, Stop) and at[0].is_file and at[0].header_offset >= early.end:
            yield _archived(at[0], at[0].content(data), at[0].offset, _refusal("not-first", why, _FIND))
        position += len(FOLDER)
