"""Boot predictions as JSON: acpitools.layout/1, replay/1, explain/1 and differences/1.

Addresses and sizes are integers in bytes, ranges half open; page frames end in ``_pfn``, counts in ``_pages``.  The
documents come in pieces, so that half a million memory blocks need no memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from acpitools.core.findings import Finding
from acpitools.core.ranges import AddrRange
from acpitools.core.units import U64_MAX
from acpitools.kernel.compare import Difference
from acpitools.kernel.explain import Explanation
from acpitools.kernel.layout import Blocks, Layout, RangeView, Why, ZoneView
from acpitools.kernel.memblock import NUMA_NO_NODE, UNSET_NID, Memblock, Region, flag_names
from acpitools.kernel.replay import Replay, Step
from acpitools.kernel.state import Event, Phase

__all__ = ["differences_json", "explanation_json", "layout_json", "replay_json"]

_ITEMS_PER_PIECE = 4096


def _why(why: Why) -> dict[str, Any]:
    return {"code": why.code, "text": why.text, "source": why.source}


def _zone(zone: ZoneView) -> dict[str, Any]:
    managed = zone.managed_pages
    return {
        "node": zone.node,
        "zone": zone.zone,
        "start_pfn": zone.start_pfn,
        "spanned_pages": zone.spanned_pages,
        "present_pages": zone.present_pages,
        "managed_pages": {"estimate": managed.estimate, "low": managed.low, "high": managed.high},
    }


def _range(piece: RangeView) -> dict[str, Any]:
    return {
        "start": piece.start,
        "end": piece.end,
        "node": piece.node,
        "zone": piece.zone,
        "movable": piece.movable,
        "hotpluggable": piece.hotpluggable,
        "why": [_why(why) for why in piece.why],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "source": str(finding.location) or None,
    }


def _pairs(ranges: Iterable[AddrRange]) -> list[list[int]]:
    return [[start, end] for start, end in ranges]


def _numa(layout: Layout) -> dict[str, Any]:
    return {
        "source": layout.numa.source,
        "rejected": layout.numa.rejected,
        "nodes": [
            {
                "node": node.node,
                "pxm": node.pxm,
                "ranges": _pairs(node.ranges),
                "hotpluggable": _pairs(node.hotpluggable),
                "cpus": node.cpus,
                "memory": node.memory,
            }
            for node in layout.numa.nodes
        ],
    }


def _list(items: Iterable[dict[str, Any]], *, together: int = _ITEMS_PER_PIECE) -> Iterator[str]:
    piece: list[str] = []
    first = True
    yield "["
    for item in items:
        piece.append(("\n  " if first else ",\n  ") + json.dumps(item))
        first = False
        if len(piece) == together:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece) + "]"


def _blocks(blocks: Blocks) -> Iterator[str]:
    # One template for a run: its blocks differ in two numbers.
    yield f'{{"size": {blocks.size}, "blocks": ['
    comma = ""
    for run in blocks.runs:
        tail = json.dumps(
            {
                "nodes": list(run.nodes),
                "state": run.state,
                "valid_zones": list(run.valid_zones),
                "removable": run.removable,
                "why": run.why,
            }
        )[1:]
        for first in range(run.first, run.first + run.count, _ITEMS_PER_PIECE):
            last = min(first + _ITEMS_PER_PIECE, run.first + run.count)
            yield comma + ",".join(
                f'\n  {{"id": {number}, "start": {number * blocks.size}, {tail}' for number in range(first, last)
            )
            comma = ","
    yield "]}"


def layout_json(layout: Layout, more: Mapping[str, object] | None = None) -> Iterator[str]:
    """Give a layout as acpitools.layout/1.

    Beside the documented keys it has zone_ranges, online_nodes, why a block is (not) removable, and ``more``.
    """
    yield '{"schema": "acpitools.layout/1"'
    for name, plain in (
        ("kernel", layout.kernel),
        ("cmdline", layout.cmdline),
        ("boots", layout.boots),
        ("numa", _numa(layout)),
    ):
        yield f',\n "{name}": {json.dumps(plain)}'
    lists: tuple[tuple[str, Iterable[dict[str, Any]]], ...] = (
        ("memory", ({"start": r.start, "end": r.end, "node": r.node, "flags": list(r.flags)} for r in layout.memory)),
        (
            "reserved",
            (
                {"start": r.start, "end": r.end, "node": r.node, "owner": r.owner, "certain": r.certain}
                for r in layout.reserved
            ),
        ),
        ("zones", map(_zone, layout.zones)),
    )
    for name, items in lists:
        yield f',\n "{name}": '
        yield from _list(items)
    starts = {str(node): start for node, start in layout.movable_zone_start}
    yield f',\n "movable_zone_start": {json.dumps(starts)},\n "ranges": '
    yield from _list(map(_range, layout.ranges))
    yield ',\n "blocks": '
    yield from _blocks(layout.blocks)
    assumed = [{"what": item.what, "value": item.value, "why": item.why} for item in layout.assumed]
    yield f',\n "assumed": {json.dumps(assumed)},\n "findings": {json.dumps([_finding(f) for f in layout.findings])}'
    zone_ranges = (
        None
        if layout.zone_ranges is None
        else [{"zone": name, "start": start, "end": end} for name, start, end in layout.zone_ranges]
    )
    online = None if layout.online_nodes is None else list(layout.online_nodes)
    further = {"zone_ranges": zone_ranges, "online_nodes": online, **(more or {})}
    yield "".join(f',\n "{name}": {json.dumps(plain)}' for name, plain in further.items()) + "}\n"


def differences_json(layout: Layout, observed: str, differences: Sequence[Difference]) -> Iterator[str]:
    """Give the differences between a layout and what was observed as acpitools.differences/1."""
    found = [{"what": d.what, "where": d.where, "predicted": d.predicted, "observed": d.observed} for d in differences]
    yield f'{{"schema": "acpitools.differences/1", "kernel": {json.dumps(layout.kernel)}, '
    yield f'"observed": {json.dumps(observed)}, "equal": {json.dumps(not found)}, "differences": '
    yield from _list(found)
    yield "}\n"


# --- replay -----------------------------------------------------------------------------------------------------


def _region(region: Region) -> dict[str, Any]:
    node = None if region.nid in (NUMA_NO_NODE, UNSET_NID) else region.nid
    return {"start": region.base, "end": region.end, "node": node, "flags": list(flag_names(region.flags))}


def _event(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "text": event.message,
        "ranges": _pairs(event.ranges),
        "node": event.node,
        "source": event.cause,
        "dmesg": event.dmesg,
    }


def _limits(mb: Memblock) -> dict[str, Any]:
    return {
        "address": None if mb.current_limit == U64_MAX else mb.current_limit,
        "memory_regions": mb.memory_max,
        "reserved_regions": mb.reserved_max,
        "may_grow": mb.can_resize,
        "skips_hotpluggable": mb.movable_node,
    }


def _step(step: Step) -> dict[str, Any]:
    after, known = step.after, set(step.before.ledger)
    return {
        "phase": step.phase.value,
        "stage": step.stage,
        "function": step.function,
        "events": [_event(event) for event in step.events],
        "allocations": [
            {
                "start": entry.start,
                "end": entry.end,
                "owner": entry.owner,
                "function": entry.function,
                "direction": entry.direction.value if entry.direction else None,
                "certain": entry.certain,
                "temporary": entry.temporary,
            }
            for entry in after.ledger
            if entry not in known
        ],
        "direction": after.memblock.direction.value,
        "memory": [_region(region) for region in after.memblock.memory],
        "reserved": [_region(region) for region in after.memblock.reserved],
        "limits": _limits(after.memblock),
        "max_pfn": after.max_pfn,
        "panic": after.panic,
    }


def replay_json(replay: Replay, *, until: Phase | None = None) -> Iterator[str]:
    """Give a boot stage by stage as acpitools.replay/1: memblock's arrays and what was reported after each.

    ``allocations`` are the entries that a stage adds to the ledger; ``limits`` what memblock may do after it: the
    address below which it allocates (bytes, null for none), the capacity of its arrays and whether they may grow, and
    whether it keeps out of hot-pluggable memory.
    """
    env = replay.env
    yield f'{{"schema": "acpitools.replay/1", "kernel": {json.dumps(env.policy.release)}, '
    yield f'"cmdline": {json.dumps(env.inputs.cmdline)}, "steps": '
    yield from _list(map(_step, replay.until(until) if until else replay.steps), together=1)
    yield "}\n"


# --- explain ----------------------------------------------------------------------------------------------------


def explanation_json(answer: Explanation) -> str:
    """Give the answer for one address as acpitools.explain/1."""
    document = {
        "schema": "acpitools.explain/1",
        "address": answer.address,
        "kind": answer.kind,
        "entry": list(answer.entry) if answer.entry else None,
        "movable": answer.movable,
        "removable": answer.removable,
        "range": _range(answer.piece) if answer.piece else None,
        "block": None
        if answer.block is None
        else {
            "id": answer.block,
            "range": list(answer.block_range or ()),
            "nodes": list(answer.nodes),
            "valid_zones": list(answer.valid_zones),
        },
        "held_by": [
            {"start": r.start, "end": r.end, "node": r.node, "owner": r.owner, "certain": r.certain}
            for r in answer.held_by
        ],
        "srat": list(answer.srat),
        "why_movable": [_why(why) for why in answer.why_movable],
        "why_removable": [_why(why) for why in answer.why_removable],
        "happened": [
            {"phase": h.phase, "function": h.function, "text": h.text, "source": h.cause} for h in answer.happened
        ],
    }
    return json.dumps(document, indent=1) + "\n"
