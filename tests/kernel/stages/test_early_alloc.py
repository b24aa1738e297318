"""What is taken between a ready memblock and the SRAT, and where it goes in both directions."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import KernelImage, TableInMemory, TableOverride
from acpitools.kernel.memblock import MIRROR
from tests.kernel.machines import E820, IMAGE, INITRD, after, held, layout, predict, printed

WB = EfiAttribute.WB
IMAGE_END = IMAGE.end + 0x11000
"""Of what is reserved for the image and its brk section."""


# --- EFI ----------------------------------------------------------------------------------------------------------

RELIABLE = (EfiDescriptor(4 * GIB, 5 * GIB, EfiType.CONVENTIONAL, WB | EfiAttribute.MORE_RELIABLE),)


@pytest.mark.parametrize(("option", "marked"), [("kernelcore=mirror", [(4 * GIB, 5 * GIB)]), ("kernelcore=1G", [])])
def test_memory_is_marked_as_mirrored_only_where_an_option_asks(option: str, marked: list[tuple[int, int]]) -> None:
    mb = after(predict(option, efi_memmap=RELIABLE), "efi_find_mirror").memblock
    assert [(r.base, r.end) for r in mb.memory if r.flags & MIRROR] == marked
    assert mb.mirrored == bool(marked)


def test_boot_services_are_reserved_where_nobody_holds_a_byte_of_them_yet() -> None:
    efi = (
        EfiDescriptor(GIB, GIB + MIB, EfiType.BOOT_SERVICES_CODE, WB),
        EfiDescriptor(INITRD.start - MIB, INITRD.start + 4096, EfiType.BOOT_SERVICES_DATA, WB),
        EfiDescriptor(2 * MIB, 3 * MIB, EfiType.LOADER_DATA, WB),
    )
    assert held(after(predict("", efi_memmap=efi), "efi_reserve"), "EFI boot services") == [(GIB, GIB + MIB)]


def test_tables_of_the_efi_configuration_are_reserved() -> None:
    state = after(predict("", efi_reservations=(("MEMATTR", AddrRange(GIB, GIB + KIB)),)), "efi_reserve")
    assert held(state, "EFI MEMATTR table") == [(GIB, GIB + KIB)]


@pytest.mark.parametrize(("release", "memory"), [("6.12", True), ("6.1", False)])
def test_the_unaccepted_memory_table_is_memory_since_6_8(release: str, memory: bool) -> None:
    """Whole pages of it, although the map calls them ACPI data."""
    place = AddrRange(0x7FFE0010, 0x7FFE0020)
    mb = after(predict("", unaccepted_table=place, release=release), "efi_reserve").memblock
    assert any((r.base, r.end) == (0x7FFE0000, 0x7FFE1000) for r in mb.memory) == memory


# --- below 1 MiB --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("option", "start"), [("", 0x98000), ("movable_node", 0x10000)])
def test_the_trampoline_lies_below_the_bios_area_or_lowest(option: str, start: int) -> None:
    """Top-down the 28 KiB end at 0x9f000; bottom-up they start behind the first 64 KiB, as seen on both kernels."""
    assert held(after(predict(option), "realmode_reserve"), "real-mode trampoline") == [(start, start + 28 * KIB)]


def test_all_of_the_first_mib_is_reserved() -> None:
    reserved = after(predict(""), "realmode_reserve").memblock.reserved
    assert (reserved[0].base, reserved[0].end) == (0, MIB)


# --- log buffer ---------------------------------------------------------------------------------------------------


def test_a_larger_log_buffer_takes_four_and_a_half_times_its_size() -> None:
    """Text, descriptors of 24 and information of 88 bytes for every 32 of text: 16 + 12 + 44 MiB."""
    state = after(predict("log_buf_len=16M"), "log_buf")
    assert {a.owner: a.end - a.start for a in state.ledger if a.owner.startswith("log buffer")} == {
        "log buffer (text)": 16 * MIB,
        "log buffer (descriptors)": 12 * MIB,
        "log buffer (info)": 44 * MIB,
    }


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_under_movable_node_the_parts_go_where_they_fit_from_1_mib_on(release: str) -> None:
    """Seen on both kernels: only the 12 MiB fit between 1 MiB and the image at 16 MiB.

    1M    13M  16M     image end      +16M        +60M
    |descr|    |image  |text          |info       |
    """
    state = after(predict("movable_node log_buf_len=16M", release=release), "log_buf")
    assert held(state, "log buffer (text)") == [(IMAGE_END, IMAGE_END + 16 * MIB)]
    assert held(state, "log buffer (descriptors)") == [(MIB, 13 * MIB)]
    assert held(state, "log buffer (info)") == [(IMAGE_END + 16 * MIB, IMAGE_END + 60 * MIB)]


@pytest.mark.parametrize("option", ["log_buf_len=128K", "log_buf_len=64K", "log_buf_len=0", "log_buf_len=x"])
def test_what_fits_the_static_buffer_takes_nothing(option: str) -> None:
    assert held(after(predict(option), "log_buf"), "log buffer") == []


@pytest.mark.parametrize(("asked", "size"), [("129K", 256 * KIB), ("3M", 4 * MIB), ("4M", 4 * MIB)])
def test_the_size_is_rounded_up_to_a_power_of_two(asked: str, size: int) -> None:
    (text,) = held(after(predict(f"log_buf_len={asked}"), "log_buf"), "log buffer (text)")
    assert text[1] - text[0] == size


@pytest.mark.parametrize(("options", "size"), [("1M 128K", MIB), ("1M 256K", 256 * KIB), ("64K 2M 0", 2 * MIB)])
def test_the_last_size_above_the_static_buffer_counts(options: str, size: int) -> None:
    """Seen on both: `log_buf_len=1M log_buf_len=128K` takes 1 MiB."""
    cmdline = " ".join(f"log_buf_len={asked}" for asked in options.split())
    (text,) = held(after(predict(cmdline), "log_buf"), "log buffer (text)")
    assert text[1] - text[0] == size


def test_a_log_buffer_that_does_not_fit_is_not_taken_at_all() -> None:
    """1 GiB of text would fit into 4 GiB, but not 4.5 GiB in all."""
    found = layout("log_buf_len=1G")
    assert found.boots
    assert [r for r in found.reserved if r.owner.startswith("log buffer")] == []


# --- initrd -------------------------------------------------------------------------------------------------------


def test_an_initrd_in_memory_stays_where_it_is() -> None:
    run = predict("")
    assert held(after(run, "reserve_initrd"), "initrd") == [(INITRD.start, INITRD.end)]
    assert printed(run, "reserve_initrd") == ["RAMDISK: [mem 0x7fed4000-0x7ffcffff]"]


def test_an_initrd_cut_off_by_mem_is_copied_and_its_old_place_given_back() -> None:
    """mem=1G: the copy ends where memory does, top-down."""
    run, size = predict("mem=1G"), INITRD.end - INITRD.start
    state = after(run, "reserve_initrd")
    assert held(state, "initrd") == [(GIB - size, GIB)]
    assert not any(r.base <= INITRD.start < r.end for r in state.memblock.reserved)
    assert printed(run, "reserve_initrd")[1] == f"Allocated new RAMDISK: [mem {GIB - size:#010x}-{GIB - 1:#010x}]"


def test_under_movable_node_the_copy_goes_to_the_lowest_place() -> None:
    assert held(after(predict("movable_node mem=1G"), "reserve_initrd"), "initrd")[0][0] == MIB


def test_an_initrd_without_room_for_a_copy_is_a_panic() -> None:
    found = layout("mem=64M", initrd=AddrRange(GIB, GIB + 100 * MIB))
    assert not found.boots
    assert "initrd" in found.findings[-1].message


# --- ACPI tables --------------------------------------------------------------------------------------------------

OVERRIDES = (TableOverride("SRAT", 200), TableOverride("SSDT", 5000))


@pytest.mark.parametrize(("option", "start"), [("", INITRD.start - 8 * KIB), ("movable_node", MIB)])
def test_tables_of_the_initrd_take_one_place_below_4_gib(option: str, start: int) -> None:
    """5200 bytes in a page-aligned place: below the initrd at the top of low memory, or lowest."""
    state = after(
        predict(option, overrides=OVERRIDES, initrd=AddrRange(INITRD.start, 0x7FFDF000)), "acpi_table_upgrade"
    )
    assert held(state, "ACPI table overrides (SRAT SSDT)") == [(start, start + 5200)]


def test_their_place_becomes_acpi_nvs_in_the_map_but_stays_memory() -> None:
    state = after(predict("movable_node", overrides=OVERRIDES), "acpi_table_upgrade")
    assert E820Entry(MIB, MIB + 5200, E820Type.NVS) in state.e820
    assert any(r.base <= MIB < r.end for r in state.memblock.memory)


def test_without_room_below_4_gib_the_tables_are_not_used() -> None:
    e820 = (E820Entry(0, 0x9F000, 1), E820Entry(4 * GIB, 6 * GIB, 1))
    image = KernelImage(start=5 * GIB, end=5 * GIB + 44 * MIB)
    found = layout("", e820=e820, initrd=None, image=image, overrides=OVERRIDES)
    assert "ACPI001" in [f.code for f in found.findings]


def test_every_table_but_the_root_ones_is_reserved() -> None:
    tables = (
        TableInMemory("RSDP", 0xF0000, 36),
        TableInMemory("XSDT", 0x7FFE0000, 0x4C),
        TableInMemory("FACP", 0x7FFE1000, 0xF4),
        TableInMemory("SSDT", 0x7FFE2000, 0x10),
    )
    run = predict("", acpi_tables=tables)
    assert held(after(run, "acpi_boot_table_init"), "ACPI") == [(0x7FFE1000, 0x7FFE10F4), (0x7FFE2000, 0x7FFE2010)]
    assert printed(run, "acpi_boot_table_init") == [
        "ACPI: Reserving FACP table memory at [mem 0x7ffe1000-0x7ffe10f3]",
        "ACPI: Reserving SSDT table memory at [mem 0x7ffe2000-0x7ffe200f]",
    ]


def test_acpi_off_leaves_tables_and_overrides_alone() -> None:
    run = predict("acpi=off", acpi_tables=(TableInMemory("FACP", 0x7FFE1000, 0xF4),), overrides=OVERRIDES)
    assert held(run.replay.state, "ACPI") == []


def test_every_place_is_below_the_end_of_memory() -> None:
    """A map of one more GiB: what goes top-down goes there."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 7 * GIB, 1))
    (place,) = held(after(predict("log_buf_len=1M", e820=e820), "log_buf"), "log buffer (text)")
    assert 7 * GIB - 2 * MIB <= place[0] < place[1] <= 7 * GIB
