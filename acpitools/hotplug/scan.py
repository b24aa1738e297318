"""The namespace scan: memory devices that are met at boot, and what the kernel does when it is told of one.

Kernel: drivers/acpi/scan.c:acpi_bus_scan, acpi_generic_hotplug_event.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from acpitools.aml.names import path_text
from acpitools.core.findings import Severity
from acpitools.hotplug.devices import OST_FAILED, OST_SUCCESS, attach
from acpitools.hotplug.eject import EJECT_REQUEST, detach, eject
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.objects import STA_VISITED, DeviceObjects
from acpitools.hotplug.outcome import Outcome

if TYPE_CHECKING:
    from acpitools.hotplug.platform import Platform

__all__ = ["BUS_CHECK", "DEVICE_CHECK", "container_notified", "insert", "notified", "scan_at_boot"]

BUS_CHECK: Final = 0
DEVICE_CHECK: Final = 1

_PRESENT_ENABLED: Final = 0x3


def scan_at_boot(machine: Machine) -> Outcome:
    """Attach the memory devices of the tables that are there when the machine starts."""
    outcome = Outcome()
    if machine.platform is not None:
        for device in machine.platform.scan(b""):
            tried = Outcome(costs=outcome.costs)
            _meet(machine, device, tried, booting=True)
            outcome.findings += tried.findings
            if tried.reason:
                outcome.tell(
                    "HP013", f"{device.name}: it is there at boot, and the kernel has no memory of it: {tried.reason}"
                )
        for path in sorted(machine.platform.expected):
            if machine.platform.known[path].name not in machine.devices:
                outcome.tell("HP018", f"{path_text(path)} was to be there at boot, and by its _STA it is not")
    return outcome


def insert(machine: Machine, device: Device, *, booting: bool) -> Outcome:
    """Let a device appear that an action describes, at boot or with a Device Check."""
    machine.devices[device.name] = device
    if not booting:
        return notified(machine, device, DEVICE_CHECK)
    outcome = Outcome()
    sta = device.objects.status()
    if not _is_visible(sta):
        outcome.fail(f"not there: _STA is {sta or 0:#x}")
    else:
        _meet(machine, device, outcome, booting=True)
    return outcome


def notified(machine: Machine, device: Device, code: int) -> Outcome:
    """Do what the kernel does for a Notify to a memory device, a check or an eject request, and report it with _OST.

    An insertion whose memory is refused still reports success: the scan swallows the error.
    """
    if code == EJECT_REQUEST:
        return eject(machine, device)
    outcome = Outcome()
    status = _checked(machine, device, code, outcome)
    if machine.dead is None:
        outcome.ost = device.objects.report(code, status)
    if outcome.reason and outcome.ost == OST_SUCCESS:
        outcome.tell("HP001", f"{device.name}: the insertion reports success (_OST 0) and failed: {outcome.reason}")
    return outcome


def container_notified(
    machine: Machine, platform: Platform, where: bytes, objects: DeviceObjects, code: int
) -> Outcome:
    """Do what the kernel does for a check of a container: what lies in it is scanned anew, and _OST told of it.

    A Device Check of one that is attached does nothing.
    """
    outcome = Outcome()
    if code == BUS_CHECK or where not in platform.met:
        for device in platform.known.values():
            if device.path is None or not device.path.startswith(where):
                continue
            sta = device.objects.status()
            if device.enumerated and _is_gone(machine, sta):
                _goes(machine, device, outcome)
            elif code == BUS_CHECK and not device.enumerated and not _is_visible(sta):
                _still_absent(machine, device)
        if machine.dead is None:
            for device in platform.scan(where):
                _meet(machine, device, outcome, booting=False)
            _check_scan(machine, outcome)
    if machine.dead is None:
        outcome.ost = objects.report(code, OST_SUCCESS)
    return outcome


def _check_scan(machine: Machine, outcome: Outcome) -> None:
    # The handler of a container that was half ejected uses what it let go: a NULL pointer dereference.
    # Kernel: container_device_online, called by acpi_bus_attach.
    platform = machine.platform
    if platform is not None and platform.fatal is not None:
        name = path_text(platform.fatal)
        why = f"{name} is scanned after an ejection that was not complete"
        machine.dead = f"a NULL pointer dereference in the kernel: {why}"
        outcome.fail(machine.dead)
        outcome.tell("HP019", machine.dead, Severity.ERROR)


def _is_gone(machine: Machine, sta: int | None) -> bool:
    # Since 6.12 a device that is not enabled any more is let go as well.
    if machine.env.policy.rescans_siblings:
        return sta is not None and sta & _PRESENT_ENABLED != _PRESENT_ENABLED
    return not _is_visible(sta)


def _is_visible(sta: int | None) -> bool:
    return sta is None or bool(sta & STA_VISITED)


def _still_absent(machine: Machine, device: Device) -> None:
    # Up to 6.8 a check of what was never there is told.  Kernel: acpi_scan_device_not_present.
    if not machine.env.policy.rescans_siblings:
        machine.log.append(f"acpi {device.acpi_name}: Still not present")


def _goes(machine: Machine, device: Device, outcome: Outcome) -> None:
    # Its memory is removed without a try to put it offline.
    detach(machine, device, outcome)
    device.enumerated = False
    if machine.dead is None:
        machine.devices.pop(device.name, None)


def _checked(machine: Machine, device: Device, code: int, outcome: Outcome) -> int:
    # Device Check and Bus Check.  Kernel: acpi_scan_device_check, acpi_scan_bus_check.
    sta = device.objects.status()
    met = device.enumerated
    if met and _is_gone(machine, sta):
        _goes(machine, device, outcome)
    if machine.dead is not None:
        return OST_FAILED
    if not _is_visible(sta):
        if met:
            return OST_SUCCESS
        outcome.fail(f"not there: _STA is {sta or 0:#x}")
        _still_absent(machine, device)
        return OST_SUCCESS if machine.env.policy.rescans_siblings or code == BUS_CHECK else OST_FAILED
    if (device.attached or device.kept) and code == DEVICE_CHECK:
        return OST_SUCCESS
    for candidate in _candidates(machine, device, code):
        tried = outcome if candidate is device else Outcome(costs=outcome.costs)
        before = candidate.attached
        _meet(machine, candidate, tried, booting=False)
        if tried is not outcome:
            outcome.findings += tried.findings
            if candidate.attached and not before:
                outcome.tell("HP005", f"{candidate.name} is added now: an insertion tries its siblings again")
    _check_scan(machine, outcome)
    return OST_SUCCESS


def _candidates(machine: Machine, device: Device, code: int) -> Iterable[Device]:
    # Since 6.12 a Device Check scans from the parent: every sibling without its memory is tried again.
    from_parent = machine.env.policy.rescans_siblings and code == DEVICE_CHECK
    if device.path is not None and machine.platform is not None:
        root = device.path[:-4] if from_parent else device.path
        return machine.platform.scan(root)
    if not from_parent:
        return [device]
    siblings = (d for d in machine.devices.values() if d.container == device.container and not d.attached)
    return sorted(siblings, key=lambda d: d.slot)


def _meet(machine: Machine, device: Device, outcome: Outcome, *, booting: bool) -> None:
    # The scan comes to a device that is present.
    machine.devices.setdefault(device.name, device)
    if not machine.settings.acpi_memhotplug:
        device.enumerated = True
        outcome.fail("acpi_no_memhotplug: the kernel does not attach memory devices")
    elif device.attached or device.kept:
        return
    elif device.enumerated and device.path is not None:
        # What the driver did not want when it was not enabled is not offered to it again before it is ejected or gone.
        # Kernel: acpi_bus_attach, flags.visited.
        outcome.fail("not attached: it was met before, when it was not enabled, and is not looked at again")
    else:
        device.enumerated = attach(machine, device, outcome, booting=booting)
