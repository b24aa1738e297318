"""The memory hot-plug controller of QEMU's machines: a selector, and registers of the selected slot.

Source: QEMU, docs/specs/acpi_mem_hotplug.rst; hw/acpi/memory_hotplug.c for what it leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from acpitools.core.value import value

__all__ = ["BASE", "REGISTERS", "Dimm", "MemoryController", "Report", "Slot"]

BASE: Final = 0xA00
"""I/O port of the first register on QEMU's PC machines."""
REGISTERS: Final = 0x18
"""Bytes of the registers."""

_SELECTOR, _OST_EVENT, _OST_STATUS, _STATUS = 0x0, 0x4, 0x8, 0x14
_ENABLED, _INSERTING, _REMOVING, _EJECT = 1, 2, 4, 8


@value
class Dimm:
    """A DIMM in a slot.  Bytes."""

    address: int
    size: int
    node: int = 0
    """Proximity domain."""


@value
class Report:
    """What _OST told about a slot."""

    slot: int
    event: int
    status: int


@dataclass(slots=True)
class Slot:
    """A slot, and what is to be told about it."""

    dimm: Dimm | None = None
    inserting: bool = False
    """Set by an insertion, cleared by the firmware once it has notified the system."""
    removing: bool = False
    """Set by the wish to remove, cleared likewise."""
    event: int = 0
    status: int = 0


@dataclass(slots=True)
class MemoryController:
    """The controller: registers for the firmware, :meth:`insert` and :meth:`ask_removal` for the platform."""

    slots: list[Slot]
    selector: int = 0
    reports: list[Report] = field(default_factory=list)
    """Each status that was told, in order."""
    ejected: list[int] = field(default_factory=list)
    """Slots that the firmware emptied, in order."""

    def insert(self, number: int, dimm: Dimm, *, running: bool) -> None:
        """Put a DIMM into a slot; on a running machine it is to be told.  Raises ValueError where one is in it."""
        slot = self.slots[number]
        if slot.dimm is not None:
            raise ValueError(f"there is a DIMM in slot {number}")
        slot.dimm, slot.inserting = dimm, running

    def ask_removal(self, number: int) -> None:
        """Have the system asked for the DIMM in a slot."""
        self.slots[number].removing = True

    def read(self, offset: int, width: int) -> int:
        """Give what a read of ``width`` bits gives; only the first byte of a register answers."""
        if self.selector >= len(self.slots):
            return 0
        slot = self.slots[self.selector]
        dimm = slot.dimm or Dimm(address=0, size=0)
        status = _ENABLED * (slot.dimm is not None) | _INSERTING * slot.inserting | _REMOVING * slot.removing
        registers = {
            0x0: dimm.address,
            0x4: dimm.address >> 32,
            0x8: dimm.size,
            0xC: dimm.size >> 32,
            0x10: dimm.node,
            _STATUS: status,
        }
        # Registers have 32 bits and nothing lies between them.
        return registers.get(offset, -1) & 0xFFFF_FFFF & (1 << width) - 1

    def write(self, offset: int, number: int) -> None:
        """Take a write, of any width; only the first byte of a register takes one."""
        if offset == _SELECTOR:
            if self.slots:
                self.selector = number
            return
        if self.selector >= len(self.slots):
            return
        slot = self.slots[self.selector]
        if offset == _OST_EVENT:
            slot.event = number
        elif offset == _OST_STATUS:
            slot.status = number
            self.reports.append(Report(slot=self.selector, event=slot.event, status=number))
        elif offset == _STATUS:
            self._control(slot, number)

    def _control(self, slot: Slot, number: int) -> None:
        # One write does one thing: the lowest bit that is set decides.
        if number & _INSERTING:
            slot.inserting = False
        elif number & _REMOVING:
            slot.removing = False
        elif number & _EJECT and slot.dimm is not None:
            slot.dimm = None
            self.ejected.append(self.selector)
