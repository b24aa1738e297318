"""A look at the machine after an action, and what is different from before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from acpitools.aml.names import path_text
from acpitools.core.ranges import AddrRange
from acpitools.hotplug.actions import Action
from acpitools.hotplug.blocks import verdict
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.outcome import UNCERTAIN, Outcome
from acpitools.hotplug.step import DeviceView, HotplugStep, ZoneChange
from acpitools.hotplug.zones import valid_zones
from acpitools.kernel.layout import Block, Estimate, ZoneView

__all__ = ["snapshot"]

_ZONES: Final = ("DMA", "DMA32", "Normal", "Movable")


def _zones(machine: Machine) -> tuple[ZoneView, ...]:
    return tuple(
        ZoneView(
            node=nid,
            zone=name,
            start_pfn=zone.start,
            spanned_pages=zone.spanned,
            present_pages=zone.present,
            managed_pages=Estimate(estimate=zone.managed, low=zone.managed_low, high=zone.managed_high),
        )
        for (nid, name), zone in sorted(machine.zones.items(), key=lambda item: (item[0][0], _ZONES.index(item[0][1])))
        if zone.present
    )


def _blocks(machine: Machine) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    blocks, reasons = [], []
    for number, block in sorted(machine.blocks.items()):
        removable, why = verdict(machine, block)
        reasons.append(why)
        blocks.append(
            Block(
                id=number,
                start=number * machine.block_size,
                nodes=block.nodes,
                state="online" if block.online else "offline",
                valid_zones=valid_zones(machine, block),
                removable=removable,
            )
        )
    return tuple(blocks), tuple(reasons)


def _device_view(machine: Machine, device: Device) -> DeviceView:
    # A device goes when all its blocks do.
    worst, why = "yes", "all its blocks can go offline" if device.blocks else "the kernel has none of its memory"
    if device.attached:
        for wanted in ("no", "maybe"):
            told = ((n, verdict(machine, machine.blocks[n])) for n in device.blocks)
            found = next(((n, reason) for n, (answer, reason) in told if answer == wanted), None)
            if found:
                worst, why = wanted, f"memory{found[0]}: {found[1]}"
                break
        if not machine.settings.profile_enabled:
            worst, why = "no", "ejecting memory is disabled"
    return DeviceView(
        device=device.name,
        acpi_name=device.acpi_name,
        path=None if device.path is None else path_text(device.path),
        ranges=tuple(AddrRange(r.start, r.end) for r in device.ranges),
        node=device.node if device.attached else None,
        attached=device.attached,
        blocks=tuple(device.blocks),
        removable=worst,
        why=why,
    )


def _drained(log: list[str]) -> tuple[str, ...]:
    lines = tuple(log)
    log.clear()
    return lines


def snapshot(machine: Machine, action: Action | None, outcome: Outcome, before: HotplugStep | None) -> HotplugStep:
    """Give the step that an action made: its outcome, the machine as it is, and what is different from before."""
    zones, (blocks, reasons) = _zones(machine), _blocks(machine)
    online = tuple(sorted(machine.online_nodes))
    return HotplugStep(
        action=action,
        result=None if action is None else "failed" if outcome.reason else "ok",
        reason=outcome.reason,
        dmesg=_drained(machine.log),
        ost=outcome.ost,
        zones=zones,
        block_size=machine.block_size,
        blocks=blocks,
        reasons=reasons,
        online=online,
        possible=tuple(sorted(machine.possible_nodes)),
        memory=tuple(sorted(machine.memory_nodes)),
        normal_memory=tuple(sorted(machine.normal_nodes)),
        devices=tuple(_device_view(machine, d) for d in sorted(machine.devices.values(), key=lambda d: d.slot)),
        kernel_memory=tuple(outcome.costs),
        zone_changes=_zone_changes(before, blocks) if before else (),
        findings=tuple(outcome.findings),
        changes=_changes(before, zones, blocks, online) if before else (),
        deadly=machine.starved is not None,
        uncertain=any(finding.code in UNCERTAIN for finding in outcome.findings),
        firmware=tuple(outcome.calls),
    )


def _zone_changes(before: HotplugStep, blocks: tuple[Block, ...]) -> tuple[ZoneChange, ...]:
    def zones(found: tuple[Block, ...]) -> dict[int, str | None]:
        return {b.id: b.valid_zones[0] if b.state == "online" else None for b in found}

    old, new = zones(before.blocks), zones(blocks)
    changed = (n for n in sorted(old.keys() | new.keys()) if old.get(n) != new.get(n))
    return tuple(ZoneChange(block=n, before=old.get(n), after=new.get(n)) for n in changed)


def _names(block: Block) -> str:
    return "/".join(block.valid_zones)


def _grouped(told: list[tuple[int, str]]) -> Iterator[str]:
    # Neighbours of which the same is told share a line.
    for _, group in groupby(enumerate(told), key=lambda pair: (pair[1][1], pair[1][0] - pair[0])):
        members = [entry for _, entry in group]
        first, last, text = members[0][0], members[-1][0], members[0][1]
        yield f"memory{first}: {text}" if first == last else f"memory{first}-memory{last}: {text}"


def _changes(
    before: HotplugStep, zones: tuple[ZoneView, ...], blocks: tuple[Block, ...], online: tuple[int, ...]
) -> tuple[str, ...]:
    old, new = {b.id: b for b in before.blocks}, {b.id: b for b in blocks}
    told: list[tuple[int, str]] = [(n, f"appeared ({new[n].state}, {_names(new[n])})") for n in new.keys() - old.keys()]
    told += [(n, "gone") for n in old.keys() - new.keys()]
    for n in old.keys() & new.keys():
        if (old[n].state, old[n].valid_zones) != (new[n].state, new[n].valid_zones):
            told.append((n, f"{old[n].state} {_names(old[n])} -> {new[n].state} {_names(new[n])}"))
    found = list(_grouped(sorted(told)))
    was_zones = {(z.node, z.zone): z.present_pages for z in before.zones}
    is_zones = {(z.node, z.zone): z.present_pages for z in zones}
    for key in sorted(was_zones.keys() | is_zones.keys()):
        was_pages, pages = was_zones.get(key, 0), is_zones.get(key, 0)
        if was_pages != pages:
            found.append(f"node {key[0]} {key[1]}: {was_pages} -> {pages} pages present")
    if online != before.online:
        found.append(f"nodes online: {', '.join(map(str, before.online))} -> {', '.join(map(str, online))}")
    return tuple(found)
