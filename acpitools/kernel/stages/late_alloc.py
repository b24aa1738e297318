"""What memblock hands out after the SRAT: CMA, per-cpu areas, huge pages, hash tables, bounce buffers.

Top-down again, and under movable_node never in hot-pluggable memory.  Kernel: init/main.c:start_kernel and what it
calls before memblock_free_all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.core.units import GIB, KIB, MIB, PAGE_SIZE, PFN_DOWN, PFN_UP, memparse, round_up
from acpitools.kernel import memblock
from acpitools.kernel.huge_pages import huge_page_requests
from acpitools.kernel.late_sizes import hash_table_size, percpu_units, swiotlb_size
from acpitools.kernel.memblock import NUMA_NO_NODE, UNSET_NID
from acpitools.kernel.stages.early_alloc import allocate_log_buf, wanted_log_buf
from acpitools.kernel.state import Allocation, BootEnv, BootState, Event, Outcome, replace_memblock, took

__all__ = [
    "cma_reserve",
    "cpu_entry_areas",
    "cpu_nodes",
    "hash_tables",
    "hugetlb",
    "kfence",
    "offline_node_data",
    "online_nodes",
    "percpu",
    "reserve_mem",
    "small_allocations",
    "stack_depot",
    "swiotlb",
]

_MIN_ADDRESS: Final = 16 * MIB
_GIGANTIC: Final = GIB
_DMA32_PFN: Final = 4 * GIB >> 12
_CMA_ALIGN: Final = 4 * MIB
_ENTRY_AREA_PAGES: Final = 59
_PTES: Final = 512  # in a page table
_MOST_NAMES: Final = 8
_NAME_SIZE: Final = 16  # with the NUL


def online_nodes(state: BootState, env: BootEnv) -> frozenset[int]:
    """Give the nodes that are online when userspace starts: with RAM, a CPU or a generic initiator."""
    numa = state.numa
    with_ram = {nid for nid in state.memblock.memory.by_nid if nid not in (NUMA_NO_NODE, UNSET_NID)}
    with_cpu = {numa.apic_to_node[apic] for apic in env.inputs.apic_ids if apic in numa.apic_to_node}
    return frozenset(with_ram | with_cpu | numa.initiators)


def _cma_default(state: BootState, env: BootEnv) -> int:
    # Kernel: dma_contiguous_reserve, cma_early_percent_memory.
    policy = env.policy
    pages = sum(PFN_DOWN(region.end) - PFN_UP(region.base) for region in state.memblock.memory)
    share = (pages * policy.cma_percent // 100) * PAGE_SIZE
    chosen = {"percentage": share, "min": min(policy.cma_bytes, share), "max": max(policy.cma_bytes, share)}
    return chosen.get(policy.cma_select, policy.cma_bytes)


def cma_reserve(state: BootState, env: BootEnv) -> Outcome:
    """Take the area of cma=, or the one that the configuration asks for, on kernels built with CMA."""
    value = env.options.cma
    if not env.policy.cma or state.panic:
        return Outcome(state)
    size, rest = memparse(value) if value else (_cma_default(state, env), "")
    size = round_up(size, _CMA_ALIGN)
    start, end = 0, memblock.ACCESSIBLE
    if rest.startswith("@"):
        start, rest = memparse(rest[1:])
        end = memparse(rest[1:])[0] if rest.startswith("-") else start + size
    if not size:
        return Outcome(state)
    mb, address = memblock.alloc(state.memblock, size, _CMA_ALIGN, start, end)
    if address is None:
        return Outcome(
            state, (Event("cma", "no room for cma=", cause=f"cmdline: cma={value}" if value else "CONFIG_CMA_SIZE"),)
        )
    return Outcome(took(state, mb, address, address + size, "CMA", "dma_contiguous_reserve", temporary=True))


def offline_node_data(state: BootState, env: BootEnv) -> Outcome:
    """Give possible nodes without RAM their data as well.  Kernel: free_area_init, alloc_offline_node_data."""
    if state.panic:
        return Outcome(state)
    with_data = {int(a.owner[10:-1]) for a in state.ledger if a.owner.startswith("NODE_DATA(")}
    size = env.policy.node_data_size
    for nid in sorted(state.numa.possible - with_data):
        mb, address = memblock.alloc_try_nid(state.memblock, size, 64)
        if address is None:
            return Outcome(replace(state, panic=f"no memory for the data of node {nid}"))
        state = took(state, mb, address, address + size, f"NODE_DATA({nid})", "alloc_offline_node_data")
    return Outcome(state)


def small_allocations(state: BootState, env: BootEnv) -> Outcome:
    """Take the many small things of setup_arch and start_kernel as one range, sized from counts."""
    if state.panic:
        return Outcome(state)
    entries, command = len(state.e820), round_up(len(env.inputs.cmdline) + 1, 64)
    size = 2 * 128 + entries * (64 + 128 + 64) + 2 * command + 4096
    mb, address = memblock.alloc_try_nid(state.memblock, size, 64)
    if address is None:
        return Outcome(replace(state, panic="no memory left for the kernel's own small allocations"))
    return Outcome(took(state, mb, address, address + size, "small allocations", "setup_arch"))


def cpu_nodes(state: BootState, env: BootEnv) -> list[int]:
    """Give the node of each possible CPU: the SRAT's, else nodes with memory in turn by CPU number.

    Kernel: numa_init_array, init_cpu_to_node.
    """
    with_ram = sorted(nid for nid in state.memblock.memory.by_nid if nid not in (NUMA_NO_NODE, UNSET_NID)) or [0]
    nodes = state.numa.apic_to_node
    return [nodes.get(apic, with_ram[number % len(with_ram)]) for number, apic in enumerate(env.inputs.apic_ids)]


def percpu(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the first per-cpu chunk, 2 MiB at a time on each CPU's node; unused tails go back.

    Kernel: setup_per_cpu_areas, pcpu_embed_first_chunk.
    """
    if state.panic:
        return Outcome(state)
    if env.policy.possible_cpus_adds and env.options.possible_cpus == 0:
        return Outcome(replace(state, panic="possible_cpus=0 leaves no CPU to allocate per-cpu areas for"))
    used = env.policy.percpu_used
    groups = Counter(cpu_nodes(state, env))
    share = percpu_units(list(groups.values()), used)
    unit = 2 * MIB // share
    mb, entries = memblock.thawed(state.memblock), []
    for nid, count in groups.items():
        units = round_up(count, share)
        mb, address = memblock.alloc_try_nid(mb, units * unit, 2 * MIB, _MIN_ADDRESS, 0, nid)
        if address is None:
            return Outcome(replace(state, panic="no memory for the per-cpu areas"))
        for number in range(units):
            start = address + number * unit
            kept = used if number < count else 0
            mb = memblock.free(mb, start + kept, start + unit)
            if kept:
                entries.append(Allocation(start, start + kept, "per-cpu areas", "pcpu_embed_first_chunk", mb.direction))
    state = replace_memblock(state, memblock.frozen(mb), entries)
    cpus = len(env.inputs.apic_ids)
    extra = (cpus - 1) * env.policy.log_cpu_buf
    if extra > env.policy.static_log_buf // 2 and not wanted_log_buf(env):
        state = allocate_log_buf(state, 1 << (extra + env.policy.static_log_buf - 1).bit_length())
    return Outcome(state)


