"""Carry out actions on a booted machine and show the machine after each."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from acpitools.core.errors import InputError
from acpitools.core.findings import Severity
from acpitools.core.ranges import AddrRange
from acpitools.hotplug import loop
from acpitools.hotplug.actions import Action, Event, Notify, Plug, SetObject, SetRegister, SetState, Unplug, Write
from acpitools.hotplug.blocks import write_state
from acpitools.hotplug.containers import write_eject, write_online
from acpitools.hotplug.machine import MOST_BLOCKS, Device, Machine
from acpitools.hotplug.objects import Described
from acpitools.hotplug.outcome import Outcome, name_list
from acpitools.hotplug.paths import path_of
from acpitools.hotplug.scan import DEVICE_CHECK, notified, scan_at_boot, scanned
from acpitools.hotplug.settings import boot_settings, written
from acpitools.hotplug.snapshot import snapshot
from acpitools.hotplug.start import booted, first_free_address
from acpitools.hotplug.step import HotplugStep
from acpitools.hotplug.tree import AcpiDevice, placed
from acpitools.kernel.predict import Prediction

if TYPE_CHECKING:
    from acpitools.hotplug.platform import Platform

__all__ = ["HotplugStep", "carry_out", "run_actions", "start"]

_BLOCK_FILE: Final = re.compile(r"/sys/devices/system/memory/memory(\d+)/(state|online)")
_MOST_SHOWN: Final = 4_000_000
"""Blocks that the steps may show together."""
_EJECT_FILE: Final = re.compile(r"/sys/bus/acpi/devices/([A-Z0-9]+:[0-9a-f]{2,})/eject")
_CONTAINER_FILE: Final = re.compile(r"/sys/devices/system/container/([A-Z0-9]+:[0-9a-f]{2,})/online")


def _plug(machine: Machine, action: Plug) -> Outcome:
    if action.device in machine.devices:
        raise InputError("hot-plug actions", action.device, "the device is there already")
    platform = machine.platform
    if action.evaluated:
        return loop.plug_device(machine, _needed(platform, action.device), action)
    if platform is not None and loop.goes_to_controller(platform, action):
        return loop.plug_dimm(machine, platform, action)
    slots = {device.slot for device in machine.devices.values()}
    slot = next(n for n in range(len(slots) + 1) if n not in slots)
    ranges = action.ranges
    if not ranges:
        address = first_free_address(machine, action.size) if action.address is None else action.address
        ranges = (AddrRange(address, address + action.size),)
    described = Described(ranges=ranges, pxm=action.pxm, sta=action.sta, ejectable=action.ejectable)
    device = Device(
        name=action.device,
        slot=slot,
        objects=described,
        ranges=described.resources(),
        container=action.container,
    )
    place = placed(machine, device)
    machine.devices[device.name] = device
    return scanned(machine, place) if action.at_boot else notified(machine, place, DEVICE_CHECK)


def _firmware_event(machine: Machine, action: Notify | Event | SetRegister | SetObject) -> Outcome:
    if isinstance(action, SetRegister):
        board = _needed(machine.platform, action.space).firmware.board
        board.set(action.space, action.address, action.width, action.number, action.device)
        return Outcome()
    if isinstance(action, SetObject):
        _needed(machine.platform, action.path).firmware.set_integer(path_of(action.path), action.number)
        return Outcome()
    if isinstance(action, Notify):
        return loop.told(machine, _needed(machine.platform, action.device), action.device, action.code)
    platform = _needed(machine.platform, action.method)
    path, firmware = path_of(action.method), platform.firmware
    if not firmware.has(path):
        raise InputError("hot-plug actions", action.method, "the tables have no such method")
    firmware.call(path)
    return Outcome()


def _needed(platform: Platform | None, name: str) -> Platform:
    if platform is None:
        raise InputError("hot-plug actions", name, "there is no firmware: the tables have no AML with memory devices")
    return platform


def _device(machine: Machine, name: str) -> Device:
    device = machine.devices.get(name)
    if device is None:
        known = ", ".join(sorted(machine.devices)) or "none"
        raise InputError("hot-plug actions", name, f"there is no such device; plugged in: {known}")
    return device


def _unplugged(machine: Machine, name: str) -> AcpiDevice:
    # A container goes with all that lies in it.
    memory = None if any(one.name == name and one.memory is None for one in machine.acpi_devices()) else name
    if memory is not None:
        _device(machine, memory)
    return next(one for one in machine.acpi_devices() if one.name == name and not one.hidden)


def _write(machine: Machine, action: Write) -> Outcome:
    block = _BLOCK_FILE.fullmatch(action.path)
    if block:
        why = write_state(machine, int(block[1]), action.value.removesuffix("\n"), file=block[2])
        return Outcome(f"memory{block[1]}: {why}" if why else None)
    device = _EJECT_FILE.fullmatch(action.path)
    if device:
        return write_eject(machine, device[1], action.value)
    container = _CONTAINER_FILE.fullmatch(action.path)
    if container:
        return write_online(machine, container[1], action.value)
    machine.settings, why = written(machine.settings, action.path, action.value)
    return Outcome(why)


def _set_state(machine: Machine, action: SetState) -> Outcome:
    outcome = Outcome()
    numbers = action.blocks if action.device is None else tuple(_device(machine, action.device).blocks)
    if action.device is not None and not numbers:
        outcome.fail(f"ENOENT: the kernel has no block of {action.device}")
    for number in numbers:
        why = write_state(machine, number, action.state)
        if why:
            outcome.fail(f"memory{number}: {why}")
    return outcome


def carry_out(machine: Machine, action: Action) -> Outcome:
    """Carry one action out, on an idle machine.  Raises InputError for a device that is not there."""
    outcome = _carried_out(machine, action)
    if machine.platform is not None:
        loop.settle(machine, machine.platform, outcome, fails=not isinstance(action, Write | SetState))
    outcome.tell_guesses(machine.guesses)
    machine.guesses.clear()
    return outcome


def _carried_out(machine: Machine, action: Action) -> Outcome:
    if machine.starved:
        return Outcome(f"ENOMEM: no kernel memory is left, after {machine.starved}")
    if machine.dead and (not isinstance(action, Write) or _BLOCK_FILE.fullmatch(action.path)):
        # The worker died with the locks of hot-plug in its hands.
        return Outcome(f"EINTR: it hangs until it is interrupted, after {machine.dead}")
    if isinstance(action, Plug):
        return _plug(machine, action)
    if isinstance(action, Unplug):
        return loop.ask_ejection(machine, _unplugged(machine, action.device))
    if isinstance(action, Notify | Event | SetRegister | SetObject):
        return _firmware_event(machine, action)
    if isinstance(action, Write):
        return _write(machine, action)
    return _set_state(machine, action)


def start(prediction: Prediction) -> Machine:
    """Give the machine that a boot leaves.  Raises InputError where the kernel does not come up."""
    layout, state, env = prediction.layout, prediction.replay.state, prediction.replay.env
    if not layout.boots:
        raise InputError("hot-plug", "the boot", "that kernel does not come up; acpitools layout says why")
    if sum(run.count for run in layout.blocks.runs) > MOST_BLOCKS:
        raise InputError("hot-plug", "the boot", f"the machine has more than {MOST_BLOCKS} memory blocks")
    settings = boot_settings(
        env.inputs.cmdline,
        auto_online=env.policy.auto_online,
        movable_node=env.options.movable_node,
        memmap_force=env.policy.memmap_per_block,
        knobs=env.policy.hotplug_knobs,
    )
    return booted(layout, state, env, settings)


def run_actions(
    prediction: Prediction, actions: Iterable[Action], platform: Platform | None = None
) -> tuple[HotplugStep, ...]:
    """Carry out actions in order, on an idle machine; the first step is the machine after boot.

    Devices with ``at_boot`` belong to the first step.  With a platform its firmware is in the loop: memory devices of
    the tables that are there at boot are attached, and events run the firmware's code.  Raises InputError for an action
    on a device that is not there.
    """
    machine = start(prediction)
    machine.platform = platform
    waiting = deque(actions)
    if platform is not None:
        loop.prepare(platform, [action for action in waiting if isinstance(action, Plug)])
    booting = Outcome()
    while waiting and isinstance(waiting[0], Plug) and waiting[0].at_boot:
        booting.add(carry_out(machine, waiting.popleft()))
    booting.add(scan_at_boot(machine))
    if platform is not None:
        loop.settle(machine, platform, booting, fails=False)
        booting.ost = None
    steps = [_step(machine, None, booting, None)]
    shown = len(machine.blocks)
    for action in waiting:
        outcome = carry_out(machine, action)
        steps.append(_step(machine, action, outcome, steps[-1]))
        shown += len(machine.blocks)
        if shown > _MOST_SHOWN:
            why = f"{len(waiting)} actions on {len(machine.blocks)} memory blocks: too many to show at once"
            raise InputError("hot-plug actions", f"action {len(steps) - 1}", why)
    return tuple(steps)


def _step(machine: Machine, action: Action | None, outcome: Outcome, before: HotplugStep | None) -> HotplugStep:
    if machine.platform is not None:
        outcome.calls = machine.platform.drained()
        for call in outcome.calls:
            if call.error:
                outcome.tell("HP015", f"{call.path} fails: {call.error}")
        if guessed := list(dict.fromkeys(call.path for call in outcome.calls if call.guessed)):
            text = f"hardware that nothing describes was read, and zeros taken: by {name_list(guessed)}"
            outcome.tell("HP020", text, Severity.INFO)
    return snapshot(machine, action, outcome, before)
