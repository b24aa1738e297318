"""From the firmware's map to a ready memblock."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import KernelImage
from acpitools.kernel.memblock import Direction
from acpitools.kernel.replay import replay
from acpitools.kernel.state import BootState
from acpitools.kernel.versions.registry import find
from tests.kernel.machines import E820, IMAGE, RAM, RESERVED, after, held, layout, predict, printed, zones

WB = EfiAttribute.WB


def map_of(state: BootState) -> list[tuple[int, int, int]]:
    """Give the map as plain tuples."""
    return [tuple(entry) for entry in state.e820]  # type: ignore[misc]


# --- what is in use already ---------------------------------------------------------------------------------------


def test_what_is_in_use_already_is_reserved_first_and_in_order() -> None:
    run = predict("", setup_data=(AddrRange(0x5000000, 0x5000040),), initrd=AddrRange(GIB, GIB + 5))
    assert [(a.owner, a.start, a.end) for a in after(run, "early_reserve_memory").ledger] == [
        ("kernel image", IMAGE.start, IMAGE.end),
        ("first 64 KiB", 0, 64 * KIB),
        ("initrd", GIB, GIB + 4 * KIB),
        ("setup_data", 0x5000000, 0x5000040),
        ("bios", 0x9F000, MIB),
    ]


def test_the_bios_area_starts_where_the_bios_says() -> None:
    assert held(after(predict("", bios_reserved_from=0x9E000), "early_reserve_memory"), "bios") == [(0x9E000, MIB)]


# --- the map ------------------------------------------------------------------------------------------------------


def test_the_map_is_printed_as_the_kernel_prints_it() -> None:
    e820 = (*E820, E820Entry(0xFED00000, 0xFED01000, 77), E820Entry(8 * GIB, 9 * GIB, E820Type.PRAM))
    assert printed(predict("", e820=e820), "memory_setup") == [
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
        "BIOS-e820: [mem 0x0000000000100000-0x000000007ffdefff] usable",
        "BIOS-e820: [mem 0x000000007ffdf000-0x000000007fffffff] reserved",
        "BIOS-e820: [mem 0x00000000fed00000-0x00000000fed00fff] type 77",
        "BIOS-e820: [mem 0x0000000100000000-0x000000017fffffff] usable",
        "BIOS-e820: [mem 0x0000000200000000-0x000000023fffffff] persistent (type 12)",
    ]


def test_entries_in_any_order_with_overlaps_give_the_same_machine() -> None:
    shuffled = (E820[3], E820[1]._replace(end=0x80000000), E820[2], E820[0], E820[2])
    assert layout("", e820=shuffled).memory == layout("").memory


def test_a_map_that_the_kernel_would_not_take_is_a_finding() -> None:
    found = layout("", e820=(E820Entry(0, 2 * GIB, RAM),))
    assert "E820001" in [finding.code for finding in found.findings]


def test_each_option_that_edits_the_map_is_reported_with_its_cause() -> None:
    steps = predict("mem=5G memmap=1M$1G").replay.steps
    events = next(step.events for step in steps if step.stage == "parse_early_param")
    assert [event.cause for event in events] == ["cmdline: mem=5G", "cmdline: memmap=1M$1G"]


def test_a_malformed_option_is_a_finding_and_changes_nothing() -> None:
    found = layout("memmap=oops")
    assert found.memory == layout("").memory
    assert [(f.code, f.message) for f in found.findings] == [("CMD001", "memmap=oops: malformed")]


@pytest.mark.parametrize("option", ["initrdmem=0x1000000,1M", "percpu-alloc=page", "nolapic", "acpi=rsdt"])
def test_an_option_that_is_not_replayed_is_told(option: str) -> None:
    assert [f.code for f in layout(option).findings] == ["CMD003"]


@pytest.mark.parametrize("option", ["percpu_alloc=embed", "acpi=force", "acpi", "quiet", "initrdmem_=1"])
def test_an_option_without_effect_on_memory_is_not(option: str) -> None:
    assert layout(option).findings == ()


def test_a_missing_start_is_address_0() -> None:
    """The kernel reads no digits as 0: RAM from 0 to 1 MiB, less page 0 and the BIOS hole."""
    first = layout("memmap=1M@").memory[0]
    assert (first.start, first.end) == (0x1000, 0xA0000)


def test_options_apply_in_the_order_of_the_command_line() -> None:
    """RAM added after mem= stays, RAM added before it goes."""
    assert layout("mem=5G memmap=1G@8G").memory[-1].end == 9 * GIB
    assert layout("memmap=1G@8G mem=5G").memory[-1].end == 5 * GIB


def test_an_emptied_map_is_a_panic() -> None:
    found = layout("memmap=exactmap")
    assert not found.boots
    assert [f.message for f in found.findings if f.code == "BOOT001"] == [
        "does not boot: Invalid user supplied memory map"
    ]


def test_setup_data_stays_memory_but_is_the_kernels_own() -> None:
    run = predict("", setup_data=(AddrRange(0x5000000, 0x5001000),))
    table = map_of(after(run, "finish_early_params"))
    assert (0x5000000, 0x5001000, E820Type.RESERVED_KERN) in table
    assert run.layout.memory == layout("").memory


def test_page_0_and_the_bios_hole_are_no_memory() -> None:
    e820 = (E820Entry(0, 2 * GIB, RAM), E820Entry(2 * GIB, 3 * GIB, RESERVED))
    assert map_of(after(predict("", e820=e820, initrd=None), "trim_bios_range")) == [
        (0, 0x1000, RESERVED),
        (0x1000, 0xA0000, RAM),
        (MIB, 2 * GIB, RAM),
        (2 * GIB, 3 * GIB, RESERVED),
    ]


def test_an_image_outside_of_ram_becomes_an_island_that_stretches_its_zone() -> None:
    """Seen on 6.12: exactmap up to 5 GiB and the kernel at 0x16c000000 give RAM 0x16c000000-0x16ec2ffff."""
    image = KernelImage(start=0x16C000000, end=0x16EC00000)
    run = predict("memmap=exactmap memmap=639K@0 memmap=2046M@1M memmap=1G@4G", image=image, initrd=None)
    assert (run.layout.memory[-1].start, run.layout.memory[-1].end) == (0x16C000000, 0x16EC30000)
    present, spanned, start = zones(run.layout)[0, "Normal"]
    assert (start, start + spanned) == (0x100000, 0x16EC30)
    assert present == (GIB + 0x2C30000) // 4096
    assert printed(run, "add_kernel_range") == [".text .data .bss are not marked as E820_TYPE_RAM!"]


def test_an_image_in_ram_changes_nothing() -> None:
    assert printed(predict(""), "add_kernel_range") == []


# --- the end of memory --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("release", "last"), [("6.1", 6 * GIB), ("6.12", 7 * GIB + MIB)])
def test_acpi_data_counts_for_the_end_of_memory_on_new_kernels_only(release: str, last: int) -> None:
    e820 = (*E820, E820Entry(7 * GIB, 7 * GIB + MIB, E820Type.ACPI))
    assert after(predict("", e820=e820, release=release), "end_of_ram").max_pfn == last // 4096


@pytest.mark.parametrize(("la57", "bits"), [(False, 46), (True, 52)])
def test_paging_bounds_the_end_of_memory(la57: bool, bits: int) -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 1 << 53, RAM))
    run = predict("", e820=e820, la57=la57)
    assert printed(run, "end_of_ram") == [f"last_pfn = {1 << bits - 12:#x} max_arch_pfn = {1 << bits - 12:#x}"]


def test_ram_that_no_mtrr_covers_is_lost_from_the_top() -> None:
    assert layout("", mtrr_losing=512 * MIB).memory[-1].end == 6 * GIB - 512 * MIB
    assert layout("disable_mtrr_trim", mtrr_losing=512 * MIB).memory[-1].end == 6 * GIB


def test_ram_that_no_mtrr_covers_is_lost_where_the_log_says() -> None:
    place = AddrRange(5 * GIB, 5 * GIB + 512 * MIB)
    memory = layout("", mtrr_losing=512 * MIB, mtrr_trimmed=(place,)).memory
    assert [(r.start, r.end) for r in memory][-2:] == [(4 * GIB, place.start), (place.end, 6 * GIB)]


def test_the_used_part_of_brk_follows_the_image() -> None:
    run = predict("", mp_tables=(AddrRange(0xF5000, 0xF5010),))
    state = after(run, "reserve_brk")
    assert held(state, "kernel brk") == [(IMAGE.end, IMAGE.end + 0x11000)]
    assert held(state, "MP table") == [(0xF5000, 0xF5010)]


# --- memblock -----------------------------------------------------------------------------------------------------


def test_memory_is_trimmed_to_whole_pages() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB + 1, 5 * GIB - 1, RAM), E820Entry(5 * GIB + 1, 5 * GIB + 4095, RAM))
    assert [(r.start, r.end) for r in layout("", e820=e820).memory] == [
        (0x1000, 0x9F000),
        (MIB, 0x7FFDF000),
        (4 * GIB + 4096, 5 * GIB - 4096),
    ]


def test_soft_reserved_memory_is_reserved_but_no_memory() -> None:
    e820 = (*E820, E820Entry(8 * GIB, 9 * GIB, E820Type.SOFT_RESERVED))
    state = after(predict("", e820=e820), "memblock_setup")
    assert held(state, "soft reserved memory") == [(8 * GIB, 9 * GIB)]
    assert state.memblock.memory[-1].end == 6 * GIB


@pytest.mark.parametrize("kind", [2, 3, 4, 5, 7, 12, 77])
def test_other_types_are_no_memory(kind: int) -> None:
    e820 = (*E820, E820Entry(8 * GIB, 9 * GIB, kind))
    assert after(predict("", e820=e820), "memblock_setup").memblock.memory[-1].end == 6 * GIB


def test_until_the_direct_map_is_there_only_the_first_mib_can_be_allocated() -> None:
    assert after(predict(""), "memblock_setup").memblock.current_limit == MIB


def test_a_map_whose_ram_is_the_image_alone_is_not_enough() -> None:
    """One page of RAM somewhere: the image itself becomes memory, but nothing else can be allocated."""
    found = layout("", e820=(E820Entry(0, 4096, RAM), E820Entry(8192, 12288, RESERVED)), initrd=None)
    assert not found.boots


@pytest.mark.parametrize(("option", "direction"), [("", Direction.TOP_DOWN), ("movable_node", Direction.BOTTOM_UP)])
def test_movable_node_turns_allocations_bottom_up(option: str, direction: Direction) -> None:
    mb = after(predict(option), "set_direction").memblock
    assert (mb.direction, mb.movable_node) == (direction, bool(option))


def test_kernels_before_5_11_start_above_the_image() -> None:
    assert after(predict("movable_node", release="5.9"), "set_direction").memblock.bottom_up_floor == IMAGE.end
    assert after(predict("movable_node", release="5.11"), "set_direction").memblock.bottom_up_floor == 0


def test_kernels_before_3_14_do_not_know_movable_node() -> None:
    assert after(predict("movable_node", release="3.10"), "set_direction").memblock.direction is Direction.TOP_DOWN


def test_too_many_reservations_before_the_array_may_grow_end_the_boot() -> None:
    """128 regions are there; setup_data of more pieces than that fills them before memblock_allow_resize."""
    pieces = tuple(AddrRange(0x10000000 + n * 8192, 0x10000000 + n * 8192 + 64) for n in range(140))
    run = predict("", setup_data=pieces)
    assert run.replay.state.panic == "memblock: cannot resize reserved array"
    assert run.replay.steps[-1].stage == "early_reserve_memory"


# --- EFI ----------------------------------------------------------------------------------------------------------

DESCRIPTORS = [
    (EfiType.LOADER_CODE, WB, RAM),
    (EfiType.BOOT_SERVICES_DATA, WB, RAM),
    (EfiType.CONVENTIONAL, WB, RAM),
    (EfiType.CONVENTIONAL, 0, RESERVED),
    (EfiType.ACPI_RECLAIM, WB, E820Type.ACPI),
    (EfiType.ACPI_NVS, WB, E820Type.NVS),
    (EfiType.UNUSABLE, WB, E820Type.UNUSABLE),
    (EfiType.PERSISTENT, WB, E820Type.PMEM),
    (EfiType.RUNTIME_SERVICES_DATA, WB, RESERVED),
    (EfiType.MMIO, 0, RESERVED),
]


@pytest.mark.parametrize(("kind", "attribute", "expected"), DESCRIPTORS)
def test_descriptors_are_converted_where_an_option_asks_for_it(kind: int, attribute: int, expected: int) -> None:
    efi = (EfiDescriptor(8 * GIB, 9 * GIB, kind, attribute),)
    assert map_of(after(predict("add_efi_memmap", efi_memmap=efi), "efi_memmap"))[-1] == (8 * GIB, 9 * GIB, expected)
    assert map_of(after(predict("", efi_memmap=efi), "efi_memmap"))[-1][1] == 6 * GIB


def test_specific_purpose_memory_is_soft_reserved_unasked() -> None:
    efi = (EfiDescriptor(5 * GIB, 6 * GIB, EfiType.CONVENTIONAL, WB | EfiAttribute.SP),)
    assert map_of(after(predict("", efi_memmap=efi), "efi_memmap"))[-2:] == [
        (4 * GIB, 5 * GIB, RAM),
        (5 * GIB, 6 * GIB, E820Type.SOFT_RESERVED),
    ]


def test_specific_purpose_memory_is_plain_memory_where_an_option_says_so() -> None:
    efi = (EfiDescriptor(5 * GIB, 6 * GIB, EfiType.CONVENTIONAL, WB | EfiAttribute.SP),)
    for option in ("efi=nosoftreserve", "efi=debug,nosoftreserve add_efi_memmap"):
        assert map_of(after(predict(option, efi_memmap=efi), "efi_memmap"))[-1] == (4 * GIB, 6 * GIB, RAM)


def test_the_first_stages_can_be_run_alone() -> None:
    run = predict("")
    env = run.replay.env
    again = replay(env.inputs, find("6.12")[0], IMAGE)
    assert [step.after for step in again.steps] == [step.after for step in run.replay.steps]
