"""Hot-plug steps as JSON: acpitools.hotplug/1.  Sizes and addresses are integers in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.hotplug.actions import Action, Event, Notify, Plug, SetObject, SetRegister, SetState, Unplug
from acpitools.hotplug.step import FirmwareCall, HotplugStep

__all__ = ["action_json", "hotplug_json"]


def action_json(action: Action | None) -> dict[str, Any] | None:
    """Give an action as it stands in a list of actions."""
    if action is None:
        return None
    if isinstance(action, Plug) and action.evaluated:
        return {"op": "plug", "device": action.device, "at_boot": action.at_boot}
    if isinstance(action, Plug):
        place: dict[str, Any] = {"size": action.size, "address": action.address}
        if action.ranges:
            place = {"ranges": [list(piece) for piece in action.ranges]}
        return {
            "op": "plug",
            "device": action.device,
            "pxm": action.pxm,
            **place,
            "at_boot": action.at_boot,
            "sta": action.sta,
            "ejectable": action.ejectable,
            "container": action.container,
        }
    if isinstance(action, Unplug):
        return {"op": "unplug", "device": action.device}
    if isinstance(action, Notify):
        return {"op": "notify", "device": action.device, "value": action.code}
    if isinstance(action, SetRegister):
        place = {"space": action.space, "address": action.address, "width": action.width, "device": action.device}
        return {"op": "register", **place, "value": action.number}
    if isinstance(action, SetObject):
        return {"op": "object", "path": action.path, "value": action.number}
    if isinstance(action, Event):
        return {"op": "event", "method": action.method}
    if isinstance(action, SetState):
        target: dict[str, Any] = {"device": action.device} if action.device else {"blocks": list(action.blocks)}
        return {"op": action.state, **target}
    return {"op": "write", "path": action.path, "value": action.value}


def _call(call: FirmwareCall) -> dict[str, Any]:
    answer: Any = call.answer
    if isinstance(answer, tuple):
        answer = [list(piece) for piece in answer]
    return {
        "path": call.path,
        "arguments": list(call.arguments),
        "value": answer,
        "error": call.error,
        "guessed": call.guessed,
        "notifies": [{"device": path, "value": code} for path, code in call.notifies],
    }


def _step(step: HotplugStep) -> dict[str, Any]:
    return {
        "action": action_json(step.action),
        "result": step.result,
        "reason": step.reason,
        "dmesg": list(step.dmesg),
        "ost": step.ost,
        "zones": [
            {
                "node": zone.node,
                "zone": zone.zone,
                "start_pfn": zone.start_pfn,
                "spanned_pages": zone.spanned_pages,
                "present_pages": zone.present_pages,
                "managed_pages": {
                    "estimate": zone.managed_pages.estimate,
                    "low": zone.managed_pages.low,
                    "high": zone.managed_pages.high,
                },
            }
            for zone in step.zones
        ],
        "blocks": {
            "size": step.block_size,
            "blocks": [
                {
                    "id": block.id,
                    "start": block.start,
                    "nodes": list(block.nodes),
                    "state": block.state,
                    "valid_zones": list(block.valid_zones),
                    "removable": block.removable,
                    "why": why,
                }
                for block, why in zip(step.blocks, step.reasons, strict=True)
            ],
        },
        "nodes": {
            "online": list(step.online),
            "possible": list(step.possible),
            "has_memory": list(step.memory),
            "has_normal_memory": list(step.normal_memory),
        },
        "devices": [
            {
                "device": device.device,
                "acpi_name": device.acpi_name,
                "path": device.path,
                "ranges": [list(piece) for piece in device.ranges],
                "node": device.node,
                "attached": device.attached,
                "blocks": list(device.blocks),
                "removable": device.removable,
                "why": device.why,
            }
            for device in step.devices
        ],
        "firmware": [_call(call) for call in step.firmware],
        "kernel_memory": [{"node": c.node, "what": c.what, "pages": c.pages} for c in step.kernel_memory],
        "zone_changes": [{"block": c.block, "from": c.before, "to": c.after} for c in step.zone_changes],
        "findings": [{"code": f.code, "severity": f.severity.value, "message": f.message} for f in step.findings],
        "changes": list(step.changes),
    }


def hotplug_json(steps: Sequence[HotplugStep]) -> Iterator[str]:
    """Give the document in pieces, a step each."""
    yield '{"schema": "acpitools.hotplug/1", "steps": [\n'
    for number, step in enumerate(steps):
        yield json.dumps(_step(step)) + (",\n" if number + 1 < len(steps) else "\n")
    yield "]}\n"
