"""ACPI devices as the kernel keeps them: how they lie in each other, and how far it got with each.

Kernel: struct acpi_device; drivers/acpi/scan.c, drivers/acpi/bus.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.objects import STA_DEFAULT, STA_ENABLED, STA_VISITED, Described, DeviceObjects

__all__ = ["BRIDGE", "CONTAINER", "MEMORY", "AcpiDevice", "forget", "look", "placed", "root_device"]

MEMORY: Final = "memory"
CONTAINER: Final = "container"
BRIDGE: Final = "PCI root bridge"
"""Scan handlers: what a device has of them, in the order of its identifiers."""


@dataclass(slots=True, eq=False)
class AcpiDevice:
    """A device of the namespace, or one that actions describe.  Kernel: struct acpi_device."""

    name: str
    """Its path, or what actions call it."""
    acpi_name: str
    """What the kernel calls it, such as ``ACPI0004:00``."""
    objects: DeviceObjects
    path: bytes | None = None
    """Where it is in the namespace; None for one that actions describe."""
    handlers: tuple[str, ...] = ()
    """Scan handlers for its identifiers, in their order."""
    parent: AcpiDevice | None = None
    children: list[AcpiDevice] = field(default_factory=list)
    """In the order in which the scan meets them."""
    memory: Device | None = None
    """Its memory, where it is a memory device."""
    status: int = 0
    """_STA as last looked at."""
    initialized: bool = False
    visited: bool = False
    """It was offered to handlers and drivers."""
    handler: str | None = None
    """The scan handler that has it."""
    registered: bool = False
    """Of a container: there is a device of it that can be put offline.  Kernel: struct container_dev."""
    offline: bool = False
    """Of a container: userspace put it offline."""
    claims: bool = False
    """It became a platform device, and has its claims."""
    hidden: bool = False
    """It is not there before an action brings it."""

    @property
    def present(self) -> bool:
        """It is present or functioning.  Kernel: acpi_device_is_present."""
        return bool(self.status & STA_VISITED)

    @property
    def enabled(self) -> bool:
        """It is enabled.  Kernel: acpi_device_is_enabled."""
        return bool(self.status & STA_ENABLED)

    @property
    def enumerated(self) -> bool:
        """The kernel is done with it.  Kernel: acpi_device_enumerated."""
        return self.initialized and self.visited

    def below(self) -> Iterator[AcpiDevice]:
        """Yield what lies in it, each before what lies in that."""
        for child in self.children:
            yield child
            yield from child.below()

    def below_first(self) -> Iterator[AcpiDevice]:
        """Yield what lies in it, each after what lies in that."""
        for child in self.children:
            yield from child.below_first()
            yield child


def look(device: AcpiDevice) -> None:
    """Take a device's _STA; where it fails, what was known of it stays.  Kernel: acpi_bus_get_status."""
    if device.hidden:
        device.status = 0
        return
    found = device.objects.scanned_status()
    if found is not None:
        device.status = found


def forget(machine: Machine, device: AcpiDevice) -> None:
    """Take a device that is gone from those that are shown; one that an action described is there no more."""
    if device.memory is not None:
        machine.devices.pop(device.memory.name, None)
        device.hidden = device.hidden or device.path is None


def root_device() -> AcpiDevice:
    """Give the root, which everything lies in."""
    return AcpiDevice(name="\\", acpi_name="", objects=Described(ranges=(), pxm=None, sta=None, ejectable=False))


def placed(machine: Machine, memory: Device) -> AcpiDevice:
    """Give a memory device that an action describes its place, after those of lower numbers; its container is there."""
    root = machine.described = machine.described or root_device()
    parent = root if memory.container is None else _container(root, memory.container)
    device = AcpiDevice(
        name=memory.name,
        acpi_name=memory.acpi_name,
        objects=memory.objects,
        handlers=(MEMORY,),
        parent=parent,
        memory=memory,
    )
    others = [one for one in parent.children if one.memory is None or one.memory.slot != memory.slot]
    parent.children = sorted([*others, device], key=lambda one: one.memory.slot if one.memory is not None else -1)
    return device


def _container(root: AcpiDevice, name: str) -> AcpiDevice:
    found = next((one for one in root.children if one.name == name), None)
    if found is None:
        number = sum(one.memory is None for one in root.children)
        found = AcpiDevice(
            name=name,
            acpi_name=f"ACPI0004:{number:02x}",
            objects=Described(ranges=(), pxm=None, sta=STA_DEFAULT, ejectable=True),
            handlers=(CONTAINER,),
            parent=root,
        )
        root.children.append(found)
    if found.handler is None:
        # Gone, it comes back with what lies in it.
        found.status, found.handler = STA_DEFAULT, CONTAINER
        found.initialized = found.visited = found.registered = True
    return found
