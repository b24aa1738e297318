"""What the kernel asks a memory device: _STA, _CRS, _PXM, _EJ0 and _OST, by the firmware or as described.

Kernel: drivers/acpi/acpi_memhotplug.c, drivers/acpi/utils.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from acpitools.core.ranges import AddrRange
from acpitools.core.value import value

__all__ = ["STA_VISITED", "Described", "DeviceObjects", "DeviceRange", "joined"]

STA_VISITED: Final = 0x9
"""Present or functioning: the namespace scan looks at the device."""


@dataclass(slots=True)
class DeviceRange:
    """A range of a device's _CRS, half open, bytes."""

    start: int
    end: int
    enabled: bool = False
    """The kernel added it, or found it in use already."""
    added: bool = False
    """The kernel added it."""
    attributes: int = 0
    """Caching and write protection: ranges that differ are not joined."""

    @property
    def span(self) -> str:
        """The range as the kernel prints it."""
        return f"[mem {self.start:#x}-{self.end - 1:#x}]"


class DeviceObjects(Protocol):
    """The objects of a memory device; each call evaluates one."""

    @property
    def ejectable(self) -> bool:
        """The device has _EJ0."""

    def status(self) -> int | None:
        """Give _STA, or None where it cannot be had."""

    def resources(self) -> list[DeviceRange] | None:
        """Give the memory of _CRS as the driver collects it, or None where it cannot be had."""

    def domain(self) -> int | None:
        """Give _PXM of the device or of what it lies in, or None."""

    def eject(self) -> str | None:
        """Carry out _LCK (0) and _EJ0 (1); tell why it failed, or None."""

    def left(self) -> int | None:
        """Give _STA after an ejection, where the device is enabled still."""

    def report(self, event: int, status: int, /) -> int | None:
        """Carry out _OST; give the status that the firmware got, or None where it got none."""


def joined(ranges: Iterable[DeviceRange]) -> list[DeviceRange]:
    """Give the ranges of _CRS as the driver collects them: each joined to the first that ends where it starts.

    Kernel: acpi_memory_get_resource, for descriptors of the same caching and write protection.
    """
    found: list[DeviceRange] = []
    for piece in ranges:
        if piece.start >= piece.end:
            continue
        before = next((r for r in found if r.end == piece.start and r.attributes == piece.attributes), None)
        if before:
            before.end = piece.end
        else:
            found.append(DeviceRange(piece.start, piece.end, attributes=piece.attributes))
    return found


@value
class Described:
    """A device as an action describes it; its firmware does what it is asked."""

    ranges: Sequence[AddrRange]
    pxm: int | None
    sta: int | None
    ejectable: bool

    def status(self) -> int | None:
        """Give the status that was described."""
        return self.sta

    def resources(self) -> list[DeviceRange]:
        """Give the ranges that were described."""
        return joined(DeviceRange(start, end) for start, end in self.ranges)

    def domain(self) -> int | None:
        """Give the domain that was described."""
        return self.pxm

    def eject(self) -> str | None:
        """Let the device go."""
        return None if self.ejectable else "ENODEV: the device has no _EJ0; its memory is gone"

    def left(self) -> int | None:
        """Give None: what is described goes."""
        return None

    def report(self, _event: int, status: int) -> int | None:
        """Take the status."""
        return status
