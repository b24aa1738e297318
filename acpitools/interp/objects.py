"""Objects of the AML machine: mutable, shared by reference as in ACPICA.  Spec: ACPI 6.5, 19.3.5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text
from acpitools.aml.terms import Term

if TYPE_CHECKING:
    from acpitools.interp.frames import Code, Frame
    from acpitools.interp.regions import BusHandler, SpaceHandler

__all__ = [
    "Argument",
    "Buffer",
    "BufferField",
    "Bus",
    "Debug",
    "Empty",
    "Event",
    "FieldUnit",
    "IndexReference",
    "Integer",
    "Method",
    "Mutex",
    "Node",
    "Object",
    "Package",
    "Plain",
    "Reference",
    "Region",
    "Slot",
    "String",
    "TableHandle",
    "Transfer",
    "Unresolved",
    "kind_of",
]


_path_text = lru_cache(4096)(path_text)


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

    made_of: Buffer
    bit_offset: int
    bit_length: int
    always_buffer: bool = False
    """Made by CreateField: its value is a buffer, however few bits it has."""
    variable: Slot | None = None
    """Whose buffer it lies in (Semantics.fields_follow_variables); None where it stays in the one it was made of."""

    @property
    def buffer(self) -> Buffer:
        """Give the buffer that it lies in."""
        held = self.variable.value if self.variable is not None else None
        return held if isinstance(held, Buffer) else self.made_of


@dataclass(slots=True, eq=False)
class Method:
    """A control method."""

    arity: int
    body: tuple[Term, ...]
    scope: bytes
    """Path of the method: names in it are looked up from here."""
    native: Callable[[Frame], Object] | None = None
    """What answers in the place of a body; ``_OSI``."""
    code: Code | None = None
    """The body, planned when it first runs."""
    traced: bool = False
    """Whether it was planned to be traced."""
    serialized: bool = False
    sync_level: int = 0
    running: int = 0
    """Invocations of it that have not ended."""
    before: int = 0
    """Sync level of the thread before the first of these."""
    made: list[Node] = field(default_factory=list)
    """Names made by these."""


@dataclass(slots=True, eq=False)
class Mutex:
    """A mutex; one thread runs, so it is always free or its own."""

    sync_level: int
    held: int = 0
    """How often it is held."""
    before: int = 0
    """Sync level of the thread before it was taken."""


@dataclass(slots=True, eq=False)
class TableHandle:
    """What Load and LoadTable give.  ACPICA: ACPI_REFCLASS_TABLE."""

    data: bytes
    names: list[Node]
    """Names that the table made."""


@dataclass(slots=True, eq=False)
class Event:
    """An event; how often it is signaled."""

    signals: int = 0


@dataclass(slots=True, eq=False)
class Plain:
    """An object without a value: a device, power resource, processor or thermal zone."""

    kind: str


@dataclass(slots=True, eq=False)
class Debug:
    """The debug object; what is stored to it goes to ``Machine.debug``."""


@dataclass(slots=True, eq=False)
class Empty:
    """No object: what a name has that was declared with an expression.  ACPICA: acpi_ds_create_node."""


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
        return _path_text(self.path)


@dataclass(slots=True, eq=False)
class Region:
    """An operation region: bytes of an address space.  Spec: ACPI 6.5, 19.6.99."""

    space: str
    """Name of the address space, as ASL writes it."""
    space_id: int
    node: Node
    bus: Bus
    offset: int = 0
    """First address in the space, in its units (bytes)."""
    length: int = 0
    """Bytes."""
    evaluate: Callable[[], tuple[int, int]] | None = None
    """Gives offset and length where they could not be had when the region was declared; None where they are known."""
    sure: int = 0
    """Bytes from its start on that can be reached, as far as that was looked at."""
    handler: SpaceHandler | None = None
    """What answers in this region alone; the table that it is."""
    connected: bool = False
    """Whether _REG was told that the region can be used."""
    shared: bytearray | None = None
    """Memory of a platform communications channel; None before a field of it is used."""

    @property
    def parent(self) -> bytes:
        """Give the path of the scope that the region is declared in: a device, as a rule."""
        return self.node.path[:-4]


@dataclass(slots=True, eq=False)
class FieldUnit:
    """Bits of a region, or of what an index and a data register reach.  Spec: ACPI 6.5, 19.6.48.

    ACPICA: acpi_ex_prep_common_field_object.
    """

    node: Node
    bus: Bus
    region: Region
    """That of an IndexField is its data register's."""
    base: int
    """Offset in the region of the first unit that is accessed, bytes."""
    start: int
    """Bits of the first unit before the field."""
    length: int
    """Bits."""
    width: int
    """Bytes that one access takes."""
    update: int
    """What becomes of the other bits of a unit: 0 they are preserved, 1 they become ones, 2 zeros."""
    selector: FieldUnit | None = None
    """Register that is written before each access: the bank register of a BankField, the index register of an
    IndexField."""
    data: FieldUnit | None = None
    """Register of an IndexField through which the bits are read and written."""
    value: int = 0
    """What the selector takes; that of an IndexField takes the offset in the field on top, bytes."""
    whole: bool = False
    """Whether the field is handed over whole (acpitools.interp.buses); what follows is then of use."""
    attribute: int = 0
    """Protocol of a bus: the access attribute of AccessAs."""
    access_length: int = 0
    """Bytes that AccessAs gives with the protocol."""
    connection: Buffer | None = None
    """Resource template of the Connection before the field."""
    pin: int = 0
    """Fields since the Connection."""


