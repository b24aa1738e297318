"""Linux 6.5: described, not recorded; what differs from Linux 6.1 is in its policy and its stages."""

from __future__ import annotations

from dataclasses import replace

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
from acpitools.kernel.versions import v6_1
from acpitools.kernel.versions.model import KernelModel

__all__ = ["KERNEL"]

_READY, _BEFORE, _PARSING = Phase.MEMBLOCK_READY, Phase.BEFORE_SRAT, Phase.PARSING_SRAT
_AFTER, _DONE = Phase.AFTER_SRAT, Phase.MEMORY_INITIALIZED

KERNEL = KernelModel(
    release="6.5",
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
        StageSpec(_DONE, zones.free_area_init, "mm/mm_init.c:free_area_init"),
        StageSpec(_DONE, late_alloc.offline_node_data, "mm/mm_init.c:free_area_init"),
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
    policy=replace(
        v6_1.KERNEL.policy,
        release="6.5",
        mirror_needs_mirror=True,
        scatters_entry_areas=True,
        vmemmap_kept=0,
    ),
    exact=False,
    note="kernelcore=mirror is ignored where no memory is mirrored",
)
