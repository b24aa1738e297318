"""Memory devices that come and go, and files that are written, on a running machine."""

from __future__ import annotations

import shlex
from typing import Final

from acpitools.core.errors import InputError, MachineError
from acpitools.core.value import value
from acpitools.verify.qmp import Message, event_name
from acpitools.verify.session import Ran, Session

__all__ = ["MemoryDevice", "last_status", "memory_devices", "plug", "unplug", "write"]

_PLUG_WAIT: Final = 20.0
_UNPLUG_WAIT: Final = 60.0
_SETTLE: Final = 0.5  # the kernel goes on for a moment after its last _OST
_WRITE_LIMIT: Final = 20  # seconds; offlining pages that stay busy would go on for ever
_EJECTION: Final = 3
_GOING_ON: Final = (0, 0x84)  # success, which DEVICE_DELETED confirms, and "ejection in progress"
_FAILED: Final = ("DEVICE_DELETED", "MEM_UNPLUG_ERROR", "DEVICE_UNPLUG_GUEST_ERROR")


@value
class MemoryDevice:
    """A memory device as QEMU has it; bytes."""

    name: str
    address: int
    size: int


def memory_devices(session: Session) -> tuple[MemoryDevice, ...]:
    """Give the devices that are plugged in."""
    answer = session.execute("query-memory-devices")
    found = [device.get("data", {}) for device in answer.get("return", ())]
    return tuple(
        MemoryDevice(name=str(data["id"]), address=int(data["addr"]), size=int(data["size"]))
        for data in found
        if {"id", "addr", "size"} <= data.keys()
    )


def plug(session: Session, name: str, size: int, *, node: int, address: int | None) -> int | None:
    """Plug a device in and give the kernel's last _OST status, or None where it gave none.

    Raises MachineError where QEMU refuses the device.
    """
    since = len(session.events)
    backend = {"qom-type": "memory-backend-ram", "id": f"mem-{name}", "size": size, "reserve": False}
    _carried_out(session.execute("object-add", **backend), name)
    place = {} if address is None else {"addr": address}
    _carried_out(
        session.execute("device_add", driver="pc-dimm", id=name, memdev=f"mem-{name}", node=node, **place), name
    )
    session.wait_for(lambda event: event_name(event) == "ACPI_DEVICE_OST", _PLUG_WAIT, since)
    session.settle(_SETTLE)
    return last_status(session.events[since:])


def unplug(session: Session, name: str) -> int | None:
    """Ask the guest to eject a device and give its last _OST status, or None where it gave none.

    Raises MachineError where QEMU has no such device.
    """
    since = len(session.events)
    _carried_out(session.execute("device_del", id=name), name)
    session.wait_for(_over, _UNPLUG_WAIT, since)
    session.settle(_SETTLE)
    if not any(device.name == name for device in memory_devices(session)):
        session.execute("object-del", id=f"mem-{name}")
    return last_status(session.events[since:])


def write(session: Session, path: str, text: str) -> Ran:
    """Write to a file of the guest, at most 20 seconds long; the output holds the shell's complaint.

    Raises InputError for a path or text of several lines.
    """
    text = text.rstrip("\n")
    if "\n" in path or "\n" in text:
        raise InputError("cannot write", repr(path), "a path and a value of one line each are sent to the guest")
    inner = f"echo {shlex.quote(text)} >{shlex.quote(path)}"
    return session.shell(f"timeout {_WRITE_LIMIT} sh -c {shlex.quote(inner)}", _WRITE_LIMIT + 40)


def last_status(events: list[Message]) -> int | None:
    """Give the status of the last _OST among events, or None where there is none."""
    told = [_ost(event) for event in events if event_name(event) == "ACPI_DEVICE_OST"]
    return told[-1][1] if told else None


def _ost(event: Message) -> tuple[int, int]:
    info = event.get("data", {}).get("info", {})
    return int(info.get("source", 0)), int(info.get("status", 0))


def _over(event: Message) -> bool:
    if event_name(event) in _FAILED:
        return True
    if event_name(event) != "ACPI_DEVICE_OST":
        return False
    source, status = _ost(event)
    return source == _EJECTION and status not in _GOING_ON


def _carried_out(answer: Message, name: str) -> None:
    error = answer.get("error")
    if error is not None:
        raise MachineError("QEMU refuses", f"device {name}", str(error.get("desc", error)))
