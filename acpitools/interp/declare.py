"""Declaring operation regions and their fields.  Spec: ACPI 6.5, 19.6.48, 19.6.99.  ACPICA: dsfield.c, dsopcode.c.

The lock rule asks for the global lock, which the one thread that there is always gets.
"""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlNotFound, AmlRuntimeError, AmlTypeError, AmlUnsupported
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp.buses import BUS_SPACES
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, FieldUnit, Integer, Method, Node, Plain, Region, String, kind_of
from acpitools.interp.regions import DATA_TABLE, TableBytes, space_name

__all__ = ["declare_fields", "declare_region"]

_ACCESS_BYTES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 8, 5: 1}
"""AccessType of the field flags -> bytes of an access; AnyAcc and BufferAcc access bytes.

ACPICA: acpi_ex_decode_field_access.
"""
_ACCESS_TYPE = 0x0F
_LENGTH_MASK = 0xFFFF_FFFF
_LAST_BIT = 0xFFFF_FFFF
_EMBEDDED_CONTROL = 3
_MOST_EC_BYTES = 255


def declare_region(machine: Machine, frame: Frame, term: Term) -> None:
    """Declare a region, and evaluate where it is; where that fails, it is tried again when the region is used.

    Where an operand names what is not there, there is no region.  ACPICA: acpi_ps_get_next_namepath.
    """
    _find_names(machine, frame, term.args[1:])
    table = term.op == "DataTableRegion"
    number = DATA_TABLE if table else term.args[1]
    node = machine.declare(frame, term.args[0], Plain("device"))
    region = Region(space_name(number), number, node, machine.bus)
    node.value = region
    scope = Frame(frame.scope, node.text, [], frame.depth)
    operands = _table_operands if table else _region_operands
    region.evaluate = lambda: operands(machine, scope, term, region)
    if machine.started and (region.space in machine.handlers or region.space in machine.buses):
        _connect(machine, frame, region)
    region.offset, region.length = operands(machine, frame, term, region)
    region.evaluate = None


def _find_names(machine: Machine, frame: Frame, operands: Sequence[Term | int]) -> None:
    todo: list[object] = list(operands)
    while todo:
        item = todo.pop()
        if isinstance(item, Term):
            todo += item.args
            if item.op in ("NamePath", "Call"):
                machine.namespace.operand(frame.scope, item.args[0], frame.text)
        elif isinstance(item, tuple):
            todo += item


def _connect(machine: Machine, frame: Frame, region: Region) -> None:
    # Tell a _REG beside a region made after the start that it can be used.  ACPICA: acpi_ev_initialize_region.
    node = machine.namespace.nodes.get(region.parent + b"_REG")
    if node is None or not isinstance(node.value, Method):
        return
    try:
        machine.call(node, [Integer(region.space_id), Integer(1)], frame)
    except (AmlRuntimeError, AmlUnsupported):
        return
    region.connected = True


def _region_operands(machine: Machine, frame: Frame, term: Term, _: Region) -> tuple[int, int]:
    offset = machine.integer(machine.value(frame, term.args[2]))
    length = machine.integer(machine.value(frame, term.args[3]))
    return offset, length & _LENGTH_MASK


def _table_operands(machine: Machine, frame: Frame, term: Term, region: Region) -> tuple[int, int]:
    wanted: list[bytes] = []
    for operand in term.args[1:4]:
        text = machine.value(frame, operand)
        if not isinstance(text, String):
            raise AmlTypeError(region.node.text, frame.text, f"{kind_of(text)} where a string is needed")
        wanted.append(bytes(text.data).partition(b"\0")[0])
    found = machine.table(wanted, frame.text)
    if found is not None:
        region.handler = TableBytes(found)
        return 0, len(found)
    texts = ", ".join(repr(text.decode("latin-1")) for text in wanted)
    raise AmlNotFound(region.node.text, frame.text, f"the machine has no table ({texts})")


def declare_fields(machine: Machine, frame: Frame, term: Term) -> None:
    """Declare the names of a Field, BankField or IndexField, then what they are.  Raises AmlError.

    A field whose name is there already takes the place of its object, or is left out (Semantics.fields_replace), and
    the fields after it are declared; of one name in one list, the first is.  ACPICA: acpi_ds_init_field_objects,
    acpi_ds_get_field_names.
    """
    elements: Sequence[Term] = term.args[-1]
    nodes = [_declared(machine, frame, element) for element in elements if element.op == "NamedField"]
    selector = data = None
    value = 0
    if term.op == "IndexField":
        selector, data = (_register(machine, frame, name) for name in term.args[:2])
        region = data.region
    else:
        held = machine.namespace.get(frame.scope, term.args[0], frame.text)
        if not isinstance(held.value, Region):
            raise AmlTypeError(held.text, frame.text, f"{kind_of(held.value)} where a region is needed")
        region = held.value
    if term.op == "BankField":
        selector = _register(machine, frame, term.args[1])
        value = machine.integer(machine.value(frame, term.args[2])) & _LENGTH_MASK
    region.shared = None
    made = _Fields(machine, frame, region, selector, data, value, flags=term.args[-2])
    places = iter(nodes)
    for element in elements:
        if element.op == "NamedField":
            node = next(places)
            unit = made.unit(node, element.args[1])
            if node.value is None:
                node.value = unit
        else:
            made.change(element)


