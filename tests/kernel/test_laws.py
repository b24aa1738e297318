"""Laws that hold for every boot, hostile ones included."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from acpitools.core.errors import AcpiToolsError
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange, coalesce, subtract
from acpitools.core.units import GIB, MIB, PFN_DOWN, PFN_UP
from acpitools.kernel.inputs import BootInputs, CedtWindow, KernelImage, SlitView, TableInMemory
from acpitools.kernel.layout import Layout
from acpitools.kernel.predict import boot, predict
from tests.kernel.machines import E820, LOW, layout, memory, srat
from tests.strategies import boot_inputs

SLICE = 64 * MIB


def check(found: Layout, inputs: BootInputs) -> None:
    """Hold a layout against the laws."""
    ram = [(e.start, e.end) for e in inputs.e820 if e.type in (1, 128)]
    ram += [(d.start, d.end) for d in inputs.efi_memmap]
    added = any(word in inputs.cmdline for word in ("@", "%"))
    own = [(r.start, r.end) for r in found.reserved if "kernel image" in r.owner]
    if not added:
        outside = subtract([(r.start, r.end) for r in found.memory], ram)
        limit = max((end for _, end in own), default=0) + 0x30000
        assert all(any(start <= place.start for start, _ in own) and place.end <= limit for place in outside)
    assert [r.start for r in found.memory] == sorted(r.start for r in found.memory)
    if not found.boots:
        assert any(finding.code == "BOOT001" for finding in found.findings)
        assert found.zones == ()
        return
    for zone in found.zones:
        assert 0 < zone.present_pages <= zone.spanned_pages
        assert zone.managed_pages.low <= zone.managed_pages.estimate <= zone.managed_pages.high
    if "mirror" not in inputs.cmdline:
        pages = sum(max(0, PFN_DOWN(r.end) - PFN_UP(r.start)) for r in found.memory if r.node is not None)
        assert sum(zone.present_pages for zone in found.zones) == pages
        for node in {zone.node for zone in found.zones}:
            spans = [AddrRange(z.start_pfn, z.end_pfn) for z in found.zones if z.node == node]
            assert sum(s.size for s in spans) == sum(s.size for s in coalesce(spans))
            regions = [r for r in found.memory if r.node == node and PFN_UP(r.start) < PFN_DOWN(r.end)]
            assert min(spans).start >= PFN_UP(regions[0].start)
            assert max(spans).end <= PFN_DOWN(regions[-1].end)
    for piece in found.ranges:
        assert piece.why
        assert piece.movable == (piece.zone == "Movable")
    sections = {
        section
        for r in found.memory
        if PFN_UP(r.start) < PFN_DOWN(r.end)
        for section in range(r.start >> 27, ((PFN_DOWN(r.end) << 12) - 1 >> 27) + 1)
        if (r.end - r.start) >> 27 < 4096
    }
    if all((r.end - r.start) >> 27 < 4096 for r in found.memory):
        assert {b.id for b in found.blocks} == {(s << 27) // found.blocks.size for s in sections}


@settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(boot_inputs())
def test_any_boot_ends_in_a_layout_or_a_documented_error(inputs: BootInputs) -> None:
    try:
        found = predict(inputs)
    except AcpiToolsError:
        return
    check(found, inputs)
    assert predict(inputs) == found


HOSTILE = [
    "numa=fake=99999999",
    "numa=fake=32M",
    "hugepagesz=1G hugepages=999999999999",
    "hugepagesz=1G hugepages=0:99999999999",
    "log_buf_len=0xffffffffffffffff",
    "swiotlb=0xffffffffffffffff",
    "crashkernel=" + ",".join(f"{n}K-:1M" for n in range(3000)),
    "memmap=" + ",".join(f"4K${n}M" for n in range(1, 1000)),
    "memmap=1K@1M " * 2000,
    "kernelcore=" + "9" * 5000,
    "numa=fake=" + "9" * 5000,
    '"' * 3000,
]


@pytest.mark.parametrize("cmdline", HOSTILE, ids=lambda text: text[:24])
def test_absurd_options_end_quickly(cmdline: str) -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 1 << 46, 1))
    found = layout(cmdline, srat(*LOW, memory(1, 4 * GIB, 1 << 46)), e820=e820)
    assert found.kernel == "6.12"


def test_a_map_of_many_entries_ends_quickly() -> None:
    e820 = tuple(E820Entry(n * 2 * MIB, n * 2 * MIB + MIB, 1) for n in range(60_000))
    assert layout("movable_node", e820=e820, initrd=None).kernel == "6.12"


THOUSAND_NODES = srat(
    *LOW, *(memory(n % 1000, 4 * GIB + n * SLICE, 4 * GIB + (n + 1) * SLICE, hot=n % 3 == 0) for n in range(2040))
)
FULL = (*E820[:3], E820Entry(4 * GIB, 4 * GIB + 2040 * SLICE, 1))


@pytest.mark.parametrize(
    "cmdline",
    [
        "",
        "movable_node",
        "kernelcore=20%",
        "numa=fake=1000",
        "numa=fake=64M",
        "hugepagesz=1G hugepages=500",
        "movable_node nogbpages debug_pagealloc",
    ],
)
def test_as_many_nodes_and_ranges_as_the_kernel_knows_end_quickly(cmdline: str) -> None:
    started = time.process_time()
    found = layout(cmdline, THOUSAND_NODES, e820=FULL)
    assert found.boots
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "more",
    [
        {"acpi_tables": tuple(TableInMemory("SSDT", 5 * GIB + n * 8192, 100) for n in range(10_000))},
        {"efi_memmap": tuple(EfiDescriptor(GIB + n * 8192, GIB + n * 8192 + 4096, 4, 8) for n in range(10_000))},
        {"setup_data": tuple(AddrRange(GIB + n * 8192, GIB + n * 8192 + 64) for n in range(10_000))},
        {"cedt": tuple(CedtWindow(4 * GIB + n * MIB, 4 * GIB + (n + 3) * MIB, n) for n in range(2_000))},
        {"slit": SlitView(localities=5000, matrix=bytes(5000 * 5000))},
        {"apic_ids": tuple(range(16_384)), "boot_x2apic": True},
    ],
    ids=lambda more: next(iter(more)),
)
def test_thousands_of_anything_end_quickly(more: dict[str, Any]) -> None:
    started = time.process_time()
    assert layout("movable_node", THOUSAND_NODES, e820=FULL, **more).kernel == "6.12"
    assert time.process_time() - started < 10


def test_thousands_of_structures_end_quickly() -> None:
    """All but two disabled, or one range said 60000 times, which is more than the kernel has room for."""
    for enabled, source in ((False, "srat"), (True, "dummy")):
        many = (memory(1, 4 * GIB, 5 * GIB, enabled=enabled) for _ in range(60_000))
        found = layout("movable_node", srat(*LOW, memory(1, 4 * GIB, 6 * GIB), *many))
        assert (found.boots, found.numa.source) == (True, source)


def test_the_state_before_a_stage_is_never_changed_by_it() -> None:
    run = boot(
        BootInputs(e820=E820, cmdline="movable_node", srat=srat(*LOW), image=KernelImage(start=1 << 24, end=1 << 26))
    ).replay
    for earlier, later in zip(run.steps, run.steps[1:], strict=False):
        assert earlier.after is later.before
    again = boot(run.env.inputs).replay
    assert [step.after for step in again.steps] == [step.after for step in run.steps]
