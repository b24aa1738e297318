"""SLITs, HMATs and MSCTs compared: by domains, whatever the unit or the order.

Spec: ACPI 6.5, 5.2.17, 5.2.19, 5.2.29.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from acpitools.codec.structures import RawStructure
from acpitools.core.units import format_size
from acpitools.diff.fields import compare_lists, keyed, reserved_changes
from acpitools.diff.sweep import differing_pieces
from acpitools.diff.values import Change, Kind, listed
from acpitools.tables.hmat import (
    Hmat,
    Hmat1,
    LocalityDataType,
    MemoryProximityDomainAttributes,
    MemorySideCacheInformation,
    MemorySubsystemAddressRange,
    SystemLocalityInformation,
)
from acpitools.tables.msct import MaximumProximityDomainInformation, Msct
from acpitools.tables.slit import Slit

__all__ = ["compare_hmat", "compare_msct", "compare_slit"]

_MOST_PAIRS = 10_000
_Pair = tuple[int, int]


class _Pairs:
    """Pairs of domains, gathered by the change that they have in common."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Any, Any], list[_Pair]] = {}
        self._counts: dict[tuple[Any, Any], int] = {}

    def add(self, pair: _Pair, before: Any, after: Any) -> None:
        """Note a pair whose value changed."""
        group = self._groups.setdefault((before, after), [])
        self._counts[before, after] = self._counts.get((before, after), 0) + 1
        if len(group) < _MOST_PAIRS:
            group.append(pair)

    def changes(self, subject: str, write: Any) -> Iterator[Change]:
        """Give a change for each pair of values."""
        for (before, after), pairs in self._groups.items():
            count = self._counts[before, after]
            known = set(pairs)
            both = count <= _MOST_PAIRS and all((b, a) in known for a, b in pairs)
            names = [f"{a}-{b}" for a, b in pairs if not both or a <= b]
            where = f"{'between' if both else 'from-to'} {listed(names)}"
            if count > len(pairs):
                where += f" ({count} pairs)"
            kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
            yield Change(
                kind=kind,
                subject=f"{subject} {where}",
                text=f"{write(before)} -> {write(after)}",
                before={"value": before, "pairs": [list(pair) for pair in pairs]} if before is not None else None,
                after={"value": after, "pairs": [list(pair) for pair in pairs]} if after is not None else None,
            )


def _distance(value: int | None) -> str:
    return "none" if value is None else "unreachable" if value == 255 else str(value)


def compare_slit(before: Slit, after: Slit) -> Iterator[Change]:
    """Give the distances that changed; those of domains that only one table has are told as one."""
    old, new = before.locality_count, after.locality_count
    if old != new:
        word = "added" if new > old else "removed"
        low, high = min(old, new), max(old, new) - 1
        domains = f"domain {low}" if low == high else f"domains {low} to {high}"
        text = f"{old} -> {new}: the distances of {domains} were {word}"
        yield Change(kind=Kind.CHANGED, subject="localities", text=text, before=old, after=new)
    pairs = _Pairs()
    for origin in range(min(old, new, len(before.matrix), len(after.matrix))):
        row, other = before.row(origin), after.row(origin)
        width = min(len(row), len(other), old, new)
        if row[:width] == other[:width]:
            continue
        for target in range(width):
            if row[target] != other[target]:
                pairs.add((origin, target), row[target], other[target])
    yield from pairs.changes("distance", _distance)
    for table, missing in ((before, "was"), (after, "is")):
        if len(table.matrix) != table.locality_count**2 and before.matrix != after.matrix:
            text = f"{missing} {len(table.matrix)} bytes for {table.locality_count} localities"
            yield Change(kind=Kind.CHANGED, subject="matrix", text=text)


def compare_hmat(before: Hmat | Hmat1, after: Hmat | Hmat1) -> Iterator[Change]:
    """Give latencies and bandwidths that changed, in their own units, attachments, and memory-side caches."""
    yield from keyed(
        _attached(before), _attached(after), _attached_name, lambda words: f"initiator {words['initiator']}"
    )
    old, new = _localities(before), _localities(after)
    for key in dict.fromkeys((*old, *new)):
        values, others = old.get(key, {}), new.get(key, {})
        if values == others:
            continue
        pairs = _Pairs()
        for pair in dict.fromkeys((*values, *others)):
            if values.get(pair) != others.get(pair):
                pairs.add(pair, values.get(pair), others.get(pair))
        yield from pairs.changes(
            _data_name(key), _latency if key[0] < LocalityDataType.ACCESS_BANDWIDTH else _bandwidth
        )
    yield from keyed(_caches(before), _caches(after), lambda key: f"domain {key[0]} memory-side cache {key[1]}", _cache)
    raw = [[s for s in table.structures if isinstance(s, RawStructure)] for table in (before, after)]
    yield from compare_lists(raw[0], raw[1])
    yield from reserved_changes(before.structures, after.structures)


