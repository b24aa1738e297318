"""What changed between kernels, with its source: release, subject of the commit where it is known, and kernel function.

Every field of `Policy` that differs between two models has an entry here; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from acpitools.kernel.model_view import Change, ModelDifference, ModelView, StageView
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import StageSpec
from acpitools.kernel.versions.model import KernelModel

__all__ = ["HISTORY", "differences", "views"]


_BUILD: Final = "recorded builds"

HISTORY: Final[dict[str, Change]] = {
    "movable_node_option": Change(
        "3.13",
        "the option movable_node: allocations stay near the kernel until the SRAT is parsed",
        "mm/memory_hotplug.c:cmdline_parse_movable_node",
        True,
        "mem-hotplug: introduce movable_node boot option",
    ),
    "hotplug_marks": Change(
        "3.14",
        "memblock marks hot-pluggable memory, passes over it, and it becomes Movable",
        "mm/memblock.c:memblock_mark_hotplug",
        True,
        "acpi, numa, mem_hotplug: mark hotpluggable memory in memblock",
    ),
    "zones_end_at_memory": Change(
        "4.0", "DMA and DMA32 end where memory does", "arch/x86/mm/init.c:zone_sizes_init", False
    ),
    "mirror_option": Change(
        "4.6",
        "the option kernelcore=mirror",
        "mm/page_alloc.c:cmdline_parse_kernelcore",
        True,
        "mm/page_alloc.c: introduce kernelcore=mirror option",
    ),
    "movable_node_config": Change(
        "4.13",
        "what builds movable_node in",
        "mm/Kconfig",
        True,
        "mm, memory_hotplug: drop CONFIG_MOVABLE_NODE",
    ),
    "online_in_any_order": Change(
        "4.13",
        "blocks of added memory go online to any zone in any order",
        "mm/memory_hotplug.c:zone_for_pfn_range",
        True,
        "mm, memory_hotplug: do not associate hotadded memory to zones until online",
    ),
    "bare_metal_max_block": Change(
        "5.9",
        "without a hypervisor the largest memory block is taken unseen from 64 GiB on",
        "arch/x86/mm/init_64.c:probe_memory_block_size",
        False,
    ),
    "bottom_up_above_kernel": Change(
        "5.11",
        "bottom-up allocations start at the end of the kernel image, not at the lowest free address, and fall back",
        "mm/memblock.c:memblock_find_in_range_node",
        True,
        "memblock: do not start bottom-up allocations with kernel_end",
    ),
    "reserves_acpi_tables": Change(
        "5.12",
        "every ACPI table is reserved where the firmware left it, and so can pin a node",
        "drivers/acpi/tables.c:acpi_reserve_initial_tables",
        True,
        "ACPI: tables: x86: Reserve memory occupied by ACPI tables",
    ),
    "scatters_entry_areas": Change(
        "6.2", "entry areas of CPUs lie at random addresses", "arch/x86/mm/cpu_entry_area.c:init_cea_offsets", False
    ),
    "mirror_needs_mirror": Change(
        "6.5", "kernelcore=mirror is ignored where no memory is mirrored", "mm/mm_init.c:free_area_init", False
    ),
    "windows_stretch_touching": Change(
        "6.6 and 6.7",
        "a CXL window stretches SRAT ranges that begin where it ends, too",
        "mm/numa_memblks.c:numa_fill_memblks",
    ),
    "coverage_slack_passes": Change(
        "6.7",
        "exactly 1 MiB of RAM without a node passes the coverage check",
        "mm/memblock.c:memblock_validate_numa_coverage",
        False,
    ),
    "vmemmap_kept": Change(
        "5.14, 5.18 and 6.3",
        "hugetlb_free_vmemmap=, and how many pages of boot-time struct pages a huge page keeps with it",
        "mm/hugetlb_vmemmap.c:hugetlb_vmemmap_optimize",
        False,
    ),
    "counts_disabled_cpus": Change(
        "6.9",
        "disabled processors of a MADT before revision 5 are possible CPUs on bare metal too",
        "arch/x86/kernel/acpi/boot.c:acpi_is_processor_usable",
        False,
    ),
    "possible_cpus_adds": Change(
        "6.9",
        "possible_cpus= makes CPUs possible beyond those of the firmware",
        "arch/x86/kernel/smpboot.c:prefill_possible_map",
        True,
    ),
    "stack_depot_bucket": Change(
        "6.9", "bytes of a bucket of the hash table of stack traces", "lib/stackdepot.c:stack_depot_early_init", False
    ),
    "gigantic_tails_follow_head": Change(
        "6.7", "all of a boot-time 1 GiB page is set up with the zone of its first page", "mm/hugetlb.c", False
    ),
    "hotplug_knobs": Change(
        "4.6, 4.7, 5.13 and 5.15",
        "what can be set of memory hot-plug",
        "mm/memory_hotplug.c",
        False,
    ),
    "node_empties_late": Change(
        "6.7",
        "a node whose last memory goes offline is in the allocation lists that are made then",
        "mm/memory_hotplug.c:offline_pages",
        False,
    ),
    "memoryless_serves_itself": Change(
        "6.7", "a node without memory is in its own allocation list", "mm/page_alloc.c", False
    ),
    "memmap_per_block": Change(
        "6.7",
        "memmap_on_memory works block by block, not only for a range of one block",
        "mm/memory_hotplug.c:create_altmaps_and_memory_blocks",
        False,
    ),
    "unaccepted_memory": Change(
        "6.8",
        "the EFI unaccepted-memory table is added to memory and reserved",
        "drivers/firmware/efi/efi.c:reserve_unaccepted",
        False,
    ),
    "generic_crashkernel": Change(
        "6.8",
        "crashkernel= by generic code: other places, texts and fall-backs",
        "kernel/crash_reserve.c:reserve_crashkernel_generic",
        False,
    ),
    "reserve_mem_option": Change("6.12", "the option reserve_mem=", "mm/memblock.c:reserve_mem", False),
    "acpi_data_is_ram_end": Change(
        "6.12",
        "ACPI data of the memory map counts for the end of memory",
        "arch/x86/kernel/e820.c:e820__end_of_ram_pfn",
    ),
    "clip_to_memory": Change(
        "6.12",
        "node ranges are clipped to the first and last byte of memory, not to [0, max_pfn)",
        "mm/numa_memblks.c:numa_cleanup_meminfo",
    ),
    "logs_srat_cpus": Change(
        "6.12", "processor entries of the SRAT are printed without dynamic debug", "drivers/acpi/numa/srat.c"
    ),
    "node_data_page_aligned": Change(
        "6.12", "data of a node is rounded to pages, not to 64 bytes", "mm/numa.c:alloc_node_data"
    ),
    "node_span_is_zone_sum": Change(
        "6.12",
        "a node spans the sum of its zones, not from its first to its last page",
        "mm/mm_init.c:calculate_node_totalpages",
    ),
    "emulation_needs_pxm_map": Change(
        "6.12", "numa=fake renumbers proximity domains", "mm/numa_emulation.c:numa_emulation"
    ),
    "no_node_is_minus_one": Change(
        "6.12", "memory without a node has node -1, not MAX_NUMNODES", "mm/numa_memblks.c:numa_memblks_init"
    ),
    "hash_counts_free": Change(
        "6.12", "boot-time hash tables are sized by free memory, not by present pages", "mm/mm_init.c"
    ),
    "keeps_handlers": Change(
        "6.11",
        "the scan handlers of what is ejected are let go only where the ejection was complete",
        "drivers/acpi/scan.c:acpi_bus_post_eject",
        False,
    ),
    "rescans_siblings": Change(
        "6.12",
        "an insertion scans from the parent: devices that failed before are tried again",
        "drivers/acpi/scan.c:acpi_device_hotplug",
    ),
    "auto_online": Change(
        _BUILD, "what added memory becomes where no option says", "mm/memory_hotplug.c:mhp_get_default_online_type"
    ),
    "kfence": Change(_BUILD, "KFENCE takes its pool from memblock", "mm/kfence/core.c:kfence_alloc_pool"),
    "kfence_metadata": Change(_BUILD, "bytes that describe a KFENCE object outside the image", "mm/kfence/core.c"),
    "node_data_size": Change(_BUILD, "bytes of a node's data", "include/linux/mmzone.h:pg_data_t"),
    "image_size": Change(_BUILD, "bytes of the kernel image", "arch/x86/kernel/vmlinux.lds.S"),
    "image_freed": Change(_BUILD, "parts of the image that are given back", "arch/x86/mm/init.c:free_initmem"),
    "kernel_memory_needed": Change(_BUILD, "bytes that the kernel takes before its first program", "mm/oom_kill.c"),
    "percpu_used": Change(_BUILD, "bytes of the first per-cpu chunk that are kept", "mm/percpu.c"),
}
"""Field of `Policy` -> what changed, and when."""


_SLIDES: Final = "the slides of 2013"
_STAGES: Final = {
    "skip_hotpluggable": Change(
        _SLIDES, "memblock passes over marked memory from the start", "mm/memblock.c:memblock_find_in_range_node"
    ),
    "mark_early": Change(
        _SLIDES,
        "solution 1: the SRAT is read, and hot-pluggable memory marked, before memblock allocates anything",
        "drivers/acpi/numa/srat.c:acpi_parse_memory_affinity",
    ),
    "set_direction": Change(
        _SLIDES,
        "solution 2: until the SRAT is read, allocations go bottom-up, next to the kernel image",
        "arch/x86/kernel/setup.c:setup_arch",
        True,
        "x86/mem-hotplug: support initialize page tables in bottom-up",
    ),
    "early_reserve_memory": Change(
        _SLIDES,
        "the kernel image is reserved once memory[] is complete",
        "arch/x86/kernel/setup.c:early_reserve_memory",
    ),
}
"""Stages that only some models have, or have elsewhere -> why."""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:#x}" if value > 4096 else str(value)
    if isinstance(value, tuple):
        return ", ".join(one if isinstance(one, str) else f"{one[0]:#x}-{one[1]:#x}" for one in value) or "none"
    return "not there" if value is None else str(value)


def differences(before: KernelModel, after: KernelModel) -> Iterator[ModelDifference]:
    """Give what sets two models apart: fields of their policy first, then stages that are added, gone or moved."""
    for field in fields(Policy):
        left, right = getattr(before.policy, field.name), getattr(after.policy, field.name)
        if left != right and field.name != "release":
            yield ModelDifference(field.name, _shown(left), _shown(right), HISTORY.get(field.name))
    yield from _stages(before.stages, after.stages)


def _stages(before: tuple[StageSpec, ...], after: tuple[StageSpec, ...]) -> Iterator[ModelDifference]:
    old, new = _placed(before), _placed(after)
    common = [name for name in old if name in new]
    moved = set(_out_of_order(common, [name for name in new if name in old]))
    for name in dict.fromkeys([*old, *new]):
        left, right = old.get(name), new.get(name)
        if left is None or right is None or name in moved or left[1] != right[1]:
            yield ModelDifference(f"stage {name}", _at(left), _at(right), _STAGES.get(name))


def _placed(stages: tuple[StageSpec, ...]) -> dict[str, tuple[str, str]]:
    # A stage that comes twice has its turn in its name.
    placed: dict[str, tuple[str, str]] = {}
    for spec in stages:
        name = spec.run.__name__
        turn = f"{name} (again)" if name in placed else name
        placed[turn] = spec.phase.value, spec.function
    return placed


def _at(place: tuple[str, str] | None) -> str:
    return "absent" if place is None else f"{place[0]}, {place[1]}"


def _out_of_order(before: list[str], after: list[str]) -> Iterator[str]:
    # The fewest stages that have to move: those outside of the longest common order.
    rank = {name: number for number, name in enumerate(after)}
    runs: list[list[str]] = []
    for name in before:
        fitting = [run for run in runs if rank[run[-1]] < rank[name]]
        runs.append([*_longest(fitting), name])
    kept = set(_longest(runs))
    yield from (name for name in before if name not in kept)


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=lambda run: len(run)) if runs else []


def views(models: tuple[KernelModel, ...]) -> Iterator[ModelView]:
    """Give each model with what sets it apart from the one before it in the list."""
    for number, model in enumerate(models):
        yield ModelView(
            release=model.release,
            released=model.released,
            exact=model.exact,
            note=model.note,
            stages=tuple(StageView(s.phase.value, s.run.__name__, s.function) for s in model.stages),
            changes=tuple(differences(models[number - 1], model)) if number else (),
        )
