"""The firmware of a machine in the loop: its memory devices, and the code in its tables that answers for them.

Kernel: drivers/acpi/utils.c, drivers/acpi/scan.c, drivers/acpi/numa/srat.c:acpi_get_node.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from acpitools.aml.names import path_text
from acpitools.aml.resources.address_space import DWordSpace, QWordSpace, WordSpace
from acpitools.aml.resources.template import decode_template
from acpitools.core.errors import AmlError, InputError
from acpitools.core.ranges import AddrRange
from acpitools.hotplug.claims import claimed
from acpitools.hotplug.identity import tree_order
from acpitools.hotplug.objects import NOT_FOUND, STA_DEFAULT, DeviceRange, Ejection, joined
from acpitools.hotplug.paths import path_of
from acpitools.hotplug.step import FirmwareCall
from acpitools.interp.evaluate import run_object
from acpitools.interp.identity import integer_value
from acpitools.interp.machine import Machine
from acpitools.interp.memory_controller import Dimm, MemoryController
from acpitools.interp.objects import Buffer, Integer, Method, Object, String, kind_of
from acpitools.interp.scripted import Board

__all__ = ["Firmware", "FirmwareDevice", "memory_ranges", "upwards"]

_MEMORY: Final = 0
"""Resource type of an address space descriptor."""
_CACHING_AND_WRITE: Final = 0x07
"""Bits of the type flags of memory: writable, and how it is cached."""
_BAD_DATA: Final = 0x1004
"""ACPICA: AE_BAD_DATA, of what is no integer where one is needed."""
_MOST_STEPS: Final = 4_000_000
"""Steps that evaluations which fail may take together."""
_EVENTS: Final = (b"_GPE_E03", b"_GPE_L03")
"""Methods of the general purpose event by which QEMU's PC machines tell of memory.  QEMU: GPE 3."""


def memory_ranges(template: bytes) -> list[DeviceRange] | None:
    """Give the memory in a resource template as the memory driver collects it, or None for what is no template.

    Only Word, DWord and QWord descriptors of type memory count, from their minimum on, whatever their maximum; it does
    not matter whether they are produced or consumed.  Kernel: acpi_memory_get_resource, acpi_resource_to_address64.
    """
    found = decode_template(template)
    if not found.valid:
        return None
    return joined(
        DeviceRange(item.minimum, item.minimum + item.size, attributes=item.type_flags & _CACHING_AND_WRITE)
        for item in found.descriptors
        if isinstance(item, WordSpace | DWordSpace | QWordSpace) and item.resource_type == _MEMORY
    )


class FirmwareDevice:
    """A device of the tables: each of its objects is evaluated when it is asked for."""

    def __init__(self, firmware: Firmware, path: bytes) -> None:
        self._firmware = firmware
        self.path = path

    @property
    def ejectable(self) -> bool:
        """The device has _EJ0."""
        return self._firmware.has(self.path + b"_EJ0")

    def status(self) -> int | None:
        """Give _STA, or None where there is none or it fails."""
        return self._firmware.integer(self.path + b"_STA")

    def scanned_status(self) -> int | None:
        """Give _STA as the scan takes it: the default where there is none, None where it fails.

        Code that fails as it names what is not there looks to the kernel as if there were none.
        """
        found = self.status()
        if found is None and (not self._has_status or self._firmware.calls[-1].exception == NOT_FOUND):
            return STA_DEFAULT
        return found

    @property
    def _has_status(self) -> bool:
        return self._firmware.has(self.path + b"_STA")

    def resources(self) -> list[DeviceRange] | None:
        """Give the memory of _CRS, or None where there is none or it fails."""
        return self._firmware.memory(self.path + b"_CRS")

    def claims(self) -> list[AddrRange]:
        """Give the memory of _CRS as a platform device takes it; nothing where there is none or it fails."""
        template = self._firmware.template(self.path + b"_CRS")
        return [] if template is None else claimed(template)

    def domain(self) -> int | None:
        """Give _PXM of the device or of the nearest that it lies in and that has one, the root included.

        32 bits of it count.  Kernel: acpi_get_pxm.
        """
        for path in (*upwards(self.path), b""):
            found = self._firmware.integer(path + b"_PXM")
            if found is not None:
                return found & 0xFFFF_FFFF
        return None

    def eject(self) -> Ejection:
        """Carry out _LCK (0), where it is there, and _EJ0 (1)."""
        firmware = self._firmware
        lock = 0
        if firmware.has(self.path + b"_LCK"):
            lock = firmware.call(self.path + b"_LCK", 0).exception
        if not self.ejectable:
            return Ejection(lock=lock, status=NOT_FOUND)
        done = firmware.call(self.path + b"_EJ0", 1)
        return Ejection(lock=lock, status=done.exception, why=done.error)

    def left(self) -> tuple[int, int]:
        """Give ACPICA's exception code of _STA after an ejection, and its value."""
        found = self.status()
        if found is not None:
            return 0, found
        return self._firmware.calls[-1].exception if self._has_status else NOT_FOUND, 0

    def report(self, event: int, status: int) -> int | None:
        """Carry out _OST; give the status that the controller got, else the one that was passed."""
        firmware = self._firmware
        if not firmware.has(self.path + b"_OST"):
            return None
        before = len(firmware.controller.reports) if firmware.controller else 0
        if firmware.call(self.path + b"_OST", event, status).error:
            return None
        if firmware.controller is None or self.path not in firmware.slots:
            return status
        told = firmware.controller.reports[before:]
        return told[-1].status if told else None


