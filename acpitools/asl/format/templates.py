"""Resource templates as ASL macros: ``ResourceTemplate () {...}`` where the macros give these very bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acpitools.aml.terms import Term, integer
from acpitools.asl.format.descriptors import macro_text

if TYPE_CHECKING:
    from acpitools.asl.format.expressions import Expressions

__all__ = ["connection_text", "split_descriptors", "template_text"]

_START_PLAIN, _START, _END_DEPENDENT = 0x30, 0x31, 0x38
_END_TAG = b"\x79\0"


def split_descriptors(data: bytes) -> list[bytes] | None:
    """Return the descriptors of a template, the end tag left out; None where they do not end with the bytes."""
    done: list[bytes] = []
    position, end = 0, len(data) - len(_END_TAG)
    while position < end:
        first = data[position]
        size = 3 + int.from_bytes(data[position + 1 : position + 3], "little") if first & 0x80 else 1 + (first & 7)
        if first & 0xF8 == _END_TAG[0] & 0xF8 or position + size > end:
            return None
        done.append(data[position : position + size])
        position += size
    return done


def _wants_tag(data: bytes) -> bool:
    # iasl takes a range of nothing at all only where it has a name, by which code could fill it in.
    span = _SPANS.get(data[0])
    return span is not None and not any(int.from_bytes(data[first:end], "little") for first, end in span)


_SPANS: dict[int, tuple[tuple[int, int], ...]] = {
    0x47: ((2, 6), (7, 8)),
    0x81: ((4, 8), (10, 12)),
    0x85: ((4, 12), (16, 20)),
    0x87: ((6, 18), (22, 26)),
    0x88: ((6, 12), (14, 16)),
    0x8A: ((6, 30), (38, 46)),
    0x8B: ((8, 32), (40, 48)),
}
"""First byte -> where granularity, minimum, maximum and length are."""


def template_text(expressions: Expressions, data: bytes) -> str | None:
    """Give the macro of a buffer's bytes, or None where they are no template or no macro gives them."""
    if data[-2:] != _END_TAG:
        return None
    descriptors = split_descriptors(data)
    if descriptors is None:
        return None
    outer = "    " * expressions.level
    inner = outer + "    "
    lines: list[str] = []
    indent = inner
    dependent = False
    for descriptor in descriptors:
        tag = expressions.tags.descriptor(wanted=_wants_tag(descriptor))
        text = macro_text(descriptor, tag, expressions.refusals.numbers.add)
        if text is None:
            return None
        text = text.replace("\n", f"\n{indent}")
        if descriptor[0] in (_START_PLAIN, _START, _END_DEPENDENT):
            if dependent:
                lines.append(f"{inner}}}\n")
            elif descriptor[0] == _END_DEPENDENT:
                return None
            dependent = descriptor[0] != _END_DEPENDENT
            lines.append(f"{inner}{text}\n" + (f"{inner}{{\n" if dependent else ""))
            indent = inner + "    " * dependent
        else:
            lines.append(f"{indent}{text}\n")
    if dependent:
        return None
    expressions.descriptors = descriptors
    return f"ResourceTemplate ()\n{outer}{{\n{''.join(lines)}{outer}}}"


def connection_text(value: Term) -> str | None:
    """Give the macro of the descriptor that a Connection in a field holds, or None."""
    size, data = value.args
    if value.form or size != integer(len(data)):
        return None
    descriptors = split_descriptors(data + _END_TAG)
    return macro_text(descriptors[0]) if descriptors is not None and len(descriptors) == 1 else None
