r"""Hardware that operation regions reach, described in TOML: registers with values, and models of devices.

``REFERENCE`` says everything that a description may say.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.errors import InputError
from acpitools.core.toml import Section
from acpitools.core.units import U64_MAX
from acpitools.core.value import value
from acpitools.interp import hardware_buses
from acpitools.interp.hardware_buses import PINS, Answer, Pin, parse_answers, parse_pins
from acpitools.interp.memory_controller import BASE, REGISTERS, Dimm
from acpitools.interp.regions import OEM_SPACES, space_name

__all__ = [
    "ACPIEXEC",
    "BUILT_IN",
    "DESCRIBED_SPACES",
    "REFERENCE",
    "SCRIPTED_SPACES",
    "Hardware",
    "MemoryHotplug",
    "Register",
    "built_in",
    "parse_hardware",
]

REFERENCE: Final = (
    r"""# Hardware behind operation regions; everything may be left out.

[[registers]]
space = "SystemIO"          # SystemMemory, SystemIO, PCI_Config, EmbeddedControl, SystemCMOS, PciBarTarget,
                            # FFixedHW, or the number of a space of an OEM, as "0x80"
address = 0xB2              # in the space; of PCI_Config, in the configuration of the device
width = 8                   # bits: 8 (the default), 16, 32 or 64
value = 0x01                # 0 where it is left out
write = "keep"              # what becomes of a write: "ignore", or "clear": bits written as ones become zeros

[[registers]]
space = "SystemMemory"
address = 0xFED40000
width = 32
values = [0, 0, 1]          # what one read after another gives; the last one stays, and writes are ignored

[[bytes]]
space = "PCI_Config"
device = '\_SB.PCI0.ISA'    # only for PCI_Config: the ACPI device, or the function as in "0000:00:1f.0"
address = 0x60
data = "0B 0B 0A 0A"        # hexadecimal
write = "keep"

[unclaimed]                 # what all other bytes of a space hold before they are written; 0 where it does not say
SystemIO = 0xFF
GeneralPurposeIo = 0        # what all other pins are, 0 or 1; they cannot be used where it does not say

[[models]]
model = "qemu-memory-hotplug"
space = "SystemIO"          # or SystemMemory
base = 0xA00
slots = 8                   # as many as the tables have memory devices, where it is left out
event = '\_GPE._E03'        # method that tells of DIMMs; \_GPE._E03 or \_GPE._L03 where it is left out
event_arguments = []        # numbers that it is given, as an _EVT method is

[[models.dimms]]            # DIMMs that are there when the machine starts
slot = 0                    # the lowest free one, where it is left out
address = 0x140000000
size = "1G"
node = 0                    # proximity domain
pending = "none"            # what the firmware has not told yet: "insert" or "remove"
"""
    + hardware_buses.REFERENCE
)
"""Every key, with what it means; a description itself."""

SCRIPTED_SPACES: Final = ("SystemMemory", "SystemIO", "PCI_Config", "EmbeddedControl", "SystemCMOS")
"""Address spaces in which something answers, described or not."""
DESCRIBED_SPACES: Final = ("PciBarTarget", "FFixedHW", *map(space_name, OEM_SPACES))
"""Address spaces in which something answers where it is described."""
BUILT_IN: Final = "qemu-memory-hotplug"
"""Name of the one model."""
ACPIEXEC: Final = "acpiexec"
"""Name of the hardware that acpiexec simulates."""

_LAST: Final = {"SystemIO": 0xFFFF, "PCI_Config": 0xFFF, "EmbeddedControl": 0xFF, "SystemCMOS": 0xFF}
_WRITES: Final = ("keep", "ignore", "clear")
_WIDTHS: Final = (8, 16, 32, 64)
_MOST_TEXT: Final = 4 << 20
_MOST_BYTES: Final = 1 << 20
_MOST_SLOTS: Final = 256
"""Of QEMU: ACPI_MAX_RAM_SLOTS."""


@value
class Register:
    """A register: what it gives when it is read, and what becomes of a write."""

    space: str
    address: int
    width: int
    """Bits."""
    values: tuple[int, ...]
    """What one read after another gives; the last one stays."""
    write: str = "keep"
    """``keep``, ``ignore`` or ``clear``."""
    device: str | None = None
    """Of PCI_Config: path of the ACPI device, or the function."""


@value
class MemoryHotplug:
    """The model of QEMU's memory hot-plug controller."""

    space: str = "SystemIO"
    base: int = BASE
    slots: int = 0
    """Slots; 0 for as many as the tables have memory devices."""
    event: str | None = None
    """Method that runs for an event; None for the one that QEMU's tables have."""
    event_arguments: tuple[int, ...] = ()
    dimms: tuple[tuple[int, Dimm, str], ...] = ()
    """Slot, DIMM, and what is pending, of those that are there when the machine starts."""


