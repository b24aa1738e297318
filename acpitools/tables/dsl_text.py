"""Tables in iasl's data-table language, which its compiler and ``encode`` make the same bytes of.

A large table has a hundred thousand structures: each kind is rendered by one format, filled by one compiled call
from the bytes themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any

from acpitools.codec.labels import Form
from acpitools.codec.record import Record, size_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Integers
from acpitools.tables.dsl_layout import Line, Tail, fixed_lines, tails
from acpitools.tables.table_set import LoadedTable

__all__ = ["table_dsl"]

_BLOCK = 1024
_HEAD = "[%03Xh %04d %3d] "
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


def table_dsl(table: LoadedTable) -> Iterator[str]:
    """Give a table's text in blocks of lines."""
    record = table.record
    yield fixed_text(type(record))(table.data, 0)
    yield from _tails(record, table.data)


def fixed_text(cls: type[Record]) -> Callable[[bytes, int], str]:
    """Give what renders the fixed part of a record: of the bytes, and where it begins in them."""
    made = _TEXTS.get(cls)
    if made is None:
        made = _TEXTS[cls] = _compiled(fixed_lines(cls))
    return made


_TEXTS: dict[type[Record], Callable[[bytes, int], str]] = {}


def _compiled(lines: tuple[Line, ...]) -> Callable[[bytes, int], str]:
    # One unpack, one tuple, one % format for all lines of a record.
    codes, targets, text, values = "<", [], [], []
    scope: dict[str, Any] = {"number": _number, "quoted": _quoted, "hexed": _hexed, "guid": _guid, "path": _path}
    for index, line in enumerate(lines):
        code = _CODES.get(line.size) if line.form is Form.INTEGER else None
        codes += code or f"{line.size}s"
        targets.append(f"v{index}")
        if line.absent or line.optional:
            continue
        if line.heading:
            text.append(f"{_HEAD}{_label(line.heading)} : \n")
            values += [f"o + {line.offset}", f"o + {line.offset}", "12"]
        value = f"v{index}"
        if line.form is Form.INTEGER:
            value = value if code else f"number({value})"
            text.append(f"{_HEAD}{_label(line.label)} : %0{2 * line.size}X\n")
        else:
            value = f"{_WRITERS[line.form]}({value})"
            text.append(f"{_HEAD}{_label(line.label)} : %s\n")
        values += [f"o + {line.offset}", f"o + {line.offset}", str(line.size), value]
        for bit in line.bits:
            text.append(f"{' ' * 17}{_label(bit.label)} : %0{(bit.width + 3) // 4}X\n")
            source = f"v{index}" if code else f"number(v{index})"
            values.append(f"{source} >> {bit.shift} & {(1 << bit.width) - 1}")
    scope |= {"text": "".join(text), "unpack": Struct(codes).unpack_from}
    source = (
        f"def render(data, o):\n    {', '.join(targets)}, = unpack(data, o)\n    return text % ({', '.join(values)},)\n"
        if values
        else "def render(data, o):\n    return ''\n"
    )
    exec(source, scope)  # noqa: S102  (offsets and names of our own making)
    return scope["render"]  # type: ignore[no-any-return]


def _label(label: str) -> str:
    return f"{label:>28}".replace("%", "%%")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _quoted(data: bytes) -> str:
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte != 34 else "?" for byte in data.rstrip(b"\0")) + '"'


def _hexed(data: bytes) -> str:
    if len(data) <= 16:
        return data.hex(" ").upper()
    rows = (data[start : start + 16].hex(" ").upper() for start in range(0, len(data), 16))
    return f" \\\n{' ' * 48}".join(rows)


def _guid(data: bytes) -> str:
    first, rest = data[:8], data[8:].hex().upper()
    a, b, c = first[3::-1].hex(), first[5:3:-1].hex(), first[7:5:-1].hex()
    return f"{a}-{b}-{c}-{rest[:4]}-{rest[4:]}".upper()


def _path(data: bytes) -> str:
    return f"{data[0]:02X},{data[1]:02X}"


_WRITERS = {
    Form.STRING: "quoted",
    Form.UNTERMINATED: "quoted",
    Form.BUFFER: "hexed",
    Form.GUID: "guid",
    Form.PCI_PATH: "path",
}


def _tails(record: Record, data: bytes, start: int = 0) -> Iterator[str]:
    offset = start + sum(line.size for line in fixed_lines(type(record)))
    for tail in tails(type(record)):
        value = getattr(record, tail.spec.name)
        yield from _tail(record, tail, value, data, offset)
        offset += tail.spec.leaf.size_of(value)


def _tail(record: Record, tail: Tail, value: Any, data: bytes, offset: int) -> Iterator[str]:
    leaf = tail.spec.leaf
    if isinstance(leaf, StructureList | Repeated):
        block: list[str] = []
        for item in value:
            block.append("\n")
            block.append(fixed_text(type(item))(data, offset))
            block += _tails(item, data, offset)
            offset += size_of(item)
            if len(block) > _BLOCK:
                yield "".join(block)
                block.clear()
        yield "".join(block)
    elif isinstance(leaf, Integers):
        for index, item in enumerate(value):
            label = tail.label.format(index)
            yield _line(offset, leaf.width, label, f"{item:0{2 * leaf.width}X}")
            offset += leaf.width
    elif isinstance(leaf, CountedBytes) and leaf.side is not None:
        side = max(1, min(getattr(record, leaf.side), len(value)))
        for row in range(0, len(value), side):
            cut = value[row : row + side]
            yield _line(offset + row, len(cut), tail.label.format(row // side), _hexed(cut))
    elif value:
        yield _line(offset, len(value), tail.label, _bytes_text(tail, value))


def _bytes_text(tail: Tail, value: bytes) -> str:
    if tail.form is Form.UNICODE:
        return _quoted(value.decode("utf-16-le", "replace").encode("latin-1", "replace"))
    if tail.form in (Form.STRING, Form.UNTERMINATED):
        return _quoted(value)
    return _hexed(value)


def _line(offset: int, size: int, label: str, value: str) -> str:
    return f"[{offset:03X}h {offset:04d} {size:3d}] {label:>28} : {value}\n"
