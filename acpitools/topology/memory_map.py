"""The firmware's memory map of a machine that does not exist, as QEMU's firmware lays it out, and its text.

The places are those of SeaBIOS on QEMU's machine types, as a kernel that boots there prints them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from acpitools.core.firmware_map import E820Entry, E820Type, e820_label
from acpitools.core.ranges import AddrRange, coalesce, subtract
from acpitools.core.units import KIB
from acpitools.topology.place import FOUR_GIB, LEGACY_HOLE, MACHINE_HOLES
from acpitools.topology.spec import MemoryRange

__all__ = ["MAP_WORDS", "derive_map", "map_text", "word_of"]

MAP_WORDS = {
    "usable": E820Type.RAM,
    "reserved": E820Type.RESERVED,
    "acpi": E820Type.ACPI,
    "nvs": E820Type.NVS,
    "unusable": E820Type.UNUSABLE,
    "persistent": E820Type.PMEM,
    "soft_reserved": E820Type.SOFT_RESERVED,
}
"""Words of the TOML form."""
_EBDA = AddrRange(0x9FC00, 0xA0000)
_BIOS = AddrRange(0xF0000, 0x100000)
_FLASH = AddrRange(0xFFFC0000, FOUR_GIB)
_MMIO = {
    "q35": (AddrRange(0xB0000000, 0xC0000000), AddrRange(0xFED1C000, 0xFED20000), _FLASH, *MACHINE_HOLES["pc"]),
    "pc": (_FLASH, *MACHINE_HOLES["pc"]),
    "none": (_FLASH,),
}
FIRMWARE_SIZE = 128 * KIB
"""What the firmware keeps at the top of the RAM below 4 GiB."""


def derive_map(
    memory: Sequence[MemoryRange], machine: str, firmware: int, extra: Iterable[E820Entry]
) -> tuple[E820Entry, ...]:
    """Give the memory map: what is there at the start, less what firmware keeps, in ascending order."""
    extra = list(extra)
    kinds: dict[int, list[AddrRange]] = {}
    for item in memory:
        if item.map_type is not None and item.enabled:
            kinds.setdefault(item.map_type, []).append(AddrRange(item.base, item.end))
    # Address 0xA0000 to 1 MiB belongs to devices and to the BIOS, whatever else there is.
    away = [LEGACY_HOLE, *(AddrRange(start, end) for start, end, _ in extra)]
    ram = coalesce(kinds.get(E820Type.RAM, []))
    kept = [_EBDA] if any(r.start < _EBDA.end and _EBDA.start < r.end for r in ram) else []
    low = [r for r in subtract(ram, away) if r.end <= FOUR_GIB and r.size > 2 * firmware]
    if low and firmware:
        kept.append(AddrRange(low[-1].end - firmware, low[-1].end))
    reserved = [*kept, _BIOS, *_MMIO[machine]]
    entries = [
        E820Entry(start, end, kind)
        for kind, ranges in kinds.items()
        for start, end in subtract(ranges, [*away, *(reserved if kind == E820Type.RAM else kept)])
    ]
    everything = [AddrRange(e.start, e.end) for e in (*entries, *extra)]
    entries += [E820Entry(*r, E820Type.RESERVED) for r in subtract(reserved, everything)]
    return tuple(sorted([*entries, *extra]))


def word_of(kind: int) -> str | int:
    """Give the TOML word of a type, or its number."""
    return next((word for word, number in MAP_WORDS.items() if number == kind), kind)


def map_text(entries: Iterable[E820Entry]) -> Iterator[str]:
    """Give lines ``START END TYPE``, ends inclusive, the types in the kernel's words."""
    for start, end, kind in entries:
        yield f"{start:#018x} {end - 1:#018x} {e820_label(kind)}\n"