def _declared(machine: Machine, frame: Frame, element: Term) -> Node:
    # A field has no object until the whole list was good.
    known = machine.namespace.nodes.get(frame.scope + element.args[0].path)
    if known is None:
        known = machine.declare(frame, element.args[0], Plain("field unit"))
        known.value = None
        return known
    replaces = machine.semantics.fields_replace
    if not frame.depth:
        where = Location(signature=frame.text, offset=element.start if element.start >= 0 else None)
        does = "takes its place" if replaces else "is left out"
        message = f"{known.text}: it is declared already, and this field {does}"
        machine.findings.append(Finding(code="AML010", severity=Severity.WARNING, message=message, location=where))
    if replaces:
        known.value = None
    return known


def _register(machine: Machine, frame: Frame, name: NameString) -> FieldUnit:
    node = machine.namespace.get(frame.scope, name, frame.text)
    if not isinstance(node.value, FieldUnit):
        raise AmlTypeError(node.text, frame.text, f"{kind_of(node.value)} where a field of a region is needed")
    return node.value


class _Fields:
    # What holds for the fields that follow in a list.

    def __init__(
        self,
        machine: Machine,
        frame: Frame,
        region: Region,
        selector: FieldUnit | None,
        data: FieldUnit | None,
        value: int,
        flags: int,
    ) -> None:
        self._machine, self._frame, self._region = machine, frame, region
        self._selector, self._data, self._value = selector, data, value
        self._flags = flags
        self._position = 0
        self._attribute = self._access_length = self._pin = 0
        self._connection: Buffer | None = None
        self._whole = selector is None and region.space_id in BUS_SPACES

    def change(self, element: Term) -> None:
        """Take in an Offset, AccessAs or Connection."""
        op, args = element.op, element.args
        if op == "Raw":
            raise AmlRuntimeError("Field", self._frame.text, f"{len(args[0])} bytes that could not be read")
        if op == "ReservedField":
            self._advance(args[0])
        elif op == "ConnectField":
            self._connect(args[0])
        else:
            self._flags = self._flags & ~_ACCESS_TYPE | args[0] & 7
            self._attribute, self._access_length = (*args[1:], 0)[:2]

    def _connect(self, connection: Term | NameString) -> None:
        # What serial buses and pins are reached through: a resource template, or the name of one.
        self._pin = 0
        self._connection = None
        if isinstance(connection, NameString):
            held = self._machine.namespace.get(self._frame.scope, connection, self._frame.text).value
            self._connection = held if isinstance(held, Buffer) else None
        else:
            self._connection = Buffer(bytearray(connection.args[1]))

    def unit(self, node: Node, bits: int) -> FieldUnit:
        """Give the next field, of ``bits`` bits."""
        width = _ACCESS_BYTES.get(self._flags & _ACCESS_TYPE)
        if width is None:
            raise AmlRuntimeError(node.text, self._frame.text, f"there is no access type {self._flags & _ACCESS_TYPE}")
        base = self._position // 8 // width * width
        made = FieldUnit(
            node=node,
            bus=self._machine.bus,
            region=self._region,
            base=base,
            start=self._position - 8 * base,
            length=bits,
            width=width,
            update=self._flags >> 5 & 3,
            selector=self._selector,
            data=self._data,
            value=self._value if self._data is None else base,
        )
        if self._whole:
            made.whole, made.pin, made.connection = True, self._pin, self._connection
            made.attribute, made.access_length = self._attribute, self._access_length
            self._pin += 1
        length = (bits + 7) // 8
        if self._region.space_id == _EMBEDDED_CONTROL and not self._selector and 1 < length <= _MOST_EC_BYTES:
            made.width = length  # all of a field is read at once.  ACPICA: acpi_ex_prep_field_value.
        self._advance(bits)
        return made

    def _advance(self, bits: int) -> None:
        self._position += bits
        if self._position > _LAST_BIT:
            raise AmlRuntimeError("Field", self._frame.text, f"there is no bit {self._position} in a region")
