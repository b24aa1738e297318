"""Fields that their operation region cannot hold, or that its address space does not allow.  ACPI 6.5, 19.6.48.

Only what the source says in numbers is looked at: a length that is an expression may be anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from acpitools.aml.names import declared_path
from acpitools.aml.terms import Term
from acpitools.asl.keywords import ACCESS_TYPES, REGION_SPACES
from acpitools.asl.lower.state import State
from acpitools.asl.namespace import Symbol

__all__ = ["check_fields"]

_WIDTHS = {ACCESS_TYPES[word]: bits for word, bits in (("WordAcc", 16), ("DWordAcc", 32), ("QWordAcc", 64))}
"""Access type -> bits that one access touches, where that is more than a byte."""
_BUFFERS = frozenset(REGION_SPACES[word] for word in ("SMBus", "IPMI", "GenericSerialBus"))
_BYTES = frozenset(REGION_SPACES[word] for word in ("EmbeddedControl", "SystemCMOS", "GeneralPurposeIo"))
_CONNECTED = frozenset(REGION_SPACES[word] for word in ("GenericSerialBus", "GeneralPurposeIo"))
"""Address spaces whose fields are reached through BufferAcc, ByteAcc, a Connection."""


def check_fields(context: State, start: int, region: Symbol, access: int, units: Iterable[Term]) -> None:
    """Report what is wrong with the fields of a Field or BankField that begins at an offset of the text."""
    space, length = region.tag
    for spaces, word in ((_BUFFERS, "BufferAcc"), (_BYTES, "ByteAcc")):
        if space in spaces and access != ACCESS_TYPES[word]:
            context.misuse(start, f"fields of such a region are reached with {word}")
    width = _WIDTHS.get(access, 1)
    if 0 < length < width:
        context.misuse(start, f"one access has {width} bits, and the region {length}")
    first = True
    bits = 0
    for unit in units:
        if unit.op == "ConnectField":
            first = False
            if space not in _CONNECTED:
                context.misuse(start, "only fields of GeneralPurposeIo and GenericSerialBus have a Connection")
        elif unit.op in ("NamedField", "ReservedField"):
            end = bits + unit.args[-1]
            if unit.op == "NamedField":
                place = _place(context, unit, start)
                if first and space in _CONNECTED:
                    context.misuse(place, "Connection has to come before the first field of such a region")
                first = False
                if length:
                    _inside(context, place, end, length, width)
            bits = end


def _place(context: State, unit: Term, otherwise: int) -> int:
    symbol = context.namespace.symbols.get(declared_path(context.scope, unit.args[0]))
    return otherwise if symbol is None else symbol.start


def _inside(context: State, place: int, end: int, length: int, width: int) -> None:
    if end > length:
        context.misuse(place, f"this field ends at bit {end}, and its region has {length} bits")
    elif -(-end // width) * width > length:
        context.misuse(place, f"an access of {width} bits to this field goes past the end of the region")
