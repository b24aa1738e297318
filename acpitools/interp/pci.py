"""PCI configuration space: which function of which bus a region belongs to.  Spec: ACPI 6.5, 5.5.2.4.2.

ACPICA: acpi_ev_pci_config_region_setup, acpi_hw_derive_pci_id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from acpitools.core.errors import AmlError
from acpitools.interp.identity import identities, integer_value
from acpitools.interp.objects import Bus, Region, kind_of
from acpitools.interp.spaces import Memory

__all__ = ["PciConfig", "PciFunction", "function_of"]

_ROOT_BRIDGES = frozenset({"PNP0A03", "PNP0A08"})
_HEADER_TYPE, _PRIMARY_BUS, _SECONDARY_BUS = 0x0E, 0x18, 0x19
_BRIDGES = frozenset({1, 2})
"""Header types of PCI and CardBus bridges."""
_HEADER_TYPE_BITS = 0x7F
_WORD = 0xFFFF


class PciFunction(NamedTuple):
    """Where a function is."""

    segment: int
    bus: int
    device: int
    function: int


class PciConfig:
    """Configuration space of all functions, each a memory of its own.

    A region belongs to the device that it is declared in: _ADR gives device and function, _SEG and _BBN of the root
    bridge above it segment and bus; bridges between them, where their registers say so, give another bus.
    """

    def __init__(self, initial: Mapping[PciFunction, bytes] | None = None) -> None:
        """Make a space from what it holds at the beginning, from register 0 on, in some functions; zeros elsewhere."""
        self._functions = {place: Memory({0: data}) for place, data in (initial or {}).items()}

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give bits of a function's registers."""
        return self._setup(region).read(region, offset, width)

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Change bits of a function's registers."""
        self._setup(region).write(region, offset, width, value)

    def function(self, place: PciFunction) -> Memory:
        """Give the registers of a function; offsets are addresses."""
        return self._functions.setdefault(place, Memory())

    def _setup(self, region: Region) -> Memory:
        # It is worked out once, when a region is used first; from then on the function answers alone.
        memory = self.function(function_of(region, self._register))
        region.handler = memory
        return memory

    def _register(self, place: PciFunction, offset: int) -> int | None:
        registers = self._functions.get(place)
        return None if registers is None else registers.get(offset, 1)[0]


def function_of(region: Region, register: Callable[[PciFunction, int], int | None]) -> PciFunction:
    """Give the function that a region belongs to; ``register`` gives a byte of another, None where nothing is known."""
    bus, parent = region.bus, region.parent
    root = _above(parent, lambda path: _is_root_bridge(bus, path))
    device = _above(parent, lambda path: _is_device(bus, path))
    address = _number(bus, device + b"_ADR")
    place = PciFunction(
        _number(bus, root + b"_SEG") & _WORD,
        _number(bus, root + b"_BBN") & _WORD,
        address >> 16 & _WORD,
        address & _WORD,
    )
    # From the root bridge down, devices with an address, each behind the bridge before it.
    number, behind = place.bus, True
    for end in range(len(root) + 4, len(parent) + 1, 4):
        path = parent[:end]
        if not _is_device(bus, path) or path + b"_ADR" not in bus.nodes:
            continue
        address = _number(bus, path + b"_ADR")
        known = number if behind else place.bus
        place = PciFunction(place.segment, known, address >> 16 & _WORD, address & _WORD)
        header = register(place, _HEADER_TYPE)
        behind = header is not None and header & _HEADER_TYPE_BITS in _BRIDGES
        if behind:
            number = register(place, _SECONDARY_BUS) or 0
            place = place._replace(bus=register(place, _PRIMARY_BUS) or 0)
    return place


def _above(path: bytes, wanted: Callable[[bytes], bool]) -> bytes:
    # The nearest scope that is wanted; the root where there is none.
    while path and not wanted(path):
        path = path[:-4]
    return path


def _is_device(bus: Bus, path: bytes) -> bool:
    node = bus.nodes.get(path)
    return node is not None and kind_of(node.value) == "device"


def _is_root_bridge(bus: Bus, path: bytes) -> bool:
    for name in (b"_HID", b"_CID"):
        node = bus.nodes.get(path + name)
        if node is None:
            return False
        try:
            given = identities(bus.evaluate(node))
        except AmlError:
            return False
        if not _ROOT_BRIDGES.isdisjoint(given):
            return True
    return False


def _number(bus: Bus, path: bytes) -> int:
    # What an object gives; 0 where there is none, or it fails.
    node = bus.nodes.get(path)
    if node is None:
        return 0
    try:
        return integer_value(bus.evaluate(node))
    except AmlError:
        return 0
