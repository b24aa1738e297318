"""Huge pages that the command line asks for, and the struct pages of theirs that the kernel can do without.

Kernel: mm/hugetlb.c, mm/hugetlb_vmemmap.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from acpitools.core.units import MIB, PAGE_SIZE, memparse, simple_strtoull
from acpitools.kernel.cmdline import Options
from acpitools.kernel.state import BootEnv, BootState

__all__ = ["huge_page_requests", "optimized_pages"]


def _per_node(text: str) -> list[tuple[int | None, int]]:
    # "5" for any node, "0:1,1:3" for chosen ones.
    wanted: list[tuple[int | None, int]] = []
    for part in text.split(","):
        head, colon, tail = part.partition(":")
        count = simple_strtoull(tail if colon else head)[0]
        wanted.append((simple_strtoull(head)[0] if colon else None, count))
    return wanted


def huge_page_requests(options: Options) -> Iterator[tuple[int, int | None, int, str]]:
    """Give what hugepages= asks for, in order: size of a page in bytes, node or None for any, count, and the text.

    Kernel: mm/hugetlb.c:hugepages_setup, hugepagesz_setup, default_hugepagesz_setup.
    """
    size = 2 * MIB
    defaults = [p for p in options.hugetlb if p.name == "default_hugepagesz"]
    if defaults and options.hugetlb[0].name == "default_hugepagesz":
        size = memparse(defaults[0].value or "")[0]
    for param in options.hugetlb:
        if param.name != "hugepages":
            size = memparse(param.value or "")[0]
            continue
        for node, count in _per_node(param.value or ""):
            yield size, node, count, str(param)


def optimized_pages(state: BootState, env: BootEnv) -> dict[int, int]:
    """Give for each node the pages of its memory map that hugetlb_free_vmemmap=on hands to the page allocator.

    Where 2 MiB pages will lie is a guess: evenly on all nodes.
    Kernel: hugetlb_vmemmap_optimize, free_bootmem_page.
    """
    kept = env.policy.vmemmap_kept
    if kept is None or not (env.options.hugetlb_free_vmemmap and env.policy.hugetlb):
        return {}

    def spared(size: int) -> int:
        return max(0, size // PAGE_SIZE * env.policy.struct_page // PAGE_SIZE - kept)

    nodes = sorted({zone.node for zone in state.zones if zone.present_pages})
    found = dict.fromkeys(nodes, 0)
    for area in (a for a in state.ledger if a.owner == "1 GiB page"):
        node = next((r.nid for r in state.memblock.memory if r.base <= area.start < r.end), None)
        if node in found:
            found[node] += spared(area.end - area.start)
    for size, wanted, count, _ in huge_page_requests(env.options):
        targets = nodes if wanted is None else [node for node in nodes if node == wanted]
        for number, node in enumerate(targets if size == 2 * MIB else ()):
            whole, rest = divmod(count, len(targets))
            found[node] += (whole + (number < rest)) * spared(size)
    return found
