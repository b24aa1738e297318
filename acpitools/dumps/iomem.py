"""/proc/iomem: where the kernel image lies, and what was reserved for a crash kernel.

Kernel: kernel/resource.c:r_show, arch/x86/kernel/setup.c:setup_arch (code, rodata, data and bss resources).
"""

from __future__ import annotations

import re

from acpitools.core.errors import BootInputError
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.dumps.firmware_lines import inclusive_range
from acpitools.dumps.text import decode_text, numbered_lines

__all__ = ["IomemView", "read_iomem"]

_LINE = re.compile(r"\s*([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*)$", re.IGNORECASE)


@value
class IomemView:
    """What an iomem file says of the kernel; ranges are half open, bytes; None where a line is missing."""

    code: AddrRange | None = None
    rodata: AddrRange | None = None
    data: AddrRange | None = None
    bss: AddrRange | None = None
    crash_kernel: tuple[AddrRange, ...] = ()
    """``Crash kernel`` ranges, the low part included."""
    masked: bool = False
    """Every address is 0: the file was read without CAP_SYS_ADMIN."""

    @property
    def kernel(self) -> AddrRange | None:
        """The image from the start of its code to the end of its bss; None where the file does not tell."""
        if self.code is None or self.bss is None or self.bss.end <= self.code.start:
            return None
        return AddrRange(self.code.start, self.bss.end)

    @property
    def reason(self) -> str | None:
        """Why `kernel` is None."""
        if self.masked:
            return "all addresses are 0: the file was read without root"
        if self.kernel is not None:
            return None
        return "no `Kernel code` line" if self.code is None else "no `Kernel bss` line after `Kernel code`"


def read_iomem(data: bytes | str, *, where: str = "") -> IomemView:
    """Read the text of /proc/iomem (or bytes, which may be compressed).

    Raises BootInputError where a line is no ``START-END : NAME`` line or ends before it starts, or where no
    such line is there at all.
    """
    text = decode_text(data, what="iomem", where=where)
    named: dict[str, AddrRange] = {}
    crash_kernel: list[AddrRange] = []
    lines, masked = 0, True
    for number, line in numbered_lines(text):
        if not line.strip():
            continue
        found = _LINE.match(line.rstrip())
        try:
            if found is None:
                raise ValueError(f"not START-END : NAME: {line.strip()[:60]!r}")
            span = AddrRange(*inclusive_range(found[1], found[2]))
        except ValueError as error:
            place = f"{where}: line {number}" if where else f"line {number}"
            raise BootInputError("iomem", place, str(error)) from error
        lines += 1
        masked = masked and span == (0, 1)
        if found[3] == "Crash kernel":
            crash_kernel.append(span)
        else:
            named.setdefault(found[3], span)
    if not lines:
        raise BootInputError("iomem", where, "no lines")
    if masked:
        return IomemView(masked=True)
    return IomemView(
        code=named.get("Kernel code"),
        rodata=named.get("Kernel rodata"),
        data=named.get("Kernel data"),
        bss=named.get("Kernel bss"),
        crash_kernel=tuple(crash_kernel),
    )
