"""The list of actions: JSON or TOML in, frozen values out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import memparse
from acpitools.core.value import value
from acpitools.hotplug.paths import canonical

__all__ = [
    "Action",
    "Event",
    "Notify",
    "Plug",
    "SetObject",
    "SetRegister",
    "SetState",
    "Unplug",
    "Write",
    "needs_firmware",
    "parse_actions",
]

STATES: Final = ("online", "online_kernel", "online_movable", "offline")
_MAX_ACTIONS: Final = 10_000
_MAX_RANGES: Final = 1000
_MOST_CODE: Final = 0xFFFF_FFFF
_U64: Final = (1 << 64) - 1


@value
class Plug:
    """A memory device appears.  Sizes and addresses in bytes."""

    device: str
    size: int = 0
    pxm: int | None = None
    """_PXM of the device; None where it has none."""
    address: int | None = None
    at_boot: bool = False
    ranges: tuple[AddrRange, ...] = ()
    """What _CRS gives, in its order, instead of one address and size."""
    sta: int | None = 0xF
    """What _STA gives; None where the device has no such method."""
    ejectable: bool = True
    """The device has _EJ0."""
    container: str | None = None
    """The container (ACPI0004, PNP0A05, PNP0A06) that it lies in."""
    evaluated: bool = False
    """It is a device of the tables: the firmware says what it is."""


@value
class Unplug:
    """The firmware asks for the ejection of a device."""

    device: str


@value
class Notify:
    """The firmware notifies a device: 0 Bus Check, 1 Device Check, 3 Eject Request; other values do little."""

    device: str
    code: int


@value
class Event:
    r"""An event method of the firmware runs, such as ``\_GPE._L02``."""

    method: str


@value
class SetRegister:
    """A register of the hardware behind operation regions changes."""

    space: str
    address: int
    number: int
    width: int = 8
    """Bits."""
    device: str | None = None
    """Path of the ACPI device, of PCI_Config."""


@value
class SetObject:
    r"""A named integer of the firmware gets another value, as its own code would give it: ``\_SB.MEM0._STA``."""

    path: str
    number: int


@value
class SetState:
    """Writes to the ``state`` files of blocks, in the order given, or of a device's blocks, ascending."""

    state: str
    blocks: tuple[int, ...] = ()
    device: str | None = None


@value
class Write:
    """A write to any other file."""

    path: str
    value: str


Action = Plug | Unplug | Notify | Event | SetRegister | SetObject | SetState | Write

_FIELDS: Final = {
    "plug": {"device", "size", "pxm", "address", "at_boot", "ranges", "sta", "ejectable", "container"},
    "unplug": {"device"},
    "notify": {"device", "value"},
    "event": {"method"},
    "object": {"path", "value"},
    "register": {"space", "address", "value", "width", "device"},
    "write": {"path", "value"},
    **{state: {"blocks", "device"} for state in STATES},
}


