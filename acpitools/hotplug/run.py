"""Carry out actions on a booted machine and show the machine after each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from acpitools.core.errors import InputError
from acpitools.hotplug.actions import Action, Plug, Unplug, Write
from acpitools.hotplug.blocks import valid_zones, write_state
from acpitools.hotplug.devices import eject, insert
from acpitools.hotplug.machine import Device, Machine, booted, first_free_address
from acpitools.hotplug.settings import boot_settings, written
from acpitools.hotplug.step import HotplugStep
from acpitools.kernel.layout import Block, Estimate, ZoneView
from acpitools.kernel.predict import Prediction
from acpitools.kernel.stages.late_alloc import online_nodes

__all__ = ["HotplugStep", "run_actions"]

_BLOCK_FILE: Final = re.compile(r"/sys/devices/system/memory/memory(\d+)/(state|online)")
_EJECT_FILE: Final = re.compile(r"/sys/bus/acpi/devices/PNP0C80:([0-9a-f]{2,})/eject")
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


def _blocks(machine: Machine) -> tuple[Block, ...]:
    return tuple(
        Block(
            id=number,
            start=number * machine.block_size,
            nodes=block.nodes,
            state="online" if block.online else "offline",
            valid_zones=valid_zones(machine, block),
            removable=_removable(block.zone, block.online, block.boot, block.removable),
        )
        for number, block in sorted(machine.blocks.items())
    )


def _removable(zone: str | None, online: bool, boot: bool, at_boot: str) -> str:
    if boot and at_boot == "no":
        return "no"
    if not online or zone == "Movable":
        return "yes" if not boot or at_boot == "yes" or not online else at_boot
    return "maybe"


def _snapshot(
    machine: Machine,
    action: Action | None,
    outcome: tuple[str | None, list[str], int | None] | None,
    before: HotplugStep | None,
) -> HotplugStep:
    reason, lines, ost = outcome or (None, [], None)
    zones, blocks = _zones(machine), _blocks(machine)
    online = tuple(sorted(machine.online_nodes))
    return HotplugStep(
        action=action,
        result=None if action is None else "failed" if reason else "ok",
        reason=reason,
        dmesg=tuple(lines),
        ost=ost,
        zones=zones,
        block_size=machine.block_size,
        blocks=blocks,
        online=online,
        possible=tuple(sorted(machine.possible_nodes)),
        memory=tuple(sorted(machine.memory_nodes)),
        normal_memory=tuple(sorted(machine.normal_nodes)),
        changes=_changes(before, zones, blocks, online) if before else (),
    )


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


def _plug(machine: Machine, action: Plug) -> tuple[str | None, list[str], int | None]:
    if action.device in machine.devices:
        raise InputError("hot-plug actions", action.device, "the device is there already")
    slots = {device.slot for device in machine.devices.values()}
    slot = next(n for n in range(len(slots) + 1) if n not in slots)
    address = action.address
    if address is None:
        address = first_free_address(machine, action.size)
    device = Device(action.device, slot, address, action.size, action.pxm)
    return insert(machine, device, booting=action.at_boot)


def _device(machine: Machine, name: str) -> Device:
    device = machine.devices.get(name)
    if device is None:
        known = ", ".join(sorted(machine.devices)) or "none"
        raise InputError("hot-plug actions", name, f"there is no such device; plugged in: {known}")
    return device


def _write(machine: Machine, action: Write) -> tuple[str | None, list[str], int | None]:
    block = _BLOCK_FILE.fullmatch(action.path)
    if block:
        why = write_state(machine, int(block[1]), action.value.strip(), file=block[2])
        return (f"memory{block[1]}: {why}" if why else None), [], None
    slot = _EJECT_FILE.fullmatch(action.path)
    if slot:
        device = next((d for d in machine.devices.values() if d.slot == int(slot[1], 16)), None)
        if device is None:
            return "ENODEV: no memory device is there", [], None
        if action.value.strip() != "1":
            return "EINVAL: only 1 can be written", [], None
        return eject(machine, device)
    machine.settings, why = written(machine.settings, action.path, action.value)
    return why, [], None


def _carry_out(machine: Machine, action: Action) -> tuple[str | None, list[str], int | None]:
    if isinstance(action, Plug):
        return _plug(machine, action)
    if isinstance(action, Unplug):
        return eject(machine, _device(machine, action.device))
    if isinstance(action, Write):
        return _write(machine, action)
    numbers = action.blocks or tuple(_device(machine, action.device or "").blocks)
    reasons = []
    for number in numbers:
        why = write_state(machine, number, action.state)
        if why:
            reasons.append(f"memory{number}: {why}")
    return (reasons[0] if reasons else None), [], None


def run_actions(prediction: Prediction, actions: Iterable[Action]) -> tuple[HotplugStep, ...]:
    """Carry out actions in order, on an idle machine; the first step is the machine after boot.

    Devices with ``at_boot`` belong to the first step.  Raises InputError for an action on a device that is not there.
    """
    layout, state, env = prediction.layout, prediction.replay.state, prediction.replay.env
    if not layout.boots:
        raise InputError("hot-plug", "the boot", "that kernel does not come up; acpitools layout says why")
    settings = boot_settings(
        env.inputs.cmdline, auto_online=env.policy.auto_online, movable_node=env.options.movable_node
    )
    machine = booted(layout, state, env, settings, online_nodes(state, env))
    waiting = list(actions)
    lines: list[str] = []
    while waiting and isinstance(waiting[0], Plug) and waiting[0].at_boot:
        lines += _plug(machine, waiting.pop(0))[1]  # type: ignore[arg-type]
    steps = [_snapshot(machine, None, (None, lines, None), None)]
    for action in waiting:
        outcome = _carry_out(machine, action)
        steps.append(_snapshot(machine, action, outcome, steps[-1]))
    return tuple(steps)
