"""Simulated address spaces: what regions hold where no hardware is given.

All bytes are zero until they are written, as in acpiexec.
"""

from __future__ import annotations

from acpitools.interp.limits import exceeded
from acpitools.interp.objects import Region
from acpitools.interp.regions import SpaceHandler

__all__ = ["Memory", "simulated"]

_BLOCK = 64
_SIMULATED = ("SystemMemory", "SystemIO", "EmbeddedControl", "SystemCMOS")


class Memory:
    """Bytes at addresses of any size; only what is written takes room."""

    def __init__(self, initial: dict[int, bytes] | None = None, limit: int = 1 << 24) -> None:
        """Make a memory that holds ``initial``, first address -> bytes; ``limit`` is how many bytes may be written."""
        self._blocks: dict[int, bytearray] = {}
        self._limit = limit
        for address, data in (initial or {}).items():
            self.put(address, data)

    def read(self, region: Region, offset: int, width: int) -> int:
        """Give ``width`` bits."""
        return int.from_bytes(self.get(region.offset + offset, width // 8), "little")

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        """Write ``width`` bits.  Raises AmlLimitError."""
        self.put(region.offset + offset, value.to_bytes(width // 8, "little"))

    def get(self, address: int, size: int) -> bytes:
        """Give ``size`` bytes from an address on."""
        at = address % _BLOCK
        block = self._blocks.get(address // _BLOCK)
        if at + size <= _BLOCK:
            return bytes(block[at : at + size]) if block else bytes(size)
        return b"".join(self.get(place, 1) for place in range(address, address + size))

    def put(self, address: int, data: bytes) -> None:
        """Write bytes from an address on.  Raises AmlLimitError."""
        done = 0
        while done < len(data):
            number, at = divmod(address + done, _BLOCK)
            block = self._blocks.get(number)
            if block is None:
                if (len(self._blocks) + 1) * _BLOCK > self._limit:
                    raise exceeded("bytes of simulated memory", self._limit)
                block = self._blocks[number] = bytearray(_BLOCK)
            size = min(len(data) - done, _BLOCK - at)
            block[at : at + size] = data[done : done + size]
            done += size


def simulated() -> dict[str, SpaceHandler]:
    """Give a memory of its own for each address space that is simulated."""
    return {space: Memory() for space in _SIMULATED}
