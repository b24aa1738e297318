"""What memblock hands out after the SRAT."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.predict import boot
from acpitools.kernel.state import BootState
from acpitools.kernel.versions.v6_12 import KERNEL
from tests.kernel.machines import E820, IMAGE, LOW, after, held, layout, memory, predict, srat

PLAIN = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))
HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
LARGE = (E820Entry(0, 0x9FC00, 1), E820Entry(MIB, 3 * GIB, 1), E820Entry(4 * GIB, 8 * GIB, 1))
LARGE_SRAT = srat(memory(0, 0, 3 * GIB), memory(1, 4 * GIB, 8 * GIB))


def last(cmdline: str = "", view: object = PLAIN, **more: object) -> BootState:
    """Give the state at the end of the boot."""
    return predict(cmdline, view, **more).replay.state  # type: ignore[arg-type]


# --- nodes --------------------------------------------------------------------------------------------------------


def test_nodes_with_memory_or_a_processor_are_online() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(3, 16 * GIB, 17 * GIB), cpus=[(0, 0), (1, 2)])
    assert layout("", view, apic_ids=(0, 1)).online_nodes == (0, 1, 2)
    assert layout("", view, apic_ids=(0,)).online_nodes == (0, 2)


def test_a_possible_node_without_memory_has_its_data_elsewhere() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(2, 16 * GIB, 17 * GIB))
    ((start, end),) = held(last("", view), "NODE_DATA(2)")
    assert end - start == 0x2A980
    assert 4 * GIB <= start < 6 * GIB


# --- per-cpu areas ------------------------------------------------------------------------------------------------


def test_processors_of_a_node_have_their_areas_there() -> None:
    """Four on each node share 2 MiB: units of 512 KiB, of which 66 pages are kept."""
    cpus = [(n, n // 4) for n in range(8)]
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=cpus)
    areas = held(last("", view, apic_ids=tuple(range(8))), "per-cpu areas")
    assert [end - start for start, end in areas] == [66 * 4096] * 8
    assert [start >= 4 * GIB for start, _ in areas] == [False] * 4 + [True] * 4
    assert {b[0] - a[0] for a, b in itertools.pairwise(areas[:4])} == {512 * KIB}
    assert areas[0][0] % (2 * MIB) == areas[4][0] % (2 * MIB) == 0


@pytest.mark.parametrize(
    ("release", "option", "cpus", "pages"),
    [
        ("6.1", "", 2, 3),
        ("6.1", "", 8, 3),
        ("6.1", "", 19, 5),
        ("6.1", "", 40, 7),
        ("6.12", "nokaslr", 2, 3),
        ("6.12", "", 1, 3),
        ("6.12", "", 2, 5),
        ("6.12", "", 8, 17),
    ],
)
def test_entry_areas_need_page_tables_side_by_side_or_scattered(
    release: str, option: str, cpus: int, pages: int
) -> None:
    """All seen; those that KASLR scatters need a page more now and then, where one crosses the reach of a table."""
    state = last(option, release=release, apic_ids=tuple(range(cpus)))
    assert sum(end - start for start, end in held(state, "CPU entry areas")) == pages * 4096


def test_areas_of_processors_on_a_hot_pluggable_node_lie_on_another() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), cpus=[(0, 0), (1, 1)])
    areas = held(last("movable_node", view, apic_ids=(0, 1)), "per-cpu areas")
    assert len(areas) == 2
    assert all(end <= 2 * GIB for _, end in areas)


def test_processors_that_the_srat_does_not_name_take_nodes_in_turn() -> None:
    found = layout("", PLAIN, apic_ids=(0, 1, 2))
    assert [node.cpus for node in found.numa.nodes] == [2, 1]


def test_many_processors_make_the_log_buffer_grow() -> None:
    """4 KiB for each but the first: 17 take half of the static 128 KiB, 18 take more, and the next size is 256 KiB."""
    assert held(last("", apic_ids=tuple(range(17))), "log buffer") == []
    (text, *_) = held(last("", apic_ids=tuple(range(18))), "log buffer")
    assert text[1] - text[0] == 256 * KIB


# --- reserve_mem= -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "sizes"),
    [
        ("reserve_mem=64M:4096:one reserve_mem=20M:2M:two", [64 * MIB, 20 * MIB]),
        ("reserve_mem=1M:0:a reserve_mem=2M:0:a", [MIB]),
        ("reserve_mem=1M:0: reserve_mem=1M:name reserve_mem=0:0:b reserve_mem=1M:0:abcdefghijklmnop", []),
        (" ".join(f"reserve_mem=4K:0:n{n}" for n in range(9)), [4096] * 8),
    ],
)
def test_named_pieces_are_taken_from_the_top(option: str, sizes: list[int]) -> None:
    """The conditions are those of reserve_mem() in 6.12; 6.1 does not know the option."""
    pieces = held(last(option), "reserve_mem")
    assert [end - start for start, end in pieces] == sizes
    assert all(start >= 4 * GIB for start, _ in pieces)
    assert held(last(option, release="6.1"), "reserve_mem") == []


# --- KFENCE -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "release", "sizes"),
    [
        ("", "6.12", []),
        ("kfence.sample_interval=100", "6.12", [2 * MIB, 73 * 4096]),
        ("kfence.sample_interval=0", "6.12", []),
        ("kfence.sample_interval=100", "6.1", []),
    ],
)
def test_kfence_takes_its_pool_where_it_is_built_in_and_asked_for(option: str, release: str, sizes: list[int]) -> None:
    """Seen: the sizes on 6.12, for 255 objects; Debian's 6.1 is built without it."""
    assert [end - start for start, end in held(last(option, release=release), "KFENCE")] == sizes