class Firmware:
    """The namespace of a machine, and the hardware behind it."""

    def __init__(self, aml: Machine, board: Board, devices: Iterable[bytes], others: Iterable[bytes]) -> None:
        """Find out which device answers for which slot.

        ``devices`` are paths of memory devices, ``others`` of devices that have a scan handler of the kernel.
        """
        self.aml = aml
        self.board = board
        self._wasted = 0
        self.calls: list[FirmwareCall] = []
        """What was evaluated since the last look."""
        self.pending: deque[tuple[str, int]] = deque()
        """Path and value of each Notify that the kernel has not acted on yet."""
        self.devices = frozenset(devices)
        ends = self.devices.union(others)
        places = {place for path in ends for place in upwards(path) if place in ends or self._is_device(place)}
        order = tree_order(places, aml.namespace.nodes)
        self.watched = {path: FirmwareDevice(self, path) for path in order}
        """These and the devices that they lie in, by path, in the order in which the kernel meets them."""
        self.slots = self._find_slots()
        """Path -> slot of the controller."""
        self.calls.clear()
        self.pending.clear()

    @property
    def controller(self) -> MemoryController | None:
        """The model of the memory hot-plug controller."""
        return self.board.controller

    def dimms(self) -> Iterator[Dimm]:
        """Yield the DIMMs in the controller."""
        for slot in self.controller.slots if self.controller else ():
            if slot.dimm is not None:
                yield slot.dimm

    def has(self, path: bytes) -> bool:
        """Tell whether there is such an object."""
        return path in self.aml.namespace.nodes

    def call(self, path: bytes, *arguments: int) -> FirmwareCall:
        """Run a method, with integers as arguments, and keep what came of it; nobody asks for what it gives.

        Kernel: acpi_execute_simple_method, acpi_ev_asynch_execute_gpe_method.
        """
        call = self._evaluate(path, arguments)[0]
        self.calls[-1] = call = replace(call, answer=None)
        return call

    def integer(self, path: bytes) -> int | None:
        """Evaluate an object that is to be an integer; None where it is not there, or fails."""
        if not self.has(path):
            return None
        call, found = self._evaluate(path, ())
        if call.error is not None:
            return None
        try:
            return integer_value(found)
        except AmlError as error:
            self.calls[-1] = replace(call, answer=None, error=str(error), exception=_BAD_DATA)
            return None

    def template(self, path: bytes) -> bytes | None:
        """Evaluate an object that is to be a buffer; None where it is not there, or fails."""
        if not self.has(path):
            return None
        call, found = self._evaluate(path, ())
        if call.error is None and not isinstance(found, Buffer):
            self.calls[-1] = replace(call, error=f"it gives {kind_of(found)}, where a buffer is needed")
        return bytes(found.data) if isinstance(found, Buffer) else None

    def memory(self, path: bytes) -> list[DeviceRange] | None:
        """Evaluate an object that is to be a resource template; None where it is not there, or fails."""
        template = self.template(path)
        if template is None:
            return None
        ranges = memory_ranges(template)
        shown = None if ranges is None else tuple(AddrRange(piece.start, piece.end) for piece in ranges)
        error = "it is no resource template" if ranges is None else None
        self.calls[-1] = replace(self.calls[-1], answer=shown, error=error)
        return ranges

    def set_integer(self, path: bytes, number: int) -> None:
        """Give a named integer another value.  Raises InputError where there is none."""
        node = self.aml.namespace.nodes.get(path)
        if node is None or not isinstance(node.value, Integer):
            raise InputError("hot-plug actions", path_text(path), "the tables have no such named integer")
        node.value = Integer(number & self.aml.mask)

    def event(self) -> tuple[FirmwareCall, ...]:
        """Run the method by which the firmware tells of memory that comes or shall go.  Raises InputError."""
        described = self.board.described
        if described is not None and described.event is not None:
            path = path_of(described.event, "hardware")
            if not self.has(path):
                raise InputError("hardware", described.event, "the tables have no such method")
            return (self.call(path, *described.event_arguments),)
        known = [path for path in _EVENTS if self.has(path)]
        if not known:
            tried = " and ".join(path_text(path) for path in _EVENTS)
            why = f'there is no {tried}: name the method that tells of memory with "event"'
            raise InputError("hardware", "the memory hot-plug controller", why)
        return tuple(self.call(path) for path in known)

    def _is_device(self, path: bytes) -> bool:
        node = self.aml.namespace.nodes.get(path)
        return node is not None and kind_of(node.value) == "device"

    def _evaluate(self, path: bytes, arguments: tuple[int, ...]) -> tuple[FirmwareCall, Object | None]:
        text, node = path_text(path), self.aml.node(path_text(path))
        given: list[Object] = [Integer(number) for number in arguments]
        if path.endswith(b"_OST"):
            given.append(Buffer(bytearray()))  # no further information; Kernel: acpi_evaluate_ost
        # What a method does not take is left out; what it misses is not initialized.  ACPICA: acpi_ns_evaluate.
        del given[node.value.arity if isinstance(node.value, Method) else 0 :]
        self.aml.notifies.clear()
        self.board.guessed()
        error, exception, found = None, 0, None
        try:
            self.aml.begin()
            # ACPICA asks for resources itself: acpi_rs_get_method_data.
            found = run_object(self.aml, node, given, follow=not path.endswith(b"_CRS"))
        except AmlError as problem:
            error, exception = str(problem), problem.exception
        call = FirmwareCall(
            path=text,
            arguments=arguments,
            answer=_shown(found),
            error=error,
            exception=exception,
            notifies=tuple(self.aml.notifies),
            guessed=self.board.guessed(),
        )
        self._wasted += self.aml.steps if error is not None else 0
        if self._wasted > _MOST_STEPS:
            raise InputError("firmware", text, f"its code failed again and again, after {_MOST_STEPS} steps in all")
        self.calls.append(call)
        self.pending += call.notifies
        return call, found

    def _find_slots(self) -> dict[bytes, int]:
        # A device selects its slot when it is asked whether it is there.
        found: dict[bytes, int] = {}
        if self.controller is None:
            return found
        for path in filter(self.devices.__contains__, self.watched):
            self.controller.selector = nowhere = len(self.controller.slots)
            self.watched[path].status()
            if self.controller.selector < nowhere:
                found[path] = self.controller.selector
        return found


def upwards(path: bytes) -> Iterator[bytes]:
    """Yield a path, and those that it lies in, the nearest first, without the root."""
    while path:
        yield path
        path = path[:-4]


def _shown(found: Object | None) -> int | str | None:
    if isinstance(found, Integer):
        return found.value
    if isinstance(found, String):
        return bytes(found.data).decode("latin-1")
    return None if found is None else kind_of(found)
