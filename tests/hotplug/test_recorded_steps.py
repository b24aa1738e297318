"""Hot-plug against recorded machines: after each step zones, blocks, nodes, results and _OST are the kernel's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from acpitools.core.units import memparse
from acpitools.dumps.memory_blocks import parse_id_list
from acpitools.hotplug.actions import Action, Plug, SetState, Unplug, Write
from acpitools.hotplug.run import HotplugStep, run_actions
from tests.kernel.boots import predict_record
from tests.records import record_id, record_paths, record_text, record_truth
from tests.support import SHARED

_DIMM = re.compile(r"-device pc-dimm,(\S+)")


def _has_steps(record: Path) -> bool:
    actions = json.loads((record / "scenario.json").read_text()).get("actions", ())
    return bool(actions) and all(
        action["op"] in ("plug", "unplug", "write") or (action["op"] == "write-blocks" and not action.get("detail"))
        for action in actions
    )


RECORDS = [path for path in record_paths() if _has_steps(path)] or [SHARED / "oracle" / "records"]


def _cold_dimms(record: Path) -> list[Action]:
    qemu = json.loads(record_text(record, "boot.json"))["qemu"]
    found: list[Action] = []
    for match in _DIMM.finditer(qemu):
        options = dict(option.split("=") for option in match[1].split(","))
        size = re.search(rf"memory-backend-ram,id={options['memdev']},size=(\w+)", qemu)
        assert size is not None
        device = Plug(device=options["id"], size=memparse(size[1])[0], pxm=int(options.get("node", 0)), at_boot=True)
        found.append(device)
    return found


def _action(step: dict[str, Any]) -> Action:
    action = step["action"]
    if action["op"] == "plug":
        device = next(device for device in step["memory_devices"] if device["id"] == action["id"])
        return Plug(device=action["id"], size=device["size"], pxm=action["node"])
    if action["op"] == "unplug":
        return Unplug(device=action["id"])
    if action["op"] == "write":
        return Write(path=action["path"], value=action["value"])
    return SetState(state=action["value"], blocks=tuple(write["block"] for write in step["writes"]))


def _zones(seen: dict[str, Any]) -> dict[tuple[int, str], tuple[int, int, int]]:
    return {
        (zone["node"], zone["zone"]): (zone["start_pfn"], zone["spanned"], zone["present"])
        for zone in seen["zones"]
        if zone["present"]
    }


def _blocks(seen: dict[str, Any]) -> dict[int, tuple[list[int], str, list[str]]]:
    return {
        block["id"]: (block["nodes"], block["state"], block["valid_zones"]) for block in seen["memory_blocks"]["blocks"]
    }


def _compare(step: HotplugStep, seen: dict[str, Any]) -> None:
    assert {
        (zone.node, zone.zone): (zone.start_pfn, zone.spanned_pages, zone.present_pages) for zone in step.zones
    } == _zones(seen)
    assert {block.id: (list(block.nodes), block.state, list(block.valid_zones)) for block in step.blocks} == _blocks(
        seen
    )
    assert step.online == parse_id_list(seen["nodes"]["online"])
    assert step.possible == parse_id_list(seen["nodes"]["possible"])
    assert step.memory == parse_id_list(seen["nodes"]["has_memory"])
    assert step.normal_memory == parse_id_list(seen["nodes"]["has_normal_memory"])


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_each_step_is_the_kernels(record: Path) -> None:
    if not (record / "boot.json").exists():
        pytest.skip(f"no recorded hot-plug steps: {SHARED} is missing")
    truth = record_truth(record)
    actions = [*_cold_dimms(record), *(_action(step) for step in truth["steps"])]
    steps = run_actions(predict_record(record), actions)
    assert len(steps) == 1 + len(truth["steps"])
    _compare(steps[0], truth)
    for step, seen in zip(steps[1:], truth["steps"], strict=True):
        _compare(step, seen)
        if step.ost is not None:
            told = [e for e in seen["events"] if e["event"] == "ACPI_DEVICE_OST"]
            assert step.ost == told[-1]["data"]["info"]["status"]
        if isinstance(step.action, SetState):
            assert (step.result == "failed") == any(write["rc"] for write in seen["writes"])
        if isinstance(step.action, Plug):
            device = step.action.device
            attached = {d["id"]: d["addr"] for d in seen["memory_devices"]}[device]
            have = attached // step.block_size in {block.id for block in step.blocks}
            assert (step.result == "ok") == have
