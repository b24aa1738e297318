"""Running AML: terms and methods, on a stack of its own; nothing in it recurses.  Spec: ACPI 6.5, 5.5.2.

Work is a stack of generators: one yields the work that it waits for, and is sent the result.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlError, AmlRuntimeError, AmlTypeError, AmlUnsupported
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp.declare import declare_fields, declare_region
from acpitools.interp.dispatch import DISPATCH, UNSUPPORTED
from acpitools.interp.frames import Frame
from acpitools.interp.limits import exceeded
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    BufferField,
    FieldUnit,
    IndexReference,
    Integer,
    Method,
    Node,
    Object,
    Package,
    Plain,
    Reference,
    Region,
    Slot,
    String,
    Unresolved,
    kind_of,
)

__all__ = ["STRUCTURE", "Work", "block", "evaluate", "run"]

Work = Generator[Any, Any, Any]

_PLACES = frozenset({"SuperName", "Target", "SimpleName"})
_OPERANDS = frozenset({"TermArg", "DataRefObject"})
_READ_PLACES = frozenset({"DerefOf"})
_CONSTANTS = frozenset({"ByteConst", "WordConst", "DWordConst", "QWordConst"})
_SCOPES = {
    "Device": "device",
    "Processor": "processor",
    "PowerResource": "power resource",
    "ThermalZone": "thermal zone",
}
_REGIONS = frozenset({"OperationRegion", "DataTableRegion"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})
_LOCALS = {f"Local{index}": index for index in range(8)}
_ARGUMENTS = {f"Arg{index}": index for index in range(7)}

STRUCTURE = frozenset(
    {"Zero", "One", "Ones", "Buffer", "Package", "VarPackage", "Method", "Scope"}
    | {"If", "Else", "While", "Return", "Break", "Continue"}
) | frozenset((*_CONSTANTS, *_SCOPES, *_REGIONS, *_FIELDS, *_LOCALS, *_ARGUMENTS))
"""Ops that are run here."""

_BREAK = "Break"
_CONTINUE = "Continue"


class _Returned:
    """A method returns."""

    __slots__ = ("value",)

    def __init__(self, value: Object) -> None:
        self.value = value


def evaluate(machine: Machine, path: str, arguments: Sequence[Object] = ()) -> Object | None:
    """Evaluate an object, a method with its arguments; None where a method returns nothing.

    A reference that is returned is followed to a value.  Raises AmlError.
    """
    node = machine.node(path)
    machine.steps = 0
    method = node.value
    if not isinstance(method, Method):
        if arguments:
            raise AmlTypeError(node.text, "", f"{kind_of(method)} takes no arguments")
        return method if isinstance(method, Plain | Region) else machine.read(node)
    if len(arguments) != method.arity:
        raise AmlTypeError(node.text, "", f"the method takes {method.arity} arguments, not {len(arguments)}")
    result: Object | None = run(_call(machine, node, method, list(arguments), 1))
    if isinstance(result, Reference | IndexReference):
        end = machine.referred(result)
        if isinstance(end, Integer | String | Buffer | Package):
            return end
        if isinstance(end, FieldUnit | BufferField):
            # No such reference leaves the machine.  ACPICA: acpi_ut_copy_iobject_to_eobject.
            raise AmlTypeError(
                node.text, "", f"it returns a reference to a {kind_of(end)}, which nothing outside can use"
            )
    return result


def run(work: Work) -> Any:
    """Run work, and all that it waits for, to its end.  Raises AmlError."""
    stack = [work]
    result: Any = None
    error: AmlError | None = None
    while stack:
        try:
            top = stack[-1]
            more = top.send(result) if error is None else top.throw(error)
        except StopIteration as stop:
            stack.pop()
            result, error = stop.value, None
        except AmlError as problem:
            stack.pop()
            error = problem
        else:
            stack.append(more)
            result, error = None, None
    if error is not None:
        raise error
    return result


def _call(machine: Machine, node: Node, method: Method, arguments: list[Object], depth: int) -> Work:
    if depth > machine.limits.depth:
        raise exceeded("methods inside methods", machine.limits.depth, node.text)
    frame = Frame(node.path, node.text, arguments, depth)
    machine.trace(depth, f"{node.text} begins")
    if method.native is not None:
        return method.native(frame)
    nodes = machine.namespace.nodes
    try:
        ended = yield block(machine, frame, method.body)
    finally:
        for made in frame.made:
            nodes.pop(made.path, None)
        machine.trace(depth, f"{node.text} ends")
    return ended.value if isinstance(ended, _Returned) else None


def block(machine: Machine, frame: Frame, terms: Iterable[Term]) -> Work:
    """Run statements until one ends the block; outside methods what fails is a finding, and the next one runs."""
    taken = True
    for term in terms:
        try:
            op = term.op
            if op == "If":
                taken = True  # where the predicate fails, Else does not run either
                value = yield _value(machine, frame, term.args[0])
                taken = machine.integer(value) != 0
                ended = (yield block(machine, frame, term.args[1])) if taken else None
            elif op == "Else":
                ended = None if taken else (yield block(machine, frame, term.args[0]))
            elif op == "While":
                ended = yield _while(machine, frame, term)
            elif op == "Return":
                return _Returned((yield _value(machine, frame, term.args[0])))
            elif op in (_BREAK, _CONTINUE):
                return op
            else:
                ended = None
                yield _statement(machine, frame, term)
        except (AmlRuntimeError, AmlUnsupported) as error:
            if frame.depth:
                raise
            where = Location(signature=frame.text, offset=term.start if term.start >= 0 else None)
            machine.findings.append(
                Finding(code="AML010", severity=Severity.WARNING, message=str(error), location=where)
            )
            ended = None
        if ended is not None:
            return ended
    return None


def _while(machine: Machine, frame: Frame, term: Term) -> Work:
    turns = 0
    while machine.integer((yield _value(machine, frame, term.args[0]))):
        turns += 1
        if turns > machine.limits.loop_turns:
            raise exceeded("turns of a loop", machine.limits.loop_turns, frame.text)
        ended = yield block(machine, frame, term.args[1])
        if ended == _BREAK:
            break
        if isinstance(ended, _Returned):
            return ended
    return None


def _value(machine: Machine, frame: Frame, term: Term) -> Work:
    # The value of an operand; there has to be one.
    value = yield _statement(machine, frame, term)
    if value is None:
        raise AmlRuntimeError(term.op, frame.text, "there is no value")
    return value


def _statement(machine: Machine, frame: Frame, term: Term) -> Work:
    op, args = term.op, term.args
    machine.step(frame.text)
    if op in _CONSTANTS:
        return Integer(args[0] & machine.mask)
    if op == "Zero" or op == "One":
        return Integer(int(op == "One"))
    if op == "Ones":
        return Integer(machine.mask)
    if op in _LOCALS or op in _ARGUMENTS:
        return machine.read(_variable(frame, op), frame.text)
    if op == "NamePath" or op == "Call":
        return (yield _named(machine, frame, term))
    if op in DISPATCH:
        return (yield _operator(machine, frame, term))
    if op == "Buffer":
        size = machine.integer((yield _value(machine, frame, args[0])))
        return Buffer(bytearray(args[1].ljust(machine.fits(size), b"\0")))
    if op in ("Package", "VarPackage"):
        size = args[0] if op == "Package" else machine.integer((yield _value(machine, frame, args[0])))
        return (yield _package(machine, frame, machine.fits(size), args[1]))
    if op == "Method":
        node = machine.declare(frame, args[0], Plain("device"))
        node.value = Method(args[1] & 7, args[2], node.path)
        return None
    if op == "Scope" or op in _SCOPES:
        return (yield _scope(machine, frame, term))
    if op in _REGIONS:
        return (yield declare_region(machine, frame, term, _value, run))
    if op in _FIELDS:
        return (yield declare_fields(machine, frame, term, _value))
    if op == "Raw":
        raise AmlRuntimeError("AML", frame.text, f"{len(args[0])} bytes that could not be read")
    raise AmlUnsupported(op, frame.text, UNSUPPORTED.get(op, "it cannot stand here"))


def _variable(frame: Frame, op: str) -> Slot:
    return frame.local[_LOCALS[op]] if op in _LOCALS else frame.arguments[_ARGUMENTS[op]]


def _named(machine: Machine, frame: Frame, term: Term) -> Work:
    node = machine.namespace.get(frame.scope, term.args[0], frame.text)
    method = node.value
    if not isinstance(method, Method):
        if len(term.args) > 1:
            raise AmlTypeError(node.text, frame.text, f"{kind_of(method)} cannot be called")
        # The number is taken when the name is met, and is no longer the object's.  ACPICA: acpi_ds_evaluate_name_path.
        value = machine.read(node, frame.text)
        return Integer(value.value) if isinstance(value, Integer) else value
    if len(term.args) - 1 != method.arity:
        raise AmlTypeError(node.text, frame.text, f"the method takes {method.arity} arguments")
    arguments: list[Object] = []
    for operand in term.args[1:]:
        value = Integer(0) if _is_late(operand) else (yield _value(machine, frame, operand))
        arguments.append(value)
    for index, operand in enumerate(term.args[1:]):
        if _is_late(operand):
            arguments[index] = yield _value(machine, frame, operand)
    return (yield _call(machine, node, method, arguments, frame.depth + 1))


def _is_late(term: Term) -> bool:
    # Variables are read when the operator runs, after all other operands.  ACPICA: acpi_ex_resolve_operands.
    return term.op in _LOCALS or term.op in _ARGUMENTS


def _place(machine: Machine, frame: Frame, term: Term, op: str) -> Work:
    # Where an operator writes to, or what it asks about.
    if term.op == "NullName":
        return None
    if term.op in _LOCALS or term.op in _ARGUMENTS:
        return _variable(frame, term.op)
    if term.op == "NamePath":
        if op == "CondRefOf":
            return machine.namespace.find(frame.scope, term.args[0])
        return machine.namespace.get(frame.scope, term.args[0], frame.text)
    found = yield _value(machine, frame, term)
    if op != "SizeOf" and isinstance(found, Integer | String | Buffer | Package):
        raise AmlTypeError(op, frame.text, f"{kind_of(found)} where a reference is needed")
    return found


def _operator(machine: Machine, frame: Frame, term: Term) -> Work:
    op = term.op
    operands: list[Any] = []
    late: list[int] = []
    for index, (word, argument) in enumerate(zip(BY_NAME[op].arguments, term.args, strict=True)):
        if word in _OPERANDS or (word in _PLACES and op in _READ_PLACES):
            if _is_late(argument):
                late.append(index)
                operands.append(None)
            else:
                operands.append((yield _value(machine, frame, argument)))
        elif word in _PLACES:
            operands.append((yield _place(machine, frame, argument, op if word != "Target" else "Target")))
        else:
            operands.append(argument)
    for index in late:
        operands[index] = yield _value(machine, frame, term.args[index])
    result = DISPATCH[op](machine, frame, operands)
    machine.trace(frame.depth, f"{op} gives {kind_of(result)}" if result is not None else op)
    return result


def _package(machine: Machine, frame: Frame, size: int, terms: Sequence[Term]) -> Work:
    package = Package([])
    for term in terms[:size]:
        if term.op in ("NamePath", "Call"):
            name = Unresolved(frame.scope, term.args[0])
            node = machine.namespace.find(frame.scope, term.args[0])
            if node is None and frame.depth:
                raise AmlRuntimeError("Package", frame.text, "an element names what is not there")
            package.elements.append(name if node is None else machine.resolved(name))
        else:
            package.elements.append((yield _value(machine, frame, term)))
    package.elements += [None] * (size - len(package.elements))
    return package


def _scope(machine: Machine, frame: Frame, term: Term) -> Work:
    if term.op == "Scope":
        node = machine.namespace.get(frame.scope, term.args[0], frame.text)
    else:
        node = machine.declare(frame, term.args[0], Plain(_SCOPES[term.op]))
    outer = frame.scope
    frame.scope = node.path
    try:
        yield block(machine, frame, term.args[-1])
    finally:
        frame.scope = outer
