"""Lines of the data-table language from bytes.

A large table has a hundred thousand structures: each kind is rendered by one format, filled by one compiled call from
the bytes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from struct import Struct
from typing import Any

from acpitools.codec.fields import Role
from acpitools.codec.labels import Form
from acpitools.codec.record import Record
from acpitools.tables.dsl_layout import Line, fixed_lines, named_bits, tails
from acpitools.tables.dsl_notes import replaced

__all__ = ["HEADED", "Renderer", "hexed", "is_plain", "line", "quoted", "register_heading", "renderer"]

HEADED = ("", "\n")
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
# No quotation mark, and no backslash in front of one; iasl takes the rest as it stands.
_PLAIN = re.compile(rb"(?:[ !#-~]*[ !#-\[\]-~])?")


class Renderer:
    """How the fixed part of one record class reads."""

    def __init__(self, cls: type[Record], *, newest: bool = False) -> None:
        self._lines = fixed_lines(cls, newest=newest)
        self.size = sum(line.size for line in self._lines)
        """Bytes of the fixed part."""
        self.alone = not tails(cls)
        """There are no fields of variable size."""
        self.text: Callable[[bytes, int, int, int], str] = _compiled(self._lines, self._notes)
        """``text(data, start, size, depth)``: the lines of a record of that size, and the notes of its fixed part."""
        self._headed: Callable[[bytes, int, int, int], str] | None = None

    @property
    def headed(self) -> Callable[[bytes, int, int, int], str]:
        """Give ``text`` with an empty line above."""
        if self._headed is None:
            self._headed = _compiled(self._lines, self._notes, "\n")
        return self._headed

    def _notes(self, data: bytes, start: int, size: int, depth: int) -> str:
        actual = data[start : start + self.size]
        return "".join(replaced(depth, actual, self._in_the_language(actual, size, depth)))

    def _in_the_language(self, actual: bytes, size: int, depth: int) -> bytes:
        # What iasl makes of the lines.
        parts = []
        for line in self._lines:
            value = actual[line.offset : line.offset + line.size]
            if line.absent or line.optional:
                value = bytes(line.size)
            elif line.must is not None:
                value = line.must.to_bytes(line.size, "little")
            elif line.bits and not line.whole:
                value = (int.from_bytes(value, "little") & named_bits(line)).to_bytes(line.size, "little")
            elif line.form is Form.STRING:
                value = _unquoted(value).ljust(line.size, b"\0")
            elif line.role is Role.LENGTH and depth:
                value = (size & (1 << 8 * line.size) - 1).to_bytes(line.size, "little")
            parts.append(value)
        return b"".join(parts)

    def generic(self, data: bytes, start: int, skip: int = 0) -> str:
        """Give the lines in the generic form, without the first ``skip`` bytes."""
        text = []
        for item in self._lines:
            if item.offset < skip:
                continue
            value = data[start + item.offset : start + item.offset + item.size]
            if item.form is Form.INTEGER:
                label, shown = f"UINT{8 * item.size}", f"{int.from_bytes(value, 'little'):0{2 * item.size}X}"
            elif item.form is Form.GUID:
                label, shown = "GUID", guid(value)
            else:
                label, shown = "Buffer", hexed(value)
            text.append(line(item.size, label, f"{shown}  /* {item.label} */"))
        return "".join(text)


def renderer(cls: type[Record], *, newest: bool = False) -> Renderer:
    """Give how records of a class read, to Debian's iasl or the newest one."""
    made = _RENDERERS.get((cls, newest))
    if made is None:
        made = _RENDERERS[cls, newest] = Renderer(cls, newest=newest)
    return made


_RENDERERS: dict[tuple[type[Record], bool], Renderer] = {}