def reserve_mem(state: BootState, env: BootEnv) -> Outcome:
    """Take the named pieces of reserve_mem=size:align:name, at most eight.  Kernel: mm/memblock.c:reserve_mem."""
    if state.panic or not env.policy.reserve_mem_option:
        return Outcome(state)
    names: list[str] = []
    for text in env.options.reserve_mem:
        size, rest = memparse(text)
        align, rest = memparse(rest[1:]) if rest.startswith(":") else (0, "")
        name = rest[1:]
        fine = size and rest.startswith(":") and 0 < len(name) < _NAME_SIZE and name.strip()
        if not fine or name in names or len(names) == _MOST_NAMES:
            continue
        mb, address = memblock.alloc(state.memblock, size, max(align, 64))
        if address is not None:
            names.append(name)
            state = took(state, mb, address, address + size, f"reserve_mem {name}", "reserve_mem")
    return Outcome(state)


# --- huge pages -------------------------------------------------------------------------------------------------


def hugetlb(state: BootState, env: BootEnv) -> Outcome:
    """Take 1 GiB pages from memblock: round robin over nodes with memory, or the nodes that were named.

    2 MiB pages come from the page allocator later and change no zone.  Kernel: mm/hugetlb.c:hugepages_setup.
    """
    if state.panic or not env.options.hugetlb or not env.policy.hugetlb:
        return Outcome(state)
    nodes = sorted(nid for nid in state.memblock.memory.by_nid if nid not in (NUMA_NO_NODE, UNSET_NID))
    findings, turn = list(state.findings), 0
    for size, wanted, count, text in huge_page_requests(env.options):
        if size != _GIGANTIC:
            continue
        state, got, turn = _gigantic(state, nodes, wanted, count, turn)
        if got < count:
            why = f"{text}: only {got} of {count} pages of 1 GiB fit"
            findings.append(Finding(code="HUGE001", severity=Severity.WARNING, message=why))
    return Outcome(replace(state, findings=tuple(findings)))