@value
class Hardware:
    """What the regions of a machine reach."""

    registers: tuple[Register, ...] = ()
    unclaimed: tuple[tuple[str, int], ...] = ()
    """Space and the byte that is read where nothing is described; of pins, what each is."""
    controller: MemoryHotplug | None = None
    answers: tuple[Answer, ...] = ()
    """What buses hand back."""
    pins: tuple[Pin, ...] = ()
    acpiexec: bool = False
    """Whether it is what acpiexec simulates: memory in all spaces, one for all PCI functions, and its buses."""


def built_in(name: str) -> Hardware | None:
    """Give the hardware that a name stands for, without a file; None for any other name."""
    if name == ACPIEXEC:
        return Hardware(acpiexec=True)
    return Hardware(controller=MemoryHotplug()) if name == BUILT_IN else None


def parse_hardware(text: str, *, where: str = "") -> Hardware:
    """Read a description.  Raises InputError naming the key and what was expected."""

    def refusal(place: str, why: str) -> InputError:
        return InputError("hardware", ": ".join(filter(None, (where, place))), why)

    import tomllib

    if len(text) > _MOST_TEXT:
        raise refusal("", f"more than {_MOST_TEXT} characters")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refusal("", f"no valid TOML: {error}") from error
    top = Section(document, "", refusal)
    registers = [_register(section) for section in top.sections("registers")]
    registers += [one for section in top.sections("bytes") for one in _bytes(section)]
    if len(registers) > _MOST_BYTES:
        raise refusal("", f"more than {_MOST_BYTES} registers and bytes")
    unclaimed = _unclaimed(top.section("unclaimed"))
    models = [_model(section) for section in top.sections("models")]
    if len(models) > 1:
        raise refusal("models[1]", f"a machine has one {BUILT_IN}")
    answers, pins = parse_answers(top.sections("transfers")), parse_pins(top.sections("pins"))
    top.done()
    _check_overlaps(registers, top)
    return Hardware(
        registers=tuple(registers),
        unclaimed=unclaimed,
        controller=models[0] if models else None,
        answers=answers,
        pins=pins,
    )


def _space(section: Section) -> tuple[str, str | None]:
    space = section.text("space", "")
    if space not in SCRIPTED_SPACES and space not in DESCRIBED_SPACES:
        known = (*SCRIPTED_SPACES, "PciBarTarget", "FFixedHW")
        raise section.wrong("space", f"{space!r} is none of {', '.join(known)} and the numbers 0x80 to 0xFF")
    device = section.text("device", "") or None
    if (space == "PCI_Config") != (device is not None):
        why = r'PCI_Config needs a device, such as "\\_SB.PCI0.ISA" or "00:1f.0"; no other space has one'
        raise section.wrong("device", why)
    return space, device


def _address(section: Section, space: str, size: int) -> int:
    if "address" not in section:
        raise section.wrong("address", "it has to be given")
    last = _LAST.get(space, U64_MAX)
    return section.integer("address", 0, most=last + 1 - size)


