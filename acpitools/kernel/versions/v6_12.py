"""Linux 6.12: checked against recorded boots."""

from __future__ import annotations

from acpitools.kernel.policy import Policy
from acpitools.kernel.versions.model import KernelModel
from acpitools.kernel.versions.sequence import boot_stages

__all__ = ["KERNEL"]

KERNEL = KernelModel(
    release="6.12",
    stages=boot_stages(
        numa_init="mm/numa_memblks.c:numa_memblks_init",
        crash="kernel/crash_reserve.c:reserve_crashkernel_generic",
        area_init="mm/mm_init.c:free_area_init",
        offline="mm/numa.c:alloc_offline_node_data",
    ),
    policy=Policy(release="6.12"),
    exact=True,
    note="node ranges are clipped to memory; ACPI data counts for the end of memory; numa=fake renumbers domains",
)
