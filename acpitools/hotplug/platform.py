"""The memory devices of a machine's tables as the kernel knows them, with the firmware that answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from acpitools.aml.names import path_text
from acpitools.core.errors import InputError
from acpitools.hotplug.firmware import Firmware, upwards
from acpitools.hotplug.identity import BRIDGES, CONTAINERS, MEMORY_DEVICE, identified, postponed
from acpitools.hotplug.machine import Device
from acpitools.hotplug.outcome import name_list
from acpitools.hotplug.paths import path_of
from acpitools.hotplug.step import FirmwareCall
from acpitools.hotplug.tree import BRIDGE, CONTAINER, MEMORY, AcpiDevice, root_device
from acpitools.interp.bring_up import load_as, start_as
from acpitools.interp.hardware import Hardware, MemoryHotplug
from acpitools.interp.limits import Limits
from acpitools.interp.linux import Linux, linux
from acpitools.interp.machine import Machine, Tracer
from acpitools.interp.memory_controller import REGISTERS
from acpitools.interp.objects import Region, String
from acpitools.interp.scripted import Board

__all__ = ["Platform", "platform_of"]

_HANDLERS: Final = {
    MEMORY_DEVICE: MEMORY,
    **dict.fromkeys(CONTAINERS, CONTAINER),
    **dict.fromkeys(BRIDGES, BRIDGE),
}
"""Identifier -> the scan handler of the kernel for it."""
_CONTROLLER: Final = b"Memory hotplug resources"
"""_UID of the controller's device in QEMU's tables."""
_SPACES: Final = ("SystemIO", "SystemMemory")
_NO_DEVICE = "no device in DSDT and SSDTs is a memory device (PNP0C80)"


_LIMITS = Limits(steps=200_000)
"""Of one evaluation: what describes a device takes a few hundred, a scan of 256 slots some thousands."""


class Platform:
    """All memory devices that the tables have, whether they are there or not, and what they lie in."""

    def __init__(
        self, firmware: Firmware, ids: Mapping[bytes, tuple[str, ...]], assumed: MemoryHotplug | None = None
    ) -> None:
        """``ids`` are those of all devices, in the order of the scan."""
        self.firmware = firmware
        self.assumed = assumed
        """The controller that was found in the tables, rather than described."""
        self.expected: set[str] = set()
        """Devices that actions have at boot."""
        self.known: dict[bytes, Device] = {}
        """Memory devices by path, in the order of the scan."""
        self.root = root_device()
        self.tree: dict[bytes, AcpiDevice] = {}
        """The devices that the firmware watches, by path."""
        self.postponed: list[AcpiDevice] = []
        """Devices that the scan at boot leaves for later, with what lies in them; not yet in what they lie in."""
        late = postponed(firmware.aml, ids)
        numbers: dict[bytes, int] = {}
        counts: dict[str, int] = {}
        for path in _later_last(ids, late):
            first = ids[path][0]
            numbers[path] = counts[first] = counts.get(first, -1) + 1
        for path in _later_last(firmware.watched, late):
            objects = firmware.watched[path]
            own = ids.get(path, ())
            handlers = tuple(dict.fromkeys(_HANDLERS[one] for one in own if one in _HANDLERS))
            first, number = own[0] if own else "device", numbers.get(path, 0)
            parent = next((self.tree[place] for place in upwards(path[:-4]) if place in self.tree), self.root)
            device = AcpiDevice(
                name=path_text(path),
                acpi_name=f"{first}:{number:02x}",
                objects=objects,
                path=path,
                handlers=handlers,
                parent=parent,
            )
            if MEMORY in handlers:
                device.memory = self.known[path] = Device(
                    name=device.name,
                    slot=number,
                    objects=objects,
                    acpi_id=first,
                    path=path,
                    container=path_text(path[:-4]),
                )
            (self.postponed if path in late else parent.children).append(device)
            self.tree[path] = device

    @property
    def unmodelled(self) -> bool:
        """Tell whether the tables have QEMU's memory hot-plug controller and nothing answers for it."""
        return self.firmware.controller is None and qemu_controller(self.firmware.aml) is not None

    def drained(self) -> list[FirmwareCall]:
        """Give what was evaluated since the last time."""
        calls = self.firmware.calls
        self.firmware.calls = []
        return calls

    def find(self, text: str) -> Device:
        """Give the memory device at a path.  Raises InputError naming those that there are."""
        device = self.known.get(path_of(text))
        if device is None:
            names = name_list([path_text(path) for path in self.known])
            raise InputError("hot-plug actions", text, f"the tables have no such memory device; there: {names}")
        return device

    def in_slot(self, slot: int) -> Device:
        """Give the device that answers for a slot of the controller.  Raises InputError."""
        for path, number in self.firmware.slots.items():
            if number == slot:
                return self.known[path]
        raise InputError("hardware", f"slot {slot}", "no memory device of the tables answers for it")


def _later_last(paths: Iterable[bytes], late: Sequence[bytes]) -> list[bytes]:
    # The order in which the kernel makes devices: what is left for later comes last.
    def turn(path: bytes) -> int:
        return next((number for number, other in enumerate(late, 1) if path.startswith(other)), 0)

    return sorted(paths, key=turn)


def qemu_controller(aml: Machine) -> MemoryHotplug | None:
    """Give QEMU's memory hot-plug controller where its tables declare one: a region in a device of that name.

    Source: QEMU, hw/acpi/memory_hotplug.c:build_memory_hotplug_aml.
    """
    nodes = aml.namespace.nodes
    for path, node in tuple(nodes.items()):
        region, owner = node.value, nodes.get(path[:-4] + b"_UID")
        if not isinstance(region, Region) or region.length != REGISTERS or region.space not in _SPACES:
            continue
        if owner is not None and isinstance(owner.value, String) and bytes(owner.value.data) == _CONTROLLER:
            return MemoryHotplug(space=region.space, base=region.offset)
    return None


def platform_of(
    tables: Sequence[bytes], hardware: Hardware | None, kernel: Linux | None = None, *, trace: Tracer | None = None
) -> Platform:
    """Load and start a machine with hardware behind its tables, as a kernel does: 6.12 if none is given.

    Where no hardware is given, QEMU's memory hot-plug controller is taken from the tables, with empty slots.  Raises
    InputError where they have no memory device.
    """
    board = Board(hardware or Hardware())
    like = kernel or linux()
    aml = load_as(like, tables, handlers=board.handlers, buses=board.buses, limits=_LIMITS)
    ids = identified(aml)
    memory = [path for path, own in ids.items() if MEMORY_DEVICE in own]
    if not memory:
        raise InputError("firmware", "the tables", _NO_DEVICE)
    assumed = qemu_controller(aml) if hardware is None else None
    if assumed is not None:
        board.install(assumed)
    board.give_slots(len(memory))
    start_as(like, aml)
    if trace is not None:
        aml.trace = trace
    watched = [path for path, own in ids.items() if not _HANDLERS.keys().isdisjoint(own)]
    return Platform(Firmware(aml, board, memory, watched), ids, assumed)
