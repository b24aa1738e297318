"""Recorded hot-plug runs: the actions that a record's steps are, and how the model's steps differ from them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from acpitools.core.ranges import AddrRange
from acpitools.core.units import memparse
from acpitools.dumps.memory_blocks import parse_id_list
from acpitools.hotplug.actions import Action, Event, Plug, SetState, Unplug, Write
from acpitools.hotplug.blocks import verdict, write_state
from acpitools.hotplug.machine import Machine
from acpitools.hotplug.outcome import Outcome
from acpitools.hotplug.platform import Platform, platform_of
from acpitools.hotplug.run import HotplugStep, carry_out, run_actions, start
from acpitools.hotplug.snapshot import snapshot
from acpitools.interp.hardware import Hardware, MemoryHotplug
from acpitools.verify.step_log import hotplug_lines
from tests.kernel.boots import predict_record
from tests.records import record_inputs, record_text, record_truth
from tests.support import FIXTURES

_DIMM = re.compile(r"-device pc-dimm,(\S+)")
_Q35_SLOTS = 8
_FIRED = re.compile(r"# (\\\S+)$")
"""A command that has the guest's firmware run a method, and names it in a comment."""
_WRITTEN = re.compile(r"echo (\S+) >(\S+); ")
"""A write, with a pause for what it sets off."""
_CALLED = re.compile(r'ACPI Debug: +"(_[A-Z0-9]{3}) (\w+)(?: (\w+) (\w+))?"')
"""What the devices of some records log when one of their objects is evaluated."""
_EJECT = re.compile(r"/sys/bus/acpi/devices/PNP0C80:[0-9a-f]+/eject")


def present_at_boot(record: Path) -> list[Plug]:
    """Give the devices that were there when the machine started: DIMMs of QEMU, devices of an SSDT."""
    qemu = json.loads(record_text(record, "boot.json"))["qemu"]
    found = []
    for match in _DIMM.finditer(qemu):
        options = dict(option.split("=") for option in match[1].split(","))
        size = re.search(rf"memory-backend-ram,id={options['memdev']},size=(\w+)", qemu)
        assert size is not None
        address = int(options["addr"], 0) if "addr" in options else None
        bytes_, pxm = memparse(size[1])[0], int(options.get("node", 0))
        found.append(Plug(device=options["id"], size=bytes_, pxm=pxm, address=address, at_boot=True))
    for device in json.loads((record / "scenario.json").read_text()).get("devices", ()):
        ranges = tuple(AddrRange(start, end) for start, end in device["ranges"])
        found.append(
            Plug(
                device=device["device"],
                ranges=ranges,
                pxm=device["pxm"],
                sta=device["sta"],
                ejectable=device["ej0"],
                at_boot=True,
            )
        )
    return found


def action_of(step: dict[str, Any]) -> Action | None:
    """Give the action that a step of a record was; None for a command run in the guest, or what QEMU refused."""
    action = step["action"]
    if any("error" in answer for answer in step["qmp"]):
        return None
    if action["op"] == "plug":
        device = next(device for device in step["memory_devices"] if device["id"] == action["id"])
        address = device["addr"] if "addr" in action else None
        return Plug(device=action["id"], size=device["size"], pxm=action["node"], address=address)
    if action["op"] == "unplug":
        return Unplug(device=action["id"])
    if action["op"] == "write":
        return Write(path=action["path"], value=action["value"])
    if action["op"] == "write-blocks":
        return SetState(state=action["value"], blocks=tuple(write["block"] for write in step["writes"]))
    written, fired = _WRITTEN.match(action["command"]), _FIRED.search(action["command"])
    if written:
        return Write(path=written[2], value=written[1])
    return Event(method=fired[1]) if fired else None


def firmware_of_record(record: Path) -> Platform:
    """Load a record's DSDT and SSDTs, or QEMU's for that many slots, with the controller that the machine had."""
    tables = [data for name, data in record_inputs(record).tables if name[:4] in ("DSDT", "SSDT")]
    qemu = json.loads(record_text(record, "boot.json"))["qemu"]
    slots = re.search(r"slots=(\d+)", qemu)
    if not tables:
        assert slots is not None
        assert int(slots[1]) == _Q35_SLOTS
        tables = [(FIXTURES / "firmware" / "qemu-q35" / "tables" / "DSDT").read_bytes()]
    controller = MemoryHotplug(slots=int(slots[1])) if slots else None
    return platform_of(tables, Hardware(controller=controller))


