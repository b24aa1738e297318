"""Files by which userspace takes devices: ``online`` of a container, ``eject`` of any device that has _EJ0.

Kernel: drivers/acpi/container.c, drivers/base/core.c:online_store, drivers/acpi/device_sysfs.c:eject_store.
"""

from __future__ import annotations

from typing import Final

from acpitools.hotplug.eject import request_ejection
from acpitools.hotplug.machine import Machine
from acpitools.hotplug.outcome import Outcome
from acpitools.hotplug.settings import kstrtobool
from acpitools.hotplug.tree import MEMORY, AcpiDevice

__all__ = ["write_eject", "write_online"]

_OSPM_EJECT: Final = 0x103
"""Event that _OST is given for an ejection that the system asked for.  Spec: ACPI 6.5, 6.3.5."""


def _named(machine: Machine, name: str) -> AcpiDevice | None:
    return next((one for one in machine.acpi_devices() if one.acpi_name == name), None)


def write_online(machine: Machine, name: str, value: str) -> Outcome:
    """Write to the ``online`` file of a container: 0 only where nothing that lies in it itself is online."""
    container = _named(machine, name)
    if container is None or not container.registered:
        return Outcome(f"ENOENT: there is no container {name}")
    online = kstrtobool(value)
    if online is None:
        return Outcome("EINVAL: only 0 and 1 can be written")
    if online:
        container.offline = False
        return Outcome()
    for child in container.children:
        numbers = child.memory.blocks if child.memory is not None else ()
        busy = next((f"memory{number}" for number in numbers if machine.blocks[number].online), None)
        if busy is None and child.registered and not child.offline:
            busy = child.acpi_name
        if busy is not None:
            return Outcome(f"EBUSY: {busy} in {name} is online")
    container.offline = True
    return Outcome()


def write_eject(machine: Machine, name: str, value: str) -> Outcome:
    """Write to the ``eject`` file of a device; the ejection comes later, and the write does not wait for it."""
    device = _named(machine, name)
    if device is None or not device.objects.ejectable:
        return Outcome(f"ENOENT: there is no device {name} that could be ejected")
    if not value.startswith("1"):
        return Outcome("EINVAL: only 1 can be written")
    if device.handler is None or (device.handler == MEMORY and not machine.settings.profile_enabled):
        return Outcome(f"ENODEV: {name} is not attached, or ejecting it is disabled")
    outcome = request_ejection(machine, device, _OSPM_EJECT)
    if outcome.reason:
        outcome.tell("HP009", f"{device.name}: the write succeeds, the ejection fails: {outcome.reason}")
        outcome.reason = None
    return outcome
