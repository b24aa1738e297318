"""What a real kernel did, read from a log, from sysfs or from /proc: only ever compared with."""

from __future__ import annotations

from acpitools.core.value import value

__all__ = ["Observed", "ObservedBlock", "ObservedZone"]


@value
class ObservedZone:
    """One zone of /proc/zoneinfo; a field is None where the source does not tell it (PFN and pages)."""

    node: int
    zone: str
    """``DMA``, ``DMA32``, ``Normal`` or ``Movable``."""
    start_pfn: int | None = None
    spanned_pages: int | None = None
    present_pages: int | None = None
    managed_pages: int | None = None


@value
class ObservedBlock:
    """One memory block of /sys/devices/system/memory; a field is None where the source does not tell it."""

    id: int
    state: str | None = None
    nodes: tuple[int, ...] | None = None
    valid_zones: tuple[str, ...] | None = None


@value
class Observed:
    """Results of a boot; None where the source does not tell."""

    source: str
    boots: bool | None = None
    """False where the record or the log ends in a panic before init runs, True where init ran."""
    zones: tuple[ObservedZone, ...] | None = None
    """Zones with present pages, in node then zone order."""
    zone_ranges: tuple[tuple[str, int, int], ...] | None = None
    """``Zone ranges:`` lines (name, start, end), half open, bytes; empty zones left out."""
    movable_zone_start: tuple[tuple[int, int], ...] | None = None
    """``Movable zone start for each node``: (node, address in bytes)."""
    node_ranges: tuple[tuple[int, int, int], ...] | None = None
    """``Early memory node ranges``: (node, start, end), half open, bytes; node -1 where RAM has none."""
    block_size: int | None = None
    """Bytes."""
    blocks: tuple[ObservedBlock, ...] | None = None
    online_nodes: tuple[int, ...] | None = None
