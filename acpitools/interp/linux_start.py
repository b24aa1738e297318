r"""Bringing up a machine as the kernel of Linux does, up to where it scans for devices.

The order: ``\_INI`` and ``\_SB._INI``; ``_REG`` of PCI_Config; ``_STA``, and ``_INI`` of what is present;
``\_SB._OSC``, asked what it grants and then told what is taken; ``_REG`` of the embedded controller; ``\_PIC``;
``_REG`` of what drivers answer for.  Spaces that a driver answers for are not there before that: EmbeddedControl
(unless there is an ECDT) and SystemCMOS.  What the kernel tells each processor (_OSC, _PDC) is left out.

Kernel: drivers/acpi/bus.c:acpi_bus_init, drivers/acpi/ec.c, drivers/acpi/x86/cmos_rtc.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from acpitools.aml.resources.small import Io
from acpitools.aml.resources.template import decode_template
from acpitools.interp.linux import Linux
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Method, Object, Region, kind_of
from acpitools.interp.ports import GuardedPorts
from acpitools.interp.regions import OEM_SPACES, SPACES, SpaceHandler, space_name
from acpitools.interp.start import EMBEDDED_CONTROL, EMBEDDED_CONTROLLER, Tree, connect, initialize

__all__ = ["start_as_linux"]

_PCI_CONFIG: Final = 2
_WITHOUT_DRIVER: Final = frozenset({"SystemMemory", "SystemIO", "PCI_Config", "DataTable"})
_EC, _CMOS = "EmbeddedControl", "SystemCMOS"
_CMOS_NUMBER: Final = 5
_RTC: Final = ("PNP0B00", "PNP0B01", "PNP0B02")
_PLATFORM: Final = bytes.fromhex("6eb01108274af9448d603cbbc22e7b48")
_USB: Final = bytes.fromhex("3ad1a023ab266c489c5f0ffa525a575a")
"""The UUIDs 0811B06E-4A27-44F9-8D60-3CBBC22E7B48 and 23A0D13A-26AB-486C-9C5F-0FFA525A575A as buffers have them."""
_QUERY: Final = 1
_CAPABILITIES_MASKED: Final = 0x10
_APEI, _USB4 = 0x10, 0x40000
_TUNNELING: Final = 0xF
_SUPPORT: Final = (((6, 11), 0x80000 | 0x2E00), ((0, 0), 0x2650EF))
r"""First release -> bits of support that \_SB._OSC is told, with Debian's configuration; those of later releases come
on top.  Kernel: bus.c:acpi_bus_osc_negotiate_platform_control."""
_ASKS_USB_FIRST: Final = (6, 12)
_PIC_MODE, _IO_APIC = 0, 1
_ECDT_ADDRESSES: Final = (40, 52)
_ADDRESS_BYTES: Final = 8
"""Where the ECDT has the addresses of the control and data ports.  Spec: ACPI 6.5, 5.2.15."""
_MADT_HEADER: Final = 44
_MADT_IO_APIC: Final = 1


def start_as_linux(machine: Machine, kernel: Linux) -> None:
    """Run what a kernel runs before it scans for devices; once."""
    machine.started = True
    tree = Tree(machine)
    ecdt = _has_ecdt(machine.tables)
    later = _taken(machine, {_CMOS} if ecdt else {_EC, _CMOS})
    ports = GuardedPorts(machine.handlers["SystemIO"], machine.namespace.asked)
    machine.handlers["SystemIO"] = ports
    for scope in (b"", b"_SB_"):
        tree.run(scope + b"_INI")
    connect(tree, b"", _PCI_CONFIG)
    initialize(tree)
    ports.cut()
    machine.bus.cuts_ports = ports.cuts
    _negotiate(tree, kernel)
    controller = _controller(tree)
    if controller is not None and not ecdt:
        _give(machine, later, _EC)
        connect(tree, controller, EMBEDDED_CONTROL)
    if not tree.run(b"_PIC", [Integer(_IO_APIC if kernel.io_apic and _has_io_apic(machine.tables) else _PIC_MODE)]):
        tree.tell(machine.namespace.nodes[b"_PIC"], "a kernel goes on without ACPI where this fails")
    if controller is not None:
        _connect_scanned(tree, controller, late=ecdt)
    _connect_drivers(tree, later)


def _taken(machine: Machine, spaces: Iterable[str]) -> dict[str, SpaceHandler]:
    # Handlers that are not there yet.
    later = {space: machine.handlers.pop(space) for space in spaces if space in machine.handlers}
    machine.bus.later = frozenset(later)
    return later


def _give(machine: Machine, later: dict[str, SpaceHandler], space: str) -> None:
    if space in later:
        machine.handlers[space] = later[space]
        machine.bus.later -= {space}


def _negotiate(tree: Tree, kernel: Linux) -> None:
    # What the whole platform supports, and, where it says that it has USB4, who looks after that.
    support = sum(bits for since, bits in _SUPPORT if since <= kernel.release) | (_APEI if kernel.apei else 0)
    granted = _osc(tree, _PLATFORM, (_QUERY, support))
    taken = None if granted is None else _osc(tree, _PLATFORM, (0, granted))
    if taken is not None and taken & _USB4:
        first = _QUERY if kernel.release >= _ASKS_USB_FIRST else 0
        control = _osc(tree, _USB, (first, 0, _TUNNELING))
        if first and control is not None:
            _osc(tree, _USB, (0, 0, control))


def _osc(tree: Tree, uuid: bytes, words: tuple[int, ...]) -> int | None:
    # Give the last word of the answer; None where it is none.  Kernel: bus.c:acpi_run_osc.
    path = b"_SB__OSC"
    if path not in tree.machine.namespace.nodes:
        return None
    given = b"".join(word.to_bytes(4, "little") for word in words)
    arguments: list[Object] = [
        Buffer(bytearray(uuid)),
        Integer(1),
        Integer(len(words)),
        Buffer(bytearray(given)),
    ]
    answer = tree.value(path, lambda item: item, arguments)
    if not isinstance(answer, Buffer) or len(answer.data) != len(given):
        return None
    errors = int.from_bytes(answer.data[:4], "little") & ~_QUERY
    if errors and not (errors & _CAPABILITIES_MASKED and words[0] & _QUERY):
        return None
    return int.from_bytes(answer.data[-4:], "little")


def _controller(tree: Tree) -> bytes | None:
    # The first embedded controller whose _CRS has the ports of data and commands.  Kernel: ec.c:ec_parse_device.
    found: list[bytes] = []

    def visit(path: bytes) -> bool | None:
        if path + b"_CRS" not in tree.machine.namespace.nodes:
            return None
        template = tree.value(path + b"_CRS", lambda item: bytes(item.data) if isinstance(item, Buffer) else b"")
        if template is None:
            return None
        if sum(isinstance(item, Io) for item in decode_template(template).descriptors) < len(("data", "command")):
            return True
        found.append(path)
        return None

    tree.identified(EMBEDDED_CONTROLLER, visit)
    return found[0] if found else None


def _connect_scanned(tree: Tree, controller: bytes, *, late: bool) -> None:
    # The scan tells each other device that has _REG, or regions of the controller's space; the controller, too, where
    # that is its first time.  Kernel: ec.c:acpi_ec_register_opregions, acpi_ec_add, called by acpi_bus_attach.
    nodes = tree.machine.namespace.nodes
    wanted = {path[:-4] for path, node in nodes.items() if _concerns_controller(path, node.value)}
    wanted -= {b""} if late else {b"", controller}

    def visit(path: bytes) -> bool:
        if not any(one.startswith(path) for one in wanted):
            return False
        if kind_of(nodes[path].value) != "device":
            return True
        if not tree.is_there(path):
            return False
        if path in wanted:
            connect(tree, path, EMBEDDED_CONTROL, below=path == controller)
        return True

    if wanted:
        tree.walk(visit)


def _concerns_controller(path: bytes, item: Object | None) -> bool:
    return path[-4:] == b"_REG" if isinstance(item, Method) else isinstance(item, Region) and item.space == _EC


def _connect_drivers(tree: Tree, later: dict[str, SpaceHandler]) -> None:
    # Drivers answer for the CMOS of a clock, and for other spaces wherever they are used.
    machine = tree.machine
    clock = next((path for name in _RTC if (path := _first(tree, name)) is not None), None)
    if clock is not None:
        _give(machine, later, _CMOS)
        connect(tree, clock, _CMOS_NUMBER)
    for number in (*SPACES, *OEM_SPACES):
        space = space_name(number)
        if (space in machine.handlers or space in machine.buses) and space not in _WITHOUT_DRIVER | {_EC, _CMOS}:
            connect(tree, b"", number)


def _first(tree: Tree, identifier: str) -> bytes | None:
    found: list[bytes] = []

    def visit(path: bytes) -> None:
        found.append(path)

    tree.identified(identifier, visit)
    return found[0] if found else None


def _has_ecdt(tables: Iterable[bytes | bytearray]) -> bool:
    # Whether the controller is told of before the namespace is there.  Kernel: ec.c:acpi_ec_ecdt_probe.
    return any(
        table[:4] == b"ECDT" and all(any(table[at : at + _ADDRESS_BYTES]) for at in _ECDT_ADDRESSES) for table in tables
    )


def _has_io_apic(tables: Iterable[bytes | bytearray]) -> bool:
    # Where there is no MADT among the tables, the machine is taken to have one.
    for table in tables:
        if table[:4] == b"APIC":
            at = _MADT_HEADER
            while at + 2 <= len(table) and table[at + 1] >= 2:
                if table[at] == _MADT_IO_APIC:
                    return True
                at += table[at + 1]
            return False
    return True
