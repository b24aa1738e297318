"""``[distances]`` and ``[performance]``: the SLIT and the HMAT.  Spec: ACPI 6.5, 5.2.17 and 5.2.29."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import gcd

from acpitools.core.errors import TopologyError
from acpitools.core.toml import Section
from acpitools.tables.hmat import LocalityDataType
from acpitools.topology.spec import Distances, Locality, MemorySideCache, Performance

__all__ = ["MAX_LOCALITIES", "read_distances", "read_performance"]

MAX_LOCALITIES = 4096
"""Rows of a distance table that are made: 16 MiB."""
_MAX_PAIRS = 1 << 22
_LOCAL, _REMOTE, _NOBODY = 10, 20, 255
_MEASURE = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?\s*(ps|ns|us|MB/s|GB/s)?$")
_PICO = {"ps": 1, "ns": 10**3, "us": 10**6}
_MEGA = {"MB/s": 1, "GB/s": 10**3}
_KINDS = {
    "latency": LocalityDataType.ACCESS_LATENCY,
    "read_latency": LocalityDataType.READ_LATENCY,
    "write_latency": LocalityDataType.WRITE_LATENCY,
    "bandwidth": LocalityDataType.ACCESS_BANDWIDTH,
    "read_bandwidth": LocalityDataType.READ_BANDWIDTH,
    "write_bandwidth": LocalityDataType.WRITE_BANDWIDTH,
}
_ASSOCIATIVITY = ("none", "direct", "complex")
_POLICY = ("none", "write_back", "write_through")


def read_distances(section: Section, domains: Sequence[int]) -> Distances | None:
    """Read the distances: a whole matrix, or remote ones and pairs; None with one domain and nothing written."""
    count = section.integer("count", max(domains, default=-1) + 1, least=0, most=1 << 32)
    remote = section.integer("remote", _REMOTE, least=_LOCAL + 1, most=255)
    rows = section.raw("matrix")
    pairs = section.sections("pairs")
    written = rows is not None or pairs or "count" in section or "remote" in section
    if not written and len(domains) < 2:
        section.done()
        return None
    if rows is not None:
        if not isinstance(rows, list):
            raise section.wrong("matrix", "expected a list of rows")
        count = section.integer("count", len(rows), most=1 << 32)
    if count > MAX_LOCALITIES:
        why = f"{count} localities make a table of {count**2} bytes; at most {MAX_LOCALITIES} are made"
        raise section.wrong("count", why)
    if rows is not None:
        matrix = _matrix(section, rows, count)
    else:
        if count <= max(domains, default=-1):
            raise section.wrong("count", f"{count} localities, but there is domain {max(domains)}")
        matrix = bytearray([_NOBODY]) * (count * count)
        for row in domains:
            for column in domains:
                matrix[row * count + column] = remote
        for place in range(count):
            matrix[place * count + place] = _LOCAL
    for pair in pairs:
        origin, target = pair.integer("from", 0), pair.integer("to", 0)
        if max(origin, target) >= count:
            raise TopologyError("topology", pair.where, f"no locality {max(origin, target)}; there are {count}")
        distance = pair.integer("distance", _REMOTE, least=0, most=255)
        if (distance == _LOCAL) != (origin == target) or distance < _LOCAL:
            why = f"{distance} from {origin} to {target}: 10 is the distance to oneself, all others are larger"
            raise pair.wrong("distance", f"{why}; a broken table is a fault, see faults")
        matrix[origin * count + target] = distance
        if pair.flag("both", True):
            matrix[target * count + origin] = distance
        pair.done()
    section.done()
    return Distances(count=count, matrix=bytes(matrix))


def _matrix(section: Section, rows: Sequence[object], count: int) -> bytearray:
    matrix = bytearray()
    for index, row in enumerate(rows):
        where = f"{section.at('matrix')}[{index}]"
        if not isinstance(row, list) or len(row) != count or len(rows) != count:
            raise TopologyError("topology", where, f"expected {count} rows of {count} distances")
        if not all(type(distance) is int and 0 <= distance <= 255 for distance in row):
            raise TopologyError("topology", where, "expected distances from 0 to 255")
        matrix += bytes(row)
    return matrix


def read_performance(
    section: Section, initiators: Sequence[int], with_processors: Sequence[int], targets: Sequence[int]
) -> Performance | None:
    """Read latencies and bandwidths: local and remote ones, pairs, or whole structures; None where nothing is written.

    ``initiators`` are the domains with processors or generic initiators, ``targets`` those with memory.
    """
    values: dict[str, dict[tuple[int, int], int]] = {}
    plain = {kind: section.section(kind) for kind in _KINDS if kind in section}
    for kind, given in plain.items():
        parse = _latency if "latency" in kind else _bandwidth
        local, remote = (_measure(given, key, parse) for key in ("local", "remote"))
        given.done()
        for initiator in initiators:
            for target in targets:
                if (found := local if initiator == target else remote) is not None:
                    values.setdefault(kind, {})[initiator, target] = found
    for pair in section.sections("pairs"):
        initiator, target = pair.integer("initiator", 0), pair.integer("target", 0)
        for key, number, known, what in (
            ("initiator", initiator, initiators, "processors or generic initiators"),
            ("target", target, targets, "memory"),
        ):
            if number not in known:
                raise pair.wrong(key, f"domain {number} has no {what}")
        for kind in _KINDS:
            parse = _latency if "latency" in kind else _bandwidth
            if (found := _measure(pair, kind, parse)) is not None:
                values.setdefault(kind, {})[initiator, target] = found
        pair.done()
    localities = [_locality(section, kind, initiators, targets, values[kind]) for kind in _KINDS if kind in values]
    localities += [_whole(item) for item in section.sections("localities")]
    caches = tuple(_cache(item, targets) for item in section.sections("caches"))
    written = _attached(section, initiators, targets)
    section.done()
    if not localities and not caches and not written:
        return None
    if "attached" not in section:
        best = values.get("latency") or values.get("read_latency") or {}
        written = tuple((target, _nearest(target, with_processors, best)) for target in targets)
    return Performance(attached=written, localities=tuple(localities), caches=caches)


def _nearest(target: int, initiators: Sequence[int], latency: Mapping[tuple[int, int], int]) -> int | None:
    if target in initiators:
        return target
    known = [(latency[initiator, target], initiator) for initiator in initiators if (initiator, target) in latency]
    return min(known)[1] if known else None


def _attached(
    section: Section, initiators: Sequence[int], targets: Sequence[int]
) -> tuple[tuple[int, int | None], ...]:
    found = []
    for item in section.sections("attached"):
        memory, initiator = item.integer("memory", 0), item.optional_integer("initiator")
        if memory not in targets:
            raise item.wrong("memory", f"domain {memory} has no memory")
        if initiator is not None and initiator not in initiators:
            raise item.wrong("initiator", f"domain {initiator} has no processors or generic initiators")
        item.done()
        found.append((memory, initiator))
    return tuple(found)


def _measure(section: Section, key: str, parse: Callable[[str, str | None], int | None]) -> int | None:
    given = section.raw(key)
    if given is None:
        return None
    match = _MEASURE.match(given if isinstance(given, str) else str(given)) if not isinstance(given, bool) else None
    found = None
    if match:
        digits = match[2] or ""
        scaled = parse(match[1] + digits, match[3])
        if scaled is not None and scaled % 10 ** len(digits) == 0:
            found = int(scaled // 10 ** len(digits))
    if not found:
        expected = '"80ns"' if parse is _latency else '"32GB/s"'
        raise section.wrong(key, f"{given!r} is none such as {expected}: a positive multiple of 1 ps or 1 MB/s")
    return found


def _latency(digits: str, unit: str | None) -> int | None:
    scale = _PICO.get(unit or "ns")
    return None if scale is None else int(digits) * scale


def _bandwidth(digits: str, unit: str | None) -> int | None:
    scale = _MEGA.get(unit or "MB/s")
    return None if scale is None else int(digits) * scale


def _locality(
    section: Section,
    kind: str,
    initiators: Sequence[int],
    targets: Sequence[int],
    values: Mapping[tuple[int, int], int],
) -> Locality:
    if len(initiators) * len(targets) > _MAX_PAIRS:
        raise section.wrong(kind, f"more than {_MAX_PAIRS} pairs of domains")
    unit = gcd(*values.values())
    if max(values.values()) // unit > 0xFFFE:
        span = f"{min(values.values())} to {max(values.values())}"
        raise section.wrong(kind, f"{span} does not fit in 16-bit multiples of one unit; round the values")
    entries = tuple(values.get((i, t), 0) // unit for i in initiators for t in targets)
    return Locality(
        data_type=_KINDS[kind], base_unit=unit, initiators=tuple(initiators), targets=tuple(targets), entries=entries
    )


def _whole(item: Section) -> Locality:
    names = [member.name.lower() for member in LocalityDataType]
    initiators, targets = item.numbers("initiators") or (), item.numbers("targets") or ()
    entries = item.numbers("entries") or ()
    if len(entries) != len(initiators) * len(targets) or any(entry > 0xFFFF for entry in entries):
        why = f"{len(entries)} entries for {len(initiators)} x {len(targets)} domains, of 16 bits each"
        raise item.wrong("entries", why)
    found = Locality(
        data_type=names.index(item.choice("data", names[0], names)),
        hierarchy=item.integer("hierarchy", 0, most=255),
        minimum_transfer_size=item.integer("minimum_transfer_size", 0, most=255),
        base_unit=item.integer("unit", 1, least=1, most=(1 << 64) - 1),
        initiators=initiators,
        targets=targets,
        entries=entries,
    )
    item.done()
    return found


def _cache(item: Section, targets: Sequence[int]) -> MemorySideCache:
    domain = item.integer("domain", 0)
    if domain not in targets:
        raise item.wrong("domain", f"domain {domain} has no memory")
    attributes = item.optional_integer("attributes")
    if attributes is None:
        level = item.integer("level", 1, least=1, most=3)
        levels = item.integer("levels", level, least=level, most=3)
        associativity = _ASSOCIATIVITY.index(item.choice("associativity", "direct", _ASSOCIATIVITY))
        policy = _POLICY.index(item.choice("policy", "write_back", _POLICY))
        line = item.integer("line", 64, most=0xFFFF)
        attributes = levels | level << 4 | associativity << 8 | policy << 12 | line << 16
    found = MemorySideCache(
        domain=domain,
        size=item.size("size", 0),
        attributes=attributes,
        address_mode=item.integer("address_mode", 0, most=0xFFFF),
        handles=item.numbers("handles") or (),
    )
    if any(handle > 0xFFFF for handle in found.handles):
        raise item.wrong("handles", "expected SMBIOS handles of 16 bits")
    item.done()
    return found
