"""Which zone a block may go to before 4.13, when memory belonged to a zone from the moment it was added.

Offline memory stays in its zone; another zone is chosen only by moving the border between two, so only at its end.
Kernel (4.12): mm/memory_hotplug.c:zone_for_memory, zone_can_shift, online_pages.
"""

from __future__ import annotations

from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Machine

__all__ = ["home_zone", "old_refusal", "old_valid_zones", "old_zone_for"]


def home_zone(machine: Machine, block: BlockState) -> str:
    """Give the zone that a block's memory is in, online or not.

    Added memory is Normal, or Movable at and above the start of its node's Movable zone where that has memory.
    """
    if block.zone or block.home:
        return block.zone or block.home or KERNEL_ZONES[-1]
    movable = machine.zone(block.node, "Movable")
    above = movable.present and movable.start <= machine.span(block.number)[0]
    return "Movable" if above else KERNEL_ZONES[-1]


def _at_its_end(machine: Machine, block: BlockState, *, upper: bool) -> bool:
    # No block of the same zone lies beyond it.  Looked at from that end, where there is one soon unless it is the last.
    home, number = home_zone(machine, block), block.number
    others = reversed(machine.blocks.values()) if upper else machine.blocks.values()
    return not any(
        (other.number > number if upper else other.number < number)
        and other.node == block.node
        and home_zone(machine, other) == home
        for other in others
    )


def old_refusal(machine: Machine, block: BlockState, kind: str) -> str | None:
    """Tell why a block cannot be put online in this way, or None."""
    home = home_zone(machine, block)
    if kind == "online_movable" and home in KERNEL_ZONES and not _at_its_end(machine, block, upper=True):
        return f"EINVAL: only the last block of {home} can become Movable (before 4.13)"
    if kind == "online_kernel" and home == "Movable" and not _at_its_end(machine, block, upper=False):
        return "EINVAL: only the first block of Movable can become Normal (before 4.13)"
    return None


def old_zone_for(machine: Machine, block: BlockState, kind: str) -> str:
    """Give the zone that a block goes to where that is not refused; ``online`` keeps the one that it is in."""
    home = home_zone(machine, block)
    if kind == "online_movable":
        return "Movable"
    return KERNEL_ZONES[-1] if kind == "online_kernel" and home == "Movable" else home


def old_valid_zones(machine: Machine, block: BlockState) -> tuple[str, ...]:
    """Give what sysfs shows of an offline block: its zone, and the one next to it that it could move to."""
    home = home_zone(machine, block)
    other, kind = (KERNEL_ZONES[-1], "online_kernel") if home == "Movable" else ("Movable", "online_movable")
    return (home,) if old_refusal(machine, block, kind) else (home, other)
