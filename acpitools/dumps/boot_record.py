"""The parts of a recorded boot that are neither log nor /proc: its status, its node lists, its digest.

A record is what a boot recorder leaves in a directory: ``boot.json`` (how the boot ended), ``nodes.txt`` (one
``NAME=LIST`` a line, as /sys/devices/system/node shows them) and ``truth.json`` (results as JSON, ``end`` inclusive).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from acpitools.core.errors import BootInputError
from acpitools.core.observed import Observed, ObservedBlock, ObservedZone
from acpitools.dumps.memory_blocks import parse_id_list
from acpitools.dumps.observed_log import printed_node

__all__ = ["read_digest", "read_node_list", "read_status"]

_ZONES: Final = ("DMA", "DMA32", "Normal", "Movable")


def read_status(text: str, *, where: str = "") -> bool:
    """Tell from the text of ``boot.json`` whether the boot came up; raises BootInputError where it does not say."""
    document = _object(text, where)
    return _ended_well(document, where)


def read_node_list(text: str, *, name: str = "online", where: str = "") -> tuple[int, ...] | None:
    """Read the online nodes, or another list, from the text of ``nodes.txt``; None where the list is not there."""
    for line in text.split("\n"):
        if line.startswith(f"{name}="):
            return parse_id_list(line[len(name) + 1 :], where=where)
    return None


def read_digest(text: str, *, where: str = "") -> Observed:
    """Read the results in the text of ``truth.json``; raises BootInputError where it does not hold together."""
    document = _object(text, where)
    try:
        return _observed(document, where)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BootInputError("record", where, f"not the digest of a boot: {type(error).__name__} {error}") from error


def _object(text: str, where: str) -> Mapping[str, object]:
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BootInputError("record", where, f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BootInputError("record", where, "no JSON object")
    return document


def _ended_well(status: Mapping[str, object], where: str) -> bool:
    word = status.get("status")
    if word not in ("ok", "panic", "died", "hang"):
        raise BootInputError("record", where, f"status is none of ok, panic, died, hang: {str(word)[:40]!r}")
    return word == "ok"


def _observed(document: Mapping[str, object], where: str) -> Observed:
    boot, blocks, nodes = (_mapping(document, name) for name in ("boot", "memory_blocks", "nodes"))
    zones = tuple(
        ObservedZone(
            node=_int(zone, "node"),
            zone=str(zone["zone"]),
            start_pfn=_int(zone, "start_pfn"),
            spanned_pages=_int(zone, "spanned"),
            present_pages=_int(zone, "present"),
            managed_pages=_int(zone, "managed"),
        )
        for zone in sorted(_members(document, "zones"), key=lambda zone: _int(zone, "node"))
        if zone["zone"] in _ZONES and _int(zone, "present") > 0
    )
    node_ranges = tuple(
        (printed_node(_int(span, "node")), _int(span, "start"), _int(span, "end") + 1)
        for span in _members(document, "early_node_ranges")
    )
    starts = _mapping(document, "movable_zone_start")
    online = nodes.get("online")
    block_size = blocks.get("block_size") or document.get("printed_block_size")
    return Observed(
        source="record",
        boots=_ended_well(boot, where) if boot else None,
        zones=zones or None,
        zone_ranges=tuple(
            (str(zone["zone"]), _int(zone, "start"), _int(zone, "end") + 1)
            for zone in _members(document, "zone_ranges")
            if not zone.get("empty")
        )
        or None,
        movable_zone_start=tuple(sorted((int(node), _int(starts, node)) for node in starts)) if node_ranges else None,
        node_ranges=node_ranges or None,
        block_size=int(str(block_size)) if block_size else None,
        blocks=tuple(_block(block) for block in _members(blocks, "blocks")) or None,
        online_nodes=parse_id_list(str(online), where=where) if online is not None else None,
    )


def _block(block: Mapping[str, object]) -> ObservedBlock:
    nodes, zones = block["nodes"], block["valid_zones"]
    if not isinstance(nodes, list) or not isinstance(zones, list):
        raise TypeError("nodes and valid_zones of a block are lists")
    return ObservedBlock(
        id=_int(block, "id"),
        state=str(block["state"]),
        nodes=tuple(int(node) for node in nodes),
        valid_zones=tuple(str(zone) for zone in zones),
    )


def _mapping(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name) or {}
    if not isinstance(value, dict):
        raise TypeError(f"{name} is no object")
    return value


def _members(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = document.get(name) or []
    if not isinstance(value, list) or not all(isinstance(member, dict) for member in value):
        raise TypeError(f"{name} is no list of objects")
    return value


def _int(document: Mapping[str, object], name: str) -> int:
    value = document[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} is no integer")
    return value
