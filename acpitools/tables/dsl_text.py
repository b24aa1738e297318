"""Tables in iasl's data-table language, which its compiler and ``encode`` make the same bytes of.

Every line is as ``iasl -T`` has it.  A table that Debian's iasl does not know is in the generic form, which any iasl
compiles.  What the language cannot hold is in notes (``dsl_notes``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.codec.checksum import stated_checksums
from acpitools.codec.fields import Leaf, Role
from acpitools.codec.labels import Form
from acpitools.codec.record import Record, fixed_size, size_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, StructureList
from acpitools.codec.tails import CountedBytes, Integers, String
from acpitools.tables.dsl_layout import IASL_TABLES, Tail, computed, tails
from acpitools.tables.dsl_lines import HEADED, Renderer, hexed, is_plain, line, quoted, renderer
from acpitools.tables.dsl_notes import note_text, replaced
from acpitools.tables.header import HEADER_SIZE, Fragment, SdtHeader, Table, UnknownTable
from acpitools.tables.table_set import LoadedTable

__all__ = ["table_dsl"]

_BLOCK = 1024
_GENERIC_ROW = 256
_LEFT_OUT = "/* iasl leaves out what the comments above hold; acpitools encode puts it back. */\n"


def table_dsl(table: LoadedTable) -> Iterator[str]:
    """Give a table's text in blocks of lines."""
    record, data = table.record, table.data
    name = "".join(char if char.isprintable() and char not in "*/" else "?" for char in table.signature.strip())
    yield f"/*\n * {name}, {len(data)} bytes\n */\n"
    if isinstance(record, Fragment):
        yield note_text(0, "is", data)
        yield _LEFT_OUT
        return
    noted = False
    for block in _table(record, data, generic=table.signature not in IASL_TABLES):
        noted = noted or "/* acpitools: " in block
        yield block
    late = "".join(_sealing(record, data))
    yield late + (_LEFT_OUT if noted or late else "") + "\n"


def _table(record: Table, data: bytes, *, generic: bool) -> Iterator[str]:
    if isinstance(record, SdtHeader) and (generic or isinstance(record, UnknownTable)):
        yield renderer(SdtHeader).text(data, 0, HEADER_SIZE, 0) + "\n"
        yield from _generic(record, data)
    else:
        yield from _record(record, data, 0, len(data), 0)


def _sealing(record: Record, data: bytes) -> Iterator[str]:
    # Length and checksums are computed from the text; those that are otherwise are noted.
    sealed = bytearray(data)
    specs = [spec for spec in record.FIELDS if isinstance(spec.leaf, Leaf) and spec.offset is not None]
    checksums = stated_checksums(type(record))
    for spec in checksums:
        sealed[spec.offset] = 0  # type: ignore[index]
    for spec in specs:
        if spec.leaf.role is Role.LENGTH:
            sealed[spec.offset : spec.offset + spec.leaf.size] = len(data).to_bytes(spec.leaf.size, "little")
    for spec in checksums:
        sealed[spec.offset] = -sum(sealed[: spec.leaf.covers]) & 0xFF  # type: ignore[index]
    size = fixed_size(type(record))
    yield from replaced(0, data[:size], bytes(sealed[:size]))


def _record(record: Record, data: bytes, start: int, end: int, depth: int) -> Iterator[str]:
    cls = type(record)
    render = renderer(cls)
    yield render.text(data, start, end - start, depth)
    offset = start + render.size
    if computed(cls):
        yield from replaced(depth, data[start:offset], _as_computed(record, data, start, render.size))
    for tail in tails(cls):
        value = getattr(record, tail.spec.name)
        size = tail.spec.leaf.size_of(value)
        yield from _tail(record, tail, value, data[offset : offset + size], data, offset, depth)
        offset += size
    if offset < end:
        yield note_text(depth, "then", data[offset:end])


