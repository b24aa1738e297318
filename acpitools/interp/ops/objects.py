"""Store, references, named objects, notifications, waiting.  Spec: ACPI 6.5, 19.6."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp import convert, references
from acpitools.interp.exceptions import AE_AML_BUFFER_LIMIT, AE_AML_OPERAND_VALUE, AE_TYPE
from acpitools.interp.frames import Frame
from acpitools.interp.holding import Loose
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    Debug,
    Empty,
    Event,
    FieldUnit,
    IndexReference,
    Integer,
    Mutex,
    Node,
    Object,
    Plain,
    Reference,
    Slot,
    String,
    kind_of,
)
from acpitools.interp.store import How, Place

__all__ = ["CREATES", "acquire", "alias", "cond_ref_of", "copy_object", "create_field", "debug", "deref_as_it_is"]
__all__ += [
    "deref_of",
    "deref_variable",
    "empty_name",
    "event",
    "external",
    "fatal",
    "mutex",
    "name",
    "noop",
    "notify",
    "object_type",
    "ref_of",
    "release",
    "reset",
    "revision",
]
__all__ += ["signal", "sleep", "stall", "store", "store_new", "store_returned", "timer", "wait"]

Operation = Callable[[Machine, Frame, Sequence[Any]], Object | None]
_OBJECT_TYPES = {
    "uninitialized": 0,
    "integer": 1,
    "string": 2,
    "buffer": 3,
    "package": 4,
    "field unit": 5,
    "device": 6,
    "event": 7,
    "method": 8,
    "mutex": 9,
    "region": 10,
    "power resource": 11,
    "processor": 12,
    "thermal zone": 13,
    "buffer field": 14,
    "table handle": 15,
    "debug": 16,
}
"""Kind -> what ObjectType gives.  Spec: ACPI 6.5, 19.6.97."""
_FOREVER = 0xFFFF
"""A timeout that never ends; what is above is cut off.  ACPICA: acpi_ex_system_wait_event."""
_NOTIFY_BITS = 0xFFFF
_NOTIFIED = frozenset({"device", "processor", "thermal zone"})
_LONGEST_STALL = 255
_STALL_BITS = 0xFFFF_FFFF
_LONGEST_SLEEP = 2000
_TICKS_PER_MICROSECOND = 10
_FIELD_BITS = 0xFFFF_FFFF
"""Offset and length of a buffer field are numbers of 32 bits.  ACPICA: acpi_ds_init_buffer_field."""


def store(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Store a value.  Spec: 19.6.132."""
    item = args[0]
    takes_all = machine.semantics.any_object_is_stored or isinstance(args[1], Debug)
    if isinstance(item, Reference) and not item.explicit and not takes_all:
        raise AmlTypeError("Store", frame.text, f"{kind_of(item.target.value)} is no value to store")
    if takes_all and isinstance(args[1], IndexReference) and isinstance(item, Reference) and not item.explicit:
        item = item.target.value
    return machine.store(item, args[1])