def _gigantic(
    state: BootState, nodes: list[int], wanted: int | None, count: int, turn: int
) -> tuple[BootState, int, int]:
    # Pages go to the nodes in turn, or to the one that was named; where that is full, to any.
    if wanted is not None and wanted not in nodes:
        return state, 0, turn
    targets = [wanted] if wanted is not None else [nodes[(turn + n) % len(nodes)] for n in range(len(nodes))]
    whole, rest = divmod(count, len(targets))
    mb, entries, got = memblock.thawed(state.memblock), [], 0
    for number, nid in enumerate(targets):
        share = whole + (number < rest)
        mb, taken = memblock.alloc_many(mb, share, _GIGANTIC, _GIGANTIC, 0, nid)
        entries += [
            Allocation(start, start + _GIGANTIC, "1 GiB page", "__alloc_bootmem_huge_page", mb.direction)
            for low, high in taken
            for start in range(low, high, _GIGANTIC)
        ]
        found = sum(high - low for low, high in taken) // _GIGANTIC
        got += found
        if found < share:
            break  # no node has room: the kernel gives up at the first page that fits nowhere
    return replace_memblock(state, memblock.frozen(mb), entries), got, (turn + got) % len(nodes)


# --- the rest ---------------------------------------------------------------------------------------------------


