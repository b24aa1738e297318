"""Where the kernel image may lie when nobody says: the default place, or the slots that KASLR chooses from.

Kernel: arch/x86/boot/compressed/kaslr.c:choose_random_location.  The decompressor takes 2 MiB slots of RAM from the
load address on and, where the SRAT has ranges that are not hot-pluggable, only those.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, NamedTuple

from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange, intersect, subtract
from acpitools.core.units import U64_MAX, format_size, memparse, round_down, round_up
from acpitools.kernel import cmdline
from acpitools.kernel.inputs import AffinityType, BootInputs, KernelImage
from acpitools.kernel.layout import Assumption
from acpitools.kernel.policy import Policy

__all__ = ["Place", "places"]

_MAX_MEMMAP: Final = 4
_REACH: Final = {False: 1 << 46, True: 1 << 52}  # bytes of physical memory that paging knows


class _Slots(NamedTuple):
    number: int
    start: int
    """Of the slot in the middle of the largest stretch."""


def _fixed_memory(inputs: BootInputs) -> list[AddrRange] | None:
    # The SRAT that the decompressor sees is the firmware's: one from the initrd comes later.
    if inputs.srat is None or any(table.signature == "SRAT" for table in inputs.overrides):
        return None
    fixed = [
        AddrRange(e.base, min(e.base + e.size, U64_MAX))
        for e in inputs.srat.entries
        if e.type == AffinityType.MEMORY and not e.flags & 2 and e.size
    ]
    return fixed or None


def _candidates(inputs: BootInputs, options: cmdline.Options, policy: Policy) -> list[AddrRange]:
    ram = [AddrRange(e.start, e.end) for e in inputs.e820 if e.type == E820Type.RAM]
    taken = [] if inputs.initrd is None else [inputs.initrd]
    limit = _REACH[inputs.la57]
    for option in options.e820_edits:
        for part in (option.value or "").split(","):
            size, rest = memparse(part)
            if rest[:1] in ("@", "#", "$", "!", "%"):
                start = memparse(rest[1:])[0]
                if rest[0] != "@":
                    taken.append(AddrRange(start, start + size))
            elif size:
                limit = min(limit, size)
    ram = intersect(subtract(ram, taken), [(policy.physical_start, limit)])
    fixed = _fixed_memory(inputs) if policy.kaslr_reads_srat and not options.acpi_off else None
    return intersect(ram, fixed) if fixed else ram


def _slots(ranges: list[AddrRange], size: int, align: int) -> _Slots:
    count, largest, start = 0, 0, 0
    for place in ranges:
        first, last = round_up(place.start, align), round_down(place.end - size, align)
        if last < first:
            continue
        number = (last - first) // align + 1
        count += number
        if number > largest:
            largest, start = number, first + number // 2 * align
    return _Slots(count, start)


def _by_domain(inputs: BootInputs, ranges: list[AddrRange]) -> dict[int, list[AddrRange]]:
    # The parts of sorted, disjoint ranges that lie in each domain.
    ends = [place.end for place in ranges]
    domains: dict[int, list[AddrRange]] = {}
    for e in inputs.srat.entries if inputs.srat else ():
        if e.type != AffinityType.MEMORY or not e.flags & 1 or not e.size:
            continue
        start, end = e.base, min(e.base + e.size, U64_MAX)
        index = bisect_right(ends, start)
        while index < len(ranges) and ranges[index].start < end:
            part = AddrRange(max(start, ranges[index].start), min(end, ranges[index].end))
            domains.setdefault(e.pxm, []).append(part)
            index += 1
    return domains


class Place(NamedTuple):
    """Somewhere the kernel may lie."""

    image: KernelImage
    pxm: int | None
    """The proximity domain of it, where that matters."""


def places(inputs: BootInputs, policy: Policy) -> tuple[tuple[Place, ...], Assumption]:
    """Give one place for each proximity domain that KASLR may choose, the likeliest first, and what was assumed.

    Without KASLR the only place is CONFIG_PHYSICAL_START.  The domain matters only with movable_node.
    """
    options = cmdline.parse(inputs.cmdline)
    size = policy.image_size

    def place(start: int, pxm: int | None = None) -> Place:
        return Place(KernelImage(start=start, end=start + size), pxm)

    def only(start: int, why: str) -> tuple[tuple[Place, ...], Assumption]:
        return (place(start),), Assumption(what="kernel image", value=start, why=why)

    memmaps = sum(len((o.value or "").split(",")) for o in options.e820_edits if o.name == "memmap")
    if not (policy.kaslr and options.kaslr) or memmaps > _MAX_MEMMAP:
        return only(policy.physical_start, "not given; without KASLR the kernel is loaded at its default address")
    ranges = _candidates(inputs, options, policy)
    everywhere = _slots(ranges, size, policy.physical_align)
    if not everywhere.number:
        return only(policy.physical_start, "not given, and KASLR finds no slot: the kernel stays where it was loaded")
    why = f"not given, and KASLR may choose any of {everywhere.number} slots of {format_size(policy.physical_align)}"
    domains = {pxm: _slots(own, size, policy.physical_align) for pxm, own in _by_domain(inputs, ranges).items()}
    ranked = sorted((-slots.number, pxm, slots.start) for pxm, slots in domains.items() if slots.number)
    if not ranked or not options.movable_node:
        return only(everywhere.start, why)
    if len(ranked) > 1:
        why += f" in {len(ranked)} proximity domains; what depends on it is in the findings"
    found = tuple(place(start, pxm) for _, pxm, start in ranked)
    return found, Assumption(what="kernel image", value=ranked[0][2], why=why)
