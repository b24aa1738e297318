"""The table override archive: what the kernel takes ACPI tables from, in front of an initrd.

Kernel: Documentation/admin-guide/acpi/initrd_table_override.rst, drivers/acpi/tables.c:acpi_table_upgrade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from acpitools.codec.record import decode, encode
from acpitools.core.errors import EncodeError, InputError
from acpitools.core.value import value
from acpitools.image.allow_list import MOST_FILES
from acpitools.image.cpio import directory, regular, write_newc
from acpitools.tables.header import HEADER_SIZE, SdtHeader
from acpitools.tables.names import file_names
from acpitools.tables.registry import signature_of

__all__ = ["FOLDER", "OemIds", "override_archive", "with_oem"]

FOLDER: Final = "kernel/firmware/acpi/"
"""Where the kernel looks in the archive."""

_REVISION_MAX: Final = 0xFFFFFFFF
_CHECKSUM_AT: Final = 9


def override_archive(tables: Sequence[bytes]) -> bytes:
    """Give the uncompressed archive that makes a kernel take these tables, in their order.

    It has to come first: what is appended to it, an initrd for instance, stays as it is.  Raises InputError for no
    table, or more than `MOST_FILES`; EncodeError for a table of 4 GiB.
    """
    if not tables:
        raise InputError("no table", "the archive", "there has to be one at least")
    if len(tables) > MOST_FILES:
        raise InputError("too many tables", f"{len(tables)} of them", f"the kernel looks at the first {MOST_FILES}")
    names = file_names(signature_of(table) for table in tables)
    folders = ("kernel", "kernel/firmware", "kernel/firmware/acpi")
    return write_newc(
        [
            *map(directory, folders),
            *(
                regular(f"{FOLDER}{name.removesuffix('.dat')}.aml", table)
                for name, table in zip(names, tables, strict=True)
            ),
        ]
    )


@value
class OemIds:
    """The three header fields by which the kernel matches an override to the platform's table."""

    oem_id: str
    oem_table_id: str
    oem_revision: int

    @classmethod
    def of(cls, table: bytes) -> OemIds:
        """Give those of a table; the text is padded as in the table."""
        header = decode(SdtHeader, table[:HEADER_SIZE].ljust(HEADER_SIZE, b"\0"))
        return cls(oem_id=header.oem_id, oem_table_id=header.oem_table_id, oem_revision=header.oem_revision)

    def same_table(self, other: OemIds) -> bool:
        """Tell whether both name one table, whatever its revision."""
        return (self.oem_id, self.oem_table_id) == (other.oem_id, other.oem_table_id)

    def above(self, platform: OemIds) -> OemIds:
        """Give the same with a revision above the platform's.  Raises InputError where there is none above it."""
        if self.oem_revision > platform.oem_revision:
            return self
        if platform.oem_revision == _REVISION_MAX:
            raise InputError("cannot raise", "the OEM revision", "the platform's is the largest there is")
        return replace(self, oem_revision=platform.oem_revision + 1)


def with_oem(table: bytes, ids: OemIds) -> bytes:
    """Give a table with other OEM fields; its sum stays, so a right checksum stays right and a wrong one wrong.

    Raises EncodeError for a table shorter than a header, and for ids that do not fit.
    """
    if len(table) < HEADER_SIZE:
        raise EncodeError("cannot set OEM fields", signature_of(table), "shorter than a table's header")
    header = decode(SdtHeader, table[:HEADER_SIZE])
    changed = encode(replace(header, oem_id=ids.oem_id, oem_table_id=ids.oem_table_id, oem_revision=ids.oem_revision))
    checksum = (changed[_CHECKSUM_AT] + sum(table[:HEADER_SIZE]) - sum(changed)) & 0xFF
    return changed[:_CHECKSUM_AT] + bytes([checksum]) + changed[_CHECKSUM_AT + 1 :] + table[HEADER_SIZE:]