def _address(edge: object) -> int | None:
    if isinstance(edge, str):
        number, rest = memparse(edge)
        return None if rest or not edge else number
    return edge if isinstance(edge, int) and not isinstance(edge, bool) and edge >= 0 else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class _Reader:
    """Reads one action; errors name it and what was expected."""

    def __init__(self, number: int, table: Mapping[str, object], where: str) -> None:
        self.table = table
        self.where = f"{where}: action {number}" if where else f"action {number}"

    def fail(self, why: str) -> InputError:
        return InputError("hot-plug actions", self.where, why)

    def text(self, name: str) -> str:
        value = self.table.get(name)
        if not isinstance(value, str) or not value:
            raise self.fail(f"{name!r} must be a text")
        return value

    def device(self) -> str:
        return canonical(self.text("device"))

    def size(self, name: str) -> int:
        value = self.table.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise self.fail(f'{name!r} must be a size such as "1G" or a number of bytes')
        number, rest = memparse(value) if isinstance(value, str) else (value, "")
        if rest or not 0 < number <= _U64:
            raise self.fail(f'{name!r}: {value!r} is no size such as "1G"')
        return number

    def number(self, name: str) -> int | None:
        value = self.table.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            read = _address(value)
            if read is None:
                raise self.fail(f"{name!r}: {value!r} is no number")
            value = read
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _U64:
            raise self.fail(f"{name!r} must be a number from 0 to 2^64 - 1")
        return value

    def read(self) -> Action:
        op = self.table.get("op")
        if not isinstance(op, str) or op not in _FIELDS:
            raise self.fail(f'"op" must be one of {", ".join(_FIELDS)}')
        unknown = set(self.table) - _FIELDS[op] - {"op"}
        if unknown:
            raise self.fail(f"{op}: unknown key {min(unknown)!r}; known: {', '.join(sorted(_FIELDS[op]))}")
        if op == "plug":
            return self.plug()
        if op == "unplug":
            return Unplug(device=self.device())
        if op == "notify":
            return Notify(device=self.device(), code=self.code())
        if op == "event":
            return Event(method=self.text("method"))
        if op == "object":
            return self.object()
        if op == "register":
            return self.register()
        if op == "write":
            value = self.table.get("value")
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                raise self.fail("'value' must be a text")
            return Write(path=self.text("path"), value=str(value))
        return self.set_state(op)

    def code(self) -> int:
        code = self.number("value")
        if code is None or code > _MOST_CODE:
            why = "such as 0 (Bus Check), 1 (Device Check) or 3 (Eject Request)"
            raise self.fail(f"'value' must be a number of 32 bits {why}")
        return code

    def object(self) -> SetObject:
        path, number = canonical(self.text("path")), self.number("value")
        if number is None or not path.startswith("\\"):
            raise self.fail("object: give the 'path' of a named integer, from the root on, and its 'value'")
        return SetObject(path=path, number=number)

    def register(self) -> SetRegister:
        from acpitools.interp.hardware import SCRIPTED_SPACES

        space, address, number = self.text("space"), self.number("address"), self.number("value")
        width = 8 if "width" not in self.table else self.number("width")
        if space not in SCRIPTED_SPACES:
            raise self.fail(f"'space' must be one of {', '.join(SCRIPTED_SPACES)}")
        if address is None or number is None:
            raise self.fail("register: give 'address' and 'value'")
        if width not in (8, 16, 32, 64) or number >> width:
            raise self.fail(f"'width' must be 8, 16, 32 or 64 bits, and hold the value {number:#x}")
        device = self.text("device") if "device" in self.table else None
        if (space == "PCI_Config") != (device is not None):
            raise self.fail("'device' is for PCI_Config, which needs it")
        return SetRegister(space=space, address=address, number=number, width=width, device=device)

    def flag(self, name: str, default: bool) -> bool:
        value = self.table.get(name, default)
        if not isinstance(value, bool):
            raise self.fail(f"{name!r} must be true or false")
        return value

    def ranges(self) -> tuple[AddrRange, ...]:
        value = self.table["ranges"]
        if not isinstance(value, list) or not 0 < len(value) <= _MAX_RANGES:
            raise self.fail(f"'ranges' must be a list of 1 to {_MAX_RANGES} pairs [start, end]")
        found = []
        for pair in value:
            if not (isinstance(pair, list) and len(pair) == 2):
                raise self.fail("'ranges' must be a list of pairs [start, end], the end exclusive")
            start, end = (_address(edge) for edge in pair)
            if start is None or end is None or not start <= end <= _U64:
                raise self.fail(f"'ranges': {pair} is no pair of addresses [start, end]")
            found.append(AddrRange(start, end))
        return tuple(found)

    def plug(self) -> Plug:
        at_boot = self.flag("at_boot", False)
        device = self.device()
        described = "ranges" in self.table
        if device.startswith("\\") and not described and "size" not in self.table:
            if more := sorted(set(self.table) - {"op", "device", "at_boot"}):
                raise self.fail(f"{device}: its tables say what it is: leave {more[0]!r} out, or give size or ranges")
            return Plug(device=device, at_boot=at_boot, evaluated=True)
        if described and ("size" in self.table or "address" in self.table):
            raise self.fail('give either "ranges" or "size" and "address"')
        sta = self.number("sta") if "sta" in self.table else 0xF
        return Plug(
            device=device,
            size=0 if described else self.size("size"),
            pxm=self.number("pxm"),
            address=self.number("address"),
            at_boot=at_boot,
            ranges=self.ranges() if described else (),
            sta=sta,
            ejectable=self.flag("ejectable", True),
            container=canonical(self.text("container")) if "container" in self.table else None,
        )

    def set_state(self, op: str) -> SetState:
        blocks = self.table.get("blocks")
        if (blocks is None) == ("device" not in self.table):
            raise self.fail(f'{op}: give either "blocks" or "device"')
        if blocks is None:
            return SetState(state=op, device=self.device())
        if not isinstance(blocks, list) or not all(map(_is_number, blocks)):
            raise self.fail("'blocks' must be a list of block numbers")
        return SetState(state=op, blocks=tuple(blocks))


def needs_firmware(actions: Sequence[Action]) -> bool:
    """Tell whether an action is about a device of the tables, or another part of the firmware's code."""
    described = {name for one in actions if isinstance(one, Plug) and not one.evaluated for name in _names(one)}
    return any(_is_about_tables(one, described) for one in actions)


def _names(plug: Plug) -> tuple[str, ...]:
    return (plug.device,) if plug.container is None else (plug.device, plug.container)


def _is_about_tables(action: Action, described: Collection[str]) -> bool:
    if isinstance(action, Notify | Event | SetRegister | SetObject) or (isinstance(action, Plug) and action.evaluated):
        return True
    device = action.device if isinstance(action, Unplug | SetState) else None
    return device is not None and device.startswith("\\") and device not in described


def parse_actions(text: str, *, where: str = "") -> tuple[Action, ...]:
    """Read a list of actions: JSON, or TOML with ``[[actions]]``.

    Raises InputError naming the action and what was expected; also where devices present at boot do not come first.
    """
    document = _document(text, where)
    if isinstance(document, Mapping):
        document = document.get("actions")
    if not isinstance(document, list) or not all(isinstance(item, Mapping) for item in document):
        raise InputError("hot-plug actions", where, "expected a list of actions, or a table with [[actions]]")
    if len(document) > _MAX_ACTIONS:
        raise InputError("hot-plug actions", where, f"more than {_MAX_ACTIONS} actions")
    actions = tuple(_Reader(number, item, where).read() for number, item in enumerate(document))
    booted = False
    for number, action in enumerate(actions):
        at_boot = isinstance(action, Plug) and action.at_boot
        if at_boot and booted:
            raise InputError("hot-plug actions", f"action {number}", 'devices with "at_boot" must come first')
        booted = booted or not at_boot
    return actions


def _document(text: str, where: str) -> object:
    if text.lstrip()[:1] in ("[", "{") and not text.lstrip().startswith("[["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError("hot-plug actions", where, f"no valid JSON: {error}") from error
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError("hot-plug actions", where, f"neither JSON nor TOML: {error}") from error
