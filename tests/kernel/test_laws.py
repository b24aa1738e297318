"""Laws that hold for every boot, hostile ones included."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acpitools.core.errors import AcpiToolsError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange, coalesce, subtract
from acpitools.core.units import GIB, MIB, PFN_DOWN, PFN_UP, U64_MAX
from acpitools.kernel.inputs import Affinity, BootInputs, CedtWindow, KernelImage, SlitView, SratView
from acpitools.kernel.layout import Layout
from acpitools.kernel.predict import boot, predict
from tests.kernel.machines import E820, LOW, layout, memory, srat

ADDRESSES = st.one_of(
    st.integers(0, 8 * GIB).map(lambda a: a & -4096),
    st.integers(0, 8 * GIB),
    st.integers(0, 1 << 47).map(lambda a: a & -MIB),
    st.sampled_from([0, 1, 0xA0000, MIB, 4 * GIB, U64_MAX, 1 << 52, 1 << 46]),
)
SIZES = st.one_of(st.integers(0, 4 * GIB), st.sampled_from([0, 1, 4095, 4096, 64 * MIB, 1 << 46, U64_MAX]))
ENTRIES = st.builds(
    lambda start, size, kind: E820Entry(start, start + size, kind),
    ADDRESSES,
    SIZES,
    st.sampled_from([1, 1, 1, 2, 3, 4, 5, 7, 12, 0xEFFFFFFF, 77]),
)
MAPS = st.one_of(
    st.just(E820), st.lists(ENTRIES, max_size=8).map(tuple), st.lists(ENTRIES, max_size=5).map(lambda e: (*E820, *e))
)
AFFINITIES = st.builds(
    Affinity,
    st.integers(0, 9),
    st.integers(48, 4000),
    st.sampled_from([0, 1, 1, 1, 1, 2, 5, 9]),
    st.sampled_from([40, 40, 40, 40, 16, 24, 32, 0, 2, 255]),
    st.sampled_from([0, 0, 1, 2, 3, 255, 256, 1023, 1024, 0xFFFFFFFF]),
    st.integers(0, 7),
    ADDRESSES,
    SIZES,
    st.sampled_from([0, 1, 2, 255, 40000]),
)
SRATS = st.one_of(
    st.none(),
    st.lists(AFFINITIES, max_size=8).map(lambda entries: SratView(revision=3, entries=tuple(entries))),
    st.lists(AFFINITIES, max_size=3).map(
        lambda more: SratView(revision=1, entries=(*srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True)).entries, *more))
    ),
)
OPTIONS = """
movable_node nokaslr kernelcore=1G kernelcore=30% kernelcore=200% kernelcore=mirror movablecore=70%
movablecore=99999E mem=1G mem=1 mem=5G memmap=64M$1G memmap=1K@ memmap=exactmap memmap=2G@4G
memmap=1G%0-1+2 memmap=4K#5G memmap=1E!0 numa=off numa=noacpi numa=fake=3 numa=fake=99999999
numa=fake=33M numa=fake=2U numa=fake=0U numa=fake=U acpi=off crashkernel=256M crashkernel=1E
crashkernel=1G,high crashkernel=0-:16M crashkernel=-:-, hugepagesz=1G hugepages=3
hugepages=999999999 hugepages=0:1,5:7 swiotlb=force swiotlb=99999999999 log_buf_len=1E
log_buf_len=64M nogbpages debug_pagealloc no5lvl nr_cpus=1 -- efi=debug
"""
WORDS = st.sampled_from(OPTIONS.split())
INPUTS = st.builds(
    lambda **values: BootInputs(**values),
    e820=MAPS,
    cmdline=st.lists(WORDS, max_size=5).map(" ".join),
    release=st.sampled_from(["6.1", "6.12", "6.8", "5.4", "3.10"]),
    srat=SRATS,
    slit=st.one_of(st.none(), st.builds(SlitView, localities=st.integers(0, 5), matrix=st.binary(max_size=30))),
    cedt=st.lists(st.builds(CedtWindow, ADDRESSES, ADDRESSES, st.just(0)), max_size=3).map(tuple),
    initrd=st.one_of(st.none(), st.builds(lambda a, n: AddrRange(a, a + n), ADDRESSES, st.integers(1, 64 * MIB))),
    image=st.one_of(
        st.none(),
        st.integers(8, 3000).map(lambda n: KernelImage(start=n * 2 * MIB, end=n * 2 * MIB + 0x2C00000)),
    ),
    apic_ids=st.lists(st.integers(0, 300), min_size=1, max_size=5, unique=True).map(tuple),
    hypervisor=st.booleans(),
    la57=st.booleans(),
    gigabyte_pages=st.booleans(),
)


def check(found: Layout, inputs: BootInputs) -> None:
    """Hold a layout against the laws."""
    ram = [(e.start, e.end) for e in inputs.e820 if e.type in (1, 128)]
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
@given(INPUTS)
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


def test_the_state_before_a_stage_is_never_changed_by_it() -> None:
    run = boot(
        BootInputs(e820=E820, cmdline="movable_node", srat=srat(*LOW), image=KernelImage(start=1 << 24, end=1 << 26))
    ).replay
    for earlier, later in zip(run.steps, run.steps[1:], strict=False):
        assert earlier.after is later.before
    again = boot(run.env.inputs).replay
    assert [step.after for step in again.steps] == [step.after for step in run.steps]