def hash_tables(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the dentry and inode hash tables, which only a machine with one node takes from memblock.

    Kernel: vfs_caches_init_early, alloc_large_system_hash.
    """
    nodes = {zone.node for zone in state.zones if zone.present_pages}
    spread = len(nodes) > 1 if env.options.hashdist is None else env.options.hashdist and len(nodes) > 1
    if state.panic or spread:
        return Outcome(state)
    pages = _hash_pages(state, env)
    for owner, scale, asked in (
        ("dentry hash table", 13, env.options.dhash_entries),
        ("inode hash table", 14, env.options.ihash_entries),
    ):
        state = _hash_table(state, hash_table_size(pages, scale, 8, asked), owner)
    return Outcome(state)


def _hash_pages(state: BootState, env: BootEnv) -> int:
    if env.policy.hash_counts_free:
        return state.free_pages
    return sum(zone.present_pages - zone.present_pages // 64 for zone in state.zones)


def _hash_table(state: BootState, size: int, owner: str) -> BootState:
    mb, address = memblock.alloc_try_nid(state.memblock, size, 64)
    while address is None and size > PAGE_SIZE:
        size //= 2
        mb, address = memblock.alloc_try_nid(state.memblock, size, 64)
    return state if address is None else took(state, mb, address, address + size, owner, "alloc_large_system_hash")


def stack_depot(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the hash table of stack traces, which slab_debug= asks for where it keeps the users of objects.

    Kernel: lib/stackdepot.c:stack_depot_early_init, mm/slub.c:setup_slub_debug.
    """
    options = env.options
    if state.panic or not (options.slab_users and env.policy.slub_debug) or options.stack_depot_disable:
        return Outcome(state)
    size = hash_table_size(_hash_pages(state, env), 14, env.policy.stack_depot_bucket, bounds=(1 << 12, 1 << 20))
    return Outcome(_hash_table(state, size, "hash table of stack traces"))


def cpu_entry_areas(state: BootState, env: BootEnv) -> Outcome:
    """Take the page tables of the CPUs' entry areas: side by side or, with KASLR since 6.2, each somewhere.

    Kernel: arch/x86/mm/cpu_entry_area.c:setup_cpu_entry_areas.
    """
    if state.panic:
        return Outcome(state)
    cpus = len(env.inputs.apic_ids)
    scattered = env.policy.scatters_entry_areas and env.policy.kaslr and env.options.kaslr
    count = 1 + 2 * cpus if scattered else 2 + -(-(1 + _ENTRY_AREA_PAGES * cpus) // _PTES)
    mb, taken = memblock.alloc_many(state.memblock, count, PAGE_SIZE, PAGE_SIZE)
    entries = [Allocation(low, high, "CPU entry areas", "spp_getpage", mb.direction) for low, high in taken]
    return Outcome(replace_memblock(state, mb, entries))


def kfence(state: BootState, env: BootEnv) -> Outcome:
    """Take the pool of the sampling error detector, two pages for an object and two more, and its metadata.

    Kernel: mm/kfence/core.c:kfence_alloc_pool_and_metadata.
    """
    policy, asked = env.policy, env.options.kfence_interval
    if state.panic or not policy.kfence or not (policy.kfence_interval if asked is None else asked):
        return Outcome(state)
    for size, owner in (
        (2 * PAGE_SIZE * (policy.kfence_objects + 1), "KFENCE pool"),
        (round_up(policy.kfence_metadata * policy.kfence_objects, PAGE_SIZE), "KFENCE metadata"),
    ):
        mb, address = memblock.alloc_try_nid(state.memblock, size, PAGE_SIZE)
        if size and address is not None:
            state = took(state, mb, address, address + size, owner, "kfence_alloc_pool")
    return Outcome(state)


def swiotlb(state: BootState, env: BootEnv) -> Outcome:
    """Take the bounce buffer below 4 GiB where memory, present or promised by the SRAT, reaches above it.

    Kernel: arch/x86/kernel/pci-dma.c:pci_swiotlb_detect, kernel/dma/swiotlb.c:swiotlb_init.
    """
    option = env.options.swiotlb or ""
    words = option.split(",")
    wanted = "force" in words or (state.max_possible_pfn > _DMA32_PFN and "off" not in env.options.iommu)
    if state.panic or not wanted or "noforce" in words or not env.policy.swiotlb:
        return Outcome(state)
    size = swiotlb_size(option, len(env.inputs.apic_ids))
    mb, address = memblock.alloc_try_nid(state.memblock, size, PAGE_SIZE, 0, 4 * GIB - 1)
    while address is None:
        if size <= MIB:
            return Outcome(state)
        size = round_up(size // 2, 256 * KIB)
        mb, address = memblock.alloc_try_nid(state.memblock, size, PAGE_SIZE, 0, 4 * GIB - 1)
    state = took(state, mb, address, address + size, "software IO TLB", "swiotlb_init")
    slots = round_up(size // 2048 * 24, PAGE_SIZE)
    mb, address = memblock.alloc_try_nid(state.memblock, slots, PAGE_SIZE)
    if address is not None:
        state = took(state, mb, address, address + slots, "software IO TLB slots", "swiotlb_init")
    return Outcome(state)
