"""Memory maps given by hand or copied from a machine: log lines, /sys/firmware/memmap, EFI listings, JSON.

JSON is a list of ``{"start": N, "end": N, "type": T}``, or ``{"e820": [...], "efi": [...]}`` whose EFI members also
have ``"attribute": N``.  Ranges are half open; N is an integer or a string such as ``"0x1000"``; T is a type number
or its name (``"usable"``, ``"System RAM"``...; for EFI ``"Conventional"``, ``"Boot Data"``...).
Kernel: drivers/firmware/memmap.c, drivers/firmware/efi/libstub/x86-stub.c:setup_e820.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from acpitools.core.errors import BootInputError
from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.units import U64_MAX
from acpitools.core.value import value
from acpitools.dumps.dmesg import read_boot_log
from acpitools.dumps.firmware_lines import e820_type, efi_type, inclusive_range
from acpitools.dumps.text import decode_text, numbered_lines, read_text

__all__ = ["MAX_ENTRIES", "MemoryMap", "e820_from_efi", "load_memory_map", "read_memory_map"]

MAX_ENTRIES: Final = 1 << 16
"""Entries that a memory map may have; a kernel keeps at most 3,200."""
_MAX_JSON: Final = 16 << 20  # characters: more than MAX_ENTRIES objects with all their keys need
_LOG_MAP = re.compile(r"BIOS-(?:e820|e801|88): ")
_LOG_EFI = re.compile(r"efi: mem\d", re.IGNORECASE)
_LOG = re.compile(r"Linux version |Command line: |ACPI: RSDP ")
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[{\]])")
_NAMED_LINE = re.compile(r"\d+\s+start=(\S+)\s+end=(\S+)\s+type=(\S.*)$")
_LINE = re.compile(r"(?:0x)?([0-9a-f]+)(?:\s*-\s*|\s+)(?:0x)?([0-9a-f]+)\s*:?\s+(\S.*)$", re.IGNORECASE)
_SYSFS_NUMBER = re.compile(r"(?:0x)?[0-9a-f]{1,16}$", re.IGNORECASE)
_EFI_PLAIN: Final = {
    EfiType.UNUSABLE: E820Type.UNUSABLE,
    EfiType.ACPI_RECLAIM: E820Type.ACPI,
    EfiType.ACPI_NVS: E820Type.NVS,
    EfiType.PERSISTENT: E820Type.PMEM,
    EfiType.RESERVED: E820Type.RESERVED,
    EfiType.RUNTIME_SERVICES_CODE: E820Type.RESERVED,
    EfiType.RUNTIME_SERVICES_DATA: E820Type.RESERVED,
    EfiType.MMIO: E820Type.RESERVED,
    EfiType.MMIO_PORT: E820Type.RESERVED,
    EfiType.PAL_CODE: E820Type.RESERVED,
    EfiType.UNACCEPTED: E820Type.RAM,
}
_EFI_RAM: Final = (
    EfiType.LOADER_CODE,
    EfiType.LOADER_DATA,
    EfiType.BOOT_SERVICES_CODE,
    EfiType.BOOT_SERVICES_DATA,
    EfiType.CONVENTIONAL,
)


@value
class MemoryMap:
    """A firmware memory map and the form in which it was given."""

    form: str
    """``log``, ``firmware_memmap``, ``efi`` or ``json``."""
    e820: tuple[E820Entry, ...]
    """In the order given; from the EFI map where there is no other."""
    efi: tuple[EfiDescriptor, ...] = ()


def load_memory_map(path: Path) -> MemoryMap:
    """Read a memory map from a file, or from a copy of /sys/firmware/memmap (a directory).

    A running kernel also lists memory there that was plugged in after it started.
    Raises BootInputError as `read_memory_map` does, and where nothing can be read.
    """
    if path.is_dir():
        return MemoryMap(form="firmware_memmap", e820=_checked(_from_sysfs(path), str(path)))
    return read_memory_map(read_text(path, what="memory map"), where=str(path))


def read_memory_map(data: bytes | str, *, where: str = "") -> MemoryMap:
    """Read a memory map from text (or bytes, which may be compressed); the content decides which form it is.

    Raises BootInputError, with the line, where a line is no entry, a range is inverted or beyond 64 bits, where
    there is no entry at all, and past ``MAX_ENTRIES`` or the size that a text may have.
    """
    text = decode_text(data, what="memory map", where=where)
    if _JSON.match(text):
        return _from_json(text, where)
    if _LOG_MAP.search(text) or _LOG_EFI.search(text):
        log = read_boot_log(text, where=where)
        if log.e820:
            return MemoryMap(form="log", e820=_checked(log.extended_e820 or log.e820, where), efi=log.efi_memmap)
        if log.efi_memmap:
            return MemoryMap(form="efi", e820=_checked(e820_from_efi(log.efi_memmap), where), efi=log.efi_memmap)
    if _LOG.search(text):
        raise BootInputError("memory map", where, "the log has neither BIOS-e820: nor efi: memNN: lines")
    return MemoryMap(form="firmware_memmap", e820=_checked(_from_lines(text, where), where))


def e820_from_efi(descriptors: Iterable[EfiDescriptor]) -> tuple[E820Entry, ...]:
    """Convert an EFI memory map to e820 entries as the kernel's EFI stub does.

    Neighbours of one type that touch become one entry; descriptors of unknown type are left out, as there.
    Memory for a specific purpose becomes soft reserved.  Kernel: x86-stub.c:setup_e820.
    """
    entries: list[E820Entry] = []
    for start, end, kind, attribute in descriptors:
        if kind in _EFI_RAM:
            soft = attribute & EfiAttribute.SP
            e820 = E820Type.SOFT_RESERVED if soft else E820Type.RAM
        elif kind in _EFI_PLAIN:
            e820 = _EFI_PLAIN[EfiType(kind)]
        else:
            continue
        if entries and entries[-1].end == start and entries[-1].type == e820:
            entries[-1] = E820Entry(entries[-1].start, end, int(e820))
        else:
            entries.append(E820Entry(start, end, int(e820)))
    return tuple(entries)


def _checked(entries: Iterable[E820Entry], where: str) -> tuple[E820Entry, ...]:
    result = tuple(entries)
    if not result:
        raise BootInputError("memory map", where, "no entries")
    if len(result) > MAX_ENTRIES:
        raise BootInputError("memory map", where, f"more than {MAX_ENTRIES} entries")
    return result


def _from_lines(text: str, where: str) -> list[E820Entry]:
    entries: list[E820Entry] = []
    for number, raw in numbered_lines(text):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if len(entries) == MAX_ENTRIES:
            raise BootInputError("memory map", where, f"more than {MAX_ENTRIES} entries")
        try:
            entries.append(_line(line))
        except ValueError as error:
            place = f"{where}: line {number}" if where else f"line {number}"
            raise BootInputError("memory map", place, str(error)) from error
    return entries


def _line(line: str) -> E820Entry:
    if named := _NAMED_LINE.match(line):
        return _sysfs_entry(named[1], named[2], named[3])
    if plain := _LINE.match(line):
        return _sysfs_entry(plain[1], plain[2], plain[3])
    raise ValueError(f"not START END TYPE: {line[:60]!r}")


def _sysfs_entry(start: str, last: str, words: str) -> E820Entry:
    for number in (start, last):
        if not _SYSFS_NUMBER.match(number):
            raise ValueError(f"not an address of at most 64 bits: {number[:40]!r}")
    return E820Entry(*inclusive_range(start, last), e820_type(words))


def _from_sysfs(root: Path) -> list[E820Entry]:
    try:
        names = sorted((path.name for path in root.iterdir() if path.name.isdecimal()), key=int)
    except OSError as error:
        raise BootInputError("memory map", str(root), error.strerror or str(error)) from error
    if len(names) > MAX_ENTRIES:
        raise BootInputError("memory map", str(root), f"more than {MAX_ENTRIES} entries")
    entries: list[E820Entry] = []
    for name in names:
        start, last, words = (
            read_text(root / name / part, what="memory map").strip() for part in ("start", "end", "type")
        )
        try:
            entries.append(_sysfs_entry(start, last, words))
        except ValueError as error:
            raise BootInputError("memory map", str(root / name), str(error)) from error
    return entries


def _from_json(text: str, where: str) -> MemoryMap:
    import json

    if len(text) > _MAX_JSON:
        raise BootInputError("memory map", where, f"JSON larger than {_MAX_JSON >> 20} MiB")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BootInputError("memory map", where, f"not JSON: {error}") from error
    if isinstance(document, list):
        document = {"e820": document}
    e820, efi = document.get("e820") or [], document.get("efi") or []
    for name, members in (("e820", e820), ("efi", efi)):
        if not isinstance(members, list):
            raise BootInputError("memory map", where, f"{name} is no list")
        if len(members) > MAX_ENTRIES:
            raise BootInputError("memory map", where, f"more than {MAX_ENTRIES} entries")
    entries = [_json_entry(member, f"e820[{index}]", where) for index, member in enumerate(e820)]
    descriptors = tuple(_json_descriptor(member, f"efi[{index}]", where) for index, member in enumerate(efi))
    return MemoryMap(form="json", e820=_checked(entries or e820_from_efi(descriptors), where), efi=descriptors)


def _json_entry(member: object, name: str, where: str) -> E820Entry:
    try:
        fields = _json_fields(member)
        kind = fields.get("type")
        return E820Entry(*_json_range(fields), e820_type(kind) if isinstance(kind, str) else _json_number(kind, "type"))
    except ValueError as error:
        raise _json_error(error, name, where) from error


def _json_descriptor(member: object, name: str, where: str) -> EfiDescriptor:
    try:
        fields = _json_fields(member)
        kind = fields.get("type")
        number = efi_type(kind) if isinstance(kind, str) else _json_number(kind, "type")
        attribute = _json_number(fields.get("attribute", 0), "attribute")
        return EfiDescriptor(*_json_range(fields), number, attribute)
    except ValueError as error:
        raise _json_error(error, name, where) from error


def _json_error(error: ValueError, name: str, where: str) -> BootInputError:
    return BootInputError("memory map", f"{where}: {name}" if where else name, str(error))


def _json_fields(member: object) -> dict[str, object]:
    if not isinstance(member, dict):
        raise ValueError("not an object with start, end and type")
    return member


def _json_range(fields: dict[str, object]) -> tuple[int, int]:
    start, end = _json_number(fields.get("start"), "start"), _json_number(fields.get("end"), "end", U64_MAX + 1)
    if end < start:
        raise ValueError(f"range ends at {end:#x} before it starts at {start:#x}")
    return start, end


def _json_number(value: object, name: str, largest: int = U64_MAX) -> int:
    if isinstance(value, str) and len(value) <= 40:
        number: object = int(value, 0)
    else:
        number = value
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"{name} is no number")
    if not 0 <= number <= largest:
        raise ValueError(f"{name} is not within 64 bits")
    return number
