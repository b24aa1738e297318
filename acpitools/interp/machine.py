"""The state of one AML machine, and what operators ask of it.  :mod:`acpitools.interp.evaluate` runs code on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Protocol

from acpitools.aml.encoding import NameString, name_from_text
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlNotFound, AmlRuntimeError, AmlTypeError, AmlUnsupported, EncodeError
from acpitools.core.findings import Finding
from acpitools.interp import convert
from acpitools.interp.exceptions import (
    AE_AML_STRING_LIMIT,
    AE_AML_UNINITIALIZED_ARG,
    AE_AML_UNINITIALIZED_ELEMENT,
    AE_AML_UNINITIALIZED_LOCAL,
    AE_AML_UNINITIALIZED_NODE,
    AE_BAD_PATHNAME,
    AE_BAD_SIGNATURE,
    AE_TYPE,
)
from acpitools.interp.fields import read_unit
from acpitools.interp.frames import Frame
from acpitools.interp.limits import Limits, exceeded
from acpitools.interp.memory import Memory
from acpitools.interp.namespace import Namespace
from acpitools.interp.objects import (
    Argument,
    Buffer,
    BufferField,
    Bus,
    Debug,
    Empty,
    Event,
    FieldUnit,
    IndexReference,
    Integer,
    Method,
    Mutex,
    Node,
    Object,
    Package,
    Reference,
    Region,
    Slot,
    String,
    TableHandle,
    Unresolved,
)
from acpitools.interp.regions import BusHandler, SpaceHandler
from acpitools.interp.semantics import Semantics
from acpitools.interp.store import How, Place, copy, read_field, store
from acpitools.interp.sync import Sync

__all__ = ["UNINITIALIZED", "Engine", "Machine", "Tracer"]

Tracer = Callable[[int, str], None]
"""Takes the depth of calls and a line of text."""


def _discard(depth: int, text: str) -> None:
    pass


def _ignore(item: Object) -> None:
    pass


class Engine(Protocol):
    """Runs code inside code that cannot wait for it: where a region is, which name is a method by now."""

    def call(self, machine: Machine, node: Node, arguments: list[Object], depth: int) -> Object | None:
        """Call a method.  Raises AmlError."""

    def value(self, machine: Machine, frame: Frame, term: Term) -> Object:
        """Evaluate an operand.  Raises AmlError."""

    def load(self, machine: Machine, data: bytes, scope: bytes) -> TableHandle:
        """Load a definition block, whose code runs in a scope."""


_IDENTIFIERS = (slice(10, 16), slice(16, 24))
"""OEM ID and OEM table ID in the header of a table.  Spec: ACPI 6.5, 5.2.6."""
_SIGNATURE = re.compile(rb"[A-Z0-9_]{3}[A-Z0-9_!]")
"""ACPICA: acpi_ut_valid_nameseg."""
_NAME_BYTES = 400
"""About what a name takes."""
_NOTE_BYTES = 1000
"""About what a finding or a notification takes."""
_WIDEST = 8
_WIDEST_MASK = (1 << 8 * _WIDEST) - 1
UNINITIALIZED: dict[type, int] = {
    Slot: AE_AML_UNINITIALIZED_LOCAL,
    Argument: AE_AML_UNINITIALIZED_ARG,
    Node: AE_AML_UNINITIALIZED_NODE,
}
"""Kind of a place -> what ACPICA calls it that it has no object."""
_VALUES = (Integer, String, Buffer, Package)


class Machine:
    """One machine: its namespace, virtual time, and what happened on it."""

    def __init__(
        self,
        engine: Engine,
        semantics: Semantics | None = None,
        limits: Limits | None = None,
        trace: Tracer = _discard,
    ) -> None:
        self._engine = engine
        self.semantics = semantics or Semantics()
        self.size = self.semantics.integer_size
        """Bytes of an integer."""
        self.mask = self.semantics.mask
        self._follows = self.semantics.references_are_followed
        self.limits = limits or Limits()
        self.trace = trace
        self.debug: Callable[[Object], None] = _ignore
        """Takes what is stored to Debug."""
        self.namespace = Namespace()
        self.notifies: list[tuple[str, int]] = []
        """Path and value of each notification, in order."""
        self.findings: list[Finding] = []
        """What failed while tables were loaded."""
        self.time = 0
        """Virtual time in units of 100 ns."""
        self.steps = 0
        """Terms run, and accesses to regions made, by the evaluation."""
        self.sync = Sync()
        """What the one thread holds."""
        self.nested = 0
        """Runs of code inside steps of code."""
        self.started = False
        """Whether what runs at start has run (acpitools.interp.start)."""
        self.handlers: dict[str, SpaceHandler] = {}
        """Name of an address space -> what answers there."""
        self.buses: dict[str, BusHandler] = {}
        """Name of an address space whose fields are handed over whole -> what answers there."""
        self.tables: list[bytearray] = []
        """All tables of the machine, for regions that are tables."""
        self.blocks: list[bytes] = []
        """Definition blocks that are loaded."""
        self.running: list[list[Frame]] = []
        """Frames of each run of code, the outermost first."""
        self.memory = Memory(lambda: self.limits, self._held)
        self.charge, self.fits, self.weigh = self.memory.charge, self.memory.fits, self.memory.weigh
        self.bus = Bus(
            self.handlers, self.step, self.fits, self.namespace.nodes, self._object, self._listener, self.buses
        )
        self.bus.rounds = self.semantics.regions_are_rounded

    @property
    def traced(self) -> bool:
        """Tell whether anything takes the trace."""
        return self.trace is not _discard

    def call(self, node: Node, arguments: list[Object], frame: Frame) -> Object | None:
        """Call a method from inside a step.  Raises AmlError."""
        return self._engine.call(self, node, arguments, frame.depth + 1)

    def load_block(self, data: bytes, scope: bytes) -> TableHandle:
        """Load a definition block from inside a step."""
        return self._engine.load(self, data, scope)

    def _held(self) -> Iterable[Object | None]:
        # What can be reached: objects of names, variables and operands.
        yield from (node.value for node in self.namespace.nodes.values())
        for frame in chain.from_iterable(self.running):
            yield from (slot.value for slot in (*frame.local, *frame.arguments))
            yield from (item.value if isinstance(item, Slot) else item for item in frame.stack)

    def _listener(self) -> Callable[[str], None] | None:
        return (lambda text: self.trace(self.nested + 1, text)) if self.traced else None

    def _object(self, node: Node) -> Object | None:
        return self._engine.call(self, node, [], 1) if isinstance(node.value, Method) else self.read(node)

    def value(self, frame: Frame, term: Term) -> Object:
        """Evaluate an operand from inside a step.  Raises AmlError."""
        return self._engine.value(self, frame, term)

    def integer(self, item: Object | None) -> int:
        """Give the integer that an operand stands for.  Raises AmlTypeError."""
        if isinstance(item, Integer):
            return item.value
        if isinstance(item, String | Buffer):
            self.charge(len(item.data))
        return convert.to_integer(item, self.size)

    def truth(self, item: Object | None) -> int:
        """Give the integer that a condition stands for.  ACPICA: acpi_ds_get_predicate_value.  Raises AmlTypeError."""
        try:
            return self.integer(item)
        except AmlTypeError as error:
            error.exception = AE_TYPE
            raise

    def step(self, where: str = "") -> None:
        """Count one step.  Raises AmlLimitError."""
        self.steps += 1
        if self.steps > self.limits.steps:
            raise exceeded("steps", self.limits.steps, where)

    def begin(self) -> None:
        """Begin an evaluation: steps and bytes count from zero."""
        self.steps = 0
        self.memory.begin()

    def result(self, item: Object, place: Place, how: How = How.RESULT) -> Object:
        """Put a new object where it should go, and give it, or what a bus hands back for it.

        A variable gets the object itself.
        """
        if type(place) is Slot:
            replaced = type(place.value) is not Reference or how is How.COPY or not self._follows
        else:
            replaced = type(place) is Argument and type(place.value) is not Reference
        if not replaced:
            return self._copied(item, place, how)
        place.value = item  # type: ignore[union-attr]
        return item

    def computed(self, value: int, place: Place) -> Object:
        """Put a number of any size where it should go, and give it as wide as integers are.

        What is 32 bits wide is cut after it is stored: fields and elements of packages get 64 bits.
        ACPICA: acpi_ds_exec_end_op.
        """
        result = Integer(value & self.mask)
        variable = type(place) is Slot or (type(place) is Argument and type(place.value) is not Reference)
        if place is None or self.size == _WIDEST or variable:
            return self.result(result, place)
        self.result(Integer(value & _WIDEST_MASK), place)
        return result

    def _copied(self, item: Object, place: Place, how: How) -> Object:
        if isinstance(place, Debug):
            self.debug(item)
        elif place is not None:
            self._weigh_store(item, place)
            return store(item, place, self.semantics, how) or item
        return item

    def converted(self, item: Object, place: Place, operand: Object | None = None) -> Object:
        """Put what an explicit conversion gives where it should go: a named object takes its type.

        Where nothing had to be converted it gives its operand.
        """
        return self._copied(item, place, How.CONVERTED) if item is operand else self.result(item, place, How.CONVERTED)

    def store(self, item: Object, place: Place) -> Object:
        """Store a value (Store), and give it."""
        if type(place) is Slot and type(item) is Integer and type(place.value) is not Reference:
            place.value = Integer(item.value & self.mask)
            return item
        return self._copied(item, place, How.STORE)

    def copy(self, item: Object, place: Place) -> Object:
        """Copy an object into a place (CopyObject), and give the copy."""
        self.weigh(item)
        if isinstance(item, Reference) and not item.explicit and isinstance(item.target.value, Mutex | Event | Region):
            item = item.target.value
        return self.result(copy(item), place, How.COPY)

    def _weigh_store(self, item: Object, place: Place) -> None:
        # What is copied, and what of a named object is written anew.
        if type(item) is not Integer:
            self.weigh(item)
        slot = place.target if isinstance(place, Reference) else place
        if isinstance(slot, Node):
            held = slot.value
            if isinstance(held, BufferField):
                self.charge(min(held.bit_length >> 3, len(held.buffer.data)))
            elif isinstance(held, String | Buffer):
                self.charge(len(held.data))

    def held(self, place: Place) -> Object | None:
        """Give what a place holds, as it is."""
        return place.value if isinstance(place, Slot) else place

    def read(self, place: Place, where: str = "") -> Object:
        """Give the value of a place.  Raises AmlRuntimeError where it has none."""
        item = place.value if isinstance(place, Slot) else place
        if type(item) is Integer:
            return item
        if item is None and self.semantics.variables_are_zero and isinstance(place, Slot) and type(place) is not Node:
            place.value = item = Integer(0)
            return item
        if item is None:
            why = "the variable or element is not initialized"
            raise AmlRuntimeError(
                "AML operand", where, why, exception=UNINITIALIZED.get(type(place), AE_AML_UNINITIALIZED_ELEMENT)
            )
        if isinstance(item, BufferField):
            self.charge(min(item.bit_length >> 3, len(item.buffer.data)))
            return read_field(item, self.size)
        if isinstance(item, FieldUnit):
            return read_unit(item, self.size)
        if isinstance(place, Node) and not isinstance(item, (*_VALUES, Reference, IndexReference, TableHandle)):
            if type(item) is Empty:
                raise AmlRuntimeError(place.text, where, "the name has no object", exception=AE_AML_UNINITIALIZED_NODE)
            return Reference(place)
        return item

    def element_value(self, item: IndexReference) -> Object | None:
        """Give an element as it is; a byte as an integer."""
        if not isinstance(item.container, Package):
            if item.index >= len(item.container.data):
                raise AmlRuntimeError("Index", "", f"there is no byte {item.index} any more")
            return Integer(item.container.data[item.index])
        element = item.container.elements[item.index]
        return self.resolved(element) if isinstance(element, Unresolved) else element

    def resolved(self, name: Unresolved) -> Object | None:
        """Give what a name in a package means: the value of a data object or field, else a reference.

        ACPICA: acpi_ds_resolve_package_element.
        """
        node = self.namespace.get(name.scope, name.name)
        if isinstance(node.value, FieldUnit | BufferField):
            try:
                return self.read(node)
            except (AmlRuntimeError, AmlUnsupported):
                return Reference(node)
        if type(node.value) is Empty:
            return None
        return node.value if isinstance(node.value, _VALUES) else Reference(node)

    def node(self, text: str, scope: bytes = b"") -> Node:
        """Give what a path as ASL writes it means.  Raises AmlNotFound."""
        try:
            name = name_from_text(text)
        except EncodeError as error:
            raise AmlNotFound(text, "", error.why, exception=AE_BAD_PATHNAME) from error
        return self.namespace.get(scope, name)

    def table(self, wanted: Sequence[bytes], where: str) -> bytearray | None:
        """Give the table with a signature, OEM ID and OEM table ID; empty ones match any identifier.

        Of the signature the first four characters count.  Raises AmlRuntimeError for what can be none.
        ACPICA: acpi_tb_find_table.
        """
        signature = wanted[0][:4]
        if not _SIGNATURE.fullmatch(signature):
            raise AmlRuntimeError(
                "AML table", where, f"{signature.decode('latin-1')!r} is no signature", exception=AE_BAD_SIGNATURE
            )
        for text, field in zip(wanted[1:], _IDENTIFIERS, strict=True):
            if len(text) > field.stop - field.start:
                raise AmlRuntimeError(
                    "AML table", where, f"{text.decode('latin-1')!r} is too long", exception=AE_AML_STRING_LIMIT
                )
        for table in self.tables:
            if table[:4] == signature and all(
                not text or table[field] == text.ljust(field.stop - field.start, b"\0")
                for field, text in zip(_IDENTIFIERS, wanted[1:], strict=True)
            ):
                return table
        return None

    def find(self, finding: Finding) -> None:
        """Add a finding.  Raises AmlLimitError."""
        self.memory.keep(_NOTE_BYTES)
        self.findings.append(finding)

    def notify(self, path: str, value: int) -> None:
        """Add a notification.  Raises AmlLimitError."""
        self.memory.keep(_NOTE_BYTES)
        self.notifies.append((path, value))

    def resolve_packages(self, nodes: Iterable[Node]) -> None:
        """Resolve names in packages that stood before what they name, and values of fields; nothing for no object.

        ACPICA: acpi_ns_initialize_objects, acpi_ds_resolve_package_element.
        """
        todo = [node.value for node in nodes if isinstance(node.value, Package)]
        seen: set[int] = set()
        while todo:
            package = todo.pop()
            if id(package) in seen:
                continue
            seen.add(id(package))
            for index, element in enumerate(package.elements):
                if isinstance(element, Package):
                    todo.append(element)
                elif isinstance(element, Unresolved):
                    node = self.namespace.find(element.scope, element.name)
                    package.elements[index] = None if node is None else self.resolved(element)

    def declare(self, frame: Frame, name: NameString, item: Object) -> Node:
        """Declare a name; one that a method makes goes when the method ends."""
        self.charge(_NAME_BYTES)
        node = self.namespace.add(frame.scope, name, item)
        frame.made.append(node)
        return node
