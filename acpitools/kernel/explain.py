"""Everything that is known about one address: what it is, why it is (not) movable, why it is (not) removable."""

from __future__ import annotations

from acpitools.core.firmware_map import E820Entry, e820_label
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.kernel.inputs import AffinityType
from acpitools.kernel.layout import BlockRun, Layout, RangeView, ReservedRegion, Why
from acpitools.kernel.predict import Prediction

__all__ = ["Explanation", "Happening", "explain"]


@value
class Happening:
    """Something that a stage of the boot did to the address."""

    phase: str
    function: str
    text: str
    cause: str | None


@value
class Explanation:
    """The answer for one byte; ranges are half open, bytes."""

    address: int
    kind: str
    """What the final memory map calls it: ``usable``, ``reserved`` ..., or ``not in the map``."""
    entry: AddrRange | None
    """The entry of the final map that holds it."""
    piece: RangeView | None
    """The piece of RAM that holds it; None where it is no RAM of the page allocator."""
    movable: bool
    removable: str
    """``yes``, ``maybe`` or ``no``, of its memory block."""
    block: int | None
    """Number of its memory block."""
    block_range: AddrRange | None
    nodes: tuple[int, ...]
    """Nodes of the block."""
    valid_zones: tuple[str, ...]
    held_by: tuple[ReservedRegion, ...]
    """What the kernel keeps at the address."""
    srat: tuple[str, ...]
    """SRAT structures that hold it, enabled or not."""
    why_movable: tuple[Why, ...]
    why_removable: tuple[Why, ...]
    happened: tuple[Happening, ...]


def _entry(entries: tuple[E820Entry, ...], address: int) -> E820Entry | None:
    return next((entry for entry in entries if entry.start <= address < entry.end), None)


def _block(layout: Layout, address: int) -> BlockRun | None:
    size = layout.blocks.size
    if not size:
        return None
    number = address // size
    return next((run for run in layout.blocks.runs if run.first <= number < run.first + run.count), None)


def _srat(prediction: Prediction, address: int) -> tuple[str, ...]:
    srat = prediction.replay.env.inputs.srat
    found = []
    for e in srat.entries if srat else ():
        if e.type == AffinityType.MEMORY and e.base <= address < e.base + e.size:
            words = [word for bit, word in ((1, "enabled"), (2, "hot-pluggable"), (4, "non-volatile")) if e.flags & bit]
            found.append(f"{e.source}: domain {e.pxm}, {AddrRange(e.base, e.base + e.size)} {', '.join(words)}".strip())
    return tuple(found)


def _happened(prediction: Prediction, address: int) -> tuple[Happening, ...]:
    return tuple(
        Happening(phase=step.phase.value, function=step.function, text=event.message, cause=event.cause)
        for step in prediction.replay.steps
        for event in step.events
        if any(place.start <= address < place.end for place in event.ranges)
    )


def _no_memory(layout: Layout, kind: str) -> Why:
    if not layout.boots:
        return Why(code="no-boot", text="the kernel does not come up", source="findings")
    return Why(code="no-ram", text=f"no memory of the page allocator: {kind} in the final memory map", source="e820")


def explain(prediction: Prediction, layout: Layout, address: int) -> Explanation:
    """Explain one address (bytes) of a predicted boot."""
    entry = _entry(prediction.replay.state.e820, address)
    kind = e820_label(entry.type) if entry else "not in the map"
    piece = next((p for p in layout.ranges if p.start <= address < p.end), None)
    run = _block(layout, address)
    size = layout.blocks.size
    held = tuple(r for r in layout.reserved if r.start <= address < r.end)
    number = address // size if run else None
    why_removable: tuple[Why, ...]
    if run is None:
        why_removable = (_no_memory(layout, kind),)
    else:
        owners = ", ".join(dict.fromkeys(r.owner for r in _in_block(layout, number or 0)))
        text = f"memory{number}: {run.why}" + (f" ({owners})" if owners and run.removable == "no" else "")
        why_removable = (Why(code=f"removable-{run.removable}", text=text, source="offline_pages"),)
    return Explanation(
        address=address,
        kind=kind,
        entry=AddrRange(entry.start, entry.end) if entry else None,
        piece=piece,
        movable=piece is not None and piece.movable,
        removable=run.removable if run else "no",
        block=number,
        block_range=AddrRange(number * size, (number + 1) * size) if number is not None else None,
        nodes=run.nodes if run else (),
        valid_zones=run.valid_zones if run else (),
        held_by=held,
        srat=_srat(prediction, address),
        why_movable=piece.why if piece else (_no_memory(layout, kind),),
        why_removable=why_removable,
        happened=_happened(prediction, address),
    )


def _in_block(layout: Layout, number: int) -> list[ReservedRegion]:
    start, end = number * layout.blocks.size, (number + 1) * layout.blocks.size
    return [r for r in layout.reserved if r.start < end and start < r.end]
