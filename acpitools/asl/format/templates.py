"""Resource templates as ASL macros: ``ResourceTemplate () {...}`` where the macros give these very bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acpitools.aml.resources.descriptor import Descriptor
from acpitools.aml.resources.small import (
    EndDependentFunctions,
    EndTag,
    StartDependentFunctions,
    StartDependentFunctionsNoPriority,
)
from acpitools.aml.resources.template import decode_template
from acpitools.aml.terms import Term, integer
from acpitools.asl.format.macros_common import COMMON, TAG
from acpitools.asl.format.macros_connections import CONNECTIONS
from acpitools.codec.record import encode

if TYPE_CHECKING:
    from acpitools.asl.format.expressions import Expressions

__all__ = ["connection_text", "descriptor_text", "template_text"]

_MACROS = {**COMMON, **CONNECTIONS}
_STARTS = (StartDependentFunctions, StartDependentFunctionsNoPriority)


def descriptor_text(descriptor: Descriptor, tag: str = "") -> str | None:
    """Give the macro of a descriptor, with a name for it, or None where no macro gives its bytes."""
    write = _MACROS.get(type(descriptor))
    if write is None or (descriptor.trailing and not hasattr(descriptor, "data")):
        return None
    found = write(descriptor)
    if found is None or found[1] != encode(descriptor):
        return None
    return found[0].replace(TAG, tag)


def _wants_tag(descriptor: Descriptor) -> bool:
    # iasl takes a range of nothing at all only where it has a name, by which code could fill it in.
    return all(getattr(descriptor, name, 1) == 0 for name in ("minimum", "maximum", "size"))


def template_text(expressions: Expressions, data: bytes) -> str | None:
    """Give the macro of a buffer's bytes, or None where they are no template or no macro gives them."""
    if len(data) < 2 or data[-2:] != b"\x79\0":
        return None
    template = decode_template(data)
    if not template.complete:
        return None
    outer = "    " * expressions.level
    inner = outer + "    "
    lines: list[str] = []
    indent = inner
    dependent = False
    for descriptor in template.descriptors:
        if isinstance(descriptor, EndTag):
            break
        text = descriptor_text(descriptor, expressions.new_tag() if _wants_tag(descriptor) else "")
        if text is None:
            return None
        if isinstance(descriptor, (*_STARTS, EndDependentFunctions)):
            if dependent:
                lines.append(f"{inner}}}\n")
            elif isinstance(descriptor, EndDependentFunctions):
                return None
            dependent = isinstance(descriptor, _STARTS)
            lines.append(f"{inner}{text}\n" + (f"{inner}{{\n" if dependent else ""))
            indent = inner + "    " * dependent
        else:
            lines.append(f"{indent}{text.replace(chr(10), chr(10) + indent)}\n")
    if dependent:
        return None
    return f"ResourceTemplate ()\n{outer}{{\n{''.join(lines)}{outer}}}"


def connection_text(value: Term) -> str | None:
    """Give the macro of the descriptor that a Connection in a field holds, or None."""
    size, data = value.args
    if value.form or size != integer(len(data)):
        return None
    template = decode_template(data)
    if len(template.descriptors) != 1 or template.rest:
        return None
    return descriptor_text(template.descriptors[0])