def _compiled(
    lines: tuple[Line, ...], notes: Callable[[bytes, int, int, int], str], head: str = ""
) -> Callable[[bytes, int, int, int], str]:
    # One unpack, one tuple, one % format for all lines of a record; one question whether the language holds it all.
    codes, targets, text, values, odd = "<", [], [], [], []
    scope: dict[str, Any] = {"number": _number, "notes": notes, "plain": is_plain_field}
    scope |= {"quoted": _quoted_field, "hexed": hexed, "guid": guid, "path": _path}
    for index, item in enumerate(lines):
        code = _CODES.get(item.size) if item.form is Form.INTEGER else None
        codes += code or f"{item.size}s"
        targets.append(f"v{index}")
        number = f"v{index}" if code else f"number(v{index})"
        if (question := _oddity(item, number, index)) is not None:
            odd.append(question)
        if item.absent or item.optional:
            continue
        if item.heading:
            text.append(register_heading(item.heading))
        if item.form is Form.INTEGER:
            value = number
            text.append(f"[{item.size:04d}] {_label(item.label)} : %0{2 * item.size}X\n")
        else:
            value = f"{_WRITERS[item.form]}(v{index})"
            text.append(f"[{item.size:04d}] {_label(item.label)} : %s\n")
        values.append(value)
        for bit in item.bits:
            text.append(f"{' ' * 7}{_label(bit.label)} : %0{(bit.width + 3) // 4}X\n")
            values.append(f"{number} >> {bit.shift} & {(1 << bit.width) - 1}")
    scope |= {"text": head + "".join(text), "unpack": Struct(codes).unpack_from}
    source = (
        "def render(data, o, n, depth):\n"
        f"    {', '.join(targets)}{',' if targets else '()'} = unpack(data, o)\n"
        f"    t = text % ({''.join(value + ', ' for value in values)})\n"
        f"    return t + notes(data, o, n, depth) if {' or '.join(odd) or 'False'} else t\n"
    )
    exec(source, scope)  # noqa: S102  (offsets and names of our own making)
    return scope["render"]  # type: ignore[no-any-return]


def _oddity(item: Line, number: str, index: int) -> str | None:
    # True where the language does not hold a value.
    if item.absent or item.optional:
        return number if item.form is Form.INTEGER else f"v{index}.strip(b'\\0')"
    if item.must is not None:
        return f"{number} != {item.must}"
    if item.bits and not item.whole:
        unnamed = (1 << 8 * item.size) - 1 & ~named_bits(item)
        return f"{number} & {unnamed}" if unnamed else None
    if item.form is Form.STRING:
        return f"not plain(v{index})"
    return f"depth and {number} != n" if item.role is Role.LENGTH else None


def register_heading(label: str) -> str:
    """Give the line above a register: its name, and no value."""
    return f"[0012] {_label(label)} : [Generic Address Structure]\n"


def _label(label: str) -> str:
    return f"{label:>34}".replace("%", "%%")


def line(size: int, label: str, value: str) -> str:
    """Give one line; the size in bytes is for the reader."""
    return f"[{size:04d}] {label:>34} : {value}\n"


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def is_plain(data: bytes) -> bool:
    """Tell whether the language can quote these bytes."""
    return _PLAIN.fullmatch(data) is not None


def is_plain_field(data: bytes) -> bool:
    """Tell whether the language can quote a field that zeros fill up."""
    return is_plain(data.rstrip(b"\0"))


def _unquoted(data: bytes) -> bytes:
    # What quoted text stands for: as much of it as is plain.
    text = data.rstrip(b"\0")
    return text if is_plain(text) else bytes(byte if is_plain(bytes((byte,))) else 0x3F for byte in text)


def quoted(data: bytes) -> str:
    """Give bytes as a string of the language."""
    return '"' + _unquoted(data).decode("ascii") + '"'


def _quoted_field(data: bytes) -> str:
    return quoted(data.rstrip(b"\0"))


def hexed(data: bytes) -> str:
    """Give bytes as a buffer of the language, sixteen a row."""
    if len(data) <= 16:
        return data.hex(" ").upper()
    rows = (data[start : start + 16].hex(" ").upper() for start in range(0, len(data), 16))
    return f" \\\n{' ' * 44}".join(rows)


def guid(data: bytes) -> str:
    """Give 16 bytes as a GUID.  UEFI 2.10, appendix A."""
    rest = data[8:].hex()
    groups = (data[3::-1].hex(), data[5:3:-1].hex(), data[7:5:-1].hex(), rest[:4], rest[4:])
    return "-".join(groups).upper()


def _path(data: bytes) -> str:
    return f"{data[0]:02X},{data[1]:02X}"


_WRITERS = {Form.STRING: "quoted", Form.BUFFER: "hexed", Form.GUID: "guid", Form.PCI_PATH: "path"}
