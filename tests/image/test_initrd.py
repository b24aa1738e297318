"""The override archive: where its tables lie, and the OEM fields by which they are matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.codec.checksum import checksum_ok
from acpitools.core.errors import EncodeError, InputError
from acpitools.image.cpio import read_newc
from acpitools.image.initrd import OemIds, override_archive, with_oem
from tests.tables.make import SRAT_BYTES, resealed

SSDT_BYTES = resealed(b"SSDT" + (36).to_bytes(4, "little") + bytes(28))
PLATFORM = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=1)


def test_tables_lie_where_the_kernel_looks_folders_first() -> None:
    # Kernel: Documentation/admin-guide/acpi/initrd_table_override.rst
    data = override_archive([SRAT_BYTES, SSDT_BYTES, SSDT_BYTES])
    members = read_newc(data).members
    assert [member.name for member in members] == [
        "kernel",
        "kernel/firmware",
        "kernel/firmware/acpi",
        "kernel/firmware/acpi/srat.aml",
        "kernel/firmware/acpi/ssdt.aml",
        "kernel/firmware/acpi/ssdt2.aml",
    ]
    assert [member.content(data) for member in members[3:]] == [SRAT_BYTES, SSDT_BYTES, SSDT_BYTES]


@pytest.mark.parametrize("count", [0, 65])
def test_no_table_and_more_than_the_kernel_looks_at_are_refused(count: int) -> None:
    with pytest.raises(InputError):
        override_archive([SSDT_BYTES] * count)


@given(st.integers(0, 0xFFFFFFFF), st.binary(min_size=6, max_size=6), st.binary(min_size=8, max_size=8), st.booleans())
def test_other_oem_fields_leave_the_sum_and_the_rest(revision: int, oem: bytes, name: bytes, right: bool) -> None:
    table = SRAT_BYTES if right else SRAT_BYTES[:9] + bytes([SRAT_BYTES[9] ^ 0x5A]) + SRAT_BYTES[10:]
    ids = OemIds(oem_id=oem.decode("latin-1"), oem_table_id=name.decode("latin-1"), oem_revision=revision)
    changed = with_oem(table, ids)
    assert OemIds.of(changed) == ids
    assert sum(changed) & 0xFF == sum(table) & 0xFF
    assert checksum_ok(changed) == right
    assert (changed[:9], changed[28:]) == (table[:9], table[28:])


def test_a_revision_is_raised_only_where_it_is_not_above() -> None:
    lower, higher = OemIds.of(with_oem(SRAT_BYTES, PLATFORM)), OemIds(oem_id="X", oem_table_id="Y", oem_revision=9)
    assert lower.above(PLATFORM).oem_revision == 2
    assert higher.above(PLATFORM) is higher


def test_nothing_is_above_the_largest_revision() -> None:
    largest = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=0xFFFFFFFF)
    with pytest.raises(InputError, match="largest"):
        PLATFORM.above(largest)


def test_less_than_a_header_has_no_oem_fields() -> None:
    with pytest.raises(EncodeError):
        with_oem(SRAT_BYTES[:20], PLATFORM)
