"""Running AML: planned code on a stack of frames; methods inside methods take no recursion.  Spec: ACPI 6.5, 5.5.2."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.machine import read_machine
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlCallError, AmlError, AmlRuntimeError, AmlTypeError, AmlUnresolved, AmlUnsupported
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp.exceptions import AE_AML_NO_RETURN_VALUE
from acpitools.interp.frames import RETURN, Frame
from acpitools.interp.holding import Loose, is_loose
from acpitools.interp.limits import exceeded
from acpitools.interp.lost import lose
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
    String,
    TableHandle,
    kind_of,
)
from acpitools.interp.outside import outside
from acpitools.interp.plan import plan, plan_value
from acpitools.interp.repair import repaired
from acpitools.interp.trace import shown

__all__ = ["ENGINE", "evaluate", "run_object", "run_table"]

_LOADED_BYTES = 400
"""About what the terms of one byte of a table take."""
_READ_BYTES = 10
"""What reading one byte of a table again is worth, where code loads another."""
_MOST_NESTED = 24
"""Runs inside runs: regions and names of methods that need others to be evaluated."""


def evaluate(machine: Machine, path: str, arguments: Sequence[Object] = ()) -> Object | None:
    """Evaluate an object, a method with its arguments; None where a method returns nothing.

    A reference that is returned is followed to a value.  Raises AmlError.
    """
    node = machine.node(path)
    method = node.value
    if isinstance(method, Method):
        if len(arguments) != method.arity:
            raise AmlCallError(node.text, "", f"the method takes {method.arity} arguments, not {len(arguments)}")
    elif arguments:
        raise AmlCallError(node.text, "", f"{kind_of(method)} takes no arguments")
    machine.begin()
    return run_object(machine, node, arguments)


def run_object(machine: Machine, node: Node, arguments: Sequence[Object] = (), *, follow: bool = True) -> Object | None:
    """Evaluate an object, a method with as many arguments as there are; steps count on.  Raises AmlError.

    A reference that is returned is followed, or else an error, as within ACPICA (acpi_ut_evaluate_object).
    """
    method = node.value
    if not isinstance(method, Method):
        if isinstance(method, Plain | Region):
            return method
        result: Object | None = machine.read(node)
    else:
        result = ENGINE.call(machine, node, list(arguments), 1)
    if machine.semantics.repairs_results:
        result = repaired(machine, node, result)
    if not follow and isinstance(result, Reference | IndexReference):
        raise AmlTypeError(node.text, "", "it returns a reference")
    return outside(machine, node, result)


def run_table(machine: Machine, terms: Sequence[Term], signature: str, scope: bytes = b"") -> list[Node]:
    """Run the code of a table outside methods; what fails is a finding, and the next statement runs.

    Gives the names that it made.  Where a method that it calls fails, they are taken away again.  Raises AmlError.
    ACPICA: acpi_ps_parse_aml, acpi_ns_load_table.
    """
    frame = Frame(scope, signature, [], 0)
    frame.begin(plan(machine, terms))
    try:
        _run(machine, frame)
    except (AmlRuntimeError, AmlUnsupported):
        for node in frame.made:
            machine.namespace.remove(node.path)
        raise
    return frame.made


class _Engine:
    # What machines run inside steps with.

    def call(self, machine: Machine, node: Node, arguments: list[Object], depth: int) -> Object | None:
        method = node.value
        if not isinstance(method, Method):
            raise AmlTypeError(node.text, "", f"{kind_of(method)} cannot be called")
        frame = Frame(node.path, node.text, arguments, depth)
        frame.method = method
        return _run(machine, frame)

    def load(self, machine: Machine, data: bytes, scope: bytes) -> TableHandle:
        machine.memory.keep(_LOADED_BYTES * len(data))
        machine.charge(sum(map(len, machine.blocks)) * _READ_BYTES)
        table = read_machine([*machine.blocks, data])[-1]
        machine.findings += table.findings
        machine.blocks.append(data)
        try:
            names = run_table(machine, table.terms, table.signature, scope)
        except (AmlRuntimeError, AmlUnsupported):
            machine.blocks.remove(data)
            raise
        machine.resolve_packages(names)
        return TableHandle(data, names)

    def value(self, machine: Machine, frame: Frame, term: Term) -> Object:
        inner = Frame(frame.scope, frame.text, [], frame.depth)
        inner.share(frame)
        inner.begin(plan_value(machine, term))
        result = _run(machine, inner)
        frame.implicit = inner.implicit or frame.implicit
        if result is None:
            raise AmlRuntimeError(term.op, frame.text, "there is no value", exception=AE_AML_NO_RETURN_VALUE)
        return result


ENGINE = _Engine()
"""Runs planned code for a machine."""


def _run(machine: Machine, frame: Frame) -> Object | None:
    # Run a frame, and all that it calls, to its end.
    if machine.nested >= _MOST_NESTED:
        raise exceeded("evaluations inside evaluations", _MOST_NESTED, frame.text)
    machine.nested += 1
    frames: list[Frame] = []
    machine.running.append(frames)
    try:
        if machine.nested == 1:
            machine.sync.begin(frame.method)
        result = _enter(machine, frames, frame)
        while frames:
            try:
                result = _run_frames(machine, frames)
            except AmlError as error:
                error.where = error.where or frames[-1].text
                while not _resumes(machine, frames[-1], error):
                    error.calls.append((frames[-1].text, _offset(frames[-1])))
                    _exit(machine, frames.pop())
                    if not frames:
                        raise
        return result
    finally:
        while frames:
            _exit(machine, frames.pop())
        machine.running.pop()
        machine.nested -= 1
        if not machine.nested:
            machine.sync.end()


def _run_frames(machine: Machine, frames: list[Frame]) -> Object | None:
    limit = machine.limits.steps
    result: Object | None
    while True:
        frame = frames[-1]
        steps, at = frame.code.steps, frame.at
        end = len(steps)
        called: Frame | None = None
        while at < end:
            step, weight = steps[at]
            frame.at = at = at + 1
            machine.steps += weight
            if machine.steps > limit:
                raise exceeded("steps", limit, frame.text)
            follows = step(frame)
            if follows is None:
                continue
            if isinstance(follows, Frame):
                called = follows
                break
            if follows == RETURN:
                break
            at = follows
        if called is None:
            result = frame.stack[-1] if frame.stack else frame.implicit
            _exit(machine, frames.pop())
            if not frames:
                return result
            _give(machine, frames[-1], frame, result)
        else:
            count = len(frames)
            try:
                result = _enter(machine, frames, called)
            except AmlError as error:
                error.calls.append((called.text, -1))
                raise
            if len(frames) == count:
                _give(machine, frame, called, result)


def _enter(machine: Machine, frames: list[Frame], frame: Frame) -> Object | None:
    # Begin to run a frame; what a native method gives is there at once.
    method = frame.method
    if method is not None:
        if frame.depth > machine.limits.depth:
            raise exceeded("methods inside methods", machine.limits.depth, frame.text)
        if method.native is not None:
            return method.native(frame)
        if method.code is None or method.traced is not machine.traced:
            method.code, method.traced = plan(machine, method.body), machine.traced
        machine.sync.enter(method, frame, called=bool(frames) or frame.depth > 1)
        if machine.semantics.implicit_return:
            frame.implicit = Integer(0)
        frame.begin(method.code)
        if machine.traced:
            given = ", ".join(shown(slot.value) for slot in frame.arguments[: method.arity])
            machine.trace(frame.depth, f"{frame.text} begins" + (f" ({given})" if given else ""))
    frames.append(frame)
    return None


def _exit(machine: Machine, frame: Frame) -> None:
    # The names that a method made go.
    method = frame.method
    if method is None:
        return
    if machine.sync.exit(method):
        for made in method.made:
            machine.namespace.remove(made.path)
        method.made = []
    if machine.traced:
        result = f" with {shown(frame.stack[-1])}" if frame.stack else ""
        machine.trace(frame.depth, f"{frame.text} ends{result}")


def _give(machine: Machine, frame: Frame, called: Frame, result: Object | None) -> None:
    # Hand what a method returned to the frame that called it.
    if result is not None:
        if called.wanted is False:
            if machine.semantics.implicit_return:
                frame.implicit = result
            return
        if called.wanted and isinstance(result, BufferField | FieldUnit):
            result = machine.read(result)
        elif called.new_operands is not None and isinstance(result, Package | String | Buffer):
            loose = is_loose(called, result, machine.namespace)
            frame.stack.append(Loose(result) if loose else result)
            return
        frame.stack.append(result)
    elif called.wanted:
        raise AmlRuntimeError(
            called.text, frame.text, "the method returns no value where one is needed", exception=AE_AML_NO_RETURN_VALUE
        )


def _offset(frame: Frame) -> int:
    # Where in its table the statement begins that a frame is in.
    statement = frame.code.statements[frame.at - 1] if frame.at else -1
    return frame.code.ends[statement][1] if statement >= 0 else -1


def _resumes(machine: Machine, frame: Frame, error: AmlError) -> bool:
    # Outside methods what fails is a finding, and the next statement runs, but where it is a method that fails.
    if frame.depth or error.calls or not isinstance(error, AmlRuntimeError | AmlUnsupported):
        return False
    statement = frame.code.statements[frame.at - 1]
    if statement < 0:
        return False
    end, offset = frame.code.ends[statement]
    where = Location(signature=frame.text, offset=offset if offset >= 0 else None)
    machine.find(Finding(code="AML010", severity=Severity.WARNING, message=str(error), location=where))
    frame.at = lose(frame, statement) if isinstance(error, AmlUnresolved) else end
    frame.stack.clear()
    return True
