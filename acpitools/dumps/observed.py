"""What a real kernel did, read from whatever recorded it: a log, /proc/zoneinfo, sysfs, a recorded boot.

The results are only ever compared with a prediction, never an input of one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from acpitools.core.errors import BootInputError
from acpitools.core.observed import Observed
from acpitools.dumps import boot_record, memory_blocks
from acpitools.dumps.observed_log import read_observed_log
from acpitools.dumps.text import read_text
from acpitools.dumps.zoneinfo import read_zoneinfo

__all__ = ["read_observed", "read_observed_texts"]

_LOGS: Final = ("dmesg.txt", "dmesg", "dmesg.log", "kern.log")
_ZONEINFO: Final = ("zoneinfo.txt", "zoneinfo", "proc/zoneinfo")
_LISTINGS: Final = ("memory_blocks.txt",)
_NODES: Final = ("nodes.txt",)
_DIGESTS: Final = ("truth.json",)
_SYSTEM: Final = ("sys/devices/system", "devices/system", "system", ".")
_IS_ZONEINFO = re.compile(r"^\s*Node \d+, zone\s+\w+\s*$", re.MULTILINE)
_IS_LISTING = re.compile(r"^memory\d+ phys_index=", re.MULTILINE)
_IS_LOG = re.compile(r"Linux version |Command line: |BIOS-e820: |Zone ranges:|Early memory node ranges|Kernel panic - ")


def read_observed(path: Path) -> Observed:
    """Read the results of a boot from a file or a directory; the content decides what it is.

    A file is a kernel log, /proc/zoneinfo, or the listing or digest of a recorded boot (plain or compressed).
    A directory is a recorded boot, or a copy of /sys, of a part of it that holds devices/system/memory, or of that
    folder itself, with a log and a zoneinfo beside it where they are there.  Of a boot recorded in steps the state
    after boot is taken.  Raises BootInputError where none of these is found or a part of it cannot be read.
    """
    if path.is_dir():
        return _directory(path)
    text = read_text(path, what="observed")
    if text.lstrip()[:1] == "{":
        return boot_record.read_digest(text, where=str(path))
    if _IS_ZONEINFO.search(text):
        return Observed(source="zoneinfo", boots=True, zones=read_zoneinfo(text, where=str(path)))
    if _IS_LISTING.search(text):
        listing = memory_blocks.read_block_listing(text, where=str(path))
        return Observed(source="memory blocks", boots=True, block_size=listing.block_size, blocks=listing.blocks)
    if _IS_LOG.search(text):
        return read_observed_log(text, where=str(path))
    raise BootInputError("observed", str(path), "neither a kernel log, a zoneinfo nor a recorded boot")


def read_observed_texts(texts: Mapping[str, str], *, source: str) -> Observed:
    """Read the state of a running machine from the texts of a recorded boot's files, by name.

    ``dmesg.txt``, ``zoneinfo.txt``, ``memory_blocks.txt`` and ``nodes.txt`` count.  Raises BootInputError where one
    is missing or cannot be read.
    """
    missing = {"dmesg.txt", "zoneinfo.txt", "memory_blocks.txt", "nodes.txt"} - texts.keys()
    if missing:
        raise BootInputError("observed", source, f"no {min(missing)}")
    listing = memory_blocks.read_block_listing(texts["memory_blocks.txt"], where="memory_blocks.txt")
    return replace(
        read_observed_log(texts["dmesg.txt"], where="dmesg.txt"),
        source=source,
        boots=True,
        zones=read_zoneinfo(texts["zoneinfo.txt"], where="zoneinfo.txt"),
        block_size=listing.block_size,
        blocks=listing.blocks,
        online_nodes=boot_record.read_node_list(texts["nodes.txt"], where="nodes.txt"),
    )


def _directory(root: Path) -> Observed:
    result = Observed(source="directory")
    if digest := _first(root, _DIGESTS):
        result = boot_record.read_digest(read_text(digest, what="digest"), where=str(digest))
    if log := _first(root, _LOGS):
        result = _over(result, read_observed_log(read_text(log, what="log"), where=str(log)))
    if zoneinfo := _first(root, _ZONEINFO):
        zones = read_zoneinfo(read_text(zoneinfo, what="zoneinfo"), where=str(zoneinfo))
        result = replace(result, boots=True, zones=zones)
    result = _sysfs(root, result)
    if nodes := _first(root, _NODES):
        online = boot_record.read_node_list(read_text(nodes, what="nodes"), where=str(nodes))
        result = replace(result, online_nodes=online)
    if status := _first(root, ("boot.json",)):
        result = replace(result, boots=boot_record.read_status(read_text(status, what="record"), where=str(status)))
    if result == Observed(source="directory"):
        raise BootInputError("observed", str(root), "holds neither a recorded boot nor a copy of devices/system/memory")
    return replace(result, source="record" if status or digest else "directory")


def _sysfs(root: Path, result: Observed) -> Observed:
    listing = None
    online = None
    if path := _first(root, _LISTINGS):
        listing = memory_blocks.read_block_listing(read_text(path, what="memory blocks"), where=str(path))
    elif memory := _memory_directory(root):
        node = memory.parent / "node"
        listing = memory_blocks.read_memory_directory(memory, node if node.is_dir() else None)
        online = memory_blocks.read_online_nodes(node)
    if listing is None:
        return result
    return replace(
        result,
        boots=True,
        block_size=listing.block_size or result.block_size,
        blocks=listing.blocks,
        online_nodes=online or result.online_nodes,
    )


def _memory_directory(root: Path) -> Path | None:
    for memory in (*(root / place / "memory" for place in _SYSTEM), root):
        if (memory / "block_size_bytes").is_file() or any(memory.glob("memory[0-9]*")):
            return memory
    return None


def _over(result: Observed, log: Observed) -> Observed:
    # What a log tells replaces what a digest made of it.
    told = {
        name: value
        for name in ("boots", "zone_ranges", "movable_zone_start", "node_ranges", "block_size")
        if (value := getattr(log, name)) is not None
    }
    return replace(result, **told)


def _first(root: Path, names: tuple[str, ...]) -> Path | None:
    for name in names:
        for path in (root / name, root / f"{name}.gz"):
            if path.is_file():
                return path
    return None
