"""Which devices of a namespace are memory devices, and in which order the kernel meets them.

Kernel: drivers/acpi/scan.c:acpi_bus_scan; the namespace is walked depth first, siblings as they were declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from acpitools.aml.names import path_text
from acpitools.core.errors import AmlError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.identity import identities
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Node, Package, Reference, kind_of

__all__ = ["BRIDGES", "CONTAINERS", "MEMORY_DEVICE", "identified", "postponed", "tree_order"]

MEMORY_DEVICE: Final = "PNP0C80"
CONTAINERS: Final = frozenset({"ACPI0004", "PNP0A05", "PNP0A06"})
"""Kernel: drivers/acpi/container.c."""
_NO_SUPPLIERS: Final = frozenset({"PNP0D80", "INT33BD", "INTC10DE", "INTC10E0", "LATT2021"})
"""What nothing has to wait for.  Kernel: acpi_ignore_dep_ids."""
BRIDGES: Final = frozenset({"PNP0A03"})
"""Kernel: drivers/acpi/pci_root.c."""


def tree_order(paths: Iterable[bytes], names: Mapping[bytes, object]) -> list[bytes]:
    """Give paths in the order of a walk through the namespace; ``names`` are in the order of their declarations."""
    ranks = {path: rank for rank, path in enumerate(names)}

    def place(path: bytes) -> tuple[int, ...]:
        return tuple(ranks[path[:end]] for end in range(4, len(path) + 1, 4))

    return sorted(paths, key=place)


def identified(machine: Machine) -> dict[bytes, tuple[str, ...]]:
    """Give all devices that have IDs: path -> _HID, then each _CID, in the order of a walk."""
    nodes = machine.namespace.nodes
    named = dict.fromkeys(path[:-4] for path in tuple(nodes) if path[-4:] in (b"_HID", b"_CID"))
    found = {}
    for path in named:
        node = nodes.get(path)
        if node is not None and kind_of(node.value) == "device":
            ids = tuple(text for name in (b"_HID", b"_CID") for text in _identities(machine, path + name))
            if ids:
                found[path] = ids
    return {path: found[path] for path in tree_order(found, nodes)}


def postponed(machine: Machine, ids: Mapping[bytes, tuple[str, ...]]) -> list[bytes]:
    """Give the devices that the scan leaves for later, as they depend on others (_DEP), in the order of a walk.

    What lies in such a device is left with it, and is not among them.  Kernel: acpi_scan_check_dep.
    """
    found: list[bytes] = []
    for path in ids:
        if not any(path.startswith(other) for other in found) and _depends(machine, path, ids):
            found.append(path)
    return found


def _depends(machine: Machine, path: bytes, ids: Mapping[bytes, tuple[str, ...]]) -> bool:
    nodes = machine.namespace.nodes
    if path + b"_DEP" not in nodes or path + b"_HID" not in nodes:
        return False
    try:
        found = evaluate(machine, path_text(path + b"_DEP"))
    except AmlError:
        return False
    elements = found.elements if isinstance(found, Package) else ()
    others = [element.target for element in elements if isinstance(element, Reference)]
    if len(others) != len(elements):
        return False
    return any(isinstance(one, Node) and _NO_SUPPLIERS.isdisjoint(ids.get(one.path, ())) for one in others)


def _identities(machine: Machine, path: bytes) -> tuple[str, ...]:
    # What cannot be evaluated is left out.
    if path not in machine.namespace.nodes:
        return ()
    try:
        return identities(evaluate(machine, path_text(path)))
    except AmlError:
        return ()
