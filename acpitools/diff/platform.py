"""MADTs, MCFGs and CEDTs compared: processors by APIC id, segments by number, windows by address.

Spec: ACPI 6.5, 5.2.12; PCI Firmware 3.3, 4.1.2; CXL 3.1, 9.18.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acpitools.codec.structures import Structure
from acpitools.core.ranges import AddrRange
from acpitools.core.units import format_size
from acpitools.diff.fields import compare_lists, keyed, reserved_changes
from acpitools.diff.srat import spans_text
from acpitools.diff.values import Change, Kind
from acpitools.tables import cedt, madt_x86
from acpitools.tables.madt import Madt
from acpitools.tables.mcfg import Mcfg

__all__ = ["compare_cedt", "compare_madt", "compare_mcfg"]

_Apic = madt_x86.ProcessorLocalApic | madt_x86.ProcessorLocalX2apic
_Keyed = Callable[[Any], tuple[str, dict[str, Any]] | None]
_STATES = {0: "disabled", 1: "enabled", 2: "not there, online capable", 3: "enabled and online capable"}


def compare_madt(before: Madt, after: Madt) -> Iterator[Change]:
    """Give processors, I/O APICs, overrides and NMI lines that changed."""
    yield from _processors(before, after)
    old, rest = _named(before.structures, _interrupts)
    new, other = _named(after.structures, _interrupts)
    yield from keyed(old, new, str, _described)
    yield from compare_lists(
        [item for item in rest if not isinstance(item, _Apic)], [item for item in other if not isinstance(item, _Apic)]
    )
    known = [[s for s in t.structures if _interrupts(s) is not None or isinstance(s, _Apic)] for t in (before, after)]
    yield from reserved_changes(known[0], known[1])


def _processors(before: Madt, after: Madt) -> Iterator[Change]:
    old, new = _apic_ids(before), _apic_ids(after)
    groups: dict[tuple[Any, Any], list[int]] = {}
    renamed: list[tuple[int, int, int]] = []
    for apic_id in dict.fromkeys((*old, *new)):
        was, now = old.get(apic_id), new.get(apic_id)
        if (states := (_states(was), _states(now)))[0] != states[1]:
            groups.setdefault(states, []).append(apic_id)
        elif was and now and was != now:
            renamed += [(apic_id, a[1], b[1]) for a, b in zip(was, now, strict=True) if a[1] != b[1]]
    for (state, other), ids in groups.items():
        subject = f"{'processor' if len(ids) == 1 else f'{len(ids)} processors'} APIC id {spans_text(sorted(ids))}"
        kind = Kind.ADDED if state is None else Kind.REMOVED if other is None else Kind.CHANGED
        text = (
            f"added, {other}" if state is None else f"removed, was {state}" if other is None else f"{state} -> {other}"
        )
        yield Change(
            kind=kind,
            subject=subject,
            text=text,
            before=state and {"apic_ids": ids, "state": state},
            after=other and {"apic_ids": ids, "state": other},
        )
    slots, others = (sum(1 for s in t.structures if isinstance(s, _Apic) and not s.flags) for t in (before, after))
    if slots != others:
        text = f"{slots} -> {others}: slots that Linux may count as possible processors"
        yield Change(kind=Kind.CHANGED, subject="disabled processors", text=text, before=slots, after=others)
    if renamed:
        some = ", ".join(f"{apic_id:#x}: {a} -> {b}" for apic_id, a, b in renamed[:8])
        more = f" and {len(renamed) - 8} more" if len(renamed) > 8 else ""
        old_uids, new_uids = ([[item[0], item[place]] for item in renamed] for place in (1, 2))
        subject = f"UIDs of {len(renamed)} processors by APIC id"
        yield Change(kind=Kind.CHANGED, subject=subject, text=some + more, before=old_uids, after=new_uids)


def _states(claims: list[tuple[str, int]] | None) -> str | None:
    return " and ".join(state for state, _ in claims) if claims else None


def _apic_ids(table: Madt) -> dict[int, list[tuple[str, int]]]:
    # Slots that no processor will ever be in say nothing: firmware keeps hundreds of them.
    found: dict[int, list[tuple[str, int]]] = {}
    for item in table.structures:
        if isinstance(item, _Apic) and int(item.flags):
            apic_id = item.apic_id if isinstance(item, madt_x86.ProcessorLocalApic) else item.x2apic_id
            flags = int(item.flags)
            claim = (_STATES.get(flags, f"flags {flags:#x}"), item.processor_uid)
            claims = found.setdefault(apic_id, [])
            if claim not in claims:
                claims.append(claim)
    return found


def _named(structures: tuple[Structure, ...], key: _Keyed) -> tuple[dict[str, dict[str, Any]], list[Structure]]:
    # What has an identity, and the rest; a second thing of one identity is told with a number.
    found: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    rest: list[Structure] = []
    for item in structures:
        named = key(item)
        if named is None:
            rest.append(item)
            continue
        name, words = named
        seen[name] = seen.get(name, 0) + 1
        found[name if seen[name] == 1 else f"{name} (number {seen[name]})"] = words
    return found, rest


def _described(words: Any) -> str:
    return ", ".join(
        f"{name} {value:#x}" if isinstance(value, int) else f"{name} {value}" for name, value in words.items()
    )


def _interrupts(item: Structure) -> tuple[str, dict[str, Any]] | None:
    if isinstance(item, madt_x86.IoApic):
        return f"I/O APIC {item.io_apic_id}", {"address": item.address, "first interrupt": item.gsi_base}
    if isinstance(item, madt_x86.InterruptSourceOverride):
        return f"override of bus {item.bus} IRQ {item.source}", {"interrupt": item.gsi, "flags": int(item.flags)}
    if isinstance(item, madt_x86.NmiSource):
        return f"NMI source {item.gsi}", {"flags": int(item.flags)}
    if isinstance(item, madt_x86.LocalApicNmi):
        who = "all processors" if item.processor_uid == 0xFF else f"processor UID {item.processor_uid}"
        return f"NMI of {who}", {"input": item.lint, "flags": int(item.flags)}
    if isinstance(item, madt_x86.LocalX2apicNmi):
        who = "all processors" if item.processor_uid == 0xFFFFFFFF else f"processor UID {item.processor_uid}"
        return f"x2APIC NMI of {who}", {"input": item.lint, "flags": int(item.flags)}
    if isinstance(item, madt_x86.LocalApicAddressOverride):
        return "local APICs, 64-bit", {"address": item.address}
    return None


def compare_mcfg(before: Mcfg, after: Mcfg) -> Iterator[Change]:
    """Give PCI segments whose configuration space moved, grew or shrank."""
    yield from keyed(_segments(before), _segments(after), str, _described)


def _segments(table: Mcfg) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in table.allocations:
        name = f"segment {item.segment}"
        if name in found:
            name += f" from bus {item.start_bus:#x}"
        found[name] = {"base address": item.base_address, "buses": f"{item.start_bus:#x}-{item.end_bus:#x}"}
    return found


def compare_cedt(before: cedt.Cedt, after: cedt.Cedt) -> Iterator[Change]:
    """Give host bridges, windows and XOR maps that changed."""
    old, rest = _named(before.structures, _cxl)
    new, other = _named(after.structures, _cxl)
    yield from keyed(old, new, str, _described)
    yield from compare_lists(rest, other)
    yield from reserved_changes(before.structures, after.structures)


def _cxl(item: Structure) -> tuple[str, dict[str, Any]] | None:
    if isinstance(item, cedt.CxlHostBridge):
        return f"host bridge {item.uid}", {
            "version": int(item.cxl_version),
            "base address": item.base,
            "register size": item.register_length,
        }
    if isinstance(item, cedt.CxlFixedMemoryWindow):
        end = item.base_hpa + item.window_size
        return f"window {AddrRange(item.base_hpa, end)} {format_size(item.window_size)}", {
            "bridges": list(item.targets),
            "encoded ways": item.encoded_interleave_ways,
            "encoded granularity": item.encoded_granularity,
            "arithmetic": int(item.interleave_arithmetic),
            "restriction flags": int(item.window_restrictions),
            "QoS group": item.qtg_id,
        }
    if isinstance(item, cedt.CxlXorInterleaveMath):
        return f"XOR map of granularity {256 << min(item.encoded_granularity, 48)}", {
            "bitmaps": [f"{bitmap:#x}" for bitmap in item.xor_bitmaps]
        }
    return None
