"""Memory blocks and nodes as sysfs shows them: a copy of /sys/devices/system, or the listing of a recorded boot.

Kernel: drivers/base/memory.c, drivers/base/node.c.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from acpitools.core.errors import BootInputError
from acpitools.core.observed import ObservedBlock
from acpitools.core.value import value
from acpitools.dumps.text import decode_text, numbered_lines, read_text

__all__ = ["BlockListing", "parse_id_list", "read_block_listing", "read_memory_directory", "read_online_nodes"]

MAX_BLOCKS: Final = 1 << 20
"""Memory blocks that are read: 128 TiB in blocks of 128 MiB."""

_LISTED = re.compile(
    r"memory(\d{1,9}) phys_index=[0-9a-f]+ state=(\S*)(?: removable=\S*)?(?: valid_zones=(\S*))?(?: nodes=([\d,]*))?$"
)
_BLOCK_DIRECTORY = re.compile(r"memory(\d{1,9})$")
_NODE_DIRECTORY = re.compile(r"node(\d{1,4})$")


@value
class BlockListing:
    """Memory blocks in the order of their ids, and their size in bytes (None where it is not told)."""

    block_size: int | None
    blocks: tuple[ObservedBlock, ...]


def parse_id_list(text: str, *, where: str = "") -> tuple[int, ...]:
    """Read a kernel list such as ``0-1,3`` (empty: no id).  Kernel: lib/bitmap.c:bitmap_parselist.

    Raises BootInputError where it is no such list.
    """
    ids: set[int] = set()
    named = 0
    for part in text.strip().split(",") if text.strip() else ():
        found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part.strip())
        if not found:
            raise BootInputError("id list", where, f"not a list such as 0-1,3: {text.strip()[:40]!r}")
        span = range(int(found[1]), int(found[2] or found[1]) + 1)
        named += len(span)
        if named > MAX_BLOCKS:
            raise BootInputError("id list", where, f"names more than {MAX_BLOCKS} ids")
        ids.update(span)
    return tuple(sorted(ids))


def read_block_listing(data: bytes | str, *, where: str = "") -> BlockListing:
    """Read the ``memory_blocks.txt`` of a recorded boot: ``block_size_bytes=``, then a line for each block.

    Raises BootInputError for a block line that cannot be read.
    """
    size = None
    blocks: list[ObservedBlock] = []
    for number, line in numbered_lines(decode_text(data, what="memory blocks", where=where)):
        stripped = line.strip()
        if stripped.startswith("block_size_bytes="):
            size = _block_size(stripped[17:], f"{where}: line {number}")
        elif stripped.startswith("memory"):
            found = _LISTED.match(stripped)
            if not found:
                raise BootInputError("memory blocks", f"{where}: line {number}", f"no block: {stripped[:60]!r}")
            if len(blocks) == MAX_BLOCKS:
                raise BootInputError("memory blocks", where, f"more than {MAX_BLOCKS} blocks")
            zones, nodes = found[3], found[4]
            blocks.append(
                ObservedBlock(
                    id=int(found[1]),
                    state=found[2] or None,
                    valid_zones=tuple(zones.split(",")) if zones else None,
                    nodes=None if nodes is None else parse_id_list(nodes, where=f"{where}: line {number}"),
                )
            )
    return BlockListing(block_size=size, blocks=tuple(sorted(blocks, key=lambda block: block.id)))


def read_memory_directory(memory: Path, node: Path | None = None) -> BlockListing:
    """Read a copy of /sys/devices/system/memory, with /sys/devices/system/node for links that the copy lost.

    Raises BootInputError where the directory holds no block, or a file in it cannot be read.
    """
    names = _numbered(memory, _BLOCK_DIRECTORY)
    if not names:
        raise BootInputError("memory blocks", str(memory), "no memoryN directory")
    links = _links(node) if node else {}
    size_file = memory / "block_size_bytes"
    return BlockListing(
        block_size=_block_size(read_text(size_file), str(size_file)) if size_file.is_file() else None,
        blocks=tuple(_block(memory / f"memory{number}", number, links) for number in names),
    )


def read_online_nodes(node: Path) -> tuple[int, ...] | None:
    """Read ``online`` of a copy of /sys/devices/system/node; None where it is not there."""
    path = node / "online"
    return parse_id_list(read_text(path), where=str(path)) if path.is_file() else None


def _block(directory: Path, number: int, links: dict[int, set[int]]) -> ObservedBlock:
    state, zones = directory / "state", directory / "valid_zones"
    nodes = set(_numbered(directory, _NODE_DIRECTORY)) | links.get(number, set())
    return ObservedBlock(
        id=number,
        state=read_text(state).strip() if state.is_file() else None,
        valid_zones=tuple(read_text(zones).split()) if zones.is_file() else None,
        nodes=tuple(sorted(nodes)) if nodes else None,
    )


def _links(node: Path) -> dict[int, set[int]]:
    # nodeN/memoryM, the other end of memoryM/nodeN.
    links: dict[int, set[int]] = {}
    for nid in _numbered(node, _NODE_DIRECTORY) if node.is_dir() else ():
        for block in _numbered(node / f"node{nid}", _BLOCK_DIRECTORY):
            links.setdefault(block, set()).add(nid)
    return links


def _numbered(directory: Path, pattern: re.Pattern[str]) -> list[int]:
    # Links count whether or not the copy kept what they lead to.
    numbers: list[int] = []
    try:
        for path in directory.iterdir():
            if found := pattern.match(path.name):
                numbers.append(int(found[1]))
                if len(numbers) > MAX_BLOCKS:
                    raise BootInputError("memory blocks", str(directory), f"more than {MAX_BLOCKS} entries")
    except OSError as error:
        raise BootInputError("memory blocks", str(directory), error.strerror or str(error)) from error
    return sorted(numbers)


def _block_size(text: str, where: str) -> int:
    stripped = text.strip()
    if not re.fullmatch(r"[0-9a-fA-F]{1,16}", stripped) or not int(stripped, 16):
        raise BootInputError("memory blocks", where, f"block size is no hexadecimal number: {stripped[:40]!r}")
    return int(stripped, 16)
