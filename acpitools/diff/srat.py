"""SRATs compared: processors by APIC id, memory by range, devices by handle.  Spec: ACPI 6.5, 5.2.16."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.codec.fields import flag_names
from acpitools.codec.structures import RawStructure
from acpitools.core.ranges import AddrRange
from acpitools.core.units import format_size
from acpitools.diff.fields import compare_lists, keyed, reserved_changes
from acpitools.diff.sweep import Piece, differing_pieces
from acpitools.diff.values import Change, Kind, listed
from acpitools.tables.srat import (
    GenericInitiatorAffinity,
    GenericPortAffinity,
    GiccAffinity,
    GicItsAffinity,
    MemoryAffinity,
    MemoryAffinityFlags,
    ProcessorLocalApicAffinity,
    ProcessorLocalX2apicAffinity,
    RintcAffinity,
    Srat,
)

__all__ = ["compare_srat"]

_Apic = ProcessorLocalApicAffinity | ProcessorLocalX2apicAffinity
_Device = GenericInitiatorAffinity | GenericPortAffinity
_Named = GiccAffinity | GicItsAffinity | RintcAffinity
_Meaning = tuple[int, int]  # domain, flags


def compare_srat(before: Srat, after: Srat) -> Iterator[Change]:
    """Give what changed: in which domain a processor, a range of memory or a device is, and what may become of it."""
    yield from _processors(before, after)
    yield from _memory(before, after)
    yield from keyed(_devices(before), _devices(after), _device_name, _domain_words)
    yield from keyed(_others(before), _others(after), lambda key: f"{key[0]} {key[1]:#x}", _domain_words)
    yield from _order(before, after)
    old, new = ([s for s in t.structures if isinstance(s, RawStructure)] for t in (before, after))
    yield from compare_lists(old, new)
    yield from reserved_changes(before.structures, after.structures)


def _domain_of(item: Any, wide: bool) -> int:
    domain = int(item.proximity_domain)
    return domain if wide else domain & 0xFF


def _domain_words(words: Any) -> str:
    return f"domain {words['domain']}"


def _processors(before: Srat, after: Srat) -> Iterator[Change]:
    # Many processors that change in one way are one line: firmware moves sockets, not threads.
    old, new = _apic_ids(before), _apic_ids(after)
    groups: dict[tuple[Any, Any], list[int]] = {}
    for apic_id in dict.fromkeys((*old, *new)):
        if old.get(apic_id) != new.get(apic_id):
            groups.setdefault((old.get(apic_id), new.get(apic_id)), []).append(apic_id)
    for (was, now), ids in groups.items():
        subject = f"{'processor' if len(ids) == 1 else f'{len(ids)} processors'} APIC id {spans_text(sorted(ids))}"
        kind = Kind.ADDED if was is None else Kind.REMOVED if now is None else Kind.CHANGED
        if was is None:
            text = f"now in {_where(now)}"
        elif now is None:
            text = f"no longer in {_where(was)}"
        else:
            text = f"{_where(was)} -> {_where(now)}"
        yield Change(kind=kind, subject=subject, text=text, before=_words(was, ids), after=_words(now, ids))


def _where(claims: tuple[tuple[int, int], ...]) -> str:
    return " and ".join(f"domain {domain}" + (f" (clock domain {clock})" if clock else "") for domain, clock in claims)


def _words(claims: tuple[tuple[int, int], ...] | None, ids: list[int]) -> Any:
    if claims is None:
        return None
    return {
        "apic_ids": ids,
        "domains": [domain for domain, _ in claims],
        "clock_domains": [clock for _, clock in claims],
    }


def _apic_ids(table: Srat) -> dict[int, tuple[tuple[int, int], ...]]:
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for item in table.structures:
        if isinstance(item, _Apic) and item.flags & 1:
            apic_id = item.apic_id if isinstance(item, ProcessorLocalApicAffinity) else item.x2apic_id
            claim = (_domain_of(item, table.revision >= 2), item.clock_domain)
            claims = found.get(apic_id, ())
            found[apic_id] = claims if claim in claims else (*claims, claim)
    return found


def spans_text(numbers: list[int], *, decimal: bool = False) -> str:
    """Write ascending ids, neighbours as one span; in hexadecimal unless ``decimal``."""
    form = "d" if decimal else "#x"
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return listed([f"{a:{form}}" if a == b else f"{a:{form}}-{b:{form}}" for a, b in spans])


def _memory(before: Srat, after: Srat) -> Iterator[Change]:
    for piece in differing_pieces(_ranges(before), _ranges(after)):
        if piece.end == piece.start:
            continue
        place = AddrRange(piece.start, piece.end)
        kind = Kind.CHANGED if piece.before and piece.after else Kind.ADDED if piece.after else Kind.REMOVED
        subject, text = _memory_text(piece, f"{place} ({format_size(place.size)})")
        yield Change(
            kind=kind,
            subject=subject,
            text=text,
            before=_memory_words(piece, piece.before),
            after=_memory_words(piece, piece.after),
        )


def _ranges(table: Srat) -> Iterator[tuple[int, int, _Meaning]]:
    wide = table.revision >= 2
    for item in table.structures:
        if isinstance(item, MemoryAffinity) and item.flags & 1:
            meaning = (_domain_of(item, wide), int(item.flags))
            yield item.base_address, item.base_address + item.range_length, meaning


def _memory_text(piece: Piece, place: str) -> tuple[str, str]:
    # What it is about, and what happened to it: the domain where that stays, else the range.
    old: Any = piece.before
    new: Any = piece.after
    if not old:
        return place, f"now belongs to {_meanings(new)}"
    if not new:
        return place, f"belongs to no domain any more; it was {_meanings(old)}"
    if len(old) == len(new) == 1 and old[0][0] == new[0][0]:
        flags, others = old[0][1], new[0][1]
        parts = [f"became {word}" for word in _flag_words(others & ~flags)]
        parts += [f"is no longer {word}" for word in _flag_words(flags & ~others)]
        return f"domain {old[0][0]}", f"{place} {' and '.join(parts)}"
    return place, f"{_meanings(old)} -> {_meanings(new)}"


def _flag_words(flags: int) -> list[str]:
    names = [name.lower().replace("_", "-") for name in flag_names(MemoryAffinityFlags, flags) if name != "ENABLED"]
    unknown = flags & ~0xF
    return [*names, f"reserved flags {unknown:#x}"] if unknown else names


def _meanings(claims: Any) -> str:
    return " and ".join(", ".join([f"domain {domain}", *_flag_words(flags)]) for domain, flags in claims)


def _memory_words(piece: Piece, claims: Any) -> Any:
    if not claims:
        return None
    return {
        "start": piece.start,
        "end": piece.end,
        "domains": [{"domain": domain, "flags": flags} for domain, flags in claims],
    }


def _devices(table: Srat) -> dict[Any, dict[str, Any]]:
    return {
        (
            "generic port" if isinstance(item, GenericPortAffinity) else "generic initiator",
            int(item.device_handle_type),
            item.device_handle,
        ): {"domain": item.proximity_domain, "flags": int(item.flags)}
        for item in table.structures
        if isinstance(item, _Device)
    }


def _device_name(key: tuple[str, int, bytes]) -> str:
    word, kind, handle = key
    if kind == 1:
        segment, bus, place = int.from_bytes(handle[:2], "little"), handle[2], handle[3]
        return f"{word} {segment:04x}:{bus:02x}:{place >> 3:02x}.{place & 7}"
    if kind == 0:
        hid = "".join(c if c.isprintable() else "." for c in handle[:8].rstrip(b"\0").decode("latin-1"))
        return f"{word} {hid} _UID {int.from_bytes(handle[8:12], 'little')}"
    return f"{word} {handle.hex()}"


def _others(table: Srat) -> dict[Any, dict[str, Any]]:
    words = {GiccAffinity: "GICC", GicItsAffinity: "GIC ITS", RintcAffinity: "RINTC"}
    return {
        (words[type(item)], item.its_id if isinstance(item, GicItsAffinity) else item.acpi_processor_uid): {
            "domain": item.proximity_domain,
            "flags": int(getattr(item, "flags", 1)),
        }
        for item in table.structures
        if isinstance(item, _Named)
    }


def _order(before: Srat, after: Srat) -> Iterator[Change]:
    # Linux numbers nodes by the first mention of a domain, processors before memory.
    old, new = _first_mentions(before), _first_mentions(after)
    if old != new and sorted(old) == sorted(new):
        text = f"first named in another order, by which Linux numbers its nodes: {_numbers(old)} -> {_numbers(new)}"
        yield Change(kind=Kind.CHANGED, subject="domains", text=text, before=old, after=new)


def _numbers(domains: list[int]) -> str:
    return listed([str(domain) for domain in domains])


def _first_mentions(table: Srat) -> list[int]:
    wide = table.revision >= 2
    found: dict[int, None] = {}
    for kinds in (_Apic | GiccAffinity | RintcAffinity, MemoryAffinity, _Device):
        for item in table.structures:
            if isinstance(item, kinds) and int(item.flags) & 1:
                found[_domain_of(item, wide)] = None
    return list(found)
