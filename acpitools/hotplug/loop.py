"""The loop through the firmware: the platform changes, its event method runs, and the kernel acts on each Notify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from acpitools.aml.names import padded_path
from acpitools.core.errors import InputError
from acpitools.core.findings import Severity
from acpitools.hotplug.actions import Plug
from acpitools.hotplug.eject import EJECT_REQUEST
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.objects import STA_DEFAULT
from acpitools.hotplug.outcome import Outcome
from acpitools.hotplug.paths import path_of
from acpitools.hotplug.scan import BUS_CHECK, DEVICE_CHECK, notified
from acpitools.hotplug.start import first_free_address
from acpitools.hotplug.tree import AcpiDevice
from acpitools.interp.memory_controller import Dimm, MemoryController

if TYPE_CHECKING:
    from acpitools.hotplug.platform import Platform

__all__ = ["ask_ejection", "goes_to_controller", "plug_device", "plug_dimm", "prepare", "settle", "told"]

_MOST_NOTIFIES = 1000
_HANDLED = (BUS_CHECK, DEVICE_CHECK, EJECT_REQUEST)
_COMPLAINTS: Final = {
    5: "Device cannot be configured due to a frequency mismatch",
    6: "Device cannot be configured due to a bus mode mismatch",
    7: "Device has suffered a power fault",
}
"""What the kernel only prints."""


def goes_to_controller(platform: Platform, action: Plug) -> bool:
    """Tell whether a device is a DIMM for the modelled controller: it has a size and nothing else is described.

    For a controller that was found in the tables it names its domain as well: without one the device has no _PXM.
    """
    if platform.firmware.controller is None or not action.size:
        return False
    plain = action.sta == STA_DEFAULT and action.ejectable and action.container is None
    return plain and (platform.assumed is None or action.pxm is not None)


def prepare(platform: Platform, actions: Sequence[Plug]) -> None:
    """Hide the devices that come only later, by an action, from the scan at boot."""
    for action in actions:
        if action.evaluated and not action.at_boot:
            device = platform.find(action.device)
            if device.path is not None and device.path not in platform.firmware.slots:
                platform.tree[device.path].hidden = True


def _controller(platform: Platform) -> MemoryController:
    controller = platform.firmware.controller
    if controller is None:
        raise InputError("hardware", "memory hot-plug", "no memory controller is described")
    return controller


def _slot_for(platform: Platform, action: Plug) -> int | None:
    slots = _controller(platform).slots
    if action.device.startswith("\\"):
        device = platform.find(action.device)
        number = platform.firmware.slots.get(device.path or b"")
        if number is None:
            raise InputError("hot-plug actions", action.device, "it is no device of the modelled controller")
        return None if slots[number].dimm is not None else number
    return next((number for number, slot in enumerate(slots) if slot.dimm is None), None)


def plug_dimm(machine: Machine, platform: Platform, action: Plug) -> Outcome:
    """Put a DIMM into a slot of the controller, and let the firmware tell of it; at boot nothing is told."""
    number = _slot_for(platform, action)
    if number is None:
        slots = _controller(platform).slots
        return Outcome(f"no slot is free: the controller has {len(slots)}, all of them taken")
    device = platform.in_slot(number)
    address = action.address
    if address is None:
        address = first_free_address(machine, action.size)
    elif any(
        dimm.address < address + action.size and address < dimm.address + dimm.size
        for dimm in platform.firmware.dimms()
    ):
        return Outcome(f"there is a DIMM in part of {action.size:#x} bytes at {address:#x} already")
    dimm = Dimm(address=address, size=action.size, node=action.pxm or 0)
    device.name = platform.tree[device.path or b""].name = action.device
    _controller(platform).insert(number, dimm, running=not action.at_boot)
    if action.at_boot:
        return Outcome()
    return fire(platform, device)


def plug_device(machine: Machine, platform: Platform, action: Plug) -> Outcome:
    """Let a device of the tables appear, with a Device Check; at boot the scan meets it."""
    device = platform.find(action.device)
    if device.path in platform.firmware.slots and _slot_is_empty(platform, device):
        why = 'its slot in the memory controller is empty: give "size" (and "pxm") of the DIMM that comes'
        raise InputError("hot-plug actions", action.device, why)
    place = platform.tree[device.path or b""]
    place.hidden = False
    if action.at_boot:
        platform.expected.add(device.name)
    return Outcome() if action.at_boot else notified(machine, place, DEVICE_CHECK)


def _slot_is_empty(platform: Platform, device: Device) -> bool:
    return _controller(platform).slots[platform.firmware.slots[device.path or b""]].dimm is None


def ask_ejection(machine: Machine, device: AcpiDevice) -> Outcome:
    """Have the firmware ask for the ejection of a device: by its controller, else with an Eject Request."""
    platform, memory = machine.platform, device.memory
    if platform is not None and memory is not None and memory.path in platform.firmware.slots:
        _controller(platform).ask_removal(platform.firmware.slots[memory.path])
        return fire(platform, memory)
    return notified(machine, device, EJECT_REQUEST)


def fire(platform: Platform, device: Device) -> Outcome:
    """Run the event method of the firmware for a device; the kernel acts on its Notify when it is settled."""
    outcome = Outcome()
    told_of = {path_of(path) for call in platform.firmware.event() for path, _ in call.notifies}
    if device.path not in told_of:
        outcome.fail("the firmware's event method notified nobody of it")
    return outcome


def settle(machine: Machine, platform: Platform, outcome: Outcome, *, fails: bool) -> None:
    """Do what the kernel does for each Notify that is pending, in order, and for those that come of it.

    With ``fails`` what fails there is why the action failed, else a finding.
    """
    pending = platform.firmware.pending
    for _ in range(_MOST_NOTIFIES):
        if not pending or machine.dead is not None:
            pending.clear()
            return
        path, code = pending.popleft()
        one = told(machine, platform, path, code)
        outcome.add(one)
        if one.ost is not None:
            outcome.ost = one.ost
        if one.reason and fails:
            outcome.fail(one.reason)
        elif one.reason:
            outcome.tell("HP016", f"Notify ({path}, {code:#x}) came of it: {one.reason}")
    pending.clear()
    outcome.tell("HP017", f"the firmware answers each Notify with another: {_MOST_NOTIFIES} of them are enough")


def told(machine: Machine, platform: Platform, path: str, code: int) -> Outcome:
    """Do what the kernel does for a Notify to whatever is at a path.  Kernel: acpi_bus_notify."""
    where, outcome = path_of(path), Outcome()
    if code in _COMPLAINTS:
        machine.log.append(f"ACPI: {padded_path(where)}: {_COMPLAINTS[code]}")
    if code not in _HANDLED:
        return outcome
    device = platform.tree.get(where)
    if device is None or not device.handlers:
        outcome.tell("HP014", f"Notify ({path}, {code:#x}): it is no memory device and no container", Severity.INFO)
        return outcome
    device.hidden = False
    return notified(machine, device, code)
