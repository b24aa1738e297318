r"""Bringing up a machine whose tables are loaded: ``_REG``, ``_INI`` and ``_STA``.  Spec: ACPI 6.5, 6.5.1 and 6.5.4.

The order is that of acpiexec: ``_REG`` of embedded controllers and of the other address spaces with a handler, save
those that are there from the beginning; ``\_INI`` and ``\_SB._INI``; ``_STA``, and ``_INI`` of what is present, from
each device to its children; ``_STA`` of all devices once more, as whoever lists them asks.  What fails is a finding of
the machine, and the start goes on.  ACPICA: acpi_ns_initialize_devices, acpi_ev_execute_reg_methods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from acpitools.core.errors import AmlError
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp.evaluate import run_object
from acpitools.interp.identity import identities, integer_value
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Integer, Node, Object, Region, kind_of
from acpitools.interp.regions import OEM_SPACES, SPACES, space_name

__all__ = ["EMBEDDED_CONTROL", "EMBEDDED_CONTROLLER", "Tree", "connect", "initialize", "start"]

Value = TypeVar("Value")

_FROM_THE_BEGINNING = frozenset({"SystemMemory", "SystemIO", "PCI_Config", "EmbeddedControl", "DataTable"})
EMBEDDED_CONTROL = 3
"""Number of the address space."""
EMBEDDED_CONTROLLER = "PNP0C09"
_PCI_ROOT = "PNP0A08"
_HAVE_STATUS = frozenset({"device", "processor", "thermal zone"})
_PRESENT, _FUNCTIONING = 1, 8
_DISCONNECT, _CONNECT = 0, 1
_EVALUATIONS = 8
"""Evaluations of the most steps that a start may take all together."""


def start(machine: Machine) -> None:
    """Run what a machine runs before it is used; once."""
    machine.started = True
    tree = Tree(machine)
    tree.identified(EMBEDDED_CONTROLLER, lambda path: connect(tree, path, EMBEDDED_CONTROL))
    tree.identified(_PCI_ROOT, lambda _: None)
    for number in (*SPACES, *OEM_SPACES):
        space = space_name(number)
        if (space in machine.handlers or space in machine.buses) and space not in _FROM_THE_BEGINNING:
            connect(tree, b"", number)
    for scope in (b"", b"_SB_"):
        tree.run(scope + b"_INI")
    initialize(tree)
    tree.walk(lambda path: kind_of(machine.namespace.nodes[path].value) != "device" or tree.is_there(path))


class Tree:
    """The namespace of a machine that starts: walked as it is, and evaluated within bounds."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.left = _EVALUATIONS * machine.limits.steps
        """Steps that the start may take yet."""

    def children(self) -> dict[bytes, list[bytes]]:
        """Give the paths in each path, in the order of their declarations."""
        children: dict[bytes, list[bytes]] = {}
        for path, node in self.machine.namespace.nodes.items():
            if path and node.path == path:
                children.setdefault(path[:-4], []).append(path)
        return children

    def walk(self, visit: Callable[[bytes], bool | None], top: bytes = b"") -> None:
        """Visit all below a path, each before what is in it; after a no that stays out, and None ends the walk."""
        children = self.children()
        todo = children.get(top, [])[::-1]
        while todo:
            path = todo.pop()
            if path not in self.machine.namespace.nodes:
                continue
            further = visit(path)
            if further is None:
                return
            if further:
                todo += children.get(path, [])[::-1]

    def run(self, path: bytes, arguments: Sequence[Object] = ()) -> bool:
        """Run a method where there is one; tell whether it ended well."""
        return path not in self.machine.namespace.nodes or self.value(path, lambda _: True, arguments) is not None

    def value(
        self, path: bytes, take: Callable[[Object | None], Value], arguments: Sequence[Object] = ()
    ) -> Value | None:
        """Give what is taken of an object's value; None where it fails, which is told."""
        node = self.machine.namespace.nodes[path]
        if self.left <= 0:
            return None
        self.machine.begin()
        try:
            return take(run_object(self.machine, node, arguments))
        except AmlError as error:
            self.tell(node, f"it failed at start: {error}")
            return None
        finally:
            self.left -= self.machine.steps
            if self.left <= 0:
                self.tell(node, "the start takes too many steps; what comes after this is left out")

    def tell(self, node: Node, message: str) -> None:
        """Add a finding, once."""
        where = Location(signature=node.text)
        found = Finding(code="AML011", severity=Severity.WARNING, message=message, location=where)
        if found not in self.machine.findings:
            self.machine.findings.append(found)

    def status(self, path: bytes) -> int | None:
        """Give _STA: all bits where there is none, None where it fails.  ACPICA: acpi_ut_execute_STA."""
        if path + b"_STA" not in self.machine.namespace.nodes:
            return 0xFFFF_FFFF
        return self.value(path + b"_STA", integer_value)

    def is_there(self, path: bytes) -> bool:
        """Tell whether a device is present or functioning."""
        status = self.status(path)
        return status is not None and bool(status & (_PRESENT | _FUNCTIONING))

    def identified(self, wanted: str, found: Callable[[bytes], bool | None]) -> None:
        """Visit what has an identifier and is there.  ACPICA: acpi_ns_get_device_callback."""
        nodes = self.machine.namespace.nodes

        def visit(path: bytes) -> bool | None:
            if kind_of(nodes[path].value) != "device":
                return True
            for name in (b"_HID", b"_CID"):
                if path + name not in nodes:
                    return True
                given = self.value(path + name, identities)
                if given is None:
                    return False
                if wanted in given:
                    return self.is_there(path) and found(path)
            return True

        self.walk(visit)


