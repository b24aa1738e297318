"""A prediction beside a real boot, as JSON: acpitools.verify/1.  Sizes and addresses are integers in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from acpitools.image.inspection import ArchivedTable
from acpitools.kernel.compare import Difference
from acpitools.report.hotplug_json import action_json
from acpitools.report.verification import Verification, VerifiedStep, VerifiedSweep

__all__ = ["verify_json"]


def verify_json(found: Verification) -> Iterator[str]:
    """Give the document."""
    observed = found.observed
    document = {
        "schema": "acpitools.verify/1",
        "kernel": found.layout.kernel,
        "release": found.release,
        "cmdline": found.cmdline,
        "qemu": found.command,
        "notes": list(found.notes),
        "equal": not found.all_differences,
        "boots": {"predicted": found.layout.boots, "observed": observed.boots},
        "last_words": found.last_words,
        "seconds": round(found.seconds, 1),
        "tables": [_table(item) for item in found.tables],
        "zones": [
            {
                "node": zone.node,
                "zone": zone.zone,
                "start_pfn": zone.start_pfn,
                "spanned_pages": zone.spanned_pages,
                "present_pages": zone.present_pages,
                "managed_pages": zone.managed_pages,
            }
            for zone in observed.zones or ()
        ],
        "online_nodes": list(observed.online_nodes or ()),
        "differences": _differences(found.differences),
        "steps": [_step(step) for step in found.steps],
        "steps_left_out": found.steps_left_out,
        "sweep": _sweep(found.sweep) if found.sweep else None,
    }
    yield json.dumps(document, indent=1) + "\n"


def _differences(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {"what": item.what, "where": item.where, "predicted": item.predicted, "observed": item.observed}
        for item in differences
    ]


def _table(item: ArchivedTable) -> dict[str, Any]:
    verdict = item.verdict
    return {"signature": item.signature, "size": item.size, "result": verdict.outcome.value, "code": verdict.code}


def _step(step: VerifiedStep) -> dict[str, Any]:
    expected = step.predicted
    return {
        "action": action_json(expected.action),
        "predicted": {"result": expected.result, "reason": expected.reason, "ost": expected.ost},
        "observed": {"result": step.result, "reason": step.reason, "ost": step.ost},
        "open": step.open,
        "differences": _differences(step.differences),
    }


def _sweep(sweep: VerifiedSweep) -> dict[str, Any]:
    said = dict(sweep.removable)
    return {
        "blocks": [
            {
                "id": attempt.block,
                "removable": said.get(attempt.block),
                "result": attempt.outcome.value,
                "reason": attempt.reason,
            }
            for attempt in sweep.attempts
        ],
        "differences": _differences(sweep.differences),
    }
