"""Results of a boot in its kernel log: zone ranges, node ranges, block size, and whether it came up.

Kernel: mm/mm_init.c:free_area_init (before 6.6 mm/page_alloc.c), arch/x86/mm/init_64.c:memory_block_size_bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from acpitools.core.observed import Observed
from acpitools.core.units import MIB
from acpitools.dumps.firmware_lines import inclusive_range
from acpitools.dumps.log_lines import boot_messages
from acpitools.dumps.text import decode_text

__all__ = ["printed_node", "read_observed_log"]

_HEADERS: Final = {
    "Zone ranges:": "zones",
    "Movable zone start for each node": "movable",
    "Early memory node ranges": "nodes",
}
_MEM = r"\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]$"
_ZONE = re.compile(r"(\w+)\s+" + _MEM, re.IGNORECASE)
_MOVABLE = re.compile(r"Node (\d{1,9}): 0x([0-9a-f]{1,16})$", re.IGNORECASE)
_NODE = re.compile(r"node\s+(-?\d{1,9}): " + _MEM, re.IGNORECASE)
_BLOCK_SIZE = re.compile(r"x86/mm: Memory block size: (\d{1,9})MB")
_MAX_NUMNODES: Final = 1024
_FATAL: Final = ("Oops", "PANIC: early exception", "BUG: unable to handle", "BUG: kernel NULL pointer", "kernel BUG at")
_NOT_MEMORY: Final = (
    "VFS: Unable to mount root fs",
    "No working init found",
    "Requested init ",
    "Attempted to kill init",
)


@dataclass(slots=True)
class _Seen:
    sections: list[str] = field(default_factory=list)
    after_list: bool = False
    """The newest message is not of the newest list."""
    zones: list[tuple[str, int, int]] = field(default_factory=list)
    movable: list[tuple[int, int]] = field(default_factory=list)
    nodes: list[tuple[int, int, int]] = field(default_factory=list)
    block_size: int | None = None
    init_ran: bool = False
    died: bool = False


def read_observed_log(data: bytes | str, *, where: str = "") -> Observed:
    """Read what a kernel log tells of the boot's results; the same boot counts as for `read_boot_log`.

    A list that the end of the log may have cut off is not told.  A boot came up when init ran, and did not when
    the log ends, before that, in a panic or oops (a missing root file system or init is no such failure).
    """
    seen = _Seen()
    for _, message in boot_messages(decode_text(data, what="log", where=where)):
        if message:
            _take(seen, message)
    return Observed(
        source="log",
        boots=True if seen.init_ran else False if seen.died else None,
        zone_ranges=tuple(seen.zones) if _told(seen, "zones") else None,
        movable_zone_start=tuple(seen.movable) if _told(seen, "movable") else None,
        node_ranges=tuple(seen.nodes) if _told(seen, "nodes") else None,
        block_size=seen.block_size,
    )


def printed_node(number: int) -> int:
    """Give a node number as printed, or -1 for RAM without one, for which kernels print -1 or (before 6.12) 1024."""
    return number if 0 <= number < _MAX_NUMNODES else -1


def _told(seen: _Seen, section: str) -> bool:
    # A list counts once something follows it.
    return section in seen.sections and (seen.sections[-1] != section or seen.after_list)


def _take(seen: _Seen, message: str) -> None:
    section = _HEADERS.get(message)
    if section is not None:
        if section not in seen.sections:
            seen.sections.append(section)
        seen.after_list = False
        return
    if seen.sections:
        if _entry(seen, message):
            seen.after_list = False
            return
        seen.after_list = True
    if message[:1] not in "xFRKOPBk":
        return
    if size := _BLOCK_SIZE.match(message):
        seen.block_size = int(size[1]) * MIB
    elif message.startswith(("Freeing unused kernel ", "Run /")):
        seen.init_ran = True
    elif message.startswith("Kernel panic - not syncing: "):
        seen.init_ran = seen.init_ran or message.startswith(_NOT_MEMORY, 28)
        seen.died = True
    elif message.startswith(_FATAL):
        seen.died = True


def _entry(seen: _Seen, message: str) -> bool:
    section = seen.sections[-1]
    try:
        if section == "zones":
            if message.endswith(" empty"):
                return True
            if found := _ZONE.match(message):
                seen.zones.append((found[1], *inclusive_range(found[2], found[3])))
                return True
        elif section == "movable":
            if found := _MOVABLE.match(message):
                seen.movable.append((int(found[1]), int(found[2], 16)))
                return True
        elif message.startswith("node") and (found := _NODE.match(message)):
            seen.nodes.append((printed_node(int(found[1])), *inclusive_range(found[2], found[3])))
            return True
    except ValueError:
        return False
    return False
