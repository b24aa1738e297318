"""Field, IndexField and BankField as ASL.  Spec: ACPI 6.5, 19.6.48."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term
from acpitools.asl.format.lexical import name_text, note, package_note, raw_note

if TYPE_CHECKING:
    from acpitools.asl.format.single import Single

__all__ = ["field_text"]

_ACCESS = ("AnyAcc", "ByteAcc", "WordAcc", "DWordAcc", "QWordAcc", "BufferAcc")
_UPDATE = ("Preserve", "WriteAsOnes", "WriteAsZeros")
_ATTRIBUTES = {
    0x02: "AttribQuick",
    0x04: "AttribSendReceive",
    0x06: "AttribByte",
    0x08: "AttribWord",
    0x0A: "AttribBlock",
    0x0C: "AttribProcessCall",
    0x0D: "AttribBlockProcessCall",
}
_SIZED_ATTRIBUTES = {0x0B: "AttribBytes", 0x0E: "AttribRawBytes", 0x0F: "AttribRawProcessBytes"}


def field_text(statements: Single, term: Term) -> str:
    """Give a whole field statement."""
    expressions = statements.expressions
    indent = "    " * expressions.level
    names = [expressions.use(arg) if isinstance(arg, NameString) else expressions.value(arg) for arg in term.args[:-2]]
    flags, elements = term.args[-2:]
    access, lock, update = flags & 0x0F, flags >> 4 & 1, flags >> 5 & 3
    unknown = access >= len(_ACCESS) or update >= len(_UPDATE) or flags >> 7
    notes = note("flags", f"0x{flags:02X}") if unknown else ""
    words = (
        *names,
        _ACCESS[access % len(_ACCESS)],
        "Lock" if lock else "NoLock",
        _UPDATE[update % len(_UPDATE)],
    )
    lines = [f"{notes}{package_note(term)}{term.op} ({', '.join(words)})\n{indent}{{\n"]
    bits = 0
    for number, element in enumerate(elements):
        last = number == len(elements) - 1
        text = _element(statements, element, bits)
        if element.op in ("NamedField", "ReservedField"):
            bits += element.args[-1]
        comma = "" if last or element.op == "Raw" else ","
        lines.append(f"{indent}    {text}{comma}\n")
    lines.append(f"{indent}}}")
    return "".join(lines)


def _element(statements: Single, element: Term, bits: int) -> str:
    op, args = element.op, element.args
    match op:
        case "NamedField":
            statements.declare_field(args[0].path)
            name = name_text(args[0])
            return f"{package_note(element)}{name + ',':<5} {args[1]}"
        case "ReservedField":
            after = bits + args[0]
            if args[0] and after % 8 == 0 and (args[0] >= 8 or bits % 8):
                return f"{package_note(element)}Offset (0x{after // 8:02X})"
            return f"{package_note(element)}    , {args[0]}"
        case "AccessField":
            return _access(args[0], args[1], None) or raw_note(element)
        case "ExtendedAccessField":
            return _access(args[0], args[1], args[2]) or raw_note(element)
        case "ConnectField":
            return _connection(statements, args[0]) or raw_note(element)
    return raw_note(element)


def _access(access: int, attribute: int, length: int | None) -> str | None:
    if access >= len(_ACCESS):
        return None
    if length is not None:
        sized = _SIZED_ATTRIBUTES.get(attribute)
        return f"AccessAs ({_ACCESS[access]}, {sized} (0x{length:02X}))" if sized else None
    if attribute in _SIZED_ATTRIBUTES:
        return None
    return f"AccessAs ({_ACCESS[access]}, {_ATTRIBUTES.get(attribute, f'0x{attribute:02X}')})"


def _connection(statements: Single, value: Term | NameString) -> str | None:
    from acpitools.asl.format.templates import connection_text

    if isinstance(value, NameString):
        return f"Connection ({statements.expressions.use(value)})"
    text = connection_text(value)
    return f"Connection ({text})" if text else None
