"""I/O ports as ACPICA lets code reach them where no other handler answers.  ACPICA: hwvalid.c.

Some ports are never reached, some not where the newest Windows that code asked _OSI for is XP: bytes read there
are zero, and bytes written go nowhere.  Addresses are cut to 16 bits once the start is done and code has asked
for a Windows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from acpitools.core.errors import AmlRuntimeError
from acpitools.interp.objects import Region
from acpitools.interp.regions import SpaceHandler
from acpitools.interp.semantics import WINDOWS

__all__ = ["GuardedPorts"]

_ALWAYS: Final = (range(0x20, 0x22), range(0xA0, 0xA2), range(0x4D0, 0x4D2))
"""Interrupt controllers, and what triggers their lines."""
_UNDER_XP: Final = (
    range(0x10),
    range(0x40, 0x44),
    range(0x48, 0x4C),
    range(0x70, 0x72),
    range(0x74, 0x77),
    range(0x81, 0x84),
    range(0x87, 0x88),
    range(0x89, 0x8C),
    range(0x8F, 0x90),
    range(0x90, 0x92),
    range(0x93, 0x95),
    range(0x96, 0x98),
    range(0xC0, 0xE0),
    range(0xCF8, 0xD00),
)
"""DMA controllers, timers, clock, page registers, arbitration, and PCI configuration."""
_XP: Final = WINDOWS.index("2001")
_BITS: Final = 0xFFFF
_WIDEST: Final = 32


class GuardedPorts:
    """Ports with those in front of them that code does not reach."""

    def __init__(self, ports: SpaceHandler, asked: Collection[bytes]) -> None:
        """Guard ports; ``asked`` are the interfaces that _OSI was asked for and has."""
        self._ports, self._asked = ports, asked
        self.cuts = False
        """Whether addresses are cut to 16 bits."""

    def cut(self) -> None:
        """Cut addresses to 16 bits from now on, if code asked for a Windows.  ACPICA: acpi_ns_initialize_devices."""
        self.cuts = self._newest() is not None

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give bits of ports.  Raises AmlRuntimeError for a width that there is not."""
        return sum(
            self._ports.read(region, at, bits) << shift for at, bits, shift in self._pieces(region, offset, width)
        )

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Change bits of ports.  Raises AmlRuntimeError for a width that there is not."""
        for at, bits, shift in self._pieces(region, offset, width):
            self._ports.write(region, at, bits, value >> shift & ((1 << bits) - 1))

    def _pieces(self, region: Region, offset: int, width: int) -> Iterator[tuple[int, int, int]]:
        # Offset, bits, and how far they are shifted, of what is reached: all at once, or byte by byte.
        if width > _WIDEST:
            raise AmlRuntimeError(region.node.text, "", f"ports are not accessed {width} bits at a time")
        address = region.offset + offset
        if self.cuts:
            address &= _BITS
        if address + width // 8 - 1 > _BITS:
            raise AmlRuntimeError(region.node.text, "", f"there is no I/O port {address + width // 8 - 1:#x}")
        forbidden = _ALWAYS + _UNDER_XP if self._newest() == _XP else _ALWAYS
        if not any(ports.start < address + width // 8 and address < ports.stop for ports in forbidden):
            yield address - region.offset, width, 0
            return
        for shift in range(0, width, 8):
            if not any(address + shift // 8 in ports for ports in forbidden):
                yield address + shift // 8 - region.offset, 8, shift

    def _newest(self) -> int | None:
        # Number of the newest Windows that was asked for, in the order of WINDOWS.
        found = [number for number, name in enumerate(WINDOWS) if f"Windows {name}".encode() in self._asked]
        return found[-1] if found else None
