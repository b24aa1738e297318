"""Loading definition blocks: their code outside methods runs, and makes the namespace.  Spec: ACPI 6.5, 5.4.2."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence

from acpitools.aml.machine import AML_SIGNATURES, AmlTable, read_machine
from acpitools.core.errors import AmlLimitError, AmlRuntimeError, AmlTypeError, AmlUnsupported
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp.evaluate import ENGINE, run_table
from acpitools.interp.exceptions import AE_TYPE
from acpitools.interp.frames import Frame
from acpitools.interp.limits import Limits
from acpitools.interp.machine import Machine, Tracer
from acpitools.interp.objects import Integer, Method, Node, Object, String, kind_of
from acpitools.interp.pci import PciConfig
from acpitools.interp.regions import BusHandler, SpaceHandler
from acpitools.interp.semantics import Semantics
from acpitools.interp.spaces import simulated

__all__ = ["load"]

_EARLY_SPACES = frozenset({"SystemMemory", "SystemIO", "PCI_Config", "EmbeddedControl"})
"""Address spaces that code outside methods can use."""
_ENDLESS_TABLES = 4
"""Tables that may reach the limit of steps before no other is run."""


def load(
    tables: Sequence[bytes],
    *,
    limits: Limits | None = None,
    trace: Tracer | None = None,
    handlers: Mapping[str, SpaceHandler] | None = None,
    buses: Mapping[str, BusHandler] | None = None,
    like: Semantics | None = None,
    read: Sequence[AmlTable] | None = None,
    left_out: Collection[bytes] = (),
) -> Machine:
    """Load the definition blocks among the tables of a machine, the DSDT first, and run their code outside methods.

    What fails there is a finding of the machine, and loading goes on after it. The other tables are there for regions
    that are tables. ``handlers`` answer in the address spaces that they are given for, by name; simulated memory
    answers in the others that can be simulated (:mod:`acpitools.interp.spaces`). ``buses`` do so in those whose fields
    are handed over whole (:mod:`acpitools.interp.buses`). ``like`` is the interpreter that code runs like: ACPICA, if
    it is not given; how wide its integers are, the tables say. ``read`` is what read_machine gives for the definition
    blocks, in their order, where that is known. Blocks with a signature among ``left_out`` are tables like those that
    are no blocks.
    """
    blocks = [bytes(data) for data in tables if _is_block(data) and bytes(data[:4]) not in left_out]
    read = read_machine(blocks) if read is None or left_out else read
    semantics = dataclasses.replace(like or Semantics(), integer_size=read[0].integer_size if read else 8)
    machine = Machine(ENGINE, semantics, limits, trace) if trace else Machine(ENGINE, semantics, limits)
    machine.handlers.update(simulated())
    machine.handlers["PCI_Config"] = PciConfig()
    machine.handlers.update(handlers or {})
    machine.buses.update(buses or {})
    machine.tables += map(bytearray, tables)
    machine.blocks += blocks
    osi = Method(1, (), b"_OSI", native=lambda frame: _osi(machine, frame))
    if semantics.interfaces is not None:
        machine.namespace.put(b"_OSI", Node(osi, b"_OSI"))
    machine.namespace.nodes[b"_REV"].value = Integer(semantics.specification)
    machine.namespace.nodes[b"_OS_"].value = String(bytearray(semantics.system))
    later = _taken(machine)
    endless = 0
    for table in read:
        machine.begin()
        machine.findings += table.findings
        if endless >= _ENDLESS_TABLES:
            machine.findings.append(_finding(table.signature, "too many tables do not end: this one is not run"))
            continue
        try:
            run_table(machine, table.terms, table.signature)
        except AmlLimitError as error:  # the rest of the table is left out
            endless += 1
            machine.findings.append(_finding(table.signature, str(error)))
        except (AmlRuntimeError, AmlUnsupported) as error:
            machine.findings.append(_finding(table.signature, f"the table is not loaded, a method fails: {error}"))
    machine.steps = 0
    try:
        machine.resolve_packages(tuple(machine.namespace.nodes.values()))
    except AmlLimitError as error:  # the packages that are left are resolved when they are used
        machine.findings.append(_finding(read[0].signature, str(error)))
    later()
    return machine


def _is_block(table: bytes) -> bool:
    return table[:4].decode("latin-1") in AML_SIGNATURES


def _taken(machine: Machine) -> Callable[[], None]:
    # Take away what answers only when tables are loaded; what is given puts it back.
    handlers = {space: machine.handlers.pop(space) for space in machine.handlers.keys() - _EARLY_SPACES}
    buses = machine.buses.copy()
    machine.buses.clear()
    machine.bus.later = frozenset({*handlers, *buses})

    def put_back() -> None:
        machine.handlers.update(handlers)
        machine.buses.update(buses)
        machine.bus.later = frozenset()

    return put_back


def _finding(where: str, message: str) -> Finding:
    return Finding(code="AML010", severity=Severity.WARNING, message=message, location=Location(signature=where))


def _osi(machine: Machine, frame: Frame) -> Object:
    asked = frame.arguments[0].value
    if not isinstance(asked, String):
        raise AmlTypeError("_OSI", "", f"{kind_of(asked)} where a string is needed", exception=AE_TYPE)
    if bytes(asked.data) not in (machine.semantics.interfaces or ()):
        return Integer(0)
    machine.namespace.asked.add(bytes(asked.data))
    return Integer((1 << 64) - 1)
