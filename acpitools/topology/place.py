"""Where memory goes: sizes become ranges around the hole below 4 GiB and whatever else is taken.

QEMU: hw/i386/pc_q35.c, hw/i386/pc_piix.c (how much RAM lies below 4 GiB).
"""

from __future__ import annotations

from bisect import bisect_right

from acpitools.core.errors import TopologyError
from acpitools.core.ranges import AddrRange, coalesce
from acpitools.core.units import GIB, KIB, MIB

__all__ = ["FOUR_GIB", "LEGACY_HOLE", "MACHINES", "MACHINE_HOLES", "MAX_ADDRESS", "Space", "low_memory"]

FOUR_GIB = 4 * GIB
MAX_ADDRESS = 1 << 52
"""Physical addresses have at most 52 bits on x86-64."""
LEGACY_HOLE = AddrRange(640 * KIB, MIB)
MACHINES = ("q35", "pc", "none")
_LOW: dict[str, tuple[int, int]] = {"q35": (0xB0000000, 0x80000000), "pc": (0xE0000000, 0xC0000000)}


MACHINE_HOLES: dict[str, tuple[AddrRange, ...]] = {
    "q35": (AddrRange(0xFD00000000, 0x10000000000),),
    "pc": (AddrRange(0xFD00000000, 0x10000000000),),
    "none": (),
}
"""Addresses that a machine keeps for HyperTransport, on AMD processors."""


def low_memory(machine: str, ram: int) -> int:
    """Give the bytes of RAM below 4 GiB on a machine with ``ram`` bytes in all."""
    most, low = _LOW.get(machine, (3 * GIB, 3 * GIB))
    return min(ram, most) if ram < most else min(ram, low)


class Space:
    """Free addresses, handed out in ascending order; RAM may go to ``[0, low)`` and from ``high`` on."""

    def __init__(self, low: int, high: int, taken: list[AddrRange]) -> None:
        self._taken = coalesce([*taken, AddrRange(low, high), AddrRange(MAX_ADDRESS, 1 << 64)])
        self._starts = [r.start for r in self._taken]
        self._next = 0

    def take(self, size: int, where: str) -> list[AddrRange]:
        """Take the next ``size`` bytes; several ranges where something lies in between.  Raises TopologyError."""
        pieces: list[AddrRange] = []
        while size:
            index = bisect_right(self._starts, self._next) - 1
            if index >= 0 and self._next < self._taken[index].end:
                self._next = self._taken[index].end
                continue
            if self._next >= MAX_ADDRESS:
                raise TopologyError("topology", where, f"{size} bytes find no place below {MAX_ADDRESS:#x}")
            room = (self._taken[index + 1].start if index + 1 < len(self._taken) else MAX_ADDRESS) - self._next
            part = min(size, room)
            pieces.append(AddrRange(self._next, self._next + part))
            self._next += part
            size -= part
        return pieces
