"""The state of one AML machine, and what operators ask of it.  :mod:`acpitools.interp.evaluate` runs code on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from acpitools.aml.encoding import NameString, name_from_text
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlNotFound, AmlRuntimeError, AmlTypeError, AmlUnsupported, EncodeError
from acpitools.core.findings import Finding
from acpitools.interp import convert
from acpitools.interp.exceptions import AE_AML_BUFFER_LIMIT, AE_AML_PACKAGE_LIMIT
from acpitools.interp.fields import read_unit
from acpitools.interp.frames import Frame
from acpitools.interp.limits import Limits, exceeded
from acpitools.interp.namespace import Namespace
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    Bus,
    Debug,
    FieldUnit,
    IndexReference,
    Integer,
    Method,
    Node,
    Object,
    Package,
    Reference,
    Slot,
    String,
    TableHandle,
    Unresolved,
    kind_of,
)
from acpitools.interp.regions import BusHandler, SpaceHandler
from acpitools.interp.semantics import Semantics
from acpitools.interp.store import How, Place, last_target, read_field, store
from acpitools.interp.sync import Sync

__all__ = ["Engine", "Machine", "Tracer"]

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
_PACKAGE_BYTES = 100
_ELEMENT_BYTES = 40
_NOTE_BYTES = 1000
"""About what a finding or a notification takes."""
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
        self._work = 0
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

    def step(self, where: str = "") -> None:
        """Count one step.  Raises AmlLimitError."""
        self.steps += 1
        if self.steps > self.limits.steps:
            raise exceeded("steps", self.limits.steps, where)

    def begin(self) -> None:
        """Begin an evaluation: steps and bytes count from zero."""
        self.steps = 0
        self._work = 0

    def charge(self, size: int) -> None:
        """Count bytes that are made or looked at.  Raises AmlLimitError."""
        self._work += size
        if self._work > self.limits.work:
            raise exceeded("bytes made, copied or compared", self.limits.work)

    def fits(self, size: int) -> int:
        """Give a size back that an object may have, and count it.  Raises AmlLimitError."""
        if size > self.limits.object_size:
            raise exceeded("bytes or elements of an object", self.limits.object_size)
        self.charge(size)
        return size

    def weigh(self, item: Object | None) -> None:
        """Count the bytes of an object, as if it were copied.  Raises AmlLimitError."""
        todo = [item]
        while todo:
            top = todo.pop()
            if isinstance(top, String | Buffer):
                self.charge(len(top.data))
            elif isinstance(top, Package):
                self.charge(_PACKAGE_BYTES + _ELEMENT_BYTES * len(top.elements))
                todo += [element for element in top.elements if isinstance(element, String | Buffer | Package)]

    def result(self, item: Object, place: Place, how: How = How.RESULT) -> Object:
        """Store a result where it should go, and give it, or what a bus hands back for it."""
        if type(place) is Slot and type(item) is Integer and type(place.value) is not Reference:
            place.value = Integer(item.value & self.mask)
        elif isinstance(place, Debug):
            self.debug(item)
        elif place is not None:
            self._weigh_store(item, place)
            return store(item, place, self.semantics, how) or item
        return item

    def converted(self, item: Object, place: Place) -> Object:
        """Put what an explicit conversion gives where it should go: a named object takes its type."""
        return self.result(item, place, How.CONVERTED)

    def store(self, item: Object, place: Place) -> Object:
        """Store a value (Store), and give it."""
        return self.result(item, place, How.STORE)

    def copy(self, item: Object, place: Place) -> Object:
        """Copy an object into a place (CopyObject), and give it."""
        return self.result(item, place, How.COPY)

    def _weigh_store(self, item: Object, place: Place) -> None:
        # What is copied, and what of a named object is written anew.
        if type(item) is not Integer:
            self.weigh(item)
        slot = place.target if isinstance(place, Reference) else place
        if isinstance(slot, Node):
            held = slot.value
            if isinstance(held, BufferField):
                self.charge(held.bit_length >> 3)
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
            raise AmlRuntimeError("AML operand", where, "the variable or element is not initialized")
        if isinstance(item, BufferField):
            self.charge(item.bit_length >> 3)
            return read_field(item, self.size)
        if isinstance(item, FieldUnit):
            return read_unit(item, self.size)
        if isinstance(place, Node) and not isinstance(item, (*_VALUES, Reference, IndexReference, TableHandle)):
            return Reference(place)
        return item

    def reference(self, place: Place) -> Object:
        """Give a reference to a place."""
        if isinstance(place, Slot):
            return Reference(place, explicit=True)
        raise AmlTypeError("RefOf", "", f"there is no reference to {kind_of(place)}")

    def element(self, container: Object, index: int) -> IndexReference:
        """Give a reference to a part of an object.  Raises AmlRuntimeError past its end."""
        if isinstance(container, Package):
            size = len(container.elements)
        elif isinstance(container, Buffer | String):
            size = len(container.data)
        else:
            raise AmlTypeError("Index", "", f"{kind_of(container)} has no elements")
        if index >= size:
            limit = AE_AML_PACKAGE_LIMIT if isinstance(container, Package) else AE_AML_BUFFER_LIMIT
            raise AmlRuntimeError("Index", "", f"there is no element {index} of {size}", exception=limit)
        return IndexReference(container, index)

    def element_value(self, item: IndexReference) -> Object | None:
        """Give an element as it is; a byte as an integer."""
        if not isinstance(item.container, Package):
            if item.index >= len(item.container.data):
                raise AmlRuntimeError("Index", "", f"there is no byte {item.index} any more")
            return Integer(item.container.data[item.index])
        element = item.container.elements[item.index]
        return self.resolved(element) if isinstance(element, Unresolved) else element

    def resolved(self, name: Unresolved) -> Object:
        """Give what a name in a package means: the value of a data object or field, else a reference.

        ACPICA: acpi_ds_resolve_package_element.
        """
        node = self.namespace.get(name.scope, name.name)
        if isinstance(node.value, FieldUnit | BufferField):
            try:
                return self.read(node)
            except (AmlRuntimeError, AmlUnsupported):
                return Reference(node)
        return node.value if isinstance(node.value, _VALUES) else Reference(node)

    def base(self, place: Place) -> Object | None:
        """Follow references as ObjectType does: a byte of a buffer counts as a buffer field.

        ACPICA: acpi_ex_resolve_multiple.
        """
        return self.referred(place, bytes_are_fields=True)

    def referred(self, place: Place, *, bytes_are_fields: bool = False) -> Object | None:
        """Follow references to the object at their end; None where there is none."""
        seen = 0
        while True:
            if isinstance(place, Slot):
                place = place.value
            elif isinstance(place, Reference):
                place = place.target
            elif isinstance(place, IndexReference):
                if bytes_are_fields and not isinstance(place.container, Package):
                    return BufferField(Buffer(place.container.data), 8 * place.index, 8)
                place = self.element_value(place)
            else:
                return place
            seen += 1
            if seen > self.limits.references:
                raise exceeded("references to references", self.limits.references)

    def dereference(self, frame: Frame, item: Object) -> Object:
        """Give the object that a reference, or a string that is a path, stands for."""
        if isinstance(item, Reference) and item.explicit:
            follows = self.semantics.references_are_followed
            target = last_target(item) if follows else item.target
            if target.value is None:
                raise AmlRuntimeError("DerefOf", frame.text, "the variable that is referred to is not initialized")
            return self.read(target, frame.text)
        if isinstance(item, IndexReference):
            element = self.element_value(item)
            if self.semantics.references_are_followed and isinstance(element, Reference) and element.explicit:
                return self.read(last_target(element), frame.text)
            return self.read(element, frame.text)
        if isinstance(item, String):
            return self.read(self.node(item.data.decode("latin-1"), frame.scope), frame.text)
        raise AmlTypeError("DerefOf", frame.text, f"{kind_of(item)} where a reference is needed")

    def node(self, text: str, scope: bytes = b"") -> Node:
        """Give what a path as ASL writes it means.  Raises AmlNotFound."""
        try:
            name = name_from_text(text)
        except EncodeError as error:
            raise AmlNotFound(text, "", error.why) from error
        return self.namespace.get(scope, name)

    def table(self, wanted: Sequence[bytes], where: str) -> bytearray | None:
        """Give the table with a signature, OEM ID and OEM table ID; empty ones match any identifier.

        Of the signature the first four characters count.  Raises AmlRuntimeError for what can be none.
        ACPICA: acpi_tb_find_table.
        """
        signature = wanted[0][:4]
        if not _SIGNATURE.fullmatch(signature):
            raise AmlRuntimeError("AML table", where, f"{signature.decode('latin-1')!r} is no signature")
        for text, field in zip(wanted[1:], _IDENTIFIERS, strict=True):
            if len(text) > field.stop - field.start:
                raise AmlRuntimeError("AML table", where, f"{text.decode('latin-1')!r} is too long")
        for table in self.tables:
            if table[:4] == signature and all(
                not text or table[field] == text.ljust(field.stop - field.start, b"\0")
                for field, text in zip(_IDENTIFIERS, wanted[1:], strict=True)
            ):
                return table
        return None

    def find(self, finding: Finding) -> None:
        """Add a finding.  Raises AmlLimitError."""
        self.charge(_NOTE_BYTES)
        self.findings.append(finding)

    def notify(self, path: str, value: int) -> None:
        """Add a notification.  Raises AmlLimitError."""
        self.charge(_NOTE_BYTES)
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
