"""Memory that the kernel may use for itself."""

from __future__ import annotations

import pytest

from acpitools.core.findings import Severity
from acpitools.core.units import GIB
from acpitools.kernel.managed import kernel_pages
from tests.kernel.machines import E820, layout, predict

LOW_RAM = E820[:3]


@pytest.mark.parametrize(("release", "least"), [("6.1", 76), ("6.12", 60)])
@pytest.mark.parametrize("short", [0, 2, 12])
def test_a_kernel_that_is_left_too_little_dies(release: str, least: int, short: int) -> None:
    """Booted with 2 CPUs and 2 GiB: 6.1 came up with kernelcore=76M, 6.12 with 60M; with 2 and 4 MiB less neither."""
    short += 2 * (release == "6.12" and short == 2)
    found = layout(f"nokaslr kernelcore={least - short}M", release=release, e820=LOW_RAM, apic_ids=(0, 1), image=None)
    assert found.boots is not bool(short)
    code, severity = ("BOOT001", Severity.ERROR) if short else ("BOOT002", Severity.WARNING)
    assert [(f.code, f.severity) for f in found.findings] == [(code, severity)]
    assert bool(found.zones) is found.boots


def test_where_there_is_enough_nothing_is_said() -> None:
    assert layout("nokaslr kernelcore=128M", e820=LOW_RAM, apic_ids=(0, 1)).findings == ()


def test_more_cpus_take_more() -> None:
    """Booted: 6.1 with kernelcore=78M came up with 2 CPUs and died with 8."""
    for cpus, boots in ((2, True), (8, False)):
        machine = layout("nokaslr kernelcore=78M", release="6.1", e820=LOW_RAM, apic_ids=range(cpus), image=None)
        assert machine.boots is boots


def test_gigantic_pages_are_not_for_the_kernel() -> None:
    none, one = (predict(options).replay for options in ("nokaslr", "nokaslr hugepagesz=1G hugepages=1"))
    assert kernel_pages(none.steps[-1].after, none.env) - kernel_pages(one.steps[-1].after, one.env) == GIB >> 12


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_no_free_memory_below_1_mib_is_deadly(release: str) -> None:
    """Seen on both: `No sub-1M memory is available for the trampoline`, and a panic before the first program."""
    found = layout("nokaslr memmap=1M#0", release=release)
    assert not found.boots
    assert found.findings[-1].message.endswith("no memory below 1 MiB is free for it")
    assert layout("nokaslr memmap=64K#0", release=release).boots
