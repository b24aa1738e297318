"""The namespace scan: memory devices that are met at boot, and what the kernel does when it is told of one.

Kernel: drivers/acpi/scan.c:acpi_bus_scan, acpi_generic_hotplug_event.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Final

from acpitools.core.findings import Severity
from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange
from acpitools.hotplug.claims import crosses
from acpitools.hotplug.devices import OST_FAILED, OST_SUCCESS, attach
from acpitools.hotplug.eject import EJECT_REQUEST, check_and_detach, request_ejection
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.outcome import Outcome
from acpitools.hotplug.tree import BRIDGE, CONTAINER, MEMORY, AcpiDevice, look

__all__ = ["BUS_CHECK", "DEVICE_CHECK", "notified", "scan_at_boot", "scanned"]

BUS_CHECK: Final = 0
DEVICE_CHECK: Final = 1


@dataclass(slots=True)
class _Met:
    """A memory device that a scan came to as present, and what came of it."""

    device: Device
    attached: bool
    """Its memory was there before."""
    outcome: Outcome


def scan_at_boot(machine: Machine) -> Outcome:
    """Attach the memory devices of the tables that are there when the machine starts."""
    outcome = Outcome()
    if machine.platform is None:
        return outcome
    for root in (machine.platform.root, *machine.platform.postponed):
        if root.parent is not None:
            root.parent.children.append(root)
            look(root)
        for device in root.below():
            look(device)
        for met in _scan(machine, root, outcome, booting=True):
            outcome.findings += met.outcome.findings
            if met.outcome.reason:
                why = f"it is there at boot, and the kernel has no memory of it: {met.outcome.reason}"
                outcome.tell("HP013", f"{met.device.name}: {why}")
    for name in sorted(machine.platform.expected - machine.devices.keys()):
        outcome.tell("HP018", f"{name} was to be there at boot, and by its _STA it is not")
    return outcome


def scanned(machine: Machine, device: AcpiDevice) -> Outcome:
    """Have the scan at boot come to a device that an action describes."""
    outcome = Outcome()
    for met in _scan(machine, device, outcome, booting=True):
        outcome.findings += met.outcome.findings
        outcome.reason = outcome.reason or met.outcome.reason
    if not device.present:
        outcome.fail(f"not there: _STA is {device.status:#x}")
    return outcome


def notified(machine: Machine, device: AcpiDevice, code: int) -> Outcome:
    """Do what the kernel does for a Notify that it hands to hot-plug: a check or an eject request, and _OST of it.

    An insertion whose memory is refused still reports success: the scan swallows the error.
    """
    if code == EJECT_REQUEST:
        return request_ejection(machine, device)
    outcome = Outcome()
    check = _device_check if code == DEVICE_CHECK else _bus_check
    status = check(machine, device, outcome)
    if machine.dead is None:
        outcome.ost = device.objects.report(code, status)
    if device.memory is not None and outcome.reason and outcome.ost == OST_SUCCESS:
        outcome.tell("HP001", f"{device.name}: the insertion reports success (_OST 0) and failed: {outcome.reason}")
    return outcome


def _device_check(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # Kernel: acpi_scan_device_check.  Since 6.12 the scan begins at the parent: every sibling that is without a handler
    # is tried again.
    rescans, known = machine.env.policy.rescans_siblings, device.enumerated
    if rescans:
        check_and_detach(machine, device, outcome, checking=True)
    else:
        look(device)
    if machine.dead is not None:
        return OST_FAILED
    if not device.present:
        if not known:
            outcome.fail(f"not there: _STA is {device.status:#x}")
        return OST_SUCCESS if rescans else _not_present(machine, device, outcome)
    if device.handler is None:
        root = device.parent if rescans and device.parent is not None else device
        _rescan(machine, root, device, outcome)
    elif device.memory is not None and not device.memory.attached:
        outcome.fail("its ejection was not complete: the kernel takes it for attached, and adds nothing")
    else:
        outcome.tell("HP021", f"{device.name} is attached already: a Device Check of it does nothing", Severity.INFO)
    return OST_SUCCESS


def _bus_check(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # Kernel: acpi_scan_bus_check.
    known = device.enumerated
    if machine.env.policy.rescans_siblings:
        check_and_detach(machine, device, outcome, checking=True)
        if machine.dead is None and device.handler != BRIDGE:
            _rescan(machine, device, device, outcome)
    else:
        _old_bus_check(machine, device, device, outcome)
    if not device.present and not known:
        outcome.fail(f"not there: _STA is {device.status:#x}")
    return OST_SUCCESS


def _old_bus_check(machine: Machine, device: AcpiDevice, told: AcpiDevice, outcome: Outcome) -> None:
    # Each device is scanned, then what lies in it is checked.
    look(device)
    if not device.present:
        _not_present(machine, device, outcome)
    elif device.handler != BRIDGE:
        _rescan(machine, device, told, outcome)
        for child in device.children:
            if machine.dead is None:
                _old_bus_check(machine, child, told, outcome)


def _not_present(machine: Machine, device: AcpiDevice, outcome: Outcome) -> int:
    # Up to 6.8 a check of what was never there is told.  Kernel: acpi_scan_device_not_present.
    if not device.enumerated:
        machine.log.append(f"acpi {device.acpi_name}: Still not present")
        return OST_FAILED
    check_and_detach(machine, device, outcome)
    return OST_SUCCESS


def _rescan(machine: Machine, root: AcpiDevice, told: AcpiDevice, outcome: Outcome) -> None:
    # Scan a part of the namespace because of a Notify to a device.
    for met in _scan(machine, root, outcome, booting=False):
        outcome.findings += met.outcome.findings
        if told.memory in (None, met.device):
            outcome.reason = outcome.reason or met.outcome.reason
        elif met.device.attached and not met.attached:
            outcome.tell("HP005", f"{met.device.name} is added now: an insertion tries its siblings again")


def _scan(machine: Machine, root: AcpiDevice, outcome: Outcome, *, booting: bool) -> list[_Met]:
    found: list[_Met] = []
    _attach(machine, root, outcome, found, booting=booting)
    return found


def _attach(machine: Machine, device: AcpiDevice, outcome: Outcome, found: list[_Met], *, booting: bool) -> None:
    # Kernel: acpi_bus_attach.  What lies in a device that is not there is not there either.
    look(device)
    if not device.present:
        device.initialized = device.visited = False
        return
    met = None
    if device.memory is not None:
        machine.devices.setdefault(device.memory.name, device.memory)
        met = _Met(device.memory, device.memory.attached, Outcome(costs=outcome.costs))
        found.append(met)
    if device.handler is None:
        if device.initialized and device.visited:
            if met is not None:
                why = "it was met before, when it was not enabled, and is not looked at again"
                met.outcome.fail(f"not attached: {why}")
        else:
            device.initialized = True
            if not _offer(machine, device, met, booting=booting):
                return
            device.visited = True
            if device.handler is None and met is not None and machine.settings.acpi_memhotplug:
                _claim(machine, device)
    for child in device.children:
        _attach(machine, child, outcome, found, booting=booting)
        if machine.dead is not None:
            return
    if device.handler == CONTAINER and not device.registered:
        # The handler of a container that was half ejected uses what it let go.  Kernel: container_device_online.
        why = f"{device.name} is scanned after an ejection that was not complete"
        machine.dead = f"a NULL pointer dereference in the kernel: {why}"
        outcome.fail(machine.dead)
        outcome.tell("HP019", machine.dead, Severity.ERROR)


def _claim(machine: Machine, device: AcpiDevice) -> None:
    # What no handler takes becomes a platform device, once; each of its ranges has to fit in with what there is, and
    # with those before it.
    if device.claims:
        return
    wanted = device.objects.claims()
    ram = (AddrRange(entry.start, entry.end) for entry in machine.boot.e820 if entry.type == E820Type.RAM)
    added = (piece for one in machine.devices.values() for piece in one.ranges if piece.added)
    taken = [*ram, *(AddrRange(piece.start, piece.end) for piece in added), *machine.claims]
    for span in wanted:
        if crosses(span, taken):
            machine.log.append(f"acpi {device.acpi_name}: platform device creation failed: -{errno.EBUSY}")
            return
        taken.append(span)
    device.claims = True
    machine.claims += wanted
    device.objects.domain()


def _offer(machine: Machine, device: AcpiDevice, met: _Met | None, *, booting: bool) -> bool:
    # Offer a device to its handlers; gives False where one fails.  Kernel: acpi_scan_attach_handler.
    for handler in device.handlers:
        if handler == MEMORY and met is not None:
            if not machine.settings.acpi_memhotplug:
                met.outcome.fail("acpi_no_memhotplug: the kernel does not attach memory devices")
                continue
            if not attach(machine, met.device, met.outcome, booting=booting):
                return False
            if not met.device.attached:
                continue
        device.handler = handler
        device.registered = handler == CONTAINER
        break
    return True
