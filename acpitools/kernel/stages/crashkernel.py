"""crashkernel=: memory kept for a crash kernel, taken after the SRAT is known.

Kernel: kernel/crash_reserve.c:reserve_crashkernel_generic (6.12), arch/x86/kernel/setup.c:reserve_crashkernel (6.1).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, TIB, memparse, round_up
from acpitools.kernel import memblock
from acpitools.kernel.late_sizes import swiotlb_size
from acpitools.kernel.state import BootEnv, BootState, Event, Outcome, took

__all__ = ["parse", "reserve_crashkernel"]

_ALIGN: Final = 16 * MIB
_LOW_MAX: Final = 4 * GIB
_HIGH_MAX: Final = 64 * TIB


class Request(NamedTuple):
    """What crashkernel= asks for on this machine, in bytes; base 0 is anywhere."""

    size: int
    base: int
    high: bool
    low: int | None
    """Size of the part below 4 GiB; None for the default."""


def _by_ram(text: str, ram: int) -> tuple[int, str]:
    # start-[end]:size[,...]: the first range that holds the amount of RAM.  Kernel: parse_crashkernel_mem.
    ram = round_up(ram, 128 * MIB)
    size = 0
    while True:
        start, rest = memparse(text)
        if not rest.startswith("-"):
            return 0, rest
        end, rest = (1 << 64) - 1, rest[1:]
        if not rest.startswith(":"):
            end, rest = memparse(rest)
        if not rest.startswith(":"):
            return 0, rest
        wanted, rest = memparse(rest[1:])
        if start <= ram < end and not size:
            size = wanted
        if not rest.startswith(","):
            return size, rest
        text = rest[1:]


def _plain(text: str, ram: int) -> tuple[int, int]:
    head = text.split("@")[0]
    if ":" in head:
        size, rest = _by_ram(text, ram)
    else:
        size, rest = memparse(text)
    base = memparse(rest[1:])[0] if rest.startswith("@") else 0
    return size, base


def parse(values: tuple[str, ...], ram: int) -> Request | None:
    """Read crashkernel= options: the last without a suffix, else the last ``,high``, and its ``,low``.

    RAM is the size of memblock.memory in bytes.  Kernel: parse_crashkernel.
    """
    plain = [v for v in values if not v.endswith((",high", ",low"))]
    high = [v for v in values if v.endswith(",high")]
    low = [v for v in values if v.endswith(",low")]
    low_size = memparse(low[-1])[0] if low else None
    if plain:
        size, base = _plain(plain[-1], ram)
        if size:
            return Request(size, base, False, low_size)
    if high:
        size = memparse(high[-1])[0]
        if size:
            return Request(size, 0, True, low_size)
    return None


def _windows(request: Request, env: BootEnv) -> list[tuple[int, int]]:
    if request.base:
        return [(request.base, request.base + request.size)]
    if env.policy.generic_crashkernel:
        below, above = (0, _LOW_MAX), (_LOW_MAX, _HIGH_MAX)
        return [above, below] if request.high else [below, above]
    below, anywhere = (_ALIGN, _LOW_MAX), (_ALIGN, _HIGH_MAX)
    return [anywhere] if request.high else [below, anywhere]


def reserve_crashkernel(state: BootState, env: BootEnv) -> Outcome:
    """Take memory for the crash kernel, and its low part where it lies above 4 GiB; drop what does not fit."""
    ram = sum(region.size for region in state.memblock.memory)
    request = parse(env.options.crashkernel, ram)
    if request is None or state.panic:
        return Outcome(state)
    align = MIB if request.base and not env.policy.generic_crashkernel else _ALIGN
    mb, base = state.memblock, None
    for start, end in _windows(request, env):
        mb, base = memblock.alloc(state.memblock, request.size, align, start, end)
        if base is not None:
            break
    if base is None or (request.base and base != request.base):
        text = "crashkernel reservation failed - memory is in use."
        return Outcome(state, (Event("crashkernel", "no room for the crash kernel", dmesg=text),))
    low, low_size = None, _low_size(request, env)
    if base >= _LOW_MAX and low_size:
        mb, low = memblock.alloc(mb, low_size, _ALIGN, 0, _LOW_MAX)
        if low is None:
            return Outcome(state, (Event("crashkernel", "no room for the crash kernel's low memory"),))
    state = took(state, mb, base, base + request.size, "crash kernel", "reserve_crashkernel")
    if low is not None:
        state = took(state, mb, low, low + low_size, "crash kernel, low part", "reserve_crashkernel_low")
    place = AddrRange(base, base + request.size)
    cause = f"cmdline: crashkernel={env.options.crashkernel[-1]}"
    if env.policy.generic_crashkernel:
        line = f"crashkernel reserved: {base:#018x} - {place.end:#018x} ({request.size >> 20} MB)"
    else:
        line = (
            f"Reserving {request.size >> 20}MB of memory at {base >> 20}MB for crashkernel (System RAM: {ram >> 20}MB)"
        )
    return Outcome(state, (Event("crashkernel", line, (place,), cause=cause, dmesg=line),))


def _low_size(request: Request, env: BootEnv) -> int:
    if request.low is not None:
        return request.low
    return max(swiotlb_size(env.options.swiotlb) + 8 * MIB, 256 * MIB)
