"""Releases beside the two that were recorded: each the nearest model, with what is known to differ.

The differences are those that real logs from 3.10 to 6.19 show in node ranges and Movable starts.
"""

from __future__ import annotations

from dataclasses import replace

from acpitools.kernel.versions import v6_1

__all__ = ["V3_10", "V3_14", "V4_0", "V5_9", "V5_11", "V6_5", "V6_7", "V6_8"]

V6_5 = replace(
    v6_1.KERNEL,
    release="6.5",
    policy=replace(v6_1.KERNEL.policy, release="6.5", mirror_needs_mirror=True, scatters_entry_areas=True),
    exact=False,
    note="kernelcore=mirror is ignored where no memory is mirrored",
)
V6_7 = replace(
    V6_5,
    release="6.7",
    policy=replace(V6_5.policy, release="6.7", coverage_slack_passes=True, gigantic_tails_follow_head=True),
    note="exactly 1 MiB without a node passes the coverage check; 1 GiB pages bind blocks they reach into",
)
V6_8 = replace(
    V6_7,
    release="6.8",
    policy=replace(V6_7.policy, release="6.8", unaccepted_memory=True, generic_crashkernel=True),
    note="the EFI unaccepted-memory table is added to memory and reserved",
)
V5_11 = replace(
    v6_1.KERNEL,
    release="5.11",
    policy=replace(v6_1.KERNEL.policy, release="5.11"),
    exact=False,
    note="bottom-up allocations start at the lowest free address",
)
V5_9 = replace(
    V5_11,
    release="5.9",
    policy=replace(V5_11.policy, release="5.9", bottom_up_above_kernel=True),
    note="bare metal takes the largest memory blocks; bottom-up allocations start above the kernel image",
)
V4_0 = replace(
    V5_9,
    release="4.0",
    policy=replace(V5_9.policy, release="4.0", bare_metal_max_block=False),
    note="bare metal and virtual machines size their memory blocks alike",
)
V3_14 = replace(
    V4_0,
    release="3.14",
    policy=replace(V4_0.policy, release="3.14", zones_end_at_memory=False),
    note="movable_node, hot-plug marks and bottom-up allocations; DMA32 always ends at 4 GiB",
)
V3_10 = replace(
    V3_14,
    release="3.10",
    policy=replace(V3_14.policy, release="3.10", movable_node_option=False),
    note="no movable_node option: hot-pluggable ranges are ordinary memory",
)
