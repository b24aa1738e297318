"""What differs between kernel builds: constants of the release and of its configuration."""

from __future__ import annotations

from acpitools.core.units import GIB, KIB, MIB
from acpitools.core.value import value

__all__ = ["Policy"]


@value
class Policy:
    """Numbers and switches that stages read; bytes unless a name says pages or shift."""

    release: str
    nodes_shift: int = 10
    """CONFIG_NODES_SHIFT."""
    section_shift: int = 27
    """SECTION_SIZE_BITS."""
    struct_page: int = 64
    min_block_size: int = 128 * MIB
    max_block_size: int = 2 * GIB
    large_block_from: int = 64 * GIB
    """MEM_SIZE_FOR_LARGE_BLOCK: an end of memory below it keeps the smallest blocks."""
    bare_metal_max_block: bool = True
    """Without a hypervisor the largest block is taken unseen (since about 5.9)."""
    acpi_data_is_ram_end: bool = True
    """ACPI data entries count for max_pfn."""
    coverage_slack: int = MIB
    """Uncovered bytes that the NUMA coverage check lets pass."""
    coverage_slack_passes: bool = True
    """Exactly the slack passes (6.7 and newer) or is refused."""
    zones_end_at_memory: bool = True
    """DMA and DMA32 end where memory does, if that is lower than their own limits (4.0)."""
    clip_to_memory: bool = True
    """numa_meminfo is clipped to the first and last byte of memory (6.12), not to [0, max_pfn)."""
    mirror_needs_mirror: bool = True
    """kernelcore=mirror is ignored where no memory is mirrored (6.5)."""
    logs_srat_cpus: bool = False
    """Processor entries of the SRAT are printed (6.1), not only with dynamic debug."""
    node_data_size: int = 0x2A980
    node_data_page_aligned: bool = False
    node_span_is_zone_sum: bool = False
    """A node spans as many pages as its zones together (6.1), not from its first to its last page."""
    emulation_needs_pxm_map: bool = True
    """numa=fake renumbers domains: it does nothing with numa=off, and dies where a physical node gets no fake one
    and there is no SLIT (6.12)."""
    no_node_is_minus_one: bool = True
    """x86 NUMA start-up sets unset nodes to NUMA_NO_NODE rather than MAX_NUMNODES."""
    bottom_up_above_kernel: bool = False
    """Bottom-up allocations start at the end of the kernel image and fall back to top-down (before 5.11)."""
    static_log_buf: int = 128 * KIB
    """1 << CONFIG_LOG_BUF_SHIFT."""
    image_size: int = 0x2C00000
    """_text to the end of bss."""
    brk_used: int = 0x11000
    brk_size: int = 0x30000
    realmode_size: int = 0x7000
    image_freed: tuple[tuple[int, int], ...] = (
        (0x1B71000, 0x1C00000),
        (0x2301000, 0x2735000),
        (0x2A05000, 0x2C00000),
    )
    """Gaps between sections and init code that are given back late: ``[start, end)`` from _text on."""
    percpu_used: int = 66 * 4 * KIB
    generic_crashkernel: bool = True
    reserve_mem_option: bool = True
    """The kernel knows reserve_mem= (6.11)."""
    movable_node_option: bool = True
    """The kernel knows movable_node (3.13, where it is built in)."""
    movable_node_config: str = "CONFIG_MEMORY_HOTPLUG"
    """What builds it in: CONFIG_MOVABLE_NODE before 4.13."""
    hotplug_marks: bool = True
    """Hot-pluggable memory is marked, not allocated from, and made Movable (3.14)."""
    mirror_option: bool = True
    """The kernel knows kernelcore=mirror (4.6)."""
    online_in_any_order: bool = True
    """Any block of added memory can go online to any zone (4.13), not only one at the zone's end."""
    reserves_acpi_tables: bool = True
    """Every ACPI table is reserved where the firmware left it (5.12)."""
    windows_stretch_touching: bool = False
    """CXL windows stretch SRAT ranges that begin where they end, too (6.6 and 6.7)."""
    auto_online: str = "online"
    """What blocks of added memory become where no option says (Debian's configurations)."""
    hotplug_knobs: tuple[str, ...] = ("auto_online_blocks", "memhp_default_state", "memmap_on_memory", "online_policy")
    """What can be set of hot-plug: files of sysfs (4.6), options (4.7), the memory map on the memory (5.13), the
    policy and its parameters (5.15)."""
    memmap_per_block: bool = True
    """memmap_on_memory works block by block (6.7), not only for a range of one block."""
    rescans_siblings: bool = True
    """An insertion scans from the parent: devices that failed before are tried again (6.12)."""
    keeps_handlers: bool = True
    """The scan handlers of what is ejected are let go only where the ejection was complete (6.11)."""
    node_empties_late: bool = False
    """A node whose last memory goes offline is in the allocation lists that are made then (before 6.7)."""
    memoryless_serves_itself: bool = False
    """A node without memory is in its own allocation list (before 6.7)."""
    kaslr: bool = True
    """CONFIG_RANDOMIZE_BASE."""
    randomize_memory: bool = True
    """KASLR moves the direct map as well."""
    zone_device: bool = True
    """The direct map reaches all of physical memory, whatever RAM there is."""
    memory_padding: int = 10
    """TiB that it reaches above the end of RAM otherwise."""
    kaslr_reads_srat: bool = True
    """CONFIG_MEMORY_HOTREMOVE: KASLR keeps the kernel out of hot-pluggable ranges."""
    physical_start: int = 16 * MIB
    """CONFIG_PHYSICAL_START."""
    physical_align: int = 2 * MIB
    """CONFIG_PHYSICAL_ALIGN."""
    nr_cpus: int = 8192
    """CONFIG_NR_CPUS."""
    log_cpu_buf: int = 4 * KIB
    """1 << CONFIG_LOG_CPU_MAX_BUF_SHIFT: what each CPU beyond the first adds to the log buffer."""
    soft_reserve: bool = True
    """CONFIG_EFI_SOFT_RESERVE."""
    crash_reserve: bool = True
    """CONFIG_CRASH_RESERVE (CONFIG_KEXEC_CORE on older kernels): crashkernel= is an option."""
    vmemmap_kept: int | None = 0
    """Pages of boot-time struct pages that each optimized huge page keeps; None without hugetlb_free_vmemmap=."""
    counts_disabled_cpus: bool = False
    """Disabled processors of an old MADT are possible on bare metal as well, not only in a guest."""
    possible_cpus_adds: bool = False
    """possible_cpus= makes CPUs possible beyond those of the firmware."""
    stack_depot_bucket: int = 16
    """Bytes of a bucket of the hash table of stack traces."""
    slub_debug: bool = True
    """CONFIG_SLUB_DEBUG."""
    hugetlb: bool = True
    """CONFIG_HUGETLBFS."""
    swiotlb: bool = True
    """CONFIG_SWIOTLB."""
    initrd: bool = True
    """CONFIG_BLK_DEV_INITRD."""
    five_level: bool = True
    """CONFIG_X86_5LEVEL."""
    numa_emulation: bool = True
    """CONFIG_NUMA_EMU."""
    acpi_numa: bool = True
    """CONFIG_ACPI_NUMA."""
    table_upgrade: bool = True
    """CONFIG_ACPI_TABLE_UPGRADE."""
    cma: bool = False
    """CONFIG_CMA."""
    cma_bytes: int = 0
    """CONFIG_CMA_SIZE_MBYTES: the area that is taken without cma=."""
    cma_percent: int = 0
    """CONFIG_CMA_SIZE_PERCENTAGE."""
    cma_select: str = "mbytes"
    """Which of the two counts (CONFIG_CMA_SIZE_SEL_*): mbytes, percentage, min or max."""
    kfence: bool = True
    """CONFIG_KFENCE."""
    kfence_interval: int = 0
    """CONFIG_KFENCE_SAMPLE_INTERVAL: what counts where no option tells; 0 is off."""
    kfence_objects: int = 255
    """CONFIG_KFENCE_NUM_OBJECTS."""
    kfence_metadata: int = 1168
    """Bytes that describe an object, where they are not in the image."""
    debug_pagealloc: bool = False
    """CONFIG_DEBUG_PAGEALLOC: without it debug_pagealloc is no option."""
    gigantic_tails_follow_head: bool = True
    """All of a boot-time 1 GiB page is set up with the zone of its first page (6.7), not page by page."""
    hash_counts_free: bool = True
    """Boot-time hash tables are sized by free memory (6.12) or by present pages."""
    scatters_entry_areas: bool = True
    """The entry areas of CPUs lie at random addresses (6.2), so that each needs page tables of its own."""
    kernel_memory_needed: int = 22 * MIB
    """Bytes outside of Movable and of what is reserved that the kernel takes before its first program runs."""
    unaccepted_memory: bool = True
    """The EFI unaccepted-memory table is added to memory and reserved (6.8)."""

    @property
    def max_numnodes(self) -> int:
        """MAX_NUMNODES."""
        return 1 << self.nodes_shift

    @property
    def nr_node_memblks(self) -> int:
        """NR_NODE_MEMBLKS: the most ranges that the SRAT may have."""
        return 2 * self.max_numnodes

    @property
    def max_pxm_domains(self) -> int:
        """MAX_PXM_DOMAINS: the first proximity domain that is refused."""
        return max(self.max_numnodes, 256)

    @property
    def e820_max_entries(self) -> int:
        """E820_MAX_ENTRIES."""
        return 128 + 3 * self.max_numnodes

    @property
    def section_size(self) -> int:
        """Bytes of a SPARSEMEM section."""
        return 1 << self.section_shift
