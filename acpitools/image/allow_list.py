"""Which signatures a kernel takes from its initrd.  Kernel: drivers/acpi/tables.c:table_sigs."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MOST_FILES", "allowed_signatures", "list_release"]

MOST_FILES: Final = 64
"""Files that the kernel looks at, refused ones included.  Kernel: NR_ACPI_INITRD_TABLES."""

# fmt: off
_V6_1: Final = frozenset({
    "BERT", "BGRT", "CPEP", "ECDT", "EINJ", "ERST", "HEST", "APIC", "MSCT", "SBST", "SLIT", "SRAT",
    "ASF!", "BOOT", "DBGP", "DMAR", "HPET", "IBFT", "IVRS", "MCFG", "MCHI", "SLIC", "SPCR", "SPMI",
    "TCPA", "UEFI", "WAET", "WDAT", "WDDT", "WDRT", "DSDT", "FACP", "PSDT", "RSDT", "XSDT", "SSDT",
    "IORT", "NFIT", "HMAT", "PPTT", "NHLT", "AEST", "CEDT", "AGDI",
})
# fmt: on
_LISTS: Final = (("6.1", _V6_1), ("6.12", _V6_1 | {"NBFT"}))
"""Read in the sources of these releases, oldest first."""


def list_release(release: str) -> str:
    """Give the release whose list stands for a release: the newest that is not newer, else the oldest known."""
    match = re.match(r"v?(\d{1,3})\.(\d{1,4})", release.strip())
    wanted = (int(match[1]), int(match[2])) if match else (0, 0)
    known = [name for name, _ in _LISTS if tuple(map(int, name.split("."))) <= wanted]
    return known[-1] if known else _LISTS[0][0]


def allowed_signatures(release: str) -> frozenset[str]:
    """Give the signatures that a release takes; any other file is refused."""
    return dict(_LISTS)[list_release(release)]
