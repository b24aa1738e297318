"""Tables in iasl's data-table language, which its compiler and ``encode`` make the same bytes of.

Every line is as ``iasl -T`` has it.  A table that Debian's iasl does not know is in the generic form, which any iasl
compiles.  What the language cannot hold is in notes (``dsl_notes``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from acpitools.codec.checksum import stated_checksums, sum8
from acpitools.codec.fields import Leaf, Role
from acpitools.codec.labels import Form
from acpitools.codec.plan import Plan
from acpitools.codec.record import Record, decode, fixed_size, plan_of, size_of
from acpitools.codec.structures import RawStructure, StructureList
from acpitools.codec.tails import CountedBytes, Integers
from acpitools.tables.dsl_generic import buffers, generic_text
from acpitools.tables.dsl_layout import IASL_TABLES, NEWER_TYPES, Tail, computed, tails
from acpitools.tables.dsl_lines import HEADED, hexed, is_plain, line, quoted, register_heading, renderer
from acpitools.tables.dsl_notes import note_text, replaced
from acpitools.tables.gas import GenericAddress
from acpitools.tables.header import HEADER_SIZE, Fragment, SdtHeader, Table, UnknownTable
from acpitools.tables.registry import codec_for, layout_of
from acpitools.tables.table_set import LoadedTable

__all__ = ["table_dsl"]

_BLOCK = 1024
_LEFT_OUT = "/* iasl leaves out what the comments above hold; acpitools encode puts it back. */\n"


def table_dsl(table: LoadedTable, *, newest: bool = False) -> Iterator[str]:
    """Give a table's text in blocks of lines, for Debian's iasl or for the newest one."""
    if newest:
        from acpitools.tables.dsl_newest import TABLES

        known = TABLES
    else:
        known = IASL_TABLES
    data = table.data
    cls, size = layout_of(data)
    name = "".join(char if char.isprintable() and char not in "*/" else "?" for char in table.signature.strip())
    yield f"/*\n * {name}, {len(data)} bytes\n */\n"
    # A CDAT has no header that any iasl could read.
    if cls is Fragment or (table.signature not in known and not issubclass(cls, SdtHeader)):
        yield note_text(0, "is", data)
        yield _LEFT_OUT
        return
    codec = codec_for(table.signature)
    refused = None if codec is None or newest else codec.refused
    if refused is not None and (why := refused(data, size)) is not None:
        yield f"/* iasl 20200925 refuses this text: {why} */\n"
    noted = False
    generic = cls is UnknownTable or table.signature not in known
    for block in _table(cls, data, size, generic=generic, newest=newest):
        # One character is found ten times as fast as a word.
        noted = noted or ("*" in block and "/* acpitools: " in block)
        yield block
    late = "".join(_sealing(cls, data))
    yield late + (_LEFT_OUT if noted or late else "") + "\n"


def _table(cls: type[Table], data: bytes, size: int, *, generic: bool, newest: bool) -> Iterator[str]:
    if generic and issubclass(cls, SdtHeader):
        yield renderer(SdtHeader).text(data, 0, HEADER_SIZE, 0) + "\n"
        yield from generic_text(cls, data, 0, size, skip=HEADER_SIZE)
        yield from buffers(data, size, len(data))
        return
    yield from _record(cls, data, 0, size, 0, newest)
    if size < len(data):
        yield note_text(0, "then", data[size:])


def _sealing(cls: type[Record], data: bytes) -> Iterator[str]:
    # Length and checksums are computed from the text; those that are otherwise are noted.
    sealed = bytearray(data)
    specs = [spec for spec in cls.FIELDS if isinstance(spec.leaf, Leaf) and spec.offset is not None]
    checksums = stated_checksums(cls)
    for spec in checksums:
        sealed[spec.offset] = 0  # type: ignore[index]
    for spec in specs:
        if spec.leaf.role is Role.LENGTH:
            sealed[spec.offset : spec.offset + spec.leaf.size] = len(data).to_bytes(spec.leaf.size, "little")
    for spec in checksums:
        sealed[spec.offset] = -sum8(sealed[: spec.leaf.covers]) & 0xFF  # type: ignore[index]
    size = fixed_size(cls)
    yield from replaced(0, data[:size], bytes(sealed[:size]))


def _record(cls: type[Record], data: bytes, start: int, end: int, depth: int, newest: bool) -> Iterator[str]:
    render = renderer(cls, newest=newest)
    yield render.text(data, start, end - start, depth)
    offset = start + render.size
    if computed(cls):
        yield from replaced(depth, data[start:offset], _as_computed(decode(cls, data, start, end), data, start, offset))
    if not render.alone:
        # The fields before tell how many there are of what follows.
        draft = plan_of(cls).make(data, start, offset)
        for tail in tails(cls, newest=newest):
            leaf = tail.spec.leaf
            if tail.form is None and isinstance(leaf, StructureList):
                places = leaf.places(draft, data, offset, end, start)
                offset = yield from _structures(places, data, offset, depth + 1, newest)
                continue
            value, stop = leaf.take(draft, data, offset, end, start)
            object.__setattr__(draft, tail.spec.name, value)
            yield from _tail(draft, tail, value, data[offset:stop], data, offset, depth, newest)
            offset = stop
    if offset < end:
        yield note_text(depth, "then", data[offset:end])


def _as_computed(record: Record, data: bytes, start: int, offset: int) -> bytes:
    # The fixed part with what iasl computes in it.
    places: dict[str, tuple[Any, int, int]] = {}
    made = bytearray(data[start:offset])
    for tail in tails(type(record)):
        value = getattr(record, tail.spec.name)
        length = tail.spec.leaf.size_of(value)
        # What becomes a note is nothing to iasl.
        used = length
        if tail.absent or tail.form is not None:
            used = 0 if tail.absent or not length else _variable(tail.form, data[offset : offset + length])[1]
        places[tail.spec.name] = (value if used else (), used, offset - start)
        offset += length
    for field in computed(type(record)):
        value, size, place = places[field.of.name]
        number = field.value(len(value), size, place)
        at, width = field.spec.offset or 0, field.spec.leaf.size
        made[at : at + width] = (number & (1 << 8 * width) - 1).to_bytes(width, "little")
    return bytes(made)


def _tail(
    record: Record, tail: Tail, value: Any, content: bytes, data: bytes, offset: int, depth: int, newest: bool
) -> Iterator[str]:
    leaf = tail.spec.leaf
    if tail.form is None:
        heading = register_heading(tail.label) if value and isinstance(value[0], GenericAddress) else ""
        yield from _rows(value, data, offset, depth + 1, newest, heading)
    elif isinstance(leaf, Integers):
        for index, item in enumerate(value):
            yield line(leaf.width, tail.label_of(index), f"{item:0{2 * leaf.width}X}")
    elif isinstance(leaf, CountedBytes) and leaf.side is not None:
        side = max(1, min(getattr(record, leaf.side), len(content)))
        for row in range(0, len(content), side):
            cut = content[row : row + side]
            yield line(len(cut), tail.label_of(row // side), hexed(cut))
    elif tail.form is Form.BYTE:
        for byte in content:
            yield line(1, tail.label, f"{byte:02X}")
    elif tail.form is Form.PCI_PATH:
        for at in range(0, len(content) - 1, 2):
            yield line(2, tail.label, f"{content[at]:02X},{content[at + 1]:02X}")
        if len(content) % 2:
            yield note_text(depth, "then", content[-1:])
    elif content:
        text, used = ("", 0) if tail.absent else _variable(tail.form, content)
        if used:
            yield line(used, tail.label, text)
        if used < len(content):
            yield note_text(depth, "then", content[used:])


def _variable(form: Form | None, content: bytes) -> tuple[str, int]:
    # Text of a value, and how many bytes it stands for: 0 where the language cannot hold it.
    if form is Form.STRING:
        end = content.find(b"\0")
        return quoted(content[: max(end, 0)]), end + 1 if end >= 0 and is_plain(content[:end]) else 0
    if form is Form.UNICODE:
        narrow, _, _ = content[::2].partition(b"\0")
        used = 2 * len(narrow) + 2
        fits = is_plain(narrow) and content[:used] == b"".join(bytes((byte, 0)) for byte in narrow) + b"\0\0"
        return quoted(narrow), used if fits else 0
    if form is Form.CHARACTERS and is_plain(content):
        return quoted(content), len(content)
    return hexed(content), len(content)


def _structures(
    places: Iterator[tuple[int, int, Plan]], data: bytes, offset: int, depth: int, newest: bool
) -> Generator[str, None, int]:
    # Gives where the last one ends.
    block: list[str] = []
    blank = HEADED[depth == 1]
    # By plan: the renderer of records that have no more than a fixed part, and its size.
    plain: dict[Plan, tuple[Callable[[bytes, int, int, int], str], int]] = {}
    for start, offset, plan in places:
        known = plain.get(plan)
        if known is not None and offset - start == known[1]:
            block.append(known[0](data, start, known[1], depth))
        elif issubclass(plan.cls, RawStructure):
            block += ["\n", note_text(depth, "is", data[start:offset])]
        else:
            if depth == 1 and plan not in plain and not newest:
                block.append(_newer(data, start, plan))
            block.append(blank)
            block += _record(plan.cls, data, start, offset, depth, newest)
            if (render := renderer(plan.cls, newest=newest)).alone:
                plain[plan] = render.headed if blank else render.text, render.size
        if len(block) > _BLOCK:
            yield "".join(block)
            block.clear()
    yield "".join(block)
    return offset


def _newer(data: bytes, start: int, plan: Plan) -> str:
    # A word to those whose iasl does not know a structure.
    types = NEWER_TYPES.get(data[:4].decode("latin-1"))
    spec = next((spec for spec in plan.fixed if spec.name == "type"), None)
    if types is None or spec is None:
        return ""
    at = start + (spec.offset or 0)
    number = int.from_bytes(data[at : at + spec.leaf.size], "little")
    return f"\n/* iasl 20200925 refuses structures of type {number:X}. */\n" if number in types else ""


def _rows(
    items: Iterable[Record], data: bytes, offset: int, depth: int, newest: bool, heading: str = ""
) -> Iterator[str]:
    for item in items:
        size = size_of(item)
        yield HEADED[depth == 1] + heading
        text = "".join(_record(type(item), data, offset, offset + size, depth, newest))
        # Where no line is left, nothing else tells that a record begins.
        yield note_text(depth, "is", data[offset : offset + size]) if text.startswith("/*") else text
        offset += size