def zones_of(seen: dict[str, Any]) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Give start, span and present pages of each populated zone of a record."""
    return {
        (zone["node"], zone["zone"]): (zone["start_pfn"], zone["spanned"], zone["present"])
        for zone in seen["zones"]
        if zone["present"]
    }


def _state_differences(step: HotplugStep, seen: dict[str, Any]) -> Iterator[str]:
    zones = {(z.node, z.zone): (z.start_pfn, z.spanned_pages, z.present_pages) for z in step.zones}
    for key in sorted(zones.keys() | zones_of(seen).keys()):
        if zones.get(key) != zones_of(seen).get(key):
            yield f"zone {key}: model {zones.get(key)}, kernel {zones_of(seen).get(key)}"
    blocks = {b.id: (list(b.nodes), b.state, list(b.valid_zones)) for b in step.blocks}
    kernels = {b["id"]: (b["nodes"], b["state"], b["valid_zones"]) for b in seen["memory_blocks"]["blocks"]}
    for number in sorted(blocks.keys() | kernels.keys()):
        if blocks.get(number) != kernels.get(number):
            yield f"memory{number}: model {blocks.get(number)}, kernel {kernels.get(number)}"
    nodes = seen["nodes"]
    for what, model, kernel in (
        ("online", step.online, nodes["online"]),
        ("possible", step.possible, nodes["possible"]),
        ("has_memory", step.memory, nodes["has_memory"]),
        ("has_normal_memory", step.normal_memory, nodes["has_normal_memory"]),
    ):
        if model != parse_id_list(kernel):
            yield f"{what}: model {model}, kernel {kernel}"


def _outcome_differences(step: HotplugStep, seen: dict[str, Any], *, logged: bool) -> Iterator[str]:
    # A record whose devices log what is evaluated has _OST there.
    told = [e["data"]["info"]["status"] for e in seen["events"] if e["event"] == "ACPI_DEVICE_OST"]
    if not logged and step.ost != (told[-1] if told else None) and not (told == [] and isinstance(step.action, Write)):
        yield f"_OST: model {step.ost}, kernel {told}"
    if isinstance(step.action, SetState | Write) and (step.result == "failed") != any(w["rc"] for w in seen["writes"]):
        answers = [(write["output"], write["rc"]) for write in seen["writes"]]
        yield f"result: model {step.result} {step.reason}, kernel {answers[:3]}"
    devices = {device["id"]: device["addr"] for device in seen["memory_devices"]}
    if isinstance(step.action, Plug):
        have = devices[step.action.device] // step.block_size in {block.id for block in step.blocks}
        if (step.result == "ok") != have:
            yield f"result: model {step.result} {step.reason}, kernel {have}"
    if isinstance(step.action, Unplug) and (step.result == "ok") != (step.action.device not in devices):
        yield f"result: model {step.result} {step.reason}, kernel {devices}"


def _log_differences(step: HotplugStep, seen: dict[str, Any]) -> Iterator[str]:
    kernel = list(hotplug_lines("\n".join(seen["dmesg"])))
    if [line.strip() for line in step.dmesg] != kernel:
        yield f"log: model {list(step.dmesg)}, kernel {kernel}"


def _report_differences(step: HotplugStep, seen: dict[str, Any]) -> Iterator[str]:
    # Every status that the firmware was given, with its event, in order for each device: work for two notifications
    # that come together is started on any CPU.
    model, kernel = defaultdict(list), defaultdict(list)
    for call in step.firmware:
        if call.path.endswith("._OST"):
            model[call.path].append(call.arguments)
    for event in seen["events"]:
        if event["event"] == "ACPI_DEVICE_OST":
            info = event["data"]["info"]
            kernel[info["slot"]].append((info["source"], info["status"]))
    if sorted(model.values()) != sorted(kernel.values()):
        yield f"_OST: model {dict(model)}, kernel {dict(kernel)}"


def _logged(lines: list[str]) -> list[tuple[str, ...]]:
    found = (match.groups() for line in lines for match in _CALLED.finditer(line))
    return [(name, owner, *(hex(int(number, 16)) for number in numbers if number)) for name, owner, *numbers in found]


def _call_differences(step: HotplugStep, seen: dict[str, Any], tell: frozenset[tuple[str, str]]) -> Iterator[str]:
    # Each evaluation of what tells of it, in order for each device, as two notifications are worked on at once.  The
    # recorder reads the status of all memory devices at the end.
    model = []
    for call in step.firmware:
        owner, _, name = call.path.rpartition(".")
        one = name, owner.rpartition(".")[2]
        if one in tell:
            model.append((*one, *map(hex, call.arguments[:2] if name == "_OST" else ())))
    owners = (device["path"].rpartition(".")[2] for device in seen["acpi_memory_devices"])
    last = [("_STA", owner) for owner in owners if ("_STA", owner) in tell]
    kernel = _logged(seen["dmesg"])
    if last and kernel[-len(last) :] == last:
        del kernel[-len(last) :]
    if sorted(model, key=lambda one: one[1]) != sorted(kernel, key=lambda one: one[1]):
        yield f"calls: model {model}, kernel {kernel}"


def _boot_log_differences(step: HotplugStep, log: str) -> Iterator[str]:
    # Of the devices that are there; what the boot itself prints of zones is no part of a step, and behind a message of
    # the kernel without a line end stands what a device logs.
    def told(lines: Iterable[str]) -> list[str]:
        kept = (line for line in lines if not line.startswith(("Fallback order", "Policy zone")))
        return [line.partition("ACPI Debug:")[0].strip() for line in kept]

    model, kernel = told(step.dmesg), told(hotplug_lines(log))
    if model != kernel:
        yield f"log: model {model}, kernel {kernel}"


def managed_differences(step: HotplugStep, seen: dict[str, Any]) -> Iterator[tuple[tuple[int, str], float]]:
    """Give each populated zone's relative error of managed pages."""
    kernel = {(z["node"], z["zone"]): z["managed"] for z in seen["zones"] if z["present"]}
    for zone in step.zones:
        managed = kernel.get((zone.node, zone.zone))
        if managed:
            yield (zone.node, zone.zone), abs(zone.managed_pages.estimate - managed) / managed


