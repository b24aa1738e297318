"""Described hardware that runs: what reads and writes of operation regions reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from acpitools.aml.encoding import name_from_text
from acpitools.core.errors import EncodeError, InputError
from acpitools.interp.acpiexec import acpiexec_buses
from acpitools.interp.hardware import SCRIPTED_SPACES, Hardware, MemoryHotplug, Register
from acpitools.interp.hardware_buses import PINS, Answer
from acpitools.interp.limits import exceeded
from acpitools.interp.memory_controller import REGISTERS, MemoryController, Slot
from acpitools.interp.objects import Region
from acpitools.interp.pci import PciFunction, function_of
from acpitools.interp.regions import BusHandler, SpaceHandler
from acpitools.interp.scripted_buses import ScriptedBus, ScriptedPins

__all__ = ["Board", "ScriptedSpace"]

_FUNCTION: Final = re.compile(r"(?:([0-9a-fA-F]{4}):)?([0-9a-fA-F]{2}):([01][0-9a-fA-F])\.([0-7])")
"""A function as lspci writes it."""
_OTHERS_OF_ACPIEXEC: Final = ("PciBarTarget", "FFixedHW", "0x80", "0xE4")
"""Address spaces of which only acpiexec has memory, those of OEMs that it knows among them."""
_MOST_WRITTEN: Final = 1 << 20
"""Bytes of a space that may hold what was written to them."""


class _Register:
    # A register as it is now: the values that are to be read yet.

    def __init__(self, described: Register) -> None:
        self.described = described
        self.waiting = list(reversed(described.values))

    def next(self) -> int:
        """Give the value of this read."""
        return self.waiting.pop() if len(self.waiting) > 1 else self.waiting[0]


class _Cells:
    # The bytes of a space, or of the configuration of one PCI function.

    def __init__(self, fill: int) -> None:
        self.fill = fill
        self.held: dict[int, int] = {}
        self.writes: dict[int, str] = {}
        self.sequences: dict[int, _Register] = {}

    def describe(self, register: Register) -> None:
        data = register.values[0].to_bytes(register.width // 8, "little")
        for index, byte in enumerate(data):
            self.held[register.address + index] = byte
            self.writes[register.address + index] = register.write
        self.sequences.pop(register.address, None)
        if len(register.values) > 1:
            self.sequences[register.address] = _Register(register)

    def read(self, address: int, size: int) -> int:
        places = range(address, address + size)
        if self.sequences:
            self._advance(places)
        return int.from_bytes(bytes(self.held.get(place, self.fill) for place in places), "little")

    def _advance(self, places: range) -> None:
        # A read of its first byte is a read of a register.
        for place in places:
            register = self.sequences.get(place)
            if register is not None:
                data = register.next().to_bytes(register.described.width // 8, "little")
                self.held.update(enumerate(data, place))

    def write(self, address: int, size: int, number: int) -> None:
        for place, byte in enumerate(number.to_bytes(size, "little"), address):
            rule = self.writes.get(place, "keep")
            if rule == "keep":
                self.held[place] = byte
            elif rule == "clear":
                self.held[place] &= ~byte
        if len(self.held) > _MOST_WRITTEN:
            raise exceeded("bytes written to one address space", _MOST_WRITTEN)


class ScriptedSpace:
    """An address space: described registers, a model where there is one, and bytes that keep what is written."""

    def __init__(self, fill: int | None = None, *, one_configuration: bool = False) -> None:
        """``fill`` is the byte where nothing is described; None where that is not known, and zeros stand for it.

        ``one_configuration`` has all PCI functions share the bytes of theirs.
        """
        self._one = one_configuration
        self.fill = fill or 0
        self.known = fill is not None
        self.guessed = False
        """A byte was read that nothing describes and nobody wrote."""
        self.base = 0
        self.model: MemoryController | None = None
        """Answers from ``base`` on."""
        self._cells: dict[bytes | PciFunction | None, _Cells] = {}
        """Of PCI_Config by path of the device, or by function; else None."""
        self._functions: dict[bytes, PciFunction] = {}
        """Path of what a region is declared in -> its function, as worked out once."""

    def cells(self, device: bytes | PciFunction | None) -> _Cells:
        """Give the bytes of a device's configuration, or of the space."""
        found = self._cells.get(device)
        if found is None:
            found = self._cells[device] = _Cells(self.fill)
        return found

    def describe(self, register: Register) -> None:
        """Take a register in, in place of the one that is there.  Raises InputError."""
        self.cells(_path(register.device)).describe(register)

    def _modelled(self, address: int) -> bool:
        return self.model is not None and self.base <= address < self.base + REGISTERS

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give the bits at a place of a region."""
        address = region.offset + offset
        if self.model is not None and self._modelled(address):
            return self.model.read(address - self.base, width)
        cells, size = self._of(region), width // 8
        if not self.known and not self.guessed:
            self.guessed = any(place not in cells.held for place in range(address, address + size))
        return cells.read(address, size)

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Change the bits at a place of a region."""
        address = region.offset + offset
        if self.model is not None and self._modelled(address):
            self.model.write(address - self.base, value)
        else:
            self._of(region).write(address, width // 8, value)

    def _of(self, region: Region) -> _Cells:
        if region.space != "PCI_Config" or self._one:
            return self.cells(None)
        if region.parent in self._cells:
            return self._cells[region.parent]
        place = self._functions.get(region.parent)
        if place is None:
            place = self._functions[region.parent] = function_of(region, self._register)
        return self.cells(place)

    def _register(self, place: PciFunction, offset: int) -> int | None:
        found = self._cells.get(place)
        return None if found is None else found.read(offset, 1)


def _path(text: str | None) -> bytes | PciFunction | None:
    if text is None:
        return None
    place = _FUNCTION.fullmatch(text)
    if place is not None:
        segment, *rest = (int(part or "0", 16) for part in place.groups())
        return PciFunction(segment, *rest)
    try:
        return name_from_text(text).path
    except EncodeError as error:
        raise InputError(
            "hardware", text, f"it is neither a path nor a function such as 0000:00:1f.0: {error.why}"
        ) from error


class Board:
    """The hardware of one machine."""

    def __init__(self, hardware: Hardware) -> None:
        """Build it.  Raises InputError."""
        fills = dict(hardware.unclaimed)
        if hardware.acpiexec:
            fills = dict.fromkeys((*SCRIPTED_SPACES, *_OTHERS_OF_ACPIEXEC), 0)
        described = {register.space for register in hardware.registers}.union(SCRIPTED_SPACES, fills) - {PINS}
        one = hardware.acpiexec
        self.spaces = {name: ScriptedSpace(fills.get(name), one_configuration=one) for name in described}
        self.buses: Mapping[str, BusHandler] = acpiexec_buses() if one else _buses(hardware)
        """Name of a space whose fields are handed over whole -> what answers in it."""
        for register in hardware.registers:
            self.spaces[register.space].describe(register)
        self.controller: MemoryController | None = None
        self.described: MemoryHotplug | None = None
        if hardware.controller is not None:
            self.install(hardware.controller)

    def install(self, described: MemoryHotplug) -> None:
        """Put a memory hot-plug controller in its place."""
        self.described, self.controller = described, _controller(described)
        space = self.spaces[described.space]
        space.model, space.base = self.controller, described.base

    def give_slots(self, count: int) -> None:
        """Give the controller at least this many slots, where the description leaves their number open."""
        if self.controller is not None and self.described is not None and not self.described.slots:
            self.controller.slots += [Slot() for _ in range(count - len(self.controller.slots))]

    def set(self, space: str, address: int, width: int, number: int, device: str | None = None) -> None:
        """Change a register of ``width`` bits, described or not.  Raises InputError for a device that is no path."""
        register = Register(space=space, address=address, width=width, values=(number,), device=device)
        self.spaces[space].describe(register)

    def guessed(self) -> bool:
        """Tell whether hardware was read that nothing describes, since the last time that this was asked."""
        found = any(space.guessed for space in self.spaces.values())
        for space in self.spaces.values():
            space.guessed = False
        return found

    @property
    def handlers(self) -> Mapping[str, SpaceHandler]:
        """Name of a space -> what answers in it."""
        return self.spaces


def _buses(hardware: Hardware) -> dict[str, BusHandler]:
    answers: dict[str, list[Answer]] = {}
    for answer in hardware.answers:
        answers.setdefault(answer.space, []).append(answer)
    buses: dict[str, BusHandler] = {space: ScriptedBus(given) for space, given in answers.items()}
    other = dict(hardware.unclaimed).get(PINS)
    if hardware.pins or other is not None:
        buses[PINS] = ScriptedPins(hardware.pins, other)
    return buses


def _controller(described: MemoryHotplug) -> MemoryController:
    least = max((number for number, *_ in described.dimms), default=-1) + 1
    made = MemoryController(slots=[Slot() for _ in range(described.slots or least)])
    for number, dimm, pending in described.dimms:
        made.insert(number, dimm, running=pending == "insert")
        if pending == "remove":
            made.ask_removal(number)
    return made
