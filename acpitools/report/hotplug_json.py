"""Hot-plug steps as JSON: acpitools.hotplug/1.  Sizes and addresses are integers in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.hotplug.actions import Action, Plug, SetState, Unplug
from acpitools.hotplug.step import HotplugStep

__all__ = ["hotplug_json"]


def _action(action: Action | None) -> dict[str, Any] | None:
    if action is None:
        return None
    if isinstance(action, Plug):
        return {
            "op": "plug",
            "device": action.device,
            "pxm": action.pxm,
            "size": action.size,
            "address": action.address,
            "at_boot": action.at_boot,
        }
    if isinstance(action, Unplug):
        return {"op": "unplug", "device": action.device}
    if isinstance(action, SetState):
        target: dict[str, Any] = {"device": action.device} if action.device else {"blocks": list(action.blocks)}
        return {"op": action.state, **target}
    return {"op": "write", "path": action.path, "value": action.value}


def _step(step: HotplugStep) -> dict[str, Any]:
    return {
        "action": _action(step.action),
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
                }
                for block in step.blocks
            ],
        },
        "nodes": {
            "online": list(step.online),
            "possible": list(step.possible),
            "has_memory": list(step.memory),
            "has_normal_memory": list(step.normal_memory),
        },
        "changes": list(step.changes),
    }


def hotplug_json(steps: Sequence[HotplugStep]) -> Iterator[str]:
    """Give the document in pieces, a step each."""
    yield '{"schema": "acpitools.hotplug/1", "steps": [\n'
    for number, step in enumerate(steps):
        yield json.dumps(_step(step)) + (",\n" if number + 1 < len(steps) else "\n")
    yield "]}\n"