def connect(tree: Tree, top: bytes, number: int, *, below: bool = True) -> bool:
    """Tell the regions of a space that it can be used: all below a path, or only those in it.

    An embedded controller's _REG that has no region is told as well.  ACPICA: acpi_ev_execute_reg_methods,
    acpi_ev_execute_orphan_reg_method.
    """
    nodes = tree.machine.namespace.nodes
    regions: list[Region] = []

    def visit(path: bytes) -> bool:
        held = nodes[path].value
        if isinstance(held, Region) and held.space_id == number:
            regions.append(held)
        return below

    tree.walk(visit, top)
    for region in regions:  # those of an embedded controller around this one.  ACPICA: acpi_ev_detach_region
        if region.connected:
            gone = tree.run(region.parent + b"_REG", [Integer(number), Integer(_DISCONNECT)])
            region.connected = not gone
    for region in regions:
        method = region.parent + b"_REG"
        if region.connected or method not in nodes:
            continue
        if not tree.run(method, [Integer(number), Integer(_CONNECT)]):
            break
        region.connected = True
    if number == EMBEDDED_CONTROL and not any(region.parent == top for region in regions):
        tree.run(top + b"_REG", [Integer(number), Integer(_CONNECT)])
    return True


def initialize(tree: Tree) -> None:
    """Run _STA, and _INI of what is present.  ACPICA: acpi_ns_find_ini_methods, acpi_ns_init_one_device."""
    nodes = tree.machine.namespace.nodes
    marked: set[bytes] = set()
    for path in list(nodes):
        if path[-4:] == b"_INI" and kind_of(nodes[path[:-4]].value) in _HAVE_STATUS:
            marked.update(path[:end] for end in range(0, len(path), 4))

    def visit(path: bytes) -> bool:
        if kind_of(nodes[path].value) not in _HAVE_STATUS:
            return True
        if path not in marked:
            return False
        status = tree.status(path)
        if status is None:
            return True
        if not status & _PRESENT:
            return bool(status & _FUNCTIONING)
        if path != b"_SB_":
            tree.run(path + b"_INI")
        return True

    tree.walk(visit)
