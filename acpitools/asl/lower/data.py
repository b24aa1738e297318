"""Buffers, packages and the macros that become constants: EisaId, ToUUID, Unicode.  ACPI 6.5, 19.6 and 19.7."""

from __future__ import annotations

import re

from acpitools.aml.terms import Term, name_path
from acpitools.aml.writer import write_terms
from acpitools.asl.fold import FOLDABLE
from acpitools.asl.lower.context import LEAF_TERMS, Context, Lower, MisuseError, start_of
from acpitools.asl.lower.state import listed
from acpitools.asl.nodes import Call, Integer, Name, Node, String

__all__ = ["DATA", "FUNCTIONS", "buffer_of", "byte_list", "constant_value"]

_CONSTANTS = frozenset({"Zero", "One", "Ones", "ByteConst", "WordConst", "DWordConst", "QWordConst"})
_EISA = re.compile(rb"[A-Z]{3}[0-9A-Fa-f]{4}")
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BYTES = {f"0x{number:02X}": number for number in range(256)}
"""A byte as disassemblers write it."""


def buffer_of(context: Context, data: bytes) -> Term:
    """Return a buffer with these bytes."""
    return Term("Buffer", (context.number(len(data)), data))


def byte_list(context: Context, items: list[Node | None]) -> bytes:
    """Return the bytes of a list of constants, which commas part; iasl takes more commas than that."""
    return bytes([_byte(context, item) for item in listed(items, "value")])


def _byte(context: Context, item: Node) -> int:
    known = _BYTES.get(item.text) if type(item) is Integer else None
    value = context.constant(item, "a byte") if known is None else known
    if value > 0xFF and type(item) not in (Name, Call):
        context.misuse(start_of(item), f"{value:#x} does not fit a byte, which is 0 to 0xFF")
    return value & 0xFF


def _initializer(context: Context, items: list[Node | None]) -> list[bytes]:
    # Where no size or a number is given, iasl makes bytes of the list before it computes constants: an expression,
    # which cannot come first, is 0 there, and its operands follow, encoded.
    done: list[bytes] = []
    for item in listed(items, "value"):
        if isinstance(item, Integer | Name) or (isinstance(item, Call) and context.words[item.name] == "EisaId"):
            done.append(bytes((_byte(context, item),)))
            continue
        fold, context.fold = context.fold, False
        try:
            term = context.value(item)
        finally:
            context.fold = fold
        if not done or term.op not in DATA or not all(isinstance(arg, Term) for arg in term.args):
            raise MisuseError(start_of(item), "a byte is expected here, and no expression")
        operands = tuple([_folded(context, arg, start_of(item)) for arg in term.args])
        message = "iasl makes 0 of this, and bytes of its operands; write the number itself"
        context.warning(start_of(item), message, "as-iasl")
        done.append(b"\0" + write_terms(operands))
    return done


def _folded(context: Context, term: Term, start: int) -> Term:
    if term.op not in FOLDABLE:
        return term
    return context.folded(term.op, tuple([_folded(context, arg, start) for arg in term.args]), start)


def _size(node: Call) -> Node | None:
    given = node.arguments
    if given is not None and len(given) != 1:
        raise MisuseError(node.start, f"{node.name} takes one argument, its size")
    if node.body is None:
        raise MisuseError(node.start, f"{node.name} takes its contents in braces")
    return None if given is None else given[0]


def constant_value(term: Term) -> int | None:
    """Return the value of a constant, -1 for Ones; None where a term is none."""
    if term.op not in _CONSTANTS:
        return None
    if term.op == "Ones":
        return -1
    return int(term.args[0]) if term.args else int(term.op == "One")


def _buffer(context: Context, node: Call) -> Term:
    size = _size(node)
    items = node.body or []
    count: int | None = None
    if len(items) == 1 and isinstance(items[0], String):
        data = context.text(items[0]) + b"\0"
        if size is not None and not isinstance(size, Integer) and not context.exact:
            context.warning(
                items[0].start,
                "as iasl has it, this buffer begins with 0x0D: its size is no plain number",
                "buffer-size",
            )
            data = b"\x0d" + data
    elif context.exact or not (size is None or isinstance(size, Integer)):
        data = byte_list(context, items)
    else:
        parts = _initializer(context, items)
        data, count = b"".join(parts), len(parts)
    count = len(data) if count is None else count
    length = None if size is None else context.checked("Buffer", (context.value(size),), size)[0]
    if length is None:
        return Term("Buffer", (context.number(count), data))
    # Only a size written as a number grows with what the buffer holds.
    number = constant_value(length) if isinstance(size, Integer) and not context.exact else None
    if number is None:
        return Term("Buffer", (length, data))
    if number >> 32:
        context.warning(start_of(size), f"a buffer has a size of 32 bits: {number:#x} is cut", "buffer-size")
    return Term("Buffer", (context.number(max(number, count) & 0xFFFF_FFFF), data))


