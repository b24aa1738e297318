"""Objects of the AML machine: mutable, shared by reference as in ACPICA.  Spec: ACPI 6.5, 19.3.5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text
from acpitools.aml.terms import Term

if TYPE_CHECKING:
    from acpitools.interp.frames import Frame

__all__ = [
    "OBJECT_TYPES",
    "Argument",
    "Buffer",
    "BufferField",
    "Debug",
    "Event",
    "IndexReference",
    "Integer",
    "Method",
    "Mutex",
    "Node",
    "Object",
    "Package",
    "Plain",
    "Reference",
    "Slot",
    "String",
    "Unresolved",
    "kind_of",
]


@dataclass(slots=True, eq=False)
class Integer:
    """An unsigned integer of 32 or 64 bits."""

    value: int


@dataclass(slots=True, eq=False)
class String:
    """Characters without a NUL at the end."""

    data: bytearray


@dataclass(slots=True, eq=False)
class Buffer:
    """Bytes."""

    data: bytearray


@dataclass(slots=True, eq=False)
class Package:
    """A list of objects; None where an element is not initialized."""

    elements: list[Object | None]


@dataclass(slots=True, eq=False)
class BufferField:
    """Bits of a buffer."""

    buffer: Buffer
    bit_offset: int
    bit_length: int
    always_buffer: bool = False
    """Made by CreateField: its value is a buffer, however few bits it has."""


@dataclass(slots=True, eq=False)
class Method:
    """A control method."""

    arity: int
    body: tuple[Term, ...]
    scope: bytes
    """Path of the method: names in it are looked up from here."""
    native: Callable[[Frame], Object] | None = None
    """What answers in the place of a body; ``_OSI``."""


@dataclass(slots=True, eq=False)
class Mutex:
    """A mutex; one thread runs, so it is a count."""

    sync_level: int
    held: int = 0


@dataclass(slots=True, eq=False)
class Event:
    """An event; how often it is signaled."""

    signals: int = 0


@dataclass(slots=True, eq=False)
class Plain:
    """An object without a value: a device, region, power resource, processor, thermal zone or field unit."""

    kind: str


@dataclass(slots=True, eq=False)
class Debug:
    """The debug object; what is stored to it goes to the trace."""


@dataclass(slots=True, eq=False)
class Unresolved:
    """A name in a package that no object had when the package was made."""

    scope: bytes
    name: NameString


@dataclass(slots=True, eq=False)
class Slot:
    """A place that holds an object: an argument, a local variable, a name."""

    value: Object | None = None


@dataclass(slots=True, eq=False)
class Argument(Slot):
    """An argument of a method: a store to it goes through a reference in it."""


@dataclass(slots=True, eq=False)
class Node(Slot):
    """A name in the namespace."""

    path: bytes = b""
    """Segments of four characters from the root."""

    @property
    def text(self) -> str:
        r"""Give the path as ASL writes it, ``\_SB.PCI0``."""
        return path_text(self.path)


@dataclass(slots=True, eq=False)
class Reference:
    """What RefOf gives: a reference to a place."""

    target: Slot


@dataclass(slots=True, eq=False)
class IndexReference:
    """What Index gives: a reference to an element of a package, or a byte of a buffer or string."""

    container: Package | Buffer | String
    index: int = field(default=0)


Object = (
    Integer
    | String
    | Buffer
    | Package
    | BufferField
    | Method
    | Mutex
    | Event
    | Plain
    | Debug
    | Unresolved
    | Reference
    | IndexReference
)

OBJECT_TYPES = {
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
    "debug": 16,
}
"""Kind -> what ObjectType gives.  Spec: ACPI 6.5, 19.6.97."""

_KINDS: dict[type, str] = {
    Integer: "integer",
    String: "string",
    Buffer: "buffer",
    Package: "package",
    BufferField: "buffer field",
    Method: "method",
    Mutex: "mutex",
    Event: "event",
    Debug: "debug",
    Unresolved: "reference",
    Reference: "reference",
    IndexReference: "reference",
}


def kind_of(item: Object | None) -> str:
    """Give the kind of an object in the words of the specification."""
    if item is None:
        return "uninitialized"
    return item.kind if isinstance(item, Plain) else _KINDS[type(item)]
