"""Hot-plug steps as text: what was done, what the kernel made of it, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from acpitools.core.units import PAGE_SIZE, format_size
from acpitools.hotplug.actions import Action, Event, Notify, Plug, SetObject, SetRegister, SetState, Unplug
from acpitools.hotplug.step import FirmwareCall, HotplugStep

__all__ = ["action_text", "hotplug_text"]

_SHOWN = 40
_NOTIFIES = {0: "Bus Check", 1: "Device Check", 3: "Eject Request"}
_OST = {0x00: "success", 0x01: "failure", 0x80: "eject not supported", 0x82: "device busy"}


def action_text(action: Action) -> str:
    """Give an action in words."""
    if isinstance(action, Plug):
        domain = "no _PXM" if action.pxm is None else f"domain {action.pxm}"
        place = format_size(action.size) + ("" if action.address is None else f" at {action.address:#x}")
        if action.ranges:
            place = ", ".join(str(piece) for piece in action.ranges[:4]) + (", ..." if len(action.ranges) > 4 else "")
        return f"plug {action.device}: {place}, {domain}"
    if isinstance(action, Unplug):
        return f"unplug {action.device}"
    if isinstance(action, Notify):
        return f"notify {action.device}: {_NOTIFIES.get(action.code, hex(action.code))}"
    if isinstance(action, SetRegister):
        of = f" of {action.device}" if action.device else ""
        return f"register {action.space} {action.address:#x}{of} becomes {action.number:#x}"
    if isinstance(action, SetObject):
        return f"object {action.path} becomes {action.number:#x}"
    if isinstance(action, Event):
        return f"event {action.method}"
    if isinstance(action, SetState):
        target = action.device or ", ".join(f"memory{number}" for number in action.blocks[:8])
        more = f" and {len(action.blocks) - 8} more" if len(action.blocks) > 8 else ""
        return f"write {action.state} to {target}{more}"
    return f"write {action.value} to {action.path}"


def _zones(step: HotplugStep) -> Iterator[str]:
    yield "  node zone      start              spanned      present      managed"
    for zone in step.zones:
        yield (
            f"  {zone.node:4} {zone.zone:8} {zone.start_pfn * PAGE_SIZE:#018x} {zone.spanned_pages:12} "
            f"{zone.present_pages:12} {zone.managed_pages.estimate:12}"
        )


def _kernel_memory(step: HotplugStep) -> Iterator[str]:
    for cost in step.kernel_memory:
        node = "no node" if cost.node is None else f"node {cost.node}"
        verb = "takes" if cost.pages > 0 else "gives back"
        yield f"  {cost.what}: {verb} {abs(cost.pages)} pages ({format_size(abs(cost.pages) * PAGE_SIZE)}), {node}"


def _call(call: FirmwareCall) -> str:
    words = call.path
    if call.arguments:
        words += f" ({', '.join(f'{number:#x}' for number in call.arguments)})"
    if call.error is not None:
        return f"{words} fails: {call.error}"
    if isinstance(call.answer, tuple):
        words += f" gives {', '.join(map(str, call.answer)) or 'no memory'}"
    elif call.answer is not None:
        words += f" gives {call.answer:#x}" if isinstance(call.answer, int) else f" gives {call.answer}"
    return words + "".join(f", Notify ({path}, {code:#x})" for path, code in call.notifies)


def _step(number: int, step: HotplugStep, before: HotplugStep | None) -> Iterator[str]:
    if step.action is None:
        yield "after boot"
    else:
        verdict = step.result or ""
        yield f"step {number}: {action_text(step.action)}: {verdict}" + (f": {step.reason}" if step.reason else "")
    for call in step.firmware[:_SHOWN]:
        yield f"  firmware: {_call(call)}"
    if len(step.firmware) > _SHOWN:
        yield f"  ... and {len(step.firmware) - _SHOWN} more objects evaluated (--format json has all)"
    if step.ost is not None:
        yield f"  _OST status {step.ost:#x} ({_OST.get(step.ost, 'other')})"
    for line in step.dmesg:
        yield f"  dmesg: {line}"
    for finding in step.findings:
        yield f"  {finding.severity.value}: {finding.message} [{finding.code}]"
    for change in step.changes[:_SHOWN]:
        yield f"  {change}"
    if len(step.changes) > _SHOWN:
        yield f"  ... and {len(step.changes) - _SHOWN} more changes (--format json has all)"
    yield from _kernel_memory(step)
    for device in step.devices[:_SHOWN]:
        where = "not attached" if device.node is None else f"node {device.node}"
        yield f"  {device.device} ({where}): can be ejected: {device.removable} ({device.why})"
    if before is None or before.blocks != step.blocks:
        counts = Counter(block.removable for block in step.blocks)
        yield f"  memory blocks that can go offline: {counts['yes']} yes, {counts['maybe']} maybe, {counts['no']} no"
    if before is None or (before.zones, before.online, before.memory) != (step.zones, step.online, step.memory):
        yield from _zones(step)
        yield f"  nodes online: {', '.join(map(str, step.online))}; with memory: {', '.join(map(str, step.memory))}"
    yield ""


def hotplug_text(steps: Sequence[HotplugStep]) -> Iterator[str]:
    """Give the lines of a run, each with its line end."""
    for number, step in enumerate(steps):
        for line in _step(number, step, steps[number - 1] if number else None):
            yield line + "\n"