def _package(context: Context, node: Call) -> Term:
    size = _size(node)
    elements = tuple(_elements(context, node.body or []))
    context.defer(size)
    length = None if size is None else context.value(size)
    if length is not None and length.op != "Call":
        context.checked("VarPackage", (length,), size)
    if length is not None and isinstance(size, Name) and length.op in ("Zero", "One", "Ones") and not context.exact:
        length = None  # iasl counts the elements where the size is one of these words
    number = len(elements) if length is None else constant_value(length)
    if number == 0:
        context.remark(node.start, "this package is empty", "empty-package")
    if number is None or number == -1 or "var" in context.notes.get(node.start, ()):
        return Term("VarPackage", (length or context.number(len(elements)), elements))
    if context.exact and 0 <= number <= 0xFF:
        return Term("Package", (number, elements))
    if number < len(elements):
        raise MisuseError(node.start, f"this package holds {len(elements)} elements, and its size says {number}")
    if number > 0xFF:
        return Term("VarPackage", (context.number(number), elements))
    return Term("Package", (number, elements))


def _elements(context: Context, items: list[Node | None]) -> list[Term]:
    return [_element(context, item) for item in listed(items, "element")]


def _element(context: Context, item: Node) -> Term:
    if context.parenthesized:
        context.bare(item, "an element of a package")
    if isinstance(item, Name) and context.words[item.text] is None:
        context.defer(item)
        symbol, name = context.reference(item)
        return context.located(symbol) if symbol.kind in ("Resource", "ResourceField") else name_path(name)
    term = context.value(item)
    if term.op not in DATA and not context.exact:
        raise MisuseError(start_of(item), "an element of a package is a constant, string, buffer, package or name")
    return term


DATA = _CONSTANTS | {
    *("String", "Buffer", "Package", "VarPackage", "Revision", "Index", "LoadTable", "Match", "Mid"),
    *("Add", "Subtract", "Multiply", "Divide", "Mod", "ShiftLeft", "ShiftRight", "Increment", "Decrement"),
    *("And", "NAnd", "Or", "NOr", "XOr", "Not", "FindSetLeftBit", "FindSetRightBit", "FromBCD", "ToBCD"),
    *("LAnd", "LOr", "LNot", "LEqual", "LGreater", "LLess", "Concatenate", "ConcatenateResTemplate"),
    *("ToInteger", "ToBuffer", "ToString", "ToHexString", "ToDecimalString"),
}
"""What iasl takes for data (DataObject), in packages and after Case: constants, and operators that compute."""


def _macro_text(context: Context, node: Call, what: str) -> bytes:
    given = node.arguments
    if given is None or len(given) != 1 or node.body is not None:
        raise MisuseError(node.start, f"{node.name} takes {what}")
    return context.text(given[0], what)


def _eisa_id(context: Context, node: Call) -> Term:
    text = _macro_text(context, node, 'an identifier, as "PNP0A03"')
    if not _EISA.fullmatch(text):
        raise MisuseError(node.start, "EisaId takes three capital letters and four hexadecimal digits")
    letters = 0
    for letter in text[:3]:
        letters = letters << 5 | letter - 0x40
    number = letters << 16 | int(text[3:], 16)
    return context.number(int.from_bytes(number.to_bytes(4, "big"), "little"))


def _uuid(context: Context, node: Call) -> Term:
    text = _macro_text(context, node, "a UUID")
    if not _UUID.fullmatch(text):
        raise MisuseError(node.start, 'ToUUID takes "aabbccdd-eeff-gghh-iijj-kkllmmnnoopp"')
    raw = bytes.fromhex(text.replace(b"-", b"").decode())
    data = raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    return Term("Buffer", (Term("ByteConst", (16,)), data))


def _unicode(context: Context, node: Call) -> Term:
    text = _macro_text(context, node, "a string")
    return buffer_of(context, b"".join(bytes((byte, 0)) for byte in text) + b"\0\0")


def _timer(_context: Context, node: Call) -> Term:
    if node.arguments != [None] or node.body is not None:
        raise MisuseError(node.start, "Timer takes no arguments")
    return LEAF_TERMS["Timer"]


def _place(context: Context, node: Call) -> Term:
    word = context.words[node.name]
    if word == "__LINE__":
        return context.number(context.source.number(node.start))
    if word == "__METHOD__":
        return Term("String", (context.method.symbol.path[-4:] if context.method else b"\\",))
    file = context.source.place(node.start)[0]
    text = file.rpartition("/")[2] if word == "__FILE__" else file
    return Term("String", (text.encode("ascii", "replace"),))


def _date(_context: Context, node: Call) -> Term:
    raise MisuseError(node.start, "__DATE__ would make each compilation give other bytes; define it with -D")


FUNCTIONS: dict[str, Lower] = {
    "Buffer": _buffer,
    "Package": _package,
    "EisaId": _eisa_id,
    "ToUUID": _uuid,
    "Unicode": _unicode,
    "Timer": _timer,
    "__LINE__": _place,
    "__FILE__": _place,
    "__PATH__": _place,
    "__METHOD__": _place,
    "__DATE__": _date,
}
