"""Where the kernel image may lie when nobody says: the default place, or the slots that KASLR chooses from.

Kernel: arch/x86/boot/compressed/kaslr.c:choose_random_location.  The decompressor takes 2 MiB slots of RAM from the
load address on and, where the SRAT has ranges that are not hot-pluggable, only those.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange, intersect, subtract
from acpitools.core.units import MIB, U64_MAX, memparse, round_down, round_up
from acpitools.kernel import cmdline
from acpitools.kernel.inputs import AffinityType, BootInputs, KernelImage
from acpitools.kernel.layout import Assumption
from acpitools.kernel.policy import Policy

__all__ = ["places"]

_ALIGN: Final = 2 * MIB
_MAX_MEMMAP: Final = 4
_MAX_PLACES: Final = 16
"""Nodes whose place is tried one by one; more would only repeat the same answer."""


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
    limit = U64_MAX
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
    fixed = None if options.acpi_off else _fixed_memory(inputs)
    return intersect(ram, fixed) if fixed else ram


def _slots(ranges: list[AddrRange], size: int) -> _Slots:
    count, largest, start = 0, 0, 0
    for place in ranges:
        first, last = round_up(place.start, _ALIGN), round_down(place.end - size, _ALIGN)
        if last < first:
            continue
        number = (last - first) // _ALIGN + 1
        count += number
        if number > largest:
            largest, start = number, first + number // 2 * _ALIGN
    return _Slots(count, start)


def _by_domain(inputs: BootInputs) -> dict[int, list[AddrRange]]:
    domains: dict[int, list[AddrRange]] = {}
    for e in inputs.srat.entries if inputs.srat else ():
        if e.type == AffinityType.MEMORY and e.flags & 1 and e.size:
            domains.setdefault(e.pxm, []).append(AddrRange(e.base, min(e.base + e.size, U64_MAX)))
    return domains


def places(inputs: BootInputs, policy: Policy) -> tuple[tuple[KernelImage, ...], Assumption]:
    """Give the places to try, the likeliest first, and what was assumed.

    Without KASLR that is CONFIG_PHYSICAL_START.  Otherwise it is one place for each proximity domain that KASLR may
    choose, the one with the most slots first; the place matters only with movable_node.
    """
    options = cmdline.parse(inputs.cmdline)
    size = policy.image_size

    def image(start: int) -> KernelImage:
        return KernelImage(start=start, end=start + size)

    memmaps = sum(len((o.value or "").split(",")) for o in options.e820_edits if o.name == "memmap")
    if not (policy.kaslr and options.kaslr) or memmaps > _MAX_MEMMAP:
        why = "not given; without KASLR the kernel is loaded at its default address"
        return (image(policy.physical_start),), Assumption(what="kernel image", value=policy.physical_start, why=why)
    ranges = _candidates(inputs, options, policy)
    everywhere = _slots(ranges, size)
    if not everywhere.number:
        why = "not given, and KASLR finds no slot: the kernel stays where it was loaded"
        return (image(policy.physical_start),), Assumption(what="kernel image", value=policy.physical_start, why=why)
    domains = {pxm: _slots(intersect(ranges, own), size) for pxm, own in _by_domain(inputs).items()}
    ranked = sorted((slots for slots in domains.values() if slots.number), key=lambda slots: -slots.number)
    if not ranked or not options.movable_node:
        ranked = [everywhere]
    starts = [slots.start for slots in ranked[:_MAX_PLACES]]
    why = f"not given, and KASLR may choose any of {everywhere.number} slots of 2 MiB"
    if len(ranked) > 1:
        why += f" in {len(ranked)} proximity domains; what depends on it is in the findings"
    return tuple(image(start) for start in starts), Assumption(what="kernel image", value=starts[0], why=why)