def _as_computed(record: Record, data: bytes, start: int, size: int) -> bytes:
    # The fixed part with what iasl computes in it.
    places: dict[str, tuple[Any, int, int]] = {}
    offset = start + size
    for tail in tails(type(record)):
        value = getattr(record, tail.spec.name)
        length = tail.spec.leaf.size_of(value)
        # What becomes a note is nothing to iasl.
        used = length
        if tail.absent or tail.form is not None:
            used = 0 if tail.absent or not length else _variable(tail.form, data[offset : offset + length])[1]
        places[tail.spec.name] = (value, used, offset - start) if used else ((), 0, 0)
        offset += length
    made = bytearray(data[start : start + fixed_size(type(record))])
    for field in computed(type(record)):
        value, size, place = places[field.of.name]
        number = place if field.is_offset else size if isinstance(field.of.leaf, String | CountedBytes) else len(value)
        at, width = field.spec.offset or 0, field.spec.leaf.size
        made[at : at + width] = (number & (1 << 8 * width) - 1).to_bytes(width, "little")
    return bytes(made)


def _tail(
    record: Record, tail: Tail, value: Any, content: bytes, data: bytes, offset: int, depth: int
) -> Iterator[str]:
    leaf = tail.spec.leaf
    if tail.form is None:
        yield from _list(value, data, offset, depth + 1)
    elif isinstance(leaf, Integers):
        for index, item in enumerate(value):
            yield line(leaf.width, tail.label.format(index), f"{item:0{2 * leaf.width}X}")
    elif isinstance(leaf, CountedBytes) and leaf.side is not None:
        side = max(1, min(getattr(record, leaf.side), len(content)))
        for row in range(0, len(content), side):
            cut = content[row : row + side]
            yield line(len(cut), tail.label.format(row // side), hexed(cut))
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
    if form is Form.UNTERMINATED:
        return quoted(content), len(content) if is_plain(content) else 0
    if form is Form.STRING:
        end = content.find(b"\0")
        return quoted(content[: max(end, 0)]), end + 1 if end >= 0 and is_plain(content[:end]) else 0
    if form is Form.UNICODE:
        narrow, _, _ = content[::2].partition(b"\0")
        used = 2 * len(narrow) + 2
        fits = is_plain(narrow) and content[:used] == b"".join(bytes((byte, 0)) for byte in narrow) + b"\0\0"
        return quoted(narrow), used if fits else 0
    return hexed(content), len(content)


def _list(items: tuple[Record, ...], data: bytes, offset: int, depth: int) -> Iterator[str]:
    block: list[str] = []
    renderers: dict[type[Record], Renderer] = {}
    for item in items:
        cls = type(item)
        size = size_of(item)
        if isinstance(item, RawStructure):
            block += ["\n", note_text(depth, "is", data[offset : offset + size])]
        else:
            render = renderers.get(cls)
            if render is None:
                render = renderers[cls] = renderer(cls)
            if render.alone and size == render.size:
                block.append(HEADED[depth == 1] + render.text(data, offset, size, depth))
            else:
                block.append(HEADED[depth == 1])
                block += _record(item, data, offset, offset + size, depth)
        offset += size
        if len(block) > _BLOCK:
            yield "".join(block)
            block.clear()
    yield "".join(block)


def _generic(record: SdtHeader, data: bytes) -> Iterator[str]:
    if isinstance(record, UnknownTable):
        yield from _buffers(data, HEADER_SIZE, len(data))
        return
    yield from _generic_record(record, data, 0, len(data), HEADER_SIZE)


def _generic_record(record: Record, data: bytes, start: int, end: int, skip: int = 0) -> Iterator[str]:
    render = renderer(type(record))
    yield render.generic(data, start, skip)
    offset = start + render.size
    for tail in tails(type(record)):
        value = getattr(record, tail.spec.name)
        size = tail.spec.leaf.size_of(value)
        leaf = tail.spec.leaf
        if isinstance(leaf, StructureList | Repeated):
            at = offset
            for item in value:
                yield "\n"
                yield from _generic_record(item, data, at, at + size_of(item))
                at += size_of(item)
        elif isinstance(leaf, Integers):
            for index, item in enumerate(value):
                label, text = f"UINT{8 * leaf.width}", f"{item:0{2 * leaf.width}X}"
                yield line(leaf.width, label, f"{text}  /* {tail.label.format(index)} */")
        else:
            yield from _buffers(data, offset, offset + size)
        offset += size
    yield from _buffers(data, offset, end)


def _buffers(data: bytes, start: int, end: int) -> Iterator[str]:
    for at in range(start, end, _GENERIC_ROW):
        cut = data[at : min(end, at + _GENERIC_ROW)]
        yield line(len(cut), "Buffer", hexed(cut))
