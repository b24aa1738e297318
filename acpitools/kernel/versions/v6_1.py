"""Linux 6.1: checked against recorded boots."""

from __future__ import annotations

from acpitools.core.units import PAGE_SIZE
from acpitools.kernel.policy import Policy
from acpitools.kernel.versions.model import KernelModel
from acpitools.kernel.versions.sequence import boot_stages

__all__ = ["KERNEL"]

KERNEL = KernelModel(
    release="6.1",
    stages=boot_stages(
        numa_init="arch/x86/mm/numa.c:numa_init",
        crash="arch/x86/kernel/setup.c:reserve_crashkernel",
        area_init="mm/page_alloc.c:free_area_init",
        offline="mm/page_alloc.c:free_area_init",
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
        unaccepted_memory=False,
        gigantic_tails_follow_head=False,
        hash_counts_free=False,
        scatters_entry_areas=False,
        auto_online="offline",
        memmap_per_block=False,
        rescans_siblings=False,
    ),
    exact=True,
    note="node ranges are clipped to the end of memory only; exactly 1 MiB without a node drops the SRAT",
)
