"""Resource descriptors that no device can have: ranges, fixed ends, alignment, lists.  ACPI 6.5, 6.4.2 and 6.4.3.

Which combinations are errors is what iasl 20200925 says of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from acpitools.asl.descriptor_layout import Contents
from acpitools.asl.lower.state import State, start_of
from acpitools.asl.nodes import Call
from acpitools.asl.resource_macros import Macro

__all__ = ["Fault", "check_descriptor", "descriptor_faults"]

_VENDOR_TYPES = 0xC0
_MOST_PRIORITY = 2
_MOST_ACCESS = 4
_LAST_ISA = 0x3FF


class Fault(NamedTuple):
    """What is wrong with a descriptor."""

    number: int
    """Of iasl's message."""
    name: str
    """The name of the parameter that is wrong; empty where it is the macro."""
    message: str


def check_descriptor(context: State, node: Call, name: str, macro: Macro, given: Contents, *, tagged: bool) -> None:
    """Report what is wrong with a descriptor; ``tagged`` tells whether a program can fill it in."""
    arguments = node.arguments or []
    places = {parameter.name: place for place, parameter in enumerate(macro.parameters) if parameter.name}
    for fault in descriptor_faults(name, macro, given, tagged=tagged):
        # At the argument that a name stands for; at the macro where it is left out.
        place = places.get(fault.name, len(arguments))
        argument = arguments[place] if place < len(arguments) else None
        context.misuse(node.start if argument is None else start_of(argument), fault.message)
    if name == "FixedIO" and given.values >> 8 & 0xFFFF > _LAST_ISA:
        message = f"{given.values >> 8 & 0xFFFF:#x} is more than the ten bits of an ISA address"
        context.warning(node.start, message, "isa-address")


def descriptor_faults(name: str, macro: Macro, given: Contents, *, tagged: bool) -> Iterator[Fault]:
    """Yield what is wrong with a descriptor, given the macro that makes it and what that holds."""
    values = {
        parameter.name: given.values >> parameter.bit & (1 << parameter.size) - 1
        for parameter in macro.parameters
        if parameter.name
    }
    if "_MIN" in values and not any(values.get(part) for part in ("_MIN", "_MAX", "_LEN", "_GRA")):
        if not tagged:
            yield Fault(6090, "", "a range of nothing needs a name, by which a program can fill it in")
    elif "_GRA" in values:
        yield from _address(values)
    elif "_MIN" in values:
        yield from _aligned(values, name)
    if name.endswith("Space") and given.values >> 24 & 0xFF < _VENDOR_TYPES:
        yield Fault(6139, "", "the types of vendors are 0xC0 to 0xFF; the others have macros of their own")
    if values.get("_ASZ", 0) > _MOST_ACCESS:
        yield Fault(6042, "_ASZ", "an access size is 0 to 4: undefined, byte, word, double word, quad word")
    if name == "StartDependentFn" and max(given.values >> 8 & 3, given.values >> 10 & 3) > _MOST_PRIORITY:
        yield Fault(6054, "", "priorities are 0 to 2: good, acceptable, sub-optimal")
    if macro.body in ("interrupts", "pins"):
        size = 4 if macro.body == "interrupts" else 2
        numbers = [given.body[at : at + size] for at in range(0, len(given.body), size)]
        if not numbers:
            yield Fault(6027, "", "at least one number is needed in the braces")
        elif len(set(numbers)) < len(numbers):
            yield Fault(6023, "", "a number is twice in the braces")


def _address(values: dict[str, int]) -> Iterator[Fault]:
    low, high, length, granularity = values["_MIN"], values["_MAX"], values["_LEN"], values["_GRA"]
    low_fixed, high_fixed = values["_MIF"], values["_MAF"]
    if low > high:
        yield Fault(6051, "_MIN", f"the range begins at {low:#x}, and ends before that, at {high:#x}")
    elif length > high - low + 1:
        yield Fault(6049, "_LEN", f"{length:#x} is more than lies between {low:#x} and {high:#x}")
    elif granularity & granularity + 1:
        yield Fault(6048, "_GRA", f"a granularity is 0, or a power of two less one; {granularity:#x} is neither")
    elif low_fixed and high_fixed:
        if not length:
            yield Fault(6043, "_LEN", "with both ends fixed there is a length")
            return
        if granularity:
            yield Fault(6047, "_GRA", "with both ends fixed the granularity is 0")
        if length != high - low + 1:
            yield Fault(6050, "_LEN", f"with both ends fixed the length is {high - low + 1:#x}, not {length:#x}")
    elif low_fixed or high_fixed:
        if length:
            yield Fault(6043, "_LEN", "with a length, both ends are fixed or none is")
        elif low_fixed and low & granularity:
            yield Fault(6001, "_MIN", f"the fixed end {low:#x} is no multiple of {granularity + 1:#x}")
        elif high_fixed and high + 1 & granularity:
            yield Fault(6001, "_MAX", f"what follows the fixed end {high:#x} is no multiple of {granularity + 1:#x}")
    elif length & granularity:
        yield Fault(6001, "_LEN", f"the length {length:#x} is no multiple of {granularity + 1:#x}")


def _aligned(values: dict[str, int], name: str) -> Iterator[Fault]:
    low, high, alignment = values["_MIN"], values["_MAX"], values["_ALN"]
    if name != "IO":
        if low > high:
            yield Fault(6051, "_MIN", f"the range begins at {low:#x}, and ends before that, at {high:#x}")
            return
        if values["_LEN"] > high - low + 1:
            yield Fault(6049, "_LEN", f"{values['_LEN']:#x} is more than lies between {low:#x} and {high:#x}")
            return
    scale = 1
    if name == "Memory24":  # its ends are in units of 256 bytes, and alignment 0 is 64 KiB
        scale, alignment = 256, alignment or 0x10000
    if alignment:
        for end in ("_MIN", "_MAX"):
            if values[end] * scale % alignment:
                yield Fault(6001, end, f"{values[end] * scale:#x} is no multiple of {alignment:#x}")
