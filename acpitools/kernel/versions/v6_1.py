"""Linux 6.1: checked against recorded boots."""

from __future__ import annotations

from acpitools.core.units import MIB, PAGE_SIZE
from acpitools.kernel.policy import Policy
from acpitools.kernel.stages import (
    absent_ram,
    crashkernel,
    early_alloc,
    kernel_memory,
    late_alloc,
    numa,
    page_tables,
    setup,
    sparse,
    srat,
    zones,
)
from acpitools.kernel.state import Phase, StageSpec
from acpitools.kernel.versions.model import KernelModel

__all__ = ["KERNEL"]

_READY, _BEFORE, _PARSING = Phase.MEMBLOCK_READY, Phase.BEFORE_SRAT, Phase.PARSING_SRAT
_AFTER, _DONE = Phase.AFTER_SRAT, Phase.MEMORY_INITIALIZED

KERNEL = KernelModel(
    release="6.1",
    stages=(
        StageSpec(_READY, setup.early_reserve_memory, "arch/x86/kernel/setup.c:early_reserve_memory"),
        StageSpec(_READY, setup.memory_setup, "arch/x86/kernel/e820.c:e820__memory_setup"),
        StageSpec(_READY, setup.parse_early_param, "init/main.c:parse_early_param"),
        StageSpec(_READY, setup.efi_memmap, "arch/x86/platform/efi/efi.c:efi_memblock_x86_reserve_range"),
        StageSpec(_READY, setup.set_direction, "arch/x86/kernel/setup.c:setup_arch"),
        StageSpec(_READY, setup.finish_early_params, "arch/x86/kernel/e820.c:e820__finish_early_params"),
        StageSpec(_READY, setup.add_kernel_range, "arch/x86/kernel/setup.c:e820_add_kernel_range"),
        StageSpec(_READY, setup.trim_bios_range, "arch/x86/kernel/setup.c:trim_bios_range"),
        StageSpec(_READY, setup.end_of_ram, "arch/x86/kernel/e820.c:e820__end_of_ram_pfn"),
        StageSpec(_READY, setup.reserve_brk, "arch/x86/kernel/setup.c:reserve_brk"),
        StageSpec(_READY, setup.memblock_setup, "arch/x86/kernel/e820.c:e820__memblock_setup"),
        StageSpec(_BEFORE, early_alloc.efi_find_mirror, "arch/x86/platform/efi/efi.c:efi_find_mirror"),
        StageSpec(_BEFORE, early_alloc.efi_reserve, "arch/x86/platform/efi/quirks.c:efi_reserve_boot_services"),
        StageSpec(_BEFORE, early_alloc.realmode_reserve, "arch/x86/realmode/init.c:reserve_real_mode"),
        StageSpec(_BEFORE, page_tables.init_mem_mapping, "arch/x86/mm/init.c:init_mem_mapping"),
        StageSpec(_BEFORE, early_alloc.log_buf, "kernel/printk/printk.c:setup_log_buf"),
        StageSpec(_BEFORE, early_alloc.reserve_initrd, "arch/x86/kernel/setup.c:reserve_initrd"),
        StageSpec(_BEFORE, early_alloc.acpi_table_upgrade, "drivers/acpi/tables.c:acpi_table_upgrade"),
        StageSpec(_BEFORE, early_alloc.acpi_boot_table_init, "drivers/acpi/tables.c:acpi_reserve_initial_tables"),
        StageSpec(_PARSING, srat.acpi_numa_init, "drivers/acpi/numa/srat.c:acpi_numa_init"),
        StageSpec(_AFTER, numa.numa_init, "arch/x86/mm/numa.c:numa_init"),
        StageSpec(_AFTER, absent_ram.use_absent_ram, "arch/x86/mm/numa.c:alloc_node_data"),
        StageSpec(_DONE, late_alloc.cma_reserve, "kernel/dma/contiguous.c:dma_contiguous_reserve"),
        StageSpec(_DONE, crashkernel.reserve_crashkernel, "arch/x86/kernel/setup.c:reserve_crashkernel"),
        StageSpec(_DONE, sparse.sparse_init, "mm/sparse.c:sparse_init"),
        StageSpec(_DONE, absent_ram.use_absent_ram, "mm/sparse.c:sparse_init"),
        StageSpec(_DONE, zones.free_area_init, "mm/page_alloc.c:free_area_init"),
        StageSpec(_DONE, late_alloc.offline_node_data, "mm/page_alloc.c:free_area_init"),
        StageSpec(_DONE, late_alloc.small_allocations, "init/main.c:start_kernel"),
        StageSpec(_DONE, late_alloc.percpu, "arch/x86/kernel/setup_percpu.c:setup_per_cpu_areas"),
        StageSpec(_DONE, late_alloc.reserve_mem, "mm/memblock.c:reserve_mem"),
        StageSpec(_DONE, late_alloc.hugetlb, "mm/hugetlb.c:hugetlb_hstate_alloc_pages"),
        StageSpec(_DONE, late_alloc.hash_tables, "fs/dcache.c:vfs_caches_init_early"),
        StageSpec(_DONE, late_alloc.cpu_entry_areas, "arch/x86/mm/cpu_entry_area.c:setup_cpu_entry_areas"),
        StageSpec(_DONE, late_alloc.kfence, "mm/kfence/core.c:kfence_alloc_pool"),
        StageSpec(_DONE, late_alloc.stack_depot, "lib/stackdepot.c:stack_depot_early_init"),
        StageSpec(_DONE, late_alloc.swiotlb, "kernel/dma/swiotlb.c:swiotlb_init"),
        StageSpec(_DONE, kernel_memory.first_allocations, "mm/oom_kill.c:out_of_memory"),
    ),
    policy=Policy(
        release="6.1",
        acpi_data_is_ram_end=False,
        coverage_slack_passes=False,
        clip_to_memory=False,
        mirror_needs_mirror=False,
        logs_srat_cpus=True,
        node_data_size=0x2B000,
        node_data_page_aligned=True,
        node_span_is_zone_sum=True,
        emulation_needs_pxm_map=False,
        no_node_is_minus_one=False,
        image_size=0x3400000,
        image_freed=((0xE02000, 0x1000000), (0x18EB000, 0x1A00000), (0x2044000, 0x230F000), (0x3203000, 0x3400000)),
        percpu_used=62 * PAGE_SIZE,
        generic_crashkernel=False,
        reserve_mem_option=False,
        kfence=False,
        kfence_metadata=0,
        kernel_memory_needed=32 * MIB,
        unaccepted_memory=False,
        gigantic_tails_follow_head=False,
        hash_counts_free=False,
        scatters_entry_areas=False,
        auto_online="offline",
        vmemmap_kept=1,
        stack_depot_bucket=8,
        memmap_per_block=False,
        rescans_siblings=False,
        node_empties_late=True,
        memoryless_serves_itself=True,
    ),
    exact=True,
    note="node ranges are clipped to the end of memory only; exactly 1 MiB without a node drops the SRAT",
)
