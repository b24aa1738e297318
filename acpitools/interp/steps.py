"""The steps of planned code.  Each does a part of a term on a frame, and says what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlError, AmlRuntimeError, AmlTypeError, AmlUnsupported
from acpitools.interp.declare import declare_fields, declare_region
from acpitools.interp.dispatch import DISPATCH, Operation
from acpitools.interp.exceptions import AE_AML_BAD_OPCODE, AE_AML_NO_RETURN_VALUE
from acpitools.interp.fetch import VARIABLES, Fetch, node
from acpitools.interp.frames import Frame, Step
from acpitools.interp.holding import Loose
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    FieldUnit,
    IndexReference,
    Integer,
    Method,
    Object,
    Package,
    Plain,
    String,
    kind_of,
)
from acpitools.interp.trace import operands_shown, shown

__all__ = [
    "SCOPES",
    "buffer",
    "call",
    "declaration",
    "drop",
    "element",
    "enter_scope",
    "exit_scope",
    "fail",
    "operator",
    "package",
    "push",
    "push_stored",
    "uncalled",
]

SCOPES = {
    "Device": "device",
    "Processor": "processor",
    "PowerResource": "power resource",
    "ThermalZone": "thermal zone",
}
"""Op that declares a scope -> kind of the object."""

_NO_OPERATORS = frozenset({"Debug", "Revision", "String"})
"""Ops with an object that is no result.  ACPICA: AML_CLASS_ARGUMENT."""
_NO_PLACES = (Integer, String, Buffer, Package, BufferField, FieldUnit)
_REGIONS = frozenset({"OperationRegion", "DataTableRegion"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})


def remembered(fetch: Fetch) -> Fetch:
    """Fetch an operand that the method gives if it ends without Return."""

    def fetched(frame: Frame) -> Any:
        frame.implicit = item = fetch(frame)
        return item

    return fetched


def _remembered(run: Operation) -> Operation:
    def remembering(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
        result = run(machine, frame, args)
        if result is not None:
            frame.implicit = result
        return result

    return remembering


def push(fetch: Fetch) -> Step:
    """Put an operand on the stack."""
    return lambda frame: frame.stack.append(fetch(frame))


def push_stored(variable: Term, *, needed: bool) -> Step:
    """Put what Store gives on the stack where a local variable is stored to itself: nothing, if it has no value."""
    index = VARIABLES[variable.op]

    def step(frame: Frame) -> None:
        value = frame.local[index].value
        if value is not None:
            frame.stack.append(value)
        elif needed:
            raise AmlRuntimeError(
                "Store", frame.text, f"{variable.op} is not initialized", exception=AE_AML_NO_RETURN_VALUE
            )

    return step


def drop(fetch: Fetch) -> Step:
    """Read what nothing uses: a field may notice."""

    def step(frame: Frame) -> None:
        fetch(frame)

    return step


def element(machine: Machine) -> Step:
    """Replace a reference to an element of a package on the stack by the element."""

    def step(frame: Frame) -> None:
        top = frame.stack[-1]
        if isinstance(top, IndexReference) and isinstance(top.container, Package):
            frame.stack[-1] = machine.read(machine.element_value(top), frame.text)

    return step


def _places(op: str, run: Operation, places: Sequence[int]) -> Operation:
    # Make sure that operands are places, when all of them are there.  ACPICA: acpi_ex_resolve_operands.
    def checked(machine: Machine, frame: Frame, operands: Sequence[Any]) -> Object | None:
        for at in places:
            item = operands[at]
            if isinstance(item, _NO_PLACES):
                raise AmlTypeError(op, frame.text, f"{kind_of(item)} where a reference is needed")
        return run(machine, frame, operands)

    return checked


def uncalled(path: NameString) -> Step:
    """Fail for want of a size: a method among the operands of a package is not called.  ACPICA: acpi_ds_exec_end_op."""
    why = f"{path_text(path.path)} is not called for the size of a package"
    return fail(AmlRuntimeError("Package", "", why, exception=AE_AML_NO_RETURN_VALUE))


def fail(error: AmlError) -> Step:
    """Fail, where code cannot be right."""

    def step(_: Frame) -> None:
        raise type(error)(error.what, error.where, error.why, exception=error.exception)

    return step


def enter_scope(machine: Machine, term: Term) -> Step:
    """Enter a scope, which may be declared with that."""
    kind = SCOPES.get(term.op)
    name = term.args[0]

    def step(frame: Frame) -> None:
        known = machine.namespace
        inner = machine.declare(frame, name, Plain(kind)) if kind else known.get(frame.scope, name, frame.text)
        frame.scopes.append(frame.scope)
        frame.scope = inner.path

    return step


def exit_scope(frame: Frame) -> None:
    """Leave a scope, but one that code was lost in (acpitools.interp.lost)."""
    if frame.scopes:
        frame.scope = frame.scopes.pop()


def declaration(machine: Machine, term: Term, keep: bool) -> Step:
    """Declare what has no value; refuse what cannot be run."""
    op, args = term.op, term.args

    def method(frame: Frame) -> None:
        made = machine.declare(frame, args[0], Plain("device"))
        flags = args[1]
        serialized = bool(flags & 8)
        level = flags >> 4 if serialized else 0
        made.value = Method(flags & 7, args[2], made.path, serialized=serialized, sync_level=level)

    def region(frame: Frame) -> None:
        declare_region(machine, frame, term)

    def fields(frame: Frame) -> None:
        declare_fields(machine, frame, term)

    def refuse(frame: Frame) -> None:
        if op == "Raw":
            raise AmlRuntimeError(
                "AML", frame.text, f"{len(args[0])} bytes that could not be read", exception=AE_AML_BAD_OPCODE
            )
        raise AmlUnsupported(op, frame.text, "it cannot stand here")

    if keep:
        return refuse
    if op == "Method":
        return method
    if op in _REGIONS:
        return region
    return fields if op in _FIELDS else refuse


def _taken(frame: Frame, parts: Sequence[Fetch | None], waiting: int) -> list[Any]:
    # Operands, those of the stack among them; variables are read after all else.  ACPICA: acpi_ex_resolve_operands.
    if not waiting:
        return [part(frame) for part in parts]  # type: ignore[misc]
    stack = frame.stack
    stacked = iter(stack[-waiting:])
    del stack[-waiting:]
    return [next(stacked) if part is None else part(frame) for part in parts]


def operator(
    machine: Machine,
    op: str,
    parts: Sequence[Fetch | None],
    keep: bool,
    *,
    run: Operation | None = None,
    labels: Sequence[str] = (),
    places: Sequence[int] = (),
    needed: bool = True,
) -> Step:
    """Run an operator; what it gives goes on the stack where it is used.

    ``run`` is what does it, if it is not the usual; ``labels`` are of operands, for the trace; operands that have to be
    ``places`` are known by their positions; nothing is a result, too, where none is ``needed``.
    """
    run = run or DISPATCH[op]
    if places:
        run = _places(op, run, places)
    if machine.semantics.implicit_return and op not in _NO_OPERATORS:
        run = _remembered(run)
    waiting = parts.count(None)

    def kept(frame: Frame) -> None:
        result = run(machine, frame, _taken(frame, parts, waiting))
        if result is not None:
            frame.stack.append(result)
        elif needed:
            raise AmlRuntimeError(op, frame.text, "there is no value", exception=AE_AML_NO_RETURN_VALUE)

    def dropped(frame: Frame) -> None:
        run(machine, frame, _taken(frame, parts, waiting))

    def told(frame: Frame) -> None:
        operands = _taken(frame, parts, waiting)
        text = op + operands_shown(operands, labels)
        result = run(machine, frame, operands)
        machine.trace(frame.depth, text if result is None or op == "Store" else f"{text} = {shown(result)}")
        if keep and result is not None:
            frame.stack.append(result)
        elif keep and needed:
            raise AmlRuntimeError(op, frame.text, "there is no value", exception=AE_AML_NO_RETURN_VALUE)

    if machine.traced:
        return told
    return kept if keep else dropped


def call(
    machine: Machine,
    path: NameString,
    parts: Sequence[Fetch | None],
    wanted: bool | None,
    new: Sequence[bool] | None,
    returned: bool,
) -> Step:
    """Call a method.

    ``new`` tells which arguments are new objects, where the caller asks whether what it returns is one; some are
    ``returned`` by methods.
    """
    implicit = machine.semantics.implicit_return
    found = node(machine, path)
    waiting = parts.count(None)

    def step(frame: Frame) -> Frame | None:
        target = found(frame)
        method = target.value
        operands = _taken(frame, parts, waiting)
        if not isinstance(method, Method):
            if parts:
                raise AmlTypeError(target.text, frame.text, f"{kind_of(method)} cannot be called")
            value = machine.read(target, frame.text)
            value = Integer(value.value) if isinstance(value, Integer) else value
            if implicit:
                frame.implicit = value
            if wanted is not False:
                frame.stack.append(value)
            return None
        if len(operands) != method.arity:
            raise AmlTypeError(target.text, frame.text, f"the method takes {method.arity} arguments")
        flags = new
        if returned:
            flags = new and [known or type(item) is Loose for known, item in zip(new, operands, strict=True)]
            operands = [item.value if type(item) is Loose else item for item in operands]
        inner = Frame(target.path, target.text, operands, frame.depth + 1)
        inner.method = method
        inner.wanted = wanted
        inner.new_operands = flags
        return inner

    return step


def _made(frame: Frame, item: Object, keep: bool, result: bool) -> None:
    if result:
        frame.implicit = item
    if keep:
        frame.stack.append(item)


def buffer(machine: Machine, parts: Sequence[Fetch | None], data: bytes, keep: bool, result: bool) -> Step:
    """Make a buffer of a size, which is on the stack or fetched; the method gives it if it ends there (``result``)."""

    def step(frame: Frame) -> None:
        [size] = _taken(frame, parts, parts.count(None))
        made = Buffer(bytearray(data.ljust(machine.fits(machine.integer(size)), b"\0")))
        _made(frame, made, keep, result)

    return step


def package(
    machine: Machine,
    size: int | None,
    parts: Sequence[Fetch | None],
    names: Sequence[Fetch | None],
    keep: bool,
    result: bool,
) -> Step:
    """Make a package; ``parts`` are its size, where ``size`` is None, and the elements that are no names.

    The method gives it if it ends there (``result``).
    """
    waiting = parts.count(None)

    def step(frame: Frame) -> None:
        operands = iter(_taken(frame, parts, waiting))
        count = machine.fits(machine.integer(next(operands)) if size is None else size)
        elements: list[Object | None] = [next(operands) if name is None else name(frame) for name in names[:count]]
        elements += [None] * (count - len(elements))
        _made(frame, Package(elements), keep, result)

    return step
