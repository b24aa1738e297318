"""Is a busybox one that runs in an empty initramfs?  ELF: System V ABI, chapter 5."""

from __future__ import annotations

from typing import Final

__all__ = ["is_static"]

_INTERPRETER: Final = 3  # PT_INTERP
_X86_64: Final = 62


def is_static(program: bytes) -> bool:
    """Tell whether a program is a 64-bit x86 ELF file that asks for no dynamic loader."""
    if program[:5] != b"\x7fELF\x02" or int.from_bytes(program[18:20], "little") != _X86_64:
        return False
    start = int.from_bytes(program[32:40], "little")
    size, count = int.from_bytes(program[54:56], "little"), int.from_bytes(program[56:58], "little")
    kinds = (program[start + number * size : start + number * size + 4] for number in range(count))
    return all(int.from_bytes(kind, "little") != _INTERPRETER for kind in kinds)
