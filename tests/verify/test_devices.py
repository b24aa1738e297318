"""Devices and writes on a running machine: what is sent, and what events mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acpitools.core.errors import InputError, MachineError
from acpitools.verify.devices import MemoryDevice, last_status, memory_devices, plug, unplug, write
from acpitools.verify.session import Ran


class Scripted:
    """Stands for a session: answers what it was told to, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Any], events: list[dict[str, Any]] | None = None) -> None:
        self.answers = answers
        self.coming = events or []
        self.events: list[Any] = [{"event": "EARLIER"}]
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.lines: list[str] = []

    def execute(self, command: str, **arguments: Any) -> Any:
        self.asked.append((command, arguments))
        return self.answers.get(command, {"return": {}})

    def wait_for(self, wanted: Callable[[Any], bool], seconds: float, since: int) -> bool:
        while self.coming:
            self.events.append(self.coming.pop(0))
            if wanted(self.events[-1]):
                return True
        return False

    def settle(self, seconds: float) -> None:
        self.events += self.coming

    def shell(self, command: str, seconds: float) -> Ran:
        self.lines.append(command)
        return Ran(output="", code=0)


def ost(source: int, status: int) -> dict[str, Any]:
    return {"event": "ACPI_DEVICE_OST", "data": {"info": {"source": source, "status": status}}}


def test_a_device_is_plugged_in_with_its_memory() -> None:
    session: Any = Scripted({}, [{"event": "OTHER"}, ost(1, 0)])
    assert plug(session, "d1", 1 << 30, node=2, address=0x180000000) == 0
    assert session.asked == [
        ("object-add", {"qom-type": "memory-backend-ram", "id": "mem-d1", "size": 1 << 30, "reserve": False}),
        ("device_add", {"driver": "pc-dimm", "id": "d1", "memdev": "mem-d1", "node": 2, "addr": 0x180000000}),
    ]


def test_a_kernel_that_says_nothing_gives_no_status() -> None:
    session: Any = Scripted({}, [])
    assert plug(session, "d1", 1 << 30, node=0, address=None) is None


def test_a_device_that_qemu_refuses_is_an_error() -> None:
    session: Any = Scripted({"device_add": {"error": {"class": "GenericError", "desc": "no free slots"}}})
    with pytest.raises(MachineError, match="no free slots"):
        plug(session, "d1", 1 << 30, node=0, address=None)


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([ost(3, 0x84), ost(3, 0), {"event": "DEVICE_DELETED"}], 0),
        ([ost(3, 0x84), ost(3, 0x82), ost(3, 0x82)], 0x82),
        ([{"event": "MEM_UNPLUG_ERROR"}], None),
    ],
)
def test_an_ejection_is_over_when_the_device_is_gone_or_the_kernel_gives_up(
    events: list[dict[str, Any]], status: int | None
) -> None:
    session: Any = Scripted({"query-memory-devices": {"return": []}}, list(events))
    assert unplug(session, "d1") == status
    assert ("object-del", {"id": "mem-d1"}) in session.asked


def test_devices_are_listed() -> None:
    data = {"id": "d1", "addr": 1 << 32, "size": 1 << 30, "slot": 0, "node": 1}
    session: Any = Scripted({"query-memory-devices": {"return": [{"type": "dimm", "data": data}, {"data": {}}]}})
    assert memory_devices(session) == (MemoryDevice(name="d1", address=1 << 32, size=1 << 30),)
    assert last_status([]) is None


def test_a_write_is_one_quoted_line() -> None:
    session: Any = Scripted({})
    write(session, "/sys/a b", "it's\n")
    (line,) = session.lines
    assert "\n" not in line
    for path, text in (("/sys/a\nb", "1"), ("/sys/a", "1\n2")):
        with pytest.raises(InputError):
            write(session, path, text)