# --- 1 GiB pages --------------------------------------------------------------------------------------------------


def huge(option: str, view: object = LARGE_SRAT, **more: object) -> list[int]:
    """Give where 1 GiB pages start, in GiB, sorted."""
    arguments: dict[str, object] = {"e820": LARGE, "initrd": None, **more}
    return sorted(start // GIB for start, _ in held(last(option, view, **arguments), "1 GiB page"))


def test_1_gib_pages_go_round_the_nodes() -> None:
    """Node 0 has [1, 2) whole (its top holds the memory map), node 1 [4, 7)."""
    assert huge("hugepagesz=1G hugepages=2") == [1, 6]


def test_where_a_node_is_full_another_gives_the_page() -> None:
    assert huge("hugepagesz=1G hugepages=4") == [1, 4, 5, 6]


def test_a_page_that_fits_nowhere_is_a_finding() -> None:
    found = layout("hugepagesz=1G hugepages=9", LARGE_SRAT, e820=LARGE, initrd=None)
    assert [f.message for f in found.findings] == ["hugepages=9: only 4 of 9 pages of 1 GiB fit"]


def test_nodes_can_be_named() -> None:
    assert huge("hugepagesz=1G hugepages=1:2") == [5, 6]
    assert huge("hugepagesz=1G hugepages=0:1,1:1") == [1, 6]


def test_a_node_that_is_not_there_gives_no_page() -> None:
    assert huge("hugepagesz=1G hugepages=7:2") == []


@pytest.mark.parametrize(
    ("option", "pages"),
    [
        ("hugepages=2", 0),
        ("hugepagesz=2M hugepages=2", 0),
        ("hugepagesz=2M hugepages=100 hugepagesz=1G hugepages=1", 1),
        ("default_hugepagesz=1G hugepages=2", 2),
        ("hugepagesz=1G", 0),
        ("hugepagesz=1G hugepages=0", 0),
    ],
)
def test_only_pages_of_1_gib_are_taken_this_early(option: str, pages: int) -> None:
    assert len(huge(option)) == pages


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_under_movable_node_2_gib_of_kernel_memory_give_none(release: str) -> None:
    """Seen on 6.12: one asked for, none got."""
    found = layout("movable_node hugepagesz=1G hugepages=1", HOT, release=release)
    assert [f.code for f in found.findings] == ["HUGE001"]
    assert not any(r.owner == "1 GiB page" for r in found.reserved)


# --- hash tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_one_node_of_4_gib_takes_4_and_2_mib_for_hash_tables(release: str) -> None:
    """Seen on both."""
    state = last("", None, release=release)
    assert [end - start for start, end in held(state, "dentry hash")] == [4 * MIB]
    assert [end - start for start, end in held(state, "inode hash")] == [2 * MIB]


@pytest.mark.parametrize(("option", "tables"), [("", 0), ("hashdist=0", 2), ("hashdist=1", 0)])
def test_several_nodes_take_them_from_elsewhere(option: str, tables: int) -> None:
    state = last(option)
    assert len(held(state, "dentry hash") + held(state, "inode hash")) == tables


def test_sizes_can_be_asked_for() -> None:
    """1000 buckets become 1024 of 8 bytes."""
    ((start, end),) = held(last("dhash_entries=1000", None), "dentry hash")
    assert end - start == 8 * KIB


def test_a_table_that_does_not_fit_is_halved_until_it_does() -> None:
    """A 16th of 4 GiB less a little, rounded down, is 128 MiB; the pieces of memory have 100 MiB each."""
    pieces = (E820Entry(n * 128 * MIB, n * 128 * MIB + 100 * MIB, 1) for n in range(1, 41))
    e820 = (E820Entry(0, 0x9FC00, 1), E820Entry(MIB, 90 * MIB, 1), *pieces)
    ((start, end),) = held(last("dhash_entries=99999999", None, e820=e820, initrd=None), "dentry hash")
    assert end - start == 64 * MIB


# --- bounce buffers -----------------------------------------------------------------------------------------------


def bounce(option: str = "", **more: object) -> list[tuple[int, int]]:
    """Give the places of the buffer, without its slots."""
    return [(a.start, a.end) for a in last(option, None, **more).ledger if a.owner == "software IO TLB"]


def test_memory_above_4_gib_needs_64_mib_below_it() -> None:
    ((start, end),) = bounce()
    assert (end - start, end <= 4 * GIB) == (64 * MIB, True)


@pytest.mark.parametrize("option", ["iommu=off", "swiotlb=noforce", "iommu=soft,off"])
def test_bounce_buffers_can_be_turned_off(option: str) -> None:
    assert bounce(option) == []


def test_memory_below_4_gib_needs_none_unless_forced() -> None:
    assert bounce("", e820=E820[:3]) == []
    assert len(bounce("swiotlb=force", e820=E820[:3])) == 1


def test_a_size_in_slots_of_2_kib_can_be_given() -> None:
    ((start, end),) = bounce("swiotlb=65536")
    assert end - start == 128 * MIB


def test_each_slot_has_24_bytes_of_its_own() -> None:
    """64 MiB are 32768 slots: 768 KiB."""
    assert [end - start for start, end in held(last(), "software IO TLB slots")] == [768 * KIB]


def test_a_buffer_that_does_not_fit_is_halved_until_it_does() -> None:
    """4 GiB asked for below 4 GiB, where 2 GiB less the kernel are: 2 GiB do not fit, 1 GiB does."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 16 * GIB, 1))
    ((start, end),) = bounce("swiotlb=2097152", e820=e820)
    assert end - start == GIB


# --- CMA ----------------------------------------------------------------------------------------------------------


def cma(option: str, *, built: bool = True) -> list[tuple[int, int]]:
    """Give the area of cma= on a kernel with or without CMA."""
    inputs = BootInputs(e820=E820, cmdline=option, image=IMAGE)
    run = boot(inputs, policy=replace(KERNEL.policy, cma=built))
    return held(after(run, "cma_reserve"), "CMA")


def test_a_kernel_without_cma_takes_nothing() -> None:
    assert cma("cma=64M", built=False) == []


def test_cma_is_taken_from_the_top_in_steps_of_4_mib() -> None:
    ((start, end),) = cma("cma=65M")
    assert (end - start, start % (4 * MIB), end > 4 * GIB) == (68 * MIB, 0, True)


def test_cma_can_be_confined_to_a_place() -> None:
    assert cma("cma=64M@1G") == [(GIB, GIB + 64 * MIB)]
    ((start, end),) = cma("cma=64M@512M-1G")
    assert 512 * MIB <= start < end <= GIB


@pytest.mark.parametrize("option", ["", "cma=0", "cma=x", "cma=1T"])
def test_no_area_is_no_trouble(option: str) -> None:
    assert cma(option) == []


@pytest.mark.parametrize(
    ("option", "release", "size"),
    [
        ("slub_debug=FZPU", "6.1", 2 * MIB),
        ("slab_debug=FZPU", "6.12", 4 * MIB),
        ("slub_debug", "6.12", 4 * MIB),
        ("slub_debug=,kmalloc-64", "6.12", 4 * MIB),
        ("slub_debug=fz;u,kmalloc-64", "6.12", 4 * MIB),
        ("slub_debug=FZP", "6.12", 0),
        ("slub_debug=U-", "6.12", 0),
        ("slub_debug=U stack_depot_disable=on", "6.12", 0),
        ("slub_debug=U", "5.15", 0),
    ],
)
def test_slab_debugging_with_users_takes_a_hash_table(option: str, release: str, size: int) -> None:
    # A bucket for 16 KiB of 4 GiB: 262144 of 8 bytes, or 16 since 6.9.
    found = held(predict(option, release=release).replay.state, "hash table of stack traces")
    assert sum(end - start for start, end in found) == size
