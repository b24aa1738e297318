"""Containers of the tables (ACPI0004, PNP0A05, PNP0A06): put offline by userspace first, then ejected.

Kernel: drivers/acpi/container.c, drivers/base/container.c, drivers/acpi/scan.c:acpi_scan_hot_remove.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acpitools.aml.names import padded_path
from acpitools.hotplug.devices import OST_BUSY, OST_FAILED, OST_PROGRESS, OST_SUCCESS
from acpitools.hotplug.eject import EJECT_REQUEST, detach
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.outcome import Outcome

if TYPE_CHECKING:
    from acpitools.hotplug.platform import Platform

__all__ = ["eject_container", "write_online"]

_NOT_FOUND = 0x5
"""ACPICA: AE_NOT_FOUND."""


def _inside(machine: Machine, where: bytes) -> Iterator[Device]:
    return (one for one in machine.devices.values() if one.path is not None and one.path.startswith(where))


def write_online(machine: Machine, platform: Platform, name: str, value: str) -> Outcome:
    """Write to the ``online`` file of a container: 0 only where no block of a device in it is online."""
    where = next((path for path, own in platform.containers.items() if own == name), None)
    if where is None or where not in platform.met:
        return Outcome(f"ENOENT: there is no container {name}")
    word = value.strip().lower()
    if word[:1] in ("1", "y") or word == "on":
        platform.offline.discard(where)
        return Outcome()
    if word[:1] not in ("0", "n") and word != "off":
        return Outcome("EINVAL: only 0 and 1 can be written")
    direct = (one for one in _inside(machine, where) if one.path is not None and len(one.path) == len(where) + 4)
    online = [number for one in direct for number in one.blocks if machine.blocks[number].online]
    if online:
        return Outcome(f"EBUSY: memory{online[0]} in {name} is online")
    platform.offline.add(where)
    return Outcome()


def eject_container(machine: Machine, platform: Platform, where: bytes) -> Outcome:
    """Eject a container: busy as long as userspace has not put it offline."""
    objects = platform.firmware.watched[where]
    outcome = Outcome()
    objects.report(EJECT_REQUEST, OST_PROGRESS)
    if where in platform.met and where not in platform.offline:
        name = platform.containers[where]
        why = f"EBUSY: {name} is online; the kernel only asks userspace to write 0 to"
        outcome.fail(f"{why} /sys/devices/system/container/{name}/online")
        outcome.ost = objects.report(EJECT_REQUEST, OST_BUSY)
        return outcome
    gone = list(_inside(machine, where))
    for device in reversed(gone):
        detach(machine, device, outcome)
        if machine.dead is not None:
            return outcome
        del machine.devices[device.name]
    status = OST_SUCCESS
    why_not = objects.eject()
    if why_not:
        outcome.fail(why_not)
        status = OST_FAILED
    complete = not why_not and _is_complete(machine, platform, where, outcome)
    kept = machine.env.policy.rescans_siblings and not complete
    for device in gone:
        device.kept, device.enumerated = kept, kept
    platform.offline.discard(where)
    if kept:
        platform.broken.add(where)
    else:
        platform.met.discard(where)
    outcome.ost = objects.report(EJECT_REQUEST, status)
    return outcome


def _is_complete(machine: Machine, platform: Platform, where: bytes, outcome: Outcome) -> bool:
    # Without _STA the check after the ejection fails.
    if not platform.firmware.has(where + b"_STA"):
        machine.log.append(f"ACPI: {padded_path(where)}: Status check after eject failed ({_NOT_FOUND:#x})")
        return False
    left = platform.firmware.watched[where].left()
    if left is not None:
        machine.log.append(f"ACPI: {padded_path(where)}: Eject incomplete - status {left:#x}")
        outcome.fail(f"its firmware says that it is enabled still: _STA is {left:#x}")
    return left is None
