r"""Starting as a kernel does, against what recorded kernels ran.

In the records the scan asks each device for ``_STA``, some of them several times; only what it tells ``_REG`` is held
against the start here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from acpitools.interp.bring_up import load_as, start_as
from acpitools.interp.linux import linux
from acpitools.interp.objects import Region
from acpitools.interp.spaces import Memory
from acpitools.kernel.cmdline import split
from acpitools.kernel.versions.registry import release_number
from fixtures.record_start import BOOTS, PORT
from tests.support import FIXTURES

FOLDER = FIXTURES / "interp/linux"
QEMU = FIXTURES / "firmware/qemu-pc/tables"
SCANNED = re.compile(r"_STA$")


class Ports(Memory):
    """I/O ports; what is written to one of them is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.told = bytearray()

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        if region.offset + offset == PORT:
            self.told += value.to_bytes(width // 8, "little")
        super().write(region, offset, width, value)


def table(signature: bytes, data: bytes) -> bytes:
    header = signature + (36 + len(data)).to_bytes(4, "little") + b"\1".ljust(28, b"\0")
    return header + data


def until_the_scan(lines: Iterable[str]) -> list[str]:
    kept: list[str] = []
    scans = False
    for line in lines:
        scans = scans or line.startswith("_PIC")
        if not (scans and SCANNED.search(line)):
            kept.append(line)
    return kept


@pytest.mark.parametrize("name", BOOTS)
def test_kernels_start_the_code_of_tables_so(name: str) -> None:
    release, options, ecdt = BOOTS[name]
    tables = [path.read_bytes() for path in sorted(QEMU.iterdir()) if path.name != "FACS"]
    tables.append((FOLDER / "start.aml").read_bytes())
    if ecdt:
        tables.append(table(b"ECDT", ecdt))
    ports = Ports()
    like = linux(release_number(release), split(options))
    machine = load_as(like, tables, handlers={"SystemIO": ports})
    start_as(like, machine)
    recorded = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert until_the_scan(ports.told.decode().splitlines()) == until_the_scan(recorded.splitlines())
