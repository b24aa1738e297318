"""TOML to the filled-in description of a machine.  Every key is in `acpitools.topology.reference`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from acpitools.core.errors import TopologyError
from acpitools.core.ranges import AddrRange, overlapping
from acpitools.core.toml import Section
from acpitools.topology import read_cxl, read_domains, read_firmware, read_performance, read_processors
from acpitools.topology.spec import CxlWindow, Device, DimmSlots, MemoryRange, Oem, Processor, ProcessorState, Spec

__all__ = ["MAX_TEXT", "parse", "read_spec"]

MAX_TEXT = 16 << 20
_MOST_REVISION_1 = 255
_REVISIONS = {
    "APIC": (1, 7),
    "SRAT": (1, 3),
    "SLIT": (1, 1),
    "HMAT": (1, 2),
    "MSCT": (1, 1),
    "CEDT": (1, 2),
    "PPTT": (1, 4),
}


def parse(text: str, where: str = "") -> dict[str, Any]:
    """Give the values of a TOML text.  Raises TopologyError, with the line."""
    if len(text) > MAX_TEXT:
        raise TopologyError("topology", where, f"larger than {MAX_TEXT >> 20} MiB")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TopologyError("topology", where, f"not TOML: {error}") from error


def read_spec(document: Mapping[str, Any], where: str = "") -> Spec:
    """Fill in a description.  Raises TopologyError saying what contradicts what, where, and what was expected."""
    try:
        return _read(Section(document, ""))
    except TopologyError as error:
        place = ": ".join(filter(None, (where, error.where)))
        raise TopologyError(error.what, place, error.why) from error


def _read(root: Section) -> Spec:
    name = root.text("name", "")
    oem_section = root.section("oem")
    special = oem_section.section("tables")
    for signature in read_firmware.MADE:
        special.raw(signature)
    special.done()
    oem = read_firmware.read_oem(oem_section, Oem())
    oem_of = tuple(
        (signature, read_firmware.read_oem(special.section(signature), oem))
        for signature in read_firmware.MADE
        if signature in special
    )
    parts = [read_domains.read_domain(item, index) for index, item in enumerate(root.sections("domains"))]
    _refuse_twice(parts)
    section = root.section("processors")
    wanting = sum(1 for part in parts if not part.names_processors)
    processors = read_processors.read_processors(section, wanting or 1)
    caches = read_processors.read_caches(section.section("caches"))
    section.done()
    processors = read_domains.assign_processors(processors, parts) if parts else processors
    memory_part = read_domains.read_memory(root.section("memory"))
    cxl = read_cxl.read_cxl(root.section("cxl"))
    dimm_sections = root.sections("dimms")
    plain, dimms = read_domains.place_memory(parts, memory_part, dimm_sections, cxl.fixed)
    taken = [AddrRange(d.base, d.base + d.slots * d.size) for d in dimms]
    windows, in_windows = read_cxl.place_windows(cxl, plain, taken)
    memory: tuple[MemoryRange, ...] = (*plain, *in_windows)
    devices = tuple(
        read_firmware.read_device(item, port=key == "ports")
        for key in ("initiators", "ports")
        for item in root.sections(key)
    )
    domains = _domains(parts, processors, memory, dimms, devices)
    order = {domain: index for index, domain in enumerate(domains)}
    memory = tuple(sorted(memory, key=lambda item: order[item.domain]))
    _check_placed(memory, dimms, windows, root)
    affinities = root.section("srat")
    other = affinities.hexadecimal("other")
    affinities.done()
    _check_domains(parts, domains, processors, memory, dimms, devices, bool(other))
    with_cpus = _distinct(p.domain for p in processors if p.state is not ProcessorState.DISABLED)
    initiators = _distinct([*with_cpus, *(d.domain for d in devices if not d.port and d.enabled)])
    targets = _distinct([*(m.domain for m in memory if m.enabled), *(d.domain for d in dimms)])
    distances = read_performance.read_distances(root.section("distances"), domains)
    performance = read_performance.read_performance(root.section("performance"), initiators, with_cpus, targets)
    derived = read_firmware.derive_msct(processors, memory, dimms, domains)
    msct = read_firmware.read_msct(root.section("msct"), derived)
    interrupts = read_firmware.read_interrupts(root.section("interrupts"))
    tables, revisions = _tables(
        root, distances is not None, performance is not None, bool(cxl.bridges or windows or cxl.other)
    )
    if dict(revisions).get("SRAT") == 1 and max(domains) > _MOST_REVISION_1:
        why = f"revision 1 of the SRAT has 8 bits for a domain, and there is domain {max(domains)}"
        raise TopologyError("topology", "tables.revisions.SRAT", why)
    faults = root.words("faults")
    root.done()
    return Spec(
        name=name,
        machine=memory_part.machine,
        oem=oem,
        oem_of=oem_of,
        tables=tables,
        revisions=revisions,
        processors=processors,
        caches=caches,
        domains=domains,
        memory=memory,
        dimms=dimms,
        devices=devices,
        other_affinities=other,
        distances=distances,
        performance=performance,
        bridges=cxl.bridges,
        windows=windows,
        xor_maps=cxl.xor_maps,
        other_cxl=cxl.other,
        interrupts=interrupts,
        msct=msct,
        memory_map=read_domains.memory_map_of(memory, memory_part),
        faults=faults,
    )


def _distinct(numbers: Any) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _refuse_twice(parts: Sequence[read_domains.DomainPart]) -> None:
    seen: dict[int, str] = {}
    for part in parts:
        if part.number in seen:
            raise TopologyError("topology", part.where, f"domain {part.number} is {seen[part.number]} already")
        seen[part.number] = part.where


def _domains(
    parts: Sequence[read_domains.DomainPart],
    processors: Sequence[Processor],
    memory: Sequence[MemoryRange],
    dimms: Sequence[DimmSlots],
    devices: Sequence[Device],
) -> tuple[int, ...]:
    numbers = [part.number for part in parts]
    numbers += [p.domain for p in processors if p.domain is not None]
    for group in (memory, dimms, devices):
        numbers += [item.domain for item in group]
    return tuple(dict.fromkeys(numbers))


def _check_domains(
    parts: Sequence[read_domains.DomainPart],
    domains: Sequence[int],
    processors: Sequence[Processor],
    memory: Sequence[MemoryRange],
    dimms: Sequence[DimmSlots],
    devices: Sequence[Device],
    other: bool,
) -> None:
    # A domain without anything cannot be told to anybody, except by structures that are written as bytes.
    used = (
        {p.domain for p in processors}
        | {m.domain for m in memory}
        | {d.domain for d in dimms}
        | {d.domain for d in devices}
    )
    for part in parts:
        if part.number not in used and not other:
            why = f"domain {part.number} has no processors, no memory and no device"
            raise TopologyError("topology", part.where, why)
    if not domains:
        raise TopologyError("topology", "domains", 'there are none; a machine has at least [[domains]] memory = "4G"')


def _check_placed(
    memory: Sequence[MemoryRange], dimms: Sequence[DimmSlots], windows: Sequence[CxlWindow], root: Section
) -> None:
    ranges = [AddrRange(m.base, m.end) for m in memory if m.enabled]
    ranges += [AddrRange(d.base, d.base + d.slots * d.size) for d in dimms]
    if twice := overlapping(ranges):
        why = f"{twice[0]} belongs to two ranges of memory; an overlap on purpose is a fault, see faults"
        raise TopologyError("topology", "dimms" if dimms else "domains", why)
    if twice := overlapping([AddrRange(w.base, w.base + w.size) for w in windows]):
        raise TopologyError("topology", "cxl.windows", f"{twice[0]} belongs to two windows")
    for index, slots in enumerate(dimms):
        if slots.plugged and "domains" not in root:
            raise TopologyError("topology", f"dimms[{index}]", "memory devices need a machine with RAM to start from")


def _tables(root: Section, slit: bool, hmat: bool, cedt: bool) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    section = root.section("tables")
    present = {"SLIT": slit, "HMAT": hmat, "CEDT": cedt}
    made = read_firmware.signatures(section, "make")
    if made is None:
        made = tuple(name for name in read_firmware.MADE if present.get(name, True))
    for name in made:
        if not present.get(name, True):
            needs = {"SLIT": "two domains, or [distances]", "HMAT": "[performance]", "CEDT": "[cxl]"}[name]
            raise section.wrong("make", f"{name} needs {needs}")
    left_out = read_firmware.signatures(section, "omit") or ()
    made = tuple(name for name in made if name not in left_out)
    if not made:
        raise section.wrong("make", "no table is left to make")
    given = section.section("revisions")
    revisions = []
    for name in read_firmware.MADE:
        if name in given:
            least, most = _REVISIONS[name]
            revisions.append((name, given.integer(name, least, least=least, most=most)))
    given.done()
    section.done()
    return made, tuple(revisions)