def store_new(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Store a new object, which nothing else holds, to a variable."""
    return machine.result(args[0], args[1], How.STORE)


def store_returned(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Store what a method returned to a variable."""
    item, place = args
    return machine.result(item.value, place, How.STORE) if type(item) is Loose else store(machine, frame, args)


def copy_object(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Copy an object without conversion.  Spec: 19.6.17."""
    return machine.copy(args[0], args[1])


def ref_of(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give a reference to a place.  Spec: 19.6.114."""
    return references.reference(args[0])


def cond_ref_of(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give a reference where there is such an object, and tell.  Spec: 19.6.14."""
    if args[0] is None:
        return Integer(0)
    machine.result(references.reference(args[0]), args[1])
    return Integer(machine.mask)


def _read(machine: Machine, item: Object | None) -> Object | None:
    return machine.read(item) if isinstance(item, BufferField | FieldUnit) else item


def deref_of(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
    """Give the object that is referred to, a field's value.  Spec: 19.6.30."""
    return _read(machine, references.dereference(machine, frame, args[0]))


def deref_variable(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
    """Give the object that a variable refers to."""
    return _read(machine, references.dereference(machine, frame, args[0], exception=AE_TYPE))


def deref_as_it_is(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
    """Give the object that is referred to, fields not read: Return and others take them as they are."""
    return references.dereference(machine, frame, args[0])


def object_type(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the number of a type.  Spec: 19.6.97.  ACPICA: acpi_ex_resolve_multiple."""
    place = references.existing(args[0])
    if isinstance(place, Node) and place.value is None:
        raise AmlRuntimeError("ObjectType", frame.text, f"what declares {place.text} failed, so there is no object")
    return Integer(_OBJECT_TYPES[kind_of(references.base(machine, place))])


def empty_name(machine: Machine, frame: Frame, path: NameString) -> None:
    """Declare a name that gets no object."""
    machine.declare(frame, path, Empty())


def name(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Declare an object.  Spec: 19.6.90."""
    item = args[1]
    machine.declare(frame, args[0], Integer(item.value) if isinstance(item, Integer) else item)


def alias(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Declare another name of an object.  Spec: 19.6.4."""
    target = machine.namespace.get(frame.scope, args[0], frame.text)
    made = machine.declare(frame, args[1], Plain("device"))
    machine.namespace.put(made.path, target)


def external(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Do nothing: externals are for compilers.  Spec: 19.6.45."""


def noop(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Do nothing.  Spec: 19.6.92."""


def mutex(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Declare a mutex.  Spec: 19.6.88."""
    machine.declare(frame, args[0], Mutex(args[1] & 0xF))


def event(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Declare an event.  Spec: 19.6.43."""
    machine.declare(frame, args[0], Event())


def debug(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the debug object.  Spec: 19.6.26."""
    return Debug()


def revision(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the interpreter's revision.  Spec: 19.6.121."""
    return Integer(machine.semantics.revision)


def timer(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give virtual time in units of 100 ns.  Spec: 19.6.135."""
    return Integer(machine.time & machine.mask)


def _held(item: Place, kind: type[Any], op: str) -> Any:
    # A method is handed an object as a reference to its name; what RefOf gives is not followed.
    held = item.value if isinstance(item, Slot) else item
    item = held.target.value if isinstance(held, Reference) and not held.explicit else held
    if not isinstance(item, kind):
        raise AmlTypeError(op, "", f"{kind_of(item)} cannot be used so")
    return item


def acquire(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Take a mutex; there is one thread, so it is free or held already.  Spec: 19.6.2."""
    machine.sync.acquire(_held(args[0], Mutex, "Acquire"), frame.text)
    return Integer(0)


def release(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Give a mutex back.  Spec: 19.6.117."""
    machine.sync.release(_held(args[0], Mutex, "Release"), frame.text)


def signal(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Signal an event.  Spec: 19.6.125."""
    _held(args[0], Event, "Signal").signals += 1


def reset(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Forget the signals of an event.  Spec: 19.6.118."""
    _held(args[0], Event, "Reset").signals = 0


def wait(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Wait for an event; time passes at once where nobody can signal it.  Spec: 19.6.150."""
    waited: Event = _held(args[0], Event, "Wait")
    milliseconds = machine.integer(args[1]) & _FOREVER
    if waited.signals:
        waited.signals -= 1
        return Integer(0)
    if milliseconds == _FOREVER:
        raise AmlRuntimeError("Wait", frame.text, "the event is never signaled")
    machine.time += milliseconds * 1000 * _TICKS_PER_MICROSECOND
    return Integer(machine.mask)


def sleep(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Let milliseconds of virtual time pass, at most 2000.  Spec: 19.6.127.  ACPICA: acpi_ex_system_do_sleep."""
    machine.time += min(machine.integer(args[0]), _LONGEST_SLEEP) * 1000 * _TICKS_PER_MICROSECOND


def stall(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Let microseconds of virtual time pass, up to 255.  Spec: 19.6.130.  ACPICA: acpi_ex_system_do_stall."""
    microseconds = machine.integer(args[0]) & _STALL_BITS
    if microseconds > _LONGEST_STALL:
        raise AmlRuntimeError(
            "Stall",
            frame.text,
            f"{microseconds} microseconds, at most {_LONGEST_STALL} may be",
            exception=AE_AML_OPERAND_VALUE,
        )
    machine.time += microseconds * _TICKS_PER_MICROSECOND


def fatal(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Tell of a fatal error, and go on.  Spec: 19.6.47.  ACPICA: acpi_ex_opcode_3A_0T_0R."""
    kind, code, argument = args[0], args[1], machine.integer(args[2])
    message = f"Fatal: type {kind:#x}, code {code:#x}, argument {argument:#x}"
    where = Location(signature=frame.text)
    machine.find(Finding(code="AML012", severity=Severity.ERROR, message=message, location=where))


def notify(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Record a notification.  Spec: 19.6.95."""
    place = args[0]  # a variable that refers to a device is none.  ACPICA: acpi_ex_opcode_2A_0T_0R
    if not isinstance(place, Node) or kind_of(place.value) not in _NOTIFIED:
        raise AmlTypeError("Notify", frame.text, "only devices, processors and thermal zones can be notified")
    machine.notify(place.text, machine.integer(args[1]) & _NOTIFY_BITS)


def _create(bits: int, scale: int) -> Operation:
    def run(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
        start = machine.integer(args[1]) * scale & _FIELD_BITS
        _declare_field(machine, frame, args[2], BufferField(_buffer(machine, args[0]), start, bits))

    return run


CREATES: dict[str, Operation] = {
    "CreateBitField": _create(1, 1),
    "CreateByteField": _create(8, 8),
    "CreateWordField": _create(16, 8),
    "CreateDWordField": _create(32, 8),
    "CreateQWordField": _create(64, 8),
}
"""Fields of one size.  Spec: 19.6.18 to 19.6.23."""


def create_field(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Declare a field of any bits in a buffer.  Spec: 19.6.21."""
    bits = machine.integer(args[2]) & _FIELD_BITS
    if bits == 0:
        raise AmlRuntimeError("CreateField", frame.text, "a field of no bits", exception=AE_AML_OPERAND_VALUE)
    start = machine.integer(args[1]) & _FIELD_BITS
    _declare_field(machine, frame, args[3], BufferField(_buffer(machine, args[0]), start, bits, always_buffer=True))


def _buffer(machine: Machine, item: Object) -> Buffer:
    return item if isinstance(item, Buffer) else Buffer(convert.to_buffer(item, machine.size))


def _declare_field(machine: Machine, frame: Frame, name: NameString, field: BufferField) -> None:
    end, bits = field.bit_offset + field.bit_length & _FIELD_BITS, 8 * len(field.buffer.data)
    if machine.semantics.fields_follow_variables:
        places: Iterable[Slot] = (*frame.local, *frame.arguments, *machine.namespace.nodes.values())
        field.variable = next((slot for slot in places if slot.value is field.made_of), None)
    elif end > bits:
        why = f"bits up to {end} of a buffer of {bits}"
        raise AmlRuntimeError("CreateField", frame.text, why, exception=AE_AML_BUFFER_LIMIT)
    machine.declare(frame, name, field)


def literal(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give a string constant."""
    return String(bytearray(args[0]))
