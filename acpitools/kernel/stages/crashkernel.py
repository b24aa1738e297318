"""crashkernel=: memory kept for a crash kernel, taken after the SRAT is known.

Kernel: kernel/crash_reserve.c:reserve_crashkernel_generic (6.12), arch/x86/kernel/setup.c:reserve_crashkernel (6.1).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, TIB, U64_MAX, memparse, round_up
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


def _by_ram(text: str, ram: int) -> tuple[int, str] | None:
    # start-[end]:size[,...]: the first range that holds the amount of RAM.  Kernel: parse_crashkernel_mem.
    ram = round_up(ram, 128 * MIB)
    while True:
        start, rest = memparse(text)
        if rest == text or not rest.startswith("-"):
            return None
        end, text = U64_MAX, rest[1:]
        if not text.startswith(":"):
            end, rest = memparse(text)
            if rest == text or end <= start:
                return None
            text = rest
        if not text.startswith(":"):
            return None
        size, rest = memparse(text[1:])
        if rest == text[1:] or size >= ram:
            return None
        if start <= ram < end:
            return size, rest
        if not rest.startswith(","):
            return 0, rest
        text = rest[1:]


def _plain(text: str, ram: int) -> tuple[int, int] | None:
    # Size and base, or None where the kernel cannot read them.  Kernel: parse_crashkernel_simple.
    if ":" in text:
        found = _by_ram(text, ram)
        if found is None:
            return None
        size, rest = found
        _, at, place = rest.partition("@")
        base, rest = memparse(place)
        return None if size and at and rest == place else (size, base)
    size, rest = memparse(text)
    if rest == text or rest[:1] not in ("", "@"):
        return None
    return size, memparse(rest[1:])[0]


def _suffixed(values: list[str], suffix: str) -> int | None:
    # The size of the last such option, or None where the kernel cannot read it.  Kernel: parse_crashkernel_suffix.
    size, rest = memparse(values[-1])
    return size if rest == suffix and rest != values[-1] else None


def parse(values: tuple[str, ...], ram: int, *, generic: bool) -> Request | None:
    """Read crashkernel= options: the last without a suffix, else the last ``,high``, and its ``,low``.

    RAM is the size of memblock.memory in bytes.  The generic code (6.8 and newer) gives up where an option that counts
    cannot be read, and looks at ``,low`` only beside ``,high``; before, the next one counts, or a default.
    Kernel: parse_crashkernel.
    """
    plain = [v for v in values if not v.endswith((",high", ",low"))]
    high = [v for v in values if v.endswith(",high")]
    low = [v for v in values if v.endswith(",low")]
    low_size = _suffixed(low, ",low") if low else None
    found = _plain(plain[-1], ram) if plain else None
    if found and found[0] and not generic:
        return Request(found[0], found[1], False, low_size)
    if plain and generic:
        if not found or not 0 < found[0] < ram:
            return None
        return Request(found[0], found[1], False, 0 if found[1] else None)
    size = _suffixed(high, ",high") if high else None
    if not size or (generic and (size >= ram or (low and low_size is None))):
        return None
    return Request(size, 0, True, low_size)


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
    request = parse(env.options.crashkernel, ram, generic=env.policy.generic_crashkernel)
    if request is None or state.panic or not env.policy.crash_reserve:
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
