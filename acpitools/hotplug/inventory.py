"""What the tables say of each memory device (PNP0C80), as far as running their code tells.

Spec: ACPI 6.5, 9.11.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from acpitools.aml.names import path_text
from acpitools.aml.resources.address_space import DWordSpace, QWordSpace, WordSpace
from acpitools.aml.resources.memory import Memory24, Memory32, Memory32Fixed
from acpitools.aml.resources.template import decode_template
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.hotplug.eject import EJECT_REQUEST
from acpitools.hotplug.events import Notified, notified_by_events
from acpitools.hotplug.firmware import Firmware, FirmwareDevice, memory_ranges, upwards
from acpitools.hotplug.objects import STA_ENABLED, STA_VISITED
from acpitools.hotplug.platform import Platform
from acpitools.hotplug.scan import BUS_CHECK, DEVICE_CHECK
from acpitools.hotplug.tree import CONTAINER

__all__ = ["MemoryDevice", "Piece", "containers_asked_for", "inventory"]

_MEMORY = 0


@value
class Piece:
    """An address space descriptor of type memory, half open, bytes."""

    start: int
    end: int
    maximum: int
    """What it calls its last address."""


@value
class MemoryDevice:
    """A memory device; None where an object is not there, or fails."""

    path: str
    visible: bool
    """The scan looks at it: it and all that it lies in are present or functioning."""
    sta: int | None
    ranges: tuple[AddrRange, ...] | None
    """The memory in _CRS as the driver collects it."""
    pieces: tuple[Piece, ...]
    """The memory in _CRS, descriptor by descriptor."""
    others: bool
    """_CRS has Memory24, Memory32 or Memory32Fixed descriptors."""
    pxm: int | None
    """_PXM of the device or of what it lies in."""
    ejectable: bool
    """It, or what it lies in, has _EJ0."""
    reports: bool
    """It has _OST."""
    known: bool
    """No hardware was read that nothing describes."""
    failed: tuple[str, ...]
    """Objects whose code fails, and why."""
    told: bool = True
    """An event may notify it, or what it lies in."""
    left: int | None = None
    """_STA after _EJ0, where the device is enabled still."""


def inventory(platform: Platform) -> tuple[MemoryDevice, ...]:
    """Give the memory devices of a machine, in the order in which the kernel meets them; in the end all are ejected."""
    firmware, events = platform.firmware, notified_by_events(platform.firmware.aml)
    objects = [firmware.watched[path] for path in platform.known]
    handled = {path for path, device in platform.tree.items() if device.handlers}
    found = [_device(firmware, one, events, handled) for one in objects]
    return tuple(_ejected(firmware, one, device) for one, device in zip(objects, found, strict=True))


def _ejected(firmware: Firmware, objects: FirmwareDevice, device: MemoryDevice) -> MemoryDevice:
    # What an ejection leaves: found out by one, which is the last that this machine is asked.
    if not objects.ejectable or device.sta is None:
        return device
    firmware.calls.clear()
    done, (failed, left) = objects.eject(), objects.left()
    told = not (done.status or failed or any(call.guessed for call in firmware.calls))
    return replace(device, left=left if told and left & STA_ENABLED else None)


def containers_asked_for(platform: Platform) -> tuple[str, ...]:
    """Give the containers that an event asks to be ejected though they have no _EJ0."""
    asked = notified_by_events(platform.firmware.aml).values
    return tuple(
        device.name
        for path, device in platform.tree.items()
        if CONTAINER in device.handlers and EJECT_REQUEST in asked.get(path, ()) and not device.objects.ejectable
    )


def _device(firmware: Firmware, device: FirmwareDevice, events: Notified, handled: Container[bytes]) -> MemoryDevice:
    firmware.calls.clear()
    path = device.path
    notified = (place for place in upwards(path) if place in handled)
    looks = [firmware.watched[place].scanned_status() for place in upwards(path) if place in firmware.watched]
    sta = device.status()
    template = firmware.template(path + b"_CRS")
    ranges = None if template is None else memory_ranges(template)
    found = () if template is None else decode_template(template).descriptors
    pxm = device.domain()
    return MemoryDevice(
        path=path_text(path),
        visible=all((look or 0) & STA_VISITED for look in looks),
        sta=sta,
        ranges=None if ranges is None else tuple(AddrRange(piece.start, piece.end) for piece in ranges),
        pieces=tuple(
            Piece(start=item.minimum, end=item.minimum + item.size, maximum=item.maximum)
            for item in found
            if isinstance(item, WordSpace | DWordSpace | QWordSpace) and item.resource_type == _MEMORY and item.size
        ),
        others=any(isinstance(item, Memory24 | Memory32 | Memory32Fixed) for item in found),
        pxm=pxm,
        ejectable=any(firmware.has(place + b"_EJ0") for place in upwards(path)),
        reports=firmware.has(path + b"_OST"),
        told=any(events.can(place, BUS_CHECK, DEVICE_CHECK, EJECT_REQUEST) for place in notified),
        known=not any(call.guessed for call in firmware.calls),
        failed=tuple(f"{call.path}: {call.error}" for call in firmware.calls if call.error),
    )