def _register(section: Section) -> Register:
    space, device = _space(section)
    width = section.integer("width", 8)
    if width not in _WIDTHS:
        raise section.wrong("width", f"{width} is none of 8, 16, 32 and 64 bits")
    address = _address(section, space, width // 8)
    most = (1 << width) - 1
    listed = section.raw("values")
    if listed is None:
        values: tuple[int, ...] = (section.integer("value", 0, most=most),)
    elif "value" in section or not isinstance(listed, list) or not listed:
        raise section.wrong("values", "give either one value, or a list of them")
    else:
        values = tuple(
            Section({"value": item}, f"{section.at('values')}[{index}]", section.refusal).integer("value", 0, most=most)
            for index, item in enumerate(listed)
        )
    write = section.choice("write", "ignore" if len(values) > 1 else "keep", _WRITES)
    if len(values) > 1 and write != "ignore":
        raise section.wrong("write", 'a register with a list of values ignores writes: "ignore"')
    section.done()
    return Register(space=space, address=address, width=width, values=values, write=write, device=device)


def _bytes(section: Section) -> list[Register]:
    space, device = _space(section)
    text = section.text("data", "", longest=_MOST_TEXT)
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise section.wrong("data", 'expected bytes in hexadecimal such as "00 1F 2A"') from None
    if not data:
        raise section.wrong("data", "there are no bytes")
    address = _address(section, space, len(data))
    write = section.choice("write", "keep", _WRITES)
    section.done()
    return [
        Register(space=space, address=address + index, width=8, values=(byte,), write=write, device=device)
        for index, byte in enumerate(data)
    ]


def _unclaimed(section: Section) -> tuple[tuple[str, int], ...]:
    spaces = [space for space in (*SCRIPTED_SPACES, *DESCRIBED_SPACES, PINS) if space in section]
    found = tuple((space, section.integer(space, 0, most=1 if space == PINS else 0xFF)) for space in spaces)
    section.done()
    return found


def _model(section: Section) -> MemoryHotplug:
    section.choice("model", "", (BUILT_IN,))
    space = section.choice("space", "SystemIO", ("SystemIO", "SystemMemory"))
    base = section.integer("base", BASE, most=_LAST.get(space, U64_MAX) + 1 - REGISTERS)
    dimms: dict[int, tuple[int, Dimm, str]] = {}
    for part in section.sections("dimms"):
        free = next(number for number in range(len(dimms) + 1) if number not in dimms)
        slot = part.integer("slot", free, most=_MOST_SLOTS - 1)
        if slot in dimms:
            raise part.wrong("slot", f"there is a DIMM in slot {slot} already")
        if "size" not in part or "address" not in part:
            raise part.wrong("size" if "address" in part else "address", "it has to be given")
        dimm = Dimm(address=part.size("address", 0), size=part.size("size", 0), node=part.integer("node", 0))
        dimms[slot] = slot, dimm, part.choice("pending", "none", ("none", "insert", "remove"))
        part.done()
    least = max(dimms, default=-1) + 1
    slots = section.integer("slots", 0, most=_MOST_SLOTS)
    if slots and slots < least:
        raise section.wrong("slots", f"{slots} slots, and a DIMM in slot {least - 1}")
    event = section.text("event", "") or None
    arguments = section.numbers("event_arguments") or ()
    section.done()
    held = tuple(dimms[slot] for slot in sorted(dimms))
    return MemoryHotplug(space=space, base=base, slots=slots, event=event, event_arguments=arguments, dimms=held)


def _check_overlaps(registers: list[Register], top: Section) -> None:
    # Two descriptions of a byte would contradict each other.
    ends: dict[tuple[str, str | None], int] = {}
    for one in sorted(registers, key=lambda r: (r.space, r.device or "", r.address)):
        place = one.space, one.device
        if one.address < ends.get(place, 0):
            raise top.wrong("registers", f"{one.space} {one.address:#x} is described twice")
        ends[place] = one.address + one.width // 8