def _paired(steps: tuple[HotplugStep, ...], seen: list[dict[str, Any]]) -> Iterator[tuple[HotplugStep, dict[str, Any]]]:
    # What a write to a device's eject file sets off is over only after the pause that follows it in the record.
    waiting = iter(steps[1:])
    for index, one in enumerate(seen):
        after = seen[index + 1] if index + 1 < len(seen) else None
        if action_of(one) is None:
            continue
        if after and after["action"]["op"] == "sh" and action_of(after) is None:
            events = [*one["events"], *after["events"]]
            dmesg = [*one["dmesg"], *after["dmesg"]]
            one = {**after, "action": one["action"], "writes": one["writes"], "events": events, "dmesg": dmesg}
        yield next(waiting), one


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How the model's run of a record compares with the kernel's."""

    differences: list[str]
    steps: int
    managed: list[tuple[str, float]]
    """Zone and step, and the relative error of its managed pages."""


@cache
def check(record: Path, *, firmware: bool = False) -> Checked:
    """Carry the steps of a record out and compare the machine after each; with firmware its own code takes part."""
    truth = record_truth(record)
    scenario = json.loads((record / "scenario.json").read_text())
    platform = firmware_of_record(record) if firmware else None
    present = [] if platform and platform.firmware.controller is None else present_at_boot(record)
    actions = [*present, *(a for s in truth["steps"] if (a := action_of(s)))]
    steps = run_actions(predict_record(record), actions, platform)
    found = [f"boot: {line}" for line in _state_differences(steps[0], truth)]
    tell = frozenset(re.findall(r'"(_[A-Z0-9]{3}) (\w+) ?"', "\n".join(scenario.get("asl", ()))))
    if tell:
        found += [f"boot: {line}" for line in _boot_log_differences(steps[0], record_text(record, "dmesg.txt"))]
    managed = [(f"boot {k}", e) for k, e in managed_differences(steps[0], truth)]
    for number, (step, seen) in enumerate(_paired(steps, truth["steps"]), 1):
        told = [
            *_outcome_differences(step, seen, logged=bool(tell)),
            *_state_differences(step, seen),
            *_log_differences(step, seen),
        ]
        if platform is not None and tell:
            told += _call_differences(step, seen, tell)
        elif platform is not None:
            told += _report_differences(step, seen)
        found += [f"{number} {seen['action']}: {line}" for line in told]
        managed += [(f"{number} {k}", e) for k, e in managed_differences(step, seen)]
    return Checked(differences=found, steps=len(steps), managed=managed)


# --- sweeps: every block tried --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt to put a block offline: what the model said before, and what the kernel answered."""

    block: int
    removable: str
    why: str
    model: str | None
    """Why the model refuses, or None."""
    kernel: str | None
    """The kernel's error, or None."""


def is_sweep(record: Path) -> bool:
    """Tell whether a record tries blocks one by one."""
    actions = json.loads((record / "scenario.json").read_text()).get("actions", ())
    return any(action.get("detail") for action in actions)


def _try(machine: Machine, write: dict[str, Any]) -> Iterator[Tried]:
    block = machine.blocks[write["block"]]
    kernel = None if write["rc"] == 0 else write["errno"] or "EINTR"
    if write["value"] != "offline":
        assert (write_state(machine, block.number, write["value"]) is None) == (kernel is None)
        return
    removable, why = verdict(machine, block)
    if removable == "maybe":
        # Use decides, and the record tells: the next blocks are tried on the same machine as the kernel's.
        if block.zone == "Movable" and kernel:
            return
        block.busy = kernel is not None
        if kernel is None:
            block.taken.clear()
    model = write_state(machine, block.number, "offline")
    yield Tried(block=block.number, removable=removable, why=why, model=model, kernel=kernel)


@cache
def sweep(record: Path) -> tuple[list[Tried], list[str]]:
    """Carry a recorded sweep out; give what was tried, and how the state after each step differs."""
    truth = record_truth(record)
    machine = start(predict_record(record))
    tried: list[Tried] = []
    found: list[str] = []
    for device in present_at_boot(record):
        carry_out(machine, device)
    for number, seen in enumerate(truth["steps"], 1):
        if "sweep" in seen:
            for write in seen["writes"]:
                if write["attempted"] and write["rc"] is not None:  # else the recorder lost the guest
                    tried += _try(machine, write)
        elif action := action_of(seen):
            carry_out(machine, action)
        after = snapshot(machine, None, Outcome(), None)
        found += [f"{number}: {line}" for line in _state_differences(after, seen)]
    return tried, found
