"""Values in the words of the trace: short, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text
from acpitools.interp.holding import Loose
from acpitools.interp.objects import (
    Buffer,
    IndexReference,
    Integer,
    Node,
    Package,
    Reference,
    Slot,
    String,
    kind_of,
)

__all__ = ["operands_shown", "shown"]

_CHARACTERS = 40
_BYTES = 16


def shown(item: Any) -> str:
    """Give a value, a place or a name in a few words."""
    if isinstance(item, Loose):
        item = item.value
    if isinstance(item, Integer):
        return f"{item.value:#x}"
    if isinstance(item, String):
        text = bytes(item.data[:_CHARACTERS]).decode("latin-1").encode("unicode_escape").decode()
        return f'"{text}"' + _more(len(item.data), _CHARACTERS)
    if isinstance(item, Buffer):
        return f"({bytes(item.data[:_BYTES]).hex(' ')})" + _more(len(item.data), _BYTES)
    if isinstance(item, Package):
        return f"package of {len(item.elements)}"
    if isinstance(item, Node):
        return item.text
    if isinstance(item, Reference):
        return f"reference to {shown(item.target)}"
    if isinstance(item, IndexReference):
        return f"element {item.index:#x} of {shown(item.container)}"
    if isinstance(item, Slot):
        return "a variable"
    if isinstance(item, NameString):
        return path_text(item.path).removeprefix("\\")
    return f"{item:#x}" if isinstance(item, int) else kind_of(item)


def _more(length: int, limit: int) -> str:
    return f"... of {length}" if length > limit else ""


def operands_shown(operands: Sequence[Any], labels: Sequence[str]) -> str:
    """Give the operands of an operator; a place that has a label by that, and one that is not given not at all."""
    words = [
        label or shown(item)
        for item, label in zip(operands, labels, strict=True)
        if item is not None and (isinstance(item, NameString) or not isinstance(item, bytes | tuple))
    ]
    return f" ({', '.join(words)})" if words else ""
