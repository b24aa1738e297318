"""ToPLD: the physical location of a device as a buffer.  ACPI 6.5, 6.1.8 and 19.6.142."""

from __future__ import annotations

from acpitools.aml.terms import Term
from acpitools.asl.lower.context import Context, Lower, MisuseError, start_of
from acpitools.asl.lower.data import buffer_of
from acpitools.asl.nodes import Binary, Call, Integer, Name, Node

__all__ = ["FUNCTIONS", "PLD_FIELDS", "PLD_LARGEST", "PLD_SIZE", "PLD_WORDS"]

PLD_SIZE = 20
"""Bytes."""
_SECOND_REVISION = 2

PLD_FIELDS: dict[str, tuple[int, int]] = {
    "PLD_Revision": (0, 7),
    "PLD_IgnoreColor": (7, 1),
    "PLD_Red": (8, 8),
    "PLD_Green": (16, 8),
    "PLD_Blue": (24, 8),
    "PLD_Width": (32, 16),
    "PLD_Height": (48, 16),
    "PLD_UserVisible": (64, 1),
    "PLD_Dock": (65, 1),
    "PLD_Lid": (66, 1),
    "PLD_Panel": (67, 3),
    "PLD_VerticalPosition": (70, 2),
    "PLD_HorizontalPosition": (72, 2),
    "PLD_Shape": (74, 4),
    "PLD_GroupOrientation": (78, 1),
    "PLD_GroupToken": (79, 8),
    "PLD_GroupPosition": (87, 8),
    "PLD_Bay": (95, 1),
    "PLD_Ejectable": (96, 1),
    "PLD_EjectRequired": (97, 1),
    "PLD_CabinetNumber": (98, 8),
    "PLD_CardCageNumber": (106, 8),
    "PLD_Reference": (114, 1),
    "PLD_Rotation": (115, 4),
    "PLD_Order": (119, 5),
    "PLD_VerticalOffset": (128, 16),
    "PLD_HorizontalOffset": (144, 16),
}
"""Field -> first bit and number of bits."""

PLD_WORDS: dict[str, tuple[str, ...]] = {
    "PLD_Panel": ("TOP", "BOTTOM", "LEFT", "RIGHT", "FRONT", "BACK", "UNKNOWN"),
    "PLD_VerticalPosition": ("UPPER", "CENTER", "LOWER"),
    "PLD_HorizontalPosition": ("LEFT", "CENTER", "RIGHT"),
    "PLD_Shape": (
        "ROUND",
        "OVAL",
        "SQUARE",
        "VERTICALRECTANGLE",
        "HORIZONTALRECTANGLE",
        "VERTICALTRAPEZOID",
        "HORIZONTALTRAPEZOID",
        "UNKNOWN",
        "CHAMFERED",
    ),
}
"""Field -> the words for its values, from 0."""

PLD_LARGEST = {name: len(words) - 1 for name, words in PLD_WORDS.items()} | {"PLD_Rotation": 7}
"""Field -> its largest value, where the bits would hold more."""

_BY_LOWER = {name.lower(): name for name in PLD_FIELDS}


def _to_pld(context: Context, node: Call) -> Term:
    if node.arguments is None:
        raise MisuseError(node.start, "ToPLD takes PLD_Name = value, ... in parentheses")
    values: dict[str, int] = {}
    for item in node.arguments or []:
        if item is not None:
            name, value = _field(context, node, item)
            values[name] = value
    if values.get("PLD_Revision", 0) < _SECOND_REVISION:
        for name in ("PLD_VerticalOffset", "PLD_HorizontalOffset"):
            if values.pop(name, 0):
                context.warning(node.start, f"{name} is left out: it came with revision 2", "argument")
    number = 0
    for name, value in values.items():
        number |= value << PLD_FIELDS[name][0]
    return buffer_of(context, number.to_bytes(PLD_SIZE, "little"))


def _field(context: Context, node: Call, item: Node) -> tuple[str, int]:
    if not isinstance(item, Binary) or item.operator != "=" or not isinstance(item.left, Name):
        raise MisuseError(node.start, "ToPLD takes PLD_Name = value, ...")
    name = _BY_LOWER.get(item.left.text.lower())
    if name is None:
        raise MisuseError(item.left.start, f"ToPLD has no {item.left.text}")
    words = PLD_WORDS.get(name, ())
    if isinstance(item.right, Integer):
        value = context.constant(item.right, bits=PLD_FIELDS[name][1])
        largest = PLD_LARGEST.get(name, value)
        if value > largest:
            raise MisuseError(item.right.start, f"{name} is 0 to {largest}, not {value}")
        return name, value
    word = context.text(item.right, "an integer or a string").decode("latin-1").upper()
    if not word and words:
        return name, 0
    if word not in words:
        raise MisuseError(start_of(item.right), f"{name} is {', '.join(words) if words else 'an integer'}")
    return name, words.index(word)


FUNCTIONS: dict[str, Lower] = {"ToPLD": _to_pld}