def _attached(table: Hmat | Hmat1) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for item in table.structures:
        if isinstance(item, MemoryProximityDomainAttributes):
            initiator = item.initiator_domain if item.flags & 1 else None
            found[item.memory_domain,] = {"initiator": initiator, "flags": int(item.flags)}
        elif isinstance(item, MemorySubsystemAddressRange):
            initiator = item.processor_domain if item.flags & 1 else None
            found[item.memory_domain, item.base_address, item.range_length] = {
                "initiator": initiator,
                "flags": int(item.flags),
            }
    return found


def _attached_name(key: tuple[int, ...]) -> str:
    where = f" [mem {key[1]:#x}-{key[1] + key[2] - 1:#x}]" if len(key) > 1 else ""
    return f"domain {key[0]}{where} attached to"


def _localities(table: Hmat | Hmat1) -> dict[tuple[int, int, int], dict[_Pair, int | None]]:
    found: dict[tuple[int, int, int], dict[_Pair, int | None]] = {}
    for item in table.structures:
        if not isinstance(item, SystemLocalityInformation):
            continue
        values = found.setdefault((int(item.data_type), int(item.flags), item.minimum_transfer_size), {})
        targets, unit = tuple(item.targets), item.entry_base_unit
        entries = iter(item.entries)
        for initiator in item.initiators:
            for target in targets:
                entry = next(entries, 0)
                if entry:
                    values[initiator, target] = None if entry == 0xFFFF else entry * unit
    return found


def _data_name(key: tuple[int, int, int]) -> str:
    data, flags, transfer = key
    known = data in set(LocalityDataType)
    name = LocalityDataType(data).name.lower().replace("_", " ") if known else f"data type {data}"
    if flags & 0xF:
        name += f" of cache level {flags & 0xF}"
    if flags & ~0xF:
        name += f" (flags {flags:#x}, transfers of {1 << min(transfer, 63)} bytes)"
    return name


def _latency(value: int | None) -> str:
    if value is None:
        return "none"
    whole, rest = divmod(value, 1000)
    return f"{whole} ns" if not rest else f"{value / 1000:g} ns" if whole else f"{value} ps"


def _bandwidth(value: int | None) -> str:
    return "none" if value is None else f"{value} MB/s"


def _caches(table: Hmat | Hmat1) -> dict[Any, dict[str, Any]]:
    return {
        (item.memory_domain, f"level {item.cache_attributes >> 4 & 0xF}"): {
            "size": item.cache_size,
            "attributes": f"{item.cache_attributes:#x}",
            "address mode": int(item.address_mode),
            "SMBIOS handles": [f"{handle:#x}" for handle in item.smbios_handles],
        }
        for item in table.structures
        if isinstance(item, MemorySideCacheInformation)
    }


def _cache(words: Any) -> str:
    return f"{format_size(words['size'])}, attributes {words['attributes']}"


def compare_msct(before: Msct, after: Msct) -> Iterator[Change]:
    """Give the domains whose capacity changed."""
    for piece in differing_pieces(_capacities(before.structures), _capacities(after.structures)):
        old: Any = piece.before
        new: Any = piece.after
        kind = Kind.CHANGED if old and new else Kind.ADDED if new else Kind.REMOVED
        last = piece.end - 1
        yield Change(
            kind=kind,
            subject=f"domain {piece.start}" if piece.start == last else f"domains {piece.start} to {last}",
            text=f"at most {_capacity(old)} -> {_capacity(new)}",
            before=[list(item) for item in old] or None,
            after=[list(item) for item in new] or None,
        )
    raw = [[s for s in t.structures if not isinstance(s, MaximumProximityDomainInformation)] for t in (before, after)]
    yield from compare_lists(raw[0], raw[1])


def _capacities(items: Iterable[Any]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    for item in items:
        if isinstance(item, MaximumProximityDomainInformation):
            yield item.low_domain, item.high_domain + 1, (item.processor_capacity, item.memory_capacity)


def _capacity(claims: Any) -> str:
    return " and ".join(f"{cpus} processors, {format_size(size)}" for cpus, size in claims) or "nothing"
