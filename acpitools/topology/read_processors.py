"""``[processors]``: sockets, dies, cores and threads, their APIC ids, and how the MADT lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from acpitools.core.errors import TopologyError
from acpitools.core.toml import Section
from acpitools.topology.spec import Cache, Processor, ProcessorState

__all__ = ["LAST_XAPIC_ID", "MAX_PROCESSORS", "by_topology", "read_caches", "read_processors"]

LAST_XAPIC_ID = 254
"""Largest id of an APIC structure; 255 means all processors.  Spec: ACPI 6.5, 5.2.12.12."""
MAX_PROCESSORS = 1 << 16
_CACHE_KINDS = {"l1d": (1, "data"), "l1i": (1, "instruction"), "l2": (2, "unified"), "l3": (3, "unified")}


def read_processors(section: Section, domains: int) -> tuple[Processor, ...]:
    """Read the processors, without their domains.  ``domains`` is the number of domains that will get some."""
    shape = [
        section.integer("sockets", max(domains, 1) if "apic_ids" not in section else 1, most=MAX_PROCESSORS),
        section.integer("dies", 1, least=1, most=256),
        section.integer("cores", 1, least=1, most=MAX_PROCESSORS),
        section.integer("threads", 1, least=1, most=256),
    ]
    given = section.numbers("apic_ids")
    if given is not None and not any(key in section for key in ("sockets", "dies", "cores", "threads")):
        shape = [1, 1, len(given), 1]
    total = shape[0] * shape[1] * shape[2] * shape[3]
    if total > MAX_PROCESSORS:
        raise section.wrong("sockets", f"{_product(shape)} are {total} processors; at most {MAX_PROCESSORS} are made")
    places = _places(shape)
    numbering = section.choice("numbering", "topology", ("topology", "sequential"))
    first = section.integer("first_apic_id", 0)
    if given is None:
        given = (
            tuple(first + n for n in range(total)) if numbering == "sequential" else tuple(by_topology(shape, first))
        )
    elif len(given) != total:
        raise section.wrong("apic_ids", f"{len(given)} ids for {_product(shape)} = {total} processors")
    uids = section.numbers("uids")
    if uids is None:
        uids = tuple(range(total))
    elif len(uids) != total:
        raise section.wrong("uids", f"{len(uids)} ids for {total} processors")
    _refuse_repeated(section, "apic_ids", given)
    _refuse_repeated(section, "uids", uids)
    clocks = section.numbers("clock_domains") or (0,) * total
    if len(clocks) != total:
        raise section.wrong("clock_domains", f"{len(clocks)} domains for {total} processors")
    found = tuple(
        Processor(
            apic_id=apic_id,
            uid=uid,
            domain=None,
            package=place[0],
            die=place[1],
            core=place[2],
            thread=place[3],
            clock_domain=clock,
        )
        for apic_id, uid, place, clock in zip(given, uids, places, clocks, strict=True)
    )
    return _with_x2apic(section, _with_states(section, found, shape[0]))


def _product(shape: Sequence[int]) -> str:
    return (
        " x ".join(
            f"{count} {name}"
            for count, name in zip(shape, ("sockets", "dies", "cores", "threads"), strict=True)
            if count != 1
        )
        or "1"
    )


def _places(shape: Sequence[int]) -> list[tuple[int, int, int, int]]:
    return [
        (package, die, core, thread)
        for package in range(shape[0])
        for die in range(shape[1])
        for core in range(shape[2])
        for thread in range(shape[3])
    ]


def by_topology(shape: Sequence[int], first: int = 0) -> list[int]:
    """Give the APIC ids of so many sockets, dies, cores and threads, as hardware and QEMU number them.

    Each level gets the bits that its count needs, so that ids have gaps.
    """
    bits = [max(0, (count - 1).bit_length()) for count in shape]
    ids = []
    for place in _places(shape):
        number = 0
        for position, width in zip(place, bits, strict=True):
            number = number << width | position
        ids.append(first + number)
    return ids


def _refuse_repeated(section: Section, key: str, numbers: Sequence[int]) -> None:
    if len(set(numbers)) == len(numbers):
        return
    seen: set[int] = set()
    for number in numbers:
        if number in seen:
            raise section.wrong(key, f"{number} is there twice")
        seen.add(number)


def _with_states(section: Section, found: tuple[Processor, ...], sockets: int) -> tuple[Processor, ...]:
    states: dict[int, ProcessorState] = {}
    absent = section.integer("absent_sockets", 0, most=sockets)
    if absent:
        states |= {p.apic_id: ProcessorState.ABSENT for p in found if p.package >= sockets - absent}
    known = {p.apic_id for p in found}
    for state in (ProcessorState.ABSENT, ProcessorState.DISABLED, ProcessorState.UNLISTED):
        key = f"{state.value}_apic_ids"
        for apic_id in section.numbers(key) or ():
            if apic_id not in known:
                raise section.wrong(key, f"no processor has APIC id {apic_id}")
            if states.get(apic_id, state) is not state:
                raise section.wrong(key, f"APIC id {apic_id} is {states[apic_id].value} already")
            states[apic_id] = state
    return tuple(replace(p, state=states[p.apic_id]) if p.apic_id in states else p for p in found)


def _with_x2apic(section: Section, found: tuple[Processor, ...]) -> tuple[Processor, ...]:
    wanted = section.raw("x2apic")
    if wanted in (None, "auto"):
        chosen = {p.apic_id for p in found if p.apic_id > LAST_XAPIC_ID}
    elif wanted == "all":
        chosen = {p.apic_id for p in found}
    else:
        chosen = set(section.numbers("x2apic") or ())
        if strangers := chosen - {p.apic_id for p in found}:
            raise section.wrong("x2apic", f"no processor has APIC id {min(strangers)}")
    for processor in found:
        if processor.apic_id not in chosen and (processor.apic_id > LAST_XAPIC_ID or processor.uid > 255):
            if processor.apic_id > LAST_XAPIC_ID:
                why = f"APIC id {processor.apic_id} is above {LAST_XAPIC_ID}: only x2APIC structures can name it"
                raise section.wrong("x2apic", why)
            chosen.add(processor.apic_id)  # its UID does not fit in an APIC structure
    named = section.numbers("srat_x2apic")
    in_srat = chosen if named is None else set(named) | {p.apic_id for p in found if p.apic_id > LAST_XAPIC_ID}
    return tuple(
        replace(p, x2apic=p.apic_id in chosen, srat_x2apic=p.apic_id in in_srat)
        if p.apic_id in chosen or p.apic_id in in_srat
        else p
        for p in found
    )


def read_caches(section: Section) -> tuple[Cache, ...]:
    """Read ``[processors.caches]``: a size, or a table with size, ways and line, for l1d, l1i, l2 and l3."""
    caches = []
    for name, (level, kind) in _CACHE_KINDS.items():
        if name not in section:
            continue
        given = section.raw(name)
        values = Section(given if isinstance(given, dict) else {"size": given}, section.at(name))
        size = values.size("size", 0)
        ways = values.integer("ways", 8, least=1, most=255)
        line = values.integer("line", 64, least=1, most=65535)
        values.done()
        if not 0 < size < 1 << 32 or size % (ways * line):
            why = f"{size} bytes are no multiple of {ways} ways x {line} bytes of line, below 4 GiB"
            raise TopologyError("topology", section.at(name), why)
        caches.append(Cache(level=level, kind=kind, size=size, ways=ways, line=line))
    section.done()
    return tuple(caches)
