"""The command line as the kernel reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.units import MIB
from acpitools.kernel.cmdline import CoreSize, Param, parse, split


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("a b=1  c=", [("a", None), ("b", "1"), ("c", "")]),
        ('dyndbg="file a b +p" x', [("dyndbg", "file a b +p"), ("x", None)]),
        ('"name=with blank" y', [("name", "with blank"), ("y", None)]),
        ("quiet -- init=1 movable_node", [("quiet", None)]),
        ("a=b=c", [("a", "b=c")]),
        ("  ", []),
        ('open="never closed x', [("open", "never closed x")]),
        ("=x", [("=x", None)]),
    ],
)
def test_parameters_are_split_as_the_kernel_splits_them(text: str, params: list[tuple[str, str | None]]) -> None:
    assert [tuple(param) for param in split(text)] == params


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert parse(text) == parse(text)


def test_dashes_and_underscores_are_one() -> None:
    assert parse("movable-node").movable_node
    assert parse("log-buf-len=1M").log_buf_len == (MIB,)


def test_options_after_a_lone_double_dash_belong_to_init() -> None:
    assert not parse("quiet -- movable_node").movable_node


def test_mem_and_memmap_keep_their_order() -> None:
    edits = parse("memmap=1G@4G mem=2G memmap=exactmap").e820_edits
    assert edits == (Param("memmap", "1G@4G"), Param("mem", "2G"), Param("memmap", "exactmap"))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("kernelcore=1G", CoreSize(pages=262144)),
        ("kernelcore=50%", CoreSize(percent=50)),
        ("kernelcore=50% kernelcore=4K", CoreSize(pages=1)),
        ("kernelcore=0x1000", CoreSize(pages=1)),
        ("kernelcore=4095", CoreSize(pages=0)),
        ("kernelcore=nonsense", CoreSize()),
    ],
)
def test_kernelcore_takes_sizes_and_per_cents(text: str, size: CoreSize) -> None:
    assert parse(text).kernelcore == size


def test_mirror_may_stand_in_a_list() -> None:
    assert parse("kernelcore=mirror").kernelcore_mirror
    assert not parse("kernelcore=mirrored").kernelcore_mirror


@pytest.mark.parametrize(
    ("text", "off", "noacpi", "fake"),
    [
        ("numa=off", True, False, None),
        ("numa=offline", True, False, None),
        ("numa=noacpi", False, True, None),
        ("numa=fake=4", False, False, "4"),
        ("numa=fake=2 numa=fake=3U", False, False, "3U"),
        ("numa=off numa=fake=2", True, False, "2"),
        ("numa=nohmat", False, False, None),
    ],
)
def test_numa_compares_prefixes(text: str, off: bool, noacpi: bool, fake: str | None) -> None:
    options = parse(text)
    assert (options.numa_off, options.numa_noacpi, options.numa_fake) == (off, noacpi, fake)


def test_acpi_force_takes_acpi_off_back() -> None:
    assert parse("acpi=off").acpi_off
    assert not parse("acpi=off acpi=force").acpi_off
    assert parse("acpi=off acpi=strict").acpi_off


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("", None),
        ("nr_cpus=4", 4),
        ("nosmp", 1),
        ("maxcpus=0", 1),
        ("maxcpus=2", None),
        ("nr_cpus=4 possible_cpus=2", 2),
    ],
)
def test_bounds_on_cpus(text: str, cpus: int | None) -> None:
    assert parse(text).nr_cpus == cpus
