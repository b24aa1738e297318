"""/proc/zoneinfo: the extents of each node's zones.  Kernel: mm/vmstat.c:zoneinfo_show_print."""

from __future__ import annotations

import re

from acpitools.core.errors import BootInputError
from acpitools.core.observed import ObservedZone
from acpitools.dumps.text import decode_text, numbered_lines

__all__ = ["read_zoneinfo"]

_ZONE = re.compile(r"Node (\d{1,9}), zone\s+(\w+)$")
_FIELD = re.compile(r"(spanned|present|managed|start_pfn:)\s+(\d{1,20})$")
_ORDER = {"DMA": 0, "DMA32": 1, "Normal": 2, "Movable": 3}


def read_zoneinfo(data: bytes | str, *, where: str = "") -> tuple[ObservedZone, ...]:
    """Read the populated zones (PFN and pages), in node then zone order; device memory is left out.

    Raises BootInputError where there is no zone at all.
    """
    zones: dict[tuple[int, str], dict[str, int]] = {}
    fields: dict[str, int] = {}
    for _, line in numbered_lines(decode_text(data, what="zoneinfo", where=where)):
        stripped = line.strip()
        if header := _ZONE.match(stripped):
            fields = zones.setdefault((int(header[1]), header[2]), {})
        elif found := _FIELD.match(stripped):
            fields.setdefault(found[1], int(found[2]))
    if not zones:
        raise BootInputError("zoneinfo", where, "no `Node N, zone NAME` line")
    populated = [
        ObservedZone(
            node=node,
            zone=name,
            start_pfn=values.get("start_pfn:"),
            spanned_pages=values.get("spanned"),
            present_pages=values.get("present"),
            managed_pages=values.get("managed"),
        )
        for (node, name), values in zones.items()
        if name in _ORDER and values.get("present", 0) > 0
    ]
    return tuple(sorted(populated, key=lambda zone: (zone.node, _ORDER[zone.zone])))
