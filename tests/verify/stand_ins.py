"""Files with the headers that verify looks at, and nothing behind them."""

from __future__ import annotations

import struct


def vmlinuz_bytes(release: str) -> bytes:
    """The head of a bzImage.  Kernel: Documentation/arch/x86/boot.rst."""
    data = bytearray(0x1000)
    data[0x202:0x206] = b"HdrS"
    data[0x20E:0x210] = struct.pack("<H", 0x400)
    text = f"{release} (builder@host) #1 SMP".encode()
    data[0x600 : 0x600 + len(text)] = text
    return bytes(data)


def busybox_bytes(*, dynamic: bool = False) -> bytes:
    """An ELF file of x86-64 with two program headers, of which one may name a dynamic loader."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    kinds = (1, 3 if dynamic else 2)
    return head + b"".join(struct.pack("<I", kind) + bytes(52) for kind in kinds)