@dataclass(slots=True, frozen=True)
class Transfer:
    """What a field of a bus hands over."""

    space: str
    address: int
    """Offset of the region and of the field in it, bytes; the subspace of a channel."""
    writes: bool
    data: bytes
    """Status, length and data of buses; pins, the first in the lowest bit; all of the memory of a channel."""
    attribute: int
    access_length: int
    connection: bytes
    pin: int
    """Index into the pins of the connection."""
    pins: int
    """How many pins: bits of the field."""


class Bus:
    """How the regions of one machine are reached, and how often."""

    def __init__(
        self,
        handlers: dict[str, SpaceHandler],
        step: Callable[[], None],
        fits: Callable[[int], int],
        nodes: dict[bytes, Node],
        evaluate: Callable[[Node], Object | None],
        listener: Callable[[], Callable[[str], None] | None],
        buses: dict[str, BusHandler],
    ) -> None:
        self.handlers = handlers
        """Name of the address space -> what answers there."""
        self.step = step
        """Counts an access.  Raises AmlLimitError."""
        self.fits = fits
        """Gives back a size that an object may have.  Raises AmlLimitError."""
        self.nodes = nodes
        """Path -> node of the namespace, for spaces whose addresses devices have."""
        self.evaluate = evaluate
        """Gives the value of a node, running a method.  Raises AmlError."""
        self.listener = listener
        """Gives who hears of each access, or None."""
        self.buses = buses
        """Name of the address space -> what answers for fields that are handed over whole."""
        self.later: frozenset[str] = frozenset()
        """Address spaces for which a driver answers that is not there yet."""
        self.cuts_ports = False
        """Whether addresses of ports are cut to 16 bits, so that there are no others (acpitools.interp.ports)."""
        self.rounds = False
        """Whether regions end at a multiple of the width of an access (Semantics.regions_are_rounded)."""
        self.depth = 0
        """Field accesses inside field accesses."""


@dataclass(slots=True, eq=False)
class Reference:
    """A reference to a place."""

    target: Slot
    explicit: bool = False
    """Given by RefOf; else it stands for a named object without a value, as a device."""


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
    | TableHandle
    | Region
    | FieldUnit
    | Plain
    | Debug
    | Empty
    | Unresolved
    | Reference
    | IndexReference
)

_KINDS: dict[type, str] = {
    Integer: "integer",
    String: "string",
    Buffer: "buffer",
    Package: "package",
    BufferField: "buffer field",
    Method: "method",
    Mutex: "mutex",
    Event: "event",
    TableHandle: "table handle",
    Region: "region",
    FieldUnit: "field unit",
    Debug: "debug",
    Empty: "uninitialized",
    Unresolved: "reference",
    Reference: "reference",
    IndexReference: "reference",
}


def kind_of(item: Object | None) -> str:
    """Give the kind of an object in the words of the specification."""
    if item is None:
        return "uninitialized"
    return item.kind if isinstance(item, Plain) else _KINDS[type(item)]
