"""``[cxl]``: host bridges, fixed memory windows and XOR maps.  Spec: CXL 3.1, 9.18."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from acpitools.core.errors import TopologyError
from acpitools.core.ranges import AddrRange
from acpitools.core.toml import Section
from acpitools.core.units import MIB, round_up
from acpitools.core.value import value
from acpitools.tables.cedt import WindowRestrictions
from acpitools.topology.memory_map import MAP_WORDS
from acpitools.topology.place import FOUR_GIB, MAX_ADDRESS
from acpitools.topology.spec import CxlBridge, CxlWindow, MemoryRange, XorMap

__all__ = ["ENCODED_WAYS", "WINDOW_UNIT", "CxlPart", "place_windows", "read_cxl"]

WINDOW_UNIT = 256 * MIB
ENCODED_WAYS = {1: 0, 2: 1, 4: 2, 8: 3, 16: 4, 3: 8, 6: 9, 12: 10}
_GRANULARITIES = {256 << code: code for code in range(7)}
_REGISTERS = {"1.1": (0, 0x2000), "2.0": (1, 0x10000)}
_FIRST_REGISTERS = 0xFE000000
_XOR_BITS = {1: 0, 2: 1, 3: 0, 4: 2, 6: 1, 8: 3, 12: 2, 16: 4}
"""Bitmaps that a window of so many ways needs."""


@value
class WantedWindow:
    """A window whose place may be open, and the memory that the SRAT says it holds."""

    where: str
    window: CxlWindow
    open: bool
    domain: int | None
    like: MemoryRange


@value
class CxlPart:
    """``[cxl]`` as written."""

    bridges: tuple[CxlBridge, ...]
    windows: tuple[WantedWindow, ...]
    xor_maps: tuple[XorMap, ...]
    other: tuple[bytes, ...]

    @property
    def fixed(self) -> list[AddrRange]:
        """Give the windows whose place is written."""
        return [
            AddrRange(w.window.base, w.window.base + w.window.size)
            for w in self.windows
            if not w.open and w.window.size
        ]


def read_cxl(section: Section) -> CxlPart:
    """Read bridges and windows; registers of a bridge without a base follow one another below 4 GiB."""
    bridges: list[CxlBridge] = []
    cursor = _FIRST_REGISTERS
    for index, item in enumerate(section.sections("bridges")):
        version, length = _REGISTERS[item.choice("version", "2.0", tuple(_REGISTERS))]
        base = item.size("base", cursor)
        bridges.append(
            CxlBridge(uid=item.integer("uid", index), version=version, base=base, length=item.size("length", length))
        )
        cursor = max(cursor, round_up(base + length, 0x10000)) if base < FOUR_GIB else cursor
        item.done()
    uids = [bridge.uid for bridge in bridges]
    if repeated := {uid for uid in uids if uids.count(uid) > 1}:
        raise section.wrong("bridges", f"uid {min(repeated)} is there twice")
    windows = tuple(_window(item, uids) for item in section.sections("windows"))
    maps = tuple(_xor_map(item) for item in section.sections("xor_maps"))
    part = CxlPart(bridges=tuple(bridges), windows=windows, xor_maps=maps, other=section.hexadecimal("other"))
    section.done()
    served = {item.granularity: len(item.bitmaps) for item in maps}
    for wanted in windows:
        need = _XOR_BITS.get(len(wanted.window.targets), 0) if wanted.window.arithmetic else 0
        if served.get(wanted.window.granularity, 0) < need:
            why = f"XOR over {len(wanted.window.targets)} ways needs an entry in cxl.xor_maps with {need} bitmaps"
            raise TopologyError("topology", wanted.where, f"{why} for granularity {256 << wanted.window.granularity}")
    return part


def _window(item: Section, uids: Sequence[int]) -> WantedWindow:
    targets = item.numbers("targets")
    targets = tuple(uids[:1]) if targets is None else targets
    if len(targets) not in ENCODED_WAYS:
        raise item.wrong("targets", f"{len(targets)} ways; CXL knows {', '.join(map(str, sorted(ENCODED_WAYS)))}")
    if strangers := [uid for uid in targets if uid not in uids]:
        raise item.wrong("targets", f"no bridge has uid {strangers[0]}")
    size = item.size("size", 0)
    unit = WINDOW_UNIT * len(targets)
    if not size or size % unit:
        raise item.wrong("size", f"{size:#x} is no multiple of {unit:#x} (256 MiB for each of {len(targets)} ways)")
    base = item.optional_size("base")
    if base is not None and (base % WINDOW_UNIT or base + size > MAX_ADDRESS):
        raise item.wrong("base", f"{base:#x} is no multiple of 256 MiB, or the window ends above {MAX_ADDRESS:#x}")
    granularity = item.integer("granularity", 256)
    if granularity not in _GRANULARITIES:
        raise item.wrong("granularity", f"{granularity} is none of {', '.join(map(str, _GRANULARITIES))}")
    restrictions = WindowRestrictions(0)
    for index, word in enumerate(
        item.words("restrictions") if "restrictions" in item else ("host_only_coherent", "volatile")
    ):
        if word.upper() not in WindowRestrictions.__members__:
            names = ", ".join(name.lower() for name in WindowRestrictions.__members__)
            raise TopologyError("topology", f"{item.at('restrictions')}[{index}]", f"{word!r} is none of {names}")
        restrictions |= WindowRestrictions[word.upper()]
    domain = item.optional_integer("domain")
    word = item.choice("map", "absent", (*MAP_WORDS, "absent"))
    wanted = WantedWindow(
        where=item.where,
        window=CxlWindow(
            base=base or 0,
            size=size,
            targets=targets,
            granularity=_GRANULARITIES[granularity],
            arithmetic=("modulo", "xor").index(item.choice("arithmetic", "modulo", ("modulo", "xor"))),
            restrictions=int(restrictions),
            qtg=item.integer("qtg", 0, most=0xFFFF),
        ),
        open=base is None,
        domain=domain,
        like=MemoryRange(
            base=0,
            size=size,
            domain=domain or 0,
            hotplug=item.flag("hotplug", False),
            nonvolatile=bool(restrictions & WindowRestrictions.PERSISTENT),
            map_type=None if word == "absent" else int(MAP_WORDS[word]),
        ),
    )
    item.done()
    return wanted


def _xor_map(item: Section) -> XorMap:
    granularity = item.integer("granularity", 256)
    if granularity not in _GRANULARITIES:
        raise item.wrong("granularity", f"{granularity} is none of {', '.join(map(str, _GRANULARITIES))}")
    bitmaps = item.raw("bitmaps")
    if not isinstance(bitmaps, list) or len(bitmaps) > 255:
        raise item.wrong("bitmaps", "expected a list of at most 255 bitmaps")
    values = []
    for index in range(len(bitmaps)):
        one = Section({"bitmap": bitmaps[index]}, f"{item.at('bitmaps')}[{index}]")
        values.append(one.integer("bitmap", 0, most=(1 << 64) - 1))
    item.done()
    return XorMap(granularity=_GRANULARITIES[granularity], bitmaps=tuple(values))


def place_windows(
    part: CxlPart, memory: Sequence[MemoryRange], taken: Sequence[AddrRange]
) -> tuple[tuple[CxlWindow, ...], tuple[MemoryRange, ...]]:
    """Give the windows their places, after all memory where none is written, and the ranges that the SRAT has there."""
    ends = [*(m.end for m in memory), *(r.end for r in taken), *(r.end for r in part.fixed), FOUR_GIB]
    cursor = max(ends)
    windows: list[CxlWindow] = []
    ranges: list[MemoryRange] = []
    for wanted in part.windows:
        window = wanted.window
        if wanted.open:
            window = replace(window, base=round_up(cursor, WINDOW_UNIT * len(window.targets)))
            cursor = window.base + window.size
            if cursor > MAX_ADDRESS:
                raise TopologyError("topology", wanted.where, f"the window ends above {MAX_ADDRESS:#x}")
        windows.append(window)
        if wanted.domain is not None:
            ranges.append(replace(wanted.like, base=window.base))
    return tuple(windows), tuple(ranges)
