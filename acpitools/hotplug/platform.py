"""The memory devices of a machine's tables as the kernel knows them, with the firmware that answers for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from acpitools.aml.names import path_text
from acpitools.core.errors import InputError
from acpitools.hotplug.firmware import Firmware
from acpitools.hotplug.identity import CONTAINERS, MEMORY_DEVICE, devices_of
from acpitools.hotplug.machine import Device
from acpitools.hotplug.outcome import name_list
from acpitools.hotplug.paths import path_of
from acpitools.hotplug.step import FirmwareCall
from acpitools.interp.hardware import Hardware
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.machine import Tracer
from acpitools.interp.memory_controller import BASE, REGISTERS
from acpitools.interp.objects import Region
from acpitools.interp.scripted import Board
from acpitools.interp.start import start

__all__ = ["Platform", "platform_of"]

_NO_DEVICE = "no device in DSDT and SSDTs is a memory device (PNP0C80)"


_LIMITS = Limits(steps=200_000)
"""Of one evaluation: what describes a device takes a few hundred, a scan of 256 slots some thousands."""


class Platform:
    """All memory devices that the tables have, whether they are there or not."""

    def __init__(self, firmware: Firmware, ids: Mapping[bytes, str]) -> None:
        self.firmware = firmware
        self.met: set[bytes] = set()
        """Containers (ACPI0004, PNP0A05, PNP0A06) that the scan met as present: their handler is attached."""
        self.expected: set[bytes] = set()
        """Devices that actions have at boot."""
        self.broken: set[bytes] = set()
        """Containers whose ejection was not complete: their handler is there, and what it looks after is gone."""
        self.fatal: bytes | None = None
        self.offline: set[bytes] = set()
        """Containers that userspace put offline."""
        self.known: dict[bytes, Device] = {}
        """By path, in the order of the scan."""
        self.hidden: set[bytes] = set()
        """Devices that are not there before an action brings them."""
        self.containers: dict[bytes, str] = {}
        """Path of a container -> what the kernel calls it."""
        counts: dict[str, int] = {}
        for path in firmware.watched:
            number = counts.get(ids[path], 0)
            counts[ids[path]] = number + 1
            if path in firmware.containers:
                self.containers[path] = f"{ids[path]}:{number:02x}"
                continue
            self.known[path] = Device(
                name=path_text(path),
                slot=number,
                objects=firmware.watched[path],
                acpi_id=ids[path],
                path=path,
                container=path_text(path[:-4]),
            )

    def scan(self, root: bytes) -> Iterator[Device]:
        """Yield the memory devices in a part of the namespace that the scan meets as present.

        It ends behind a container that was half ejected: ``fatal`` then says at which one the kernel dies.
        """
        for objects in self.firmware.scan(root):
            if self.fatal is not None and not objects.path.startswith(self.fatal):
                return
            if objects.path in self.broken:
                self.fatal = objects.path
            if objects.path in self.firmware.containers:
                self.met.add(objects.path)
            if objects.path in self.known and objects.path not in self.hidden:
                yield self.known[objects.path]

    @property
    def unmodelled(self) -> bool:
        """Tell whether the tables use QEMU's memory hot-plug controller and nothing answers for it."""
        regions = (node.value for node in self.firmware.aml.namespace.nodes.values() if isinstance(node.value, Region))
        return self.firmware.controller is None and any(
            (region.space, region.offset, region.length) == ("SystemIO", BASE, REGISTERS) for region in regions
        )

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


def platform_of(tables: Sequence[bytes], hardware: Hardware, *, trace: Tracer | None = None) -> Platform:
    """Load and start a machine with hardware behind its tables.  Raises InputError where they have no memory device."""
    board = Board(hardware)
    ordered = sorted(tables, key=lambda data: data[:4] != b"DSDT")
    aml = load(ordered, handlers=board.handlers, buses=board.buses, limits=_LIMITS)
    ids = devices_of(aml, MEMORY_DEVICE)
    if not ids:
        raise InputError("firmware", "the tables", _NO_DEVICE)
    board.give_slots(len(ids))
    start(aml)
    if trace is not None:
        aml.trace = trace
    containers = devices_of(aml, CONTAINERS)
    return Platform(Firmware(aml, board, ids, containers), {**containers, **ids})
