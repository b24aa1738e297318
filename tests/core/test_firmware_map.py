"""Types of the memory map and the words that the kernel prints for them (arch/x86/kernel/e820.c)."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiType, e820_label


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (1, "usable"),
        (2, "reserved"),
        (3, "ACPI data"),
        (4, "ACPI NVS"),
        (5, "unusable"),
        (7, "persistent (type 7)"),
        (12, "persistent (type 12)"),
        (128, "usable"),
        (0xEFFFFFFF, "soft reserved"),
        (0, "type 0"),
        (6, "type 6"),
        (20, "type 20"),
        (0xFFFFFFFF, "type 4294967295"),
    ],
)
def test_a_type_is_labelled_as_the_kernel_prints_it(kind: int, label: str) -> None:
    assert e820_label(kind) == label


def test_a_type_may_be_given_as_a_name_or_a_number() -> None:
    assert e820_label(E820Type.SOFT_RESERVED) == e820_label(0xEFFFFFFF)
    assert E820Entry(0, 1, E820Type.RAM) == E820Entry(0, 1, 1)


def test_efi_numbers_are_those_of_the_specification() -> None:
    """UEFI 2.10, 7.2.3: sixteen types from 0 on, and the attribute bits."""
    assert [kind.value for kind in EfiType] == list(range(16))
    assert (EfiType.CONVENTIONAL, EfiType.ACPI_NVS, EfiType.UNACCEPTED) == (7, 10, 15)
    assert (EfiAttribute.WB, EfiAttribute.MORE_RELIABLE, EfiAttribute.SP) == (0x8, 0x10000, 0x40000)
