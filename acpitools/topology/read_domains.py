"""``[[domains]]``, ``[[dimms]]`` and ``[memory]``: which processors and which memory belong together, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from acpitools.core.errors import TopologyError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange, overlapping
from acpitools.core.toml import Section, parse_size
from acpitools.core.units import GIB, round_up
from acpitools.core.value import value
from acpitools.topology.memory_map import FIRMWARE_SIZE, MAP_WORDS, derive_map
from acpitools.topology.place import FOUR_GIB, LEGACY_HOLE, MACHINE_HOLES, MACHINES, MAX_ADDRESS, Space, low_memory
from acpitools.topology.spec import DimmSlots, MemoryRange, Processor

__all__ = [
    "DomainPart",
    "MemoryPart",
    "assign_processors",
    "memory_map_of",
    "place_memory",
    "read_domain",
    "read_memory",
]


@value
class Wanted:
    """Memory that a domain asks for; its place may be open."""

    where: str
    size: int
    base: int | None
    like: MemoryRange


@value
class DomainPart:
    """One ``[[domains]]`` as written."""

    where: str
    number: int
    sockets: tuple[int, ...] | None
    dies: tuple[int, ...] | None
    cpus: tuple[int, ...] | None
    apic_ids: tuple[int, ...] | None
    memory: tuple[Wanted, ...]

    @property
    def names_processors(self) -> bool:
        """Tell whether it says which processors are its own, be it none."""
        return not self.sockets == self.dies == self.cpus == self.apic_ids is None


@value
class MemoryPart:
    """``[memory]`` as written."""

    machine: str
    low: int | None
    high: int
    firmware: int
    holes: tuple[AddrRange, ...]
    legacy_hole: bool
    reserved: tuple[E820Entry, ...]
    map: tuple[E820Entry, ...] | None


def read_domain(section: Section, index: int) -> DomainPart:
    """Read one domain."""
    number = section.integer("domain", index)
    hotplug = section.flag("hotplug", False)
    given = section.raw("memory")
    wanted: list[Wanted] = []
    if given is not None:
        items = given if isinstance(given, list) else [given]
        for position, item in enumerate(items):
            where = f"{section.at('memory')}[{position}]" if isinstance(given, list) else section.at("memory")
            values = Section(item if isinstance(item, dict) else {"size": parse_size(item, where)}, where)
            wanted.append(_wanted(values, number, hotplug))
    part = DomainPart(
        where=section.where,
        number=number,
        sockets=section.numbers("sockets"),
        dies=section.numbers("dies"),
        cpus=section.numbers("cpus"),
        apic_ids=section.numbers("apic_ids"),
        memory=tuple(item for item in wanted if item.size),
    )
    section.done()
    return part


def _wanted(values: Section, domain: int, hotplug: bool) -> Wanted:
    size = values.size("size", 0)
    base = values.optional_size("base")
    if size % 4096 or (base or 0) % 4096:
        raise TopologyError("topology", values.where, "base and size have to be multiples of 4 KiB")
    nonvolatile = values.flag("nonvolatile", False)
    specific = values.flag("specific_purpose", False)
    plain = "persistent" if nonvolatile else "soft_reserved" if specific else "usable"
    word = values.choice("map", plain, (*MAP_WORDS, "absent"))
    if not values.flag("present", word != "absent"):
        word = "absent"
    if base is not None and (not size or base + size > MAX_ADDRESS):
        raise TopologyError("topology", values.where, f"{base:#x} + {size:#x} is empty or above {MAX_ADDRESS:#x}")
    like = MemoryRange(
        base=0,
        size=0,
        domain=domain,
        hotplug=values.flag("hotplug", hotplug),
        nonvolatile=nonvolatile,
        specific_purpose=specific,
        enabled=values.flag("enabled", True),
        map_type=None if word == "absent" else int(MAP_WORDS[word]),
    )
    values.done()
    return Wanted(where=values.where, size=size, base=base, like=like)


def read_memory(section: Section) -> MemoryPart:
    """Read where memory may lie, and what else the memory map has."""
    holes = tuple(_range(item) for item in section.sections("holes"))
    reserved = tuple(_entry(item, "reserved") for item in section.sections("reserved"))
    listed = tuple(_entry(item, "usable") for item in section.sections("map")) if "map" in section else None
    part = MemoryPart(
        machine=section.choice("machine", "q35", MACHINES),
        low=section.optional_size("low"),
        high=section.size("high", FOUR_GIB),
        firmware=section.size("firmware", FIRMWARE_SIZE),
        holes=holes,
        legacy_hole=section.flag("legacy_hole", True),
        reserved=reserved,
        map=listed,
    )
    if part.low is not None and part.low > FOUR_GIB:
        raise section.wrong("low", f"{part.low:#x} is above 4 GiB; it is the amount of RAM below 4 GiB")
    if part.high < FOUR_GIB or part.high > MAX_ADDRESS:
        raise section.wrong("high", f"{part.high:#x} is not between 4 GiB and {MAX_ADDRESS:#x}")
    for key in ("low", "high", "firmware"):
        if (getattr(part, key) or 0) % 4096:
            raise section.wrong(key, "has to be a multiple of 4 KiB")
    section.done()
    return part


def _range(section: Section) -> AddrRange:
    base, size = section.size("base", 0), section.size("size", 0)
    section.done()
    if not size or base + size > 1 << 64:
        raise TopologyError("topology", section.where, "expected base and size of a range below 2^64")
    return AddrRange(base, base + size)


def _entry(section: Section, word: str) -> E820Entry:
    kind = section.raw("type")
    number = kind if isinstance(kind, int) and not isinstance(kind, bool) else None
    if number is None:
        number = int(MAP_WORDS[section.choice("type", word, tuple(MAP_WORDS))])
    if not 0 <= number < 1 << 32:
        raise section.wrong("type", f"{number} is no type of 32 bits")
    if "end" in section:
        start, end = section.size("start", 0), section.size("end", 0)
    else:
        start = section.size("base", 0)
        end = start + section.size("size", 0)
    section.done()
    if not start < end <= 1 << 64:
        raise TopologyError("topology", section.where, "expected start below end, or base and size")
    return E820Entry(start, end, number)


def assign_processors(processors: Sequence[Processor], domains: Sequence[DomainPart]) -> tuple[Processor, ...]:
    """Give the processors their domains: as the domains say, else dealt out evenly in their order."""
    owner: dict[int, int] = {}
    named = [domain for domain in domains if domain.names_processors]
    open_ = [domain for domain in domains if not domain.names_processors]
    groups = _Groups(processors)
    for domain in named:
        for apic_id in _named(groups, domain):
            if apic_id in owner and owner[apic_id] != domain.number:
                why = f"APIC id {apic_id} is in domain {owner[apic_id]} already"
                raise TopologyError("topology", domain.where, why)
            owner[apic_id] = domain.number
    if any(domain.sockets or domain.dies or domain.cpus or domain.apic_ids for domain in named):
        open_ = []
    if open_ and processors:
        share, rest = divmod(len(processors), len(open_))
        if rest or not share:
            why = (
                f"{len(processors)} processors cannot be dealt out to {len(open_)} domains evenly; "
                'say sockets = [...] or cpus = "..." in each domain, cpus = "" where there are none'
            )
            raise TopologyError("topology", "domains", why)
        for index, processor in enumerate(processors):
            owner[processor.apic_id] = open_[index // share].number
    return tuple(replace(p, domain=owner.get(p.apic_id)) for p in processors)


class _Groups:
    """Processors by all that a domain can name them by."""

    def __init__(self, processors: Sequence[Processor]) -> None:
        self.sockets: dict[int, list[int]] = {}
        self.dies: dict[int, list[int]] = {}
        self.cpus: dict[int, list[int]] = {}
        self.apic_ids: dict[int, list[int]] = {}
        dies = 1 + max((p.die for p in processors), default=0)
        for index, p in enumerate(processors):
            self.sockets.setdefault(p.package, []).append(p.apic_id)
            self.dies.setdefault(p.package * dies + p.die, []).append(p.apic_id)
            self.cpus[index] = self.apic_ids[p.apic_id] = [p.apic_id]


_GROUPS = (("sockets", "socket"), ("dies", "die"), ("cpus", "processor"), ("apic_ids", "processor with APIC id"))


def _named(groups: _Groups, domain: DomainPart) -> list[int]:
    found: list[int] = []
    for key, word in _GROUPS:
        for number in getattr(domain, key) or ():
            if number not in getattr(groups, key):
                raise TopologyError("topology", domain.where, f"there is no {word} {number}")
            found += getattr(groups, key)[number]
    return found


def place_memory(
    domains: Sequence[DomainPart], part: MemoryPart, slots: Sequence[Section], windows: Sequence[AddrRange]
) -> tuple[tuple[MemoryRange, ...], tuple[DimmSlots, ...]]:
    """Give every range and every window of slots its place: as asked for, else one after another around the holes.

    What is there at the start comes first, then the slots, then memory that may come later; ``windows`` are kept free.
    """
    wanted = [item for domain in domains for item in domain.memory]
    fixed = [AddrRange(item.base, item.base + item.size) for item in wanted if item.base is not None]
    if twice := overlapping(fixed):
        where = next(i.where for i in wanted if i.base is not None and i.base < twice[0].end <= i.base + i.size)
        raise TopologyError("topology", where, f"{twice[0]} is memory already")
    taken = [*part.holes, *MACHINE_HOLES[part.machine], *fixed, *windows]
    at_start = [item for item in wanted if item.base is None and item.like.map_type is not None]
    low = part.low if part.low is not None else low_memory(part.machine, sum(item.size for item in at_start))
    space = Space(low, part.high, taken)
    placed = {item.where: space.take(item.size, item.where) for item in at_start}
    ends = [r.end for r in (*fixed, *(r for ranges in placed.values() for r in ranges))]
    dimms = _place_dimms(slots, max(ends, default=0), taken)
    taken += [AddrRange(d.base, d.base + d.slots * d.size) for d in dimms]
    later = Space(
        0, round_up(max([FOUR_GIB, *(slots.base + slots.slots * slots.size for slots in dimms), *ends]), GIB), taken
    )
    found: list[MemoryRange] = []
    for item in wanted:
        if item.base is not None:
            ranges = [AddrRange(item.base, item.base + item.size)]
        else:
            ranges = placed.get(item.where) or later.take(item.size, item.where)
        for piece in ranges:
            found += [
                replace(item.like, base=r.start, size=r.size) for r in _around_hole(piece, part.legacy_hole, item)
            ]
    return tuple(found), dimms


def _around_hole(piece: AddrRange, legacy_hole: bool, item: Wanted) -> list[AddrRange]:
    # Video memory and the BIOS lie below 1 MiB; firmware leaves them out of the SRAT.
    if not legacy_hole or item.base is not None or piece.end <= LEGACY_HOLE.end or piece.start >= LEGACY_HOLE.start:
        return [piece]
    return [AddrRange(piece.start, LEGACY_HOLE.start), AddrRange(LEGACY_HOLE.end, piece.end)]


def _place_dimms(sections: Sequence[Section], ram_end: int, taken: Sequence[AddrRange]) -> tuple[DimmSlots, ...]:
    # As QEMU does, windows without a base follow the RAM on 1 GiB borders.  QEMU: hw/i386/pc.c:pc_memory_init.
    cursor = round_up(max(ram_end, FOUR_GIB), GIB)
    found: list[DimmSlots] = []
    for section in sections:
        slots = section.integer("slots", 1, least=1, most=256)
        size = section.size("size", GIB)
        base = section.optional_size("base")
        if not size or size % (2 << 20):
            raise section.wrong("size", "has to be a multiple of 2 MiB")
        if base is None:
            base = cursor
            while blocking := [r for r in taken if r.start < base + slots * size and base < r.end]:
                base = round_up(max(r.end for r in blocking), GIB)
        if base % 4096 or base + slots * size > MAX_ADDRESS:
            raise section.wrong("base", f"the window has to begin on a page and to end below {MAX_ADDRESS:#x}")
        plugged = section.integer("plugged", 0, most=slots)
        domain = section.integer("domain", 0)
        namespace, ejectable = section.flag("namespace", False), section.flag("ejectable", False)
        if ejectable and not namespace:
            raise section.wrong("ejectable", "needs namespace = true: it is a method of the device")
        section.done()
        found.append(
            DimmSlots(
                domain=domain,
                slots=slots,
                size=size,
                base=base,
                plugged=plugged,
                namespace=namespace,
                ejectable=ejectable,
            )
        )
        cursor = max(cursor, round_up(base + slots * size, GIB))
    return tuple(found)


def memory_map_of(memory: Sequence[MemoryRange], part: MemoryPart) -> tuple[E820Entry, ...]:
    """Give the memory map: the one that is written, else what the memory makes of it."""
    if part.map is not None:
        return part.map
    return derive_map(memory, part.machine, part.firmware, part.reserved)
