"""Hot-plug actions on a running machine, and what was predicted of them beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from acpitools.core.errors import InputError
from acpitools.core.observed import Observed
from acpitools.core.value import value
from acpitools.dumps.boot_record import read_node_list
from acpitools.hotplug.actions import Plug, SetState, Unplug, Write
from acpitools.hotplug.step import HotplugStep
from acpitools.kernel.compare import Difference, compare_state
from acpitools.verify.devices import memory_devices, plug, unplug, write
from acpitools.verify.session import Session

__all__ = ["Done", "carry_out", "result_differences", "state_differences"]

_BLOCKS = "/sys/devices/system/memory"


@value
class Done:
    """What came of an action on the machine."""

    result: str
    reason: str | None = None
    ost: int | None = None
    address: int | None = None


def carry_out(session: Session, step: HotplugStep) -> Done:
    """Carry out an action.  Raises MachineError where QEMU refuses it, InputError for a device that is not there."""
    action = step.action
    if isinstance(action, Plug):
        ost = plug(session, action.device, action.size, node=action.pxm or 0, address=action.address)
        there = {device.name: device.address for device in memory_devices(session)}
        return Done(result="ok", ost=ost, address=there.get(action.device))
    if isinstance(action, Unplug):
        ost = unplug(session, action.device)
        gone = all(device.name != action.device for device in memory_devices(session))
        return Done(result="ok" if gone else "failed", ost=ost)
    if isinstance(action, SetState):
        paths = [f"{_BLOCKS}/memory{number}/state" for number in _targets(session, action, step.block_size)]
        writes = [(path, action.state) for path in paths]
    elif isinstance(action, Write):
        writes = [(action.path, action.value)]
    else:
        writes = []
    refused = [ran.output for path, text in writes if (ran := write(session, path, text)).code]
    return Done(result="failed" if refused else "ok", reason=refused[0] if refused else None)


def _targets(session: Session, action: SetState, block_size: int) -> Sequence[int]:
    if action.device is None:
        return action.blocks
    device = next((device for device in memory_devices(session) if device.name == action.device), None)
    if device is None:
        raise InputError("hot-plug actions", action.device, "QEMU has no such device")
    return range(device.address // block_size, (device.address + device.size) // block_size)


def state_differences(step: HotplugStep, observed: Observed, texts: Mapping[str, str]) -> Iterator[Difference]:
    """Give the differences between the state after a step and what the machine's files tell."""
    yield from compare_state(step.zones, step.blocks, step.block_size, step.online, observed)
    lists = (("possible", step.possible), ("has_memory", step.memory), ("has_normal_memory", step.normal_memory))
    for name, expected in lists:
        seen = read_node_list(texts["nodes.txt"], name=name, where="nodes.txt")
        if seen is not None and seen != expected:
            words = [" ".join(map(str, nodes)) for nodes in (expected, seen)]
            yield Difference(what=f"{name}_nodes", where="", predicted=words[0], observed=words[1])


def result_differences(step: HotplugStep, result: str, ost: int | None) -> Iterator[Difference]:
    """Give the differences in what came of a step: its result and the last _OST status."""
    if step.result != result:
        yield Difference(what="result", where="", predicted=step.result, observed=result)
    if step.ost != ost:
        yield Difference(what="ost", where="", predicted=step.ost, observed=ost)
