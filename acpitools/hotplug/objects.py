"""What the kernel asks a memory device: _STA, _CRS, _PXM, _EJ0 and _OST, by the firmware or as described.

Kernel: drivers/acpi/acpi_memhotplug.c, drivers/acpi/utils.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from acpitools.core.ranges import AddrRange
from acpitools.core.value import value

__all__ = [
    "NOT_FOUND",
    "STA_DEFAULT",
    "STA_ENABLED",
    "STA_VISITED",
    "Described",
    "DeviceObjects",
    "DeviceRange",
    "Ejection",
    "joined",
]

STA_VISITED: Final = 0x9
"""Present or functioning: the namespace scan looks at the device."""
STA_ENABLED: Final = 0x2
STA_DEFAULT: Final = 0xF
"""What stands for a _STA that is not there.  Kernel: acpi_bus_get_status_handle."""
NOT_FOUND: Final = 0x5
"""ACPICA: AE_NOT_FOUND."""


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


@value
class Ejection:
    """What came of _LCK and _EJ0; ACPICA's exception codes, 0 for success."""

    lock: int = 0
    """Of _LCK; 0 where there is none."""
    status: int = 0
    """Of _EJ0; NOT_FOUND where there is none."""
    why: str | None = None
    """Why _EJ0 failed."""


class DeviceObjects(Protocol):
    """The objects of a device; each call evaluates one."""

    @property
    def ejectable(self) -> bool:
        """The device has _EJ0."""

    def status(self) -> int | None:
        """Give _STA, or None where it cannot be had."""

    def scanned_status(self) -> int | None:
        """Give _STA as the scan takes it: STA_DEFAULT where it is not there, None where it fails."""

    def resources(self) -> list[DeviceRange] | None:
        """Give the memory of _CRS as the driver collects it, or None where it cannot be had."""

    def claims(self) -> Sequence[AddrRange]:
        """Give the memory of _CRS as a platform device takes it; nothing where it cannot be had."""

    def domain(self) -> int | None:
        """Give _PXM of the device or of what it lies in, or None."""

    def eject(self) -> Ejection:
        """Carry out _LCK (0), where it is there, and _EJ0 (1)."""

    def left(self) -> tuple[int, int]:
        """Give ACPICA's exception code of _STA after an ejection, and its value."""

    def report(self, event: int, status: int, /) -> int | None:
        """Carry out _OST; give the status that the firmware got, or None where it got none."""


def joined(ranges: Iterable[DeviceRange]) -> list[DeviceRange]:
    """Give the ranges of _CRS as the driver collects them: each joined to the first that ends where it starts.

    Kernel: acpi_memory_get_resource, for descriptors of the same caching and write protection; what is empty in the end
    does not count.
    """
    found: list[DeviceRange] = []
    for piece in ranges:
        before = next((r for r in found if r.end == piece.start and r.attributes == piece.attributes), None)
        if before:
            before.end = piece.end
        else:
            found.append(DeviceRange(piece.start, piece.end, attributes=piece.attributes))
    return [piece for piece in found if piece.start < piece.end]


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

    def scanned_status(self) -> int | None:
        """Give the status that was described, or that of a device without one."""
        return STA_DEFAULT if self.sta is None else self.sta

    def resources(self) -> list[DeviceRange]:
        """Give the ranges that were described."""
        return joined(DeviceRange(start, end) for start, end in self.ranges)

    def claims(self) -> Sequence[AddrRange]:
        """Give the ranges that were described."""
        return self.ranges

    def domain(self) -> int | None:
        """Give the domain that was described."""
        return self.pxm

    def eject(self) -> Ejection:
        """Let the device go."""
        return Ejection() if self.ejectable else Ejection(status=NOT_FOUND)

    def left(self) -> tuple[int, int]:
        """Give nothing: what is described goes."""
        return 0, 0

    def report(self, _event: int, status: int) -> int | None:
        """Take the status."""
        return status
