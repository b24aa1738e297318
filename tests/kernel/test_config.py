"""What of a .config changes the layout."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.kernel.config import OPTIONS, command_line, configured, parse_config
from acpitools.kernel.policy import Policy
from acpitools.kernel.versions.registry import find
from tests.kernel.machines import predict
from tests.support import shared_cases

DEFAULT = Policy(release="6.12")


def test_lines_set_options_and_comments_unset_them() -> None:
    text = '#\n# Automatically generated\n#\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="a b"\nCONFIG_D=0x10\n\n'
    assert parse_config(text) == {"CONFIG_A": "y", "CONFIG_B": "n", "CONFIG_C": "a b", "CONFIG_D": "0x10"}


def test_the_last_line_of_an_option_counts() -> None:
    assert parse_config("CONFIG_A=y\n# CONFIG_A is not set\n") == {"CONFIG_A": "n"}


@pytest.mark.parametrize("text", ["", "hello\n", "# CONFIG_A is set\n"])
def test_a_text_without_options_is_refused(text: str) -> None:
    with pytest.raises(BootInputError, match=r"config\.txt: no CONFIG_ line"):
        parse_config(text, where="config.txt")


def test_what_is_not_in_it_stays() -> None:
    assert configured(DEFAULT, {"CONFIG_OTHER": "y"}) == DEFAULT


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("CONFIG_NODES_SHIFT", "6", "nodes_shift", 6),
        ("CONFIG_LOG_BUF_SHIFT", "18", "static_log_buf", 1 << 18),
        ("CONFIG_PHYSICAL_START", "0x200000", "physical_start", 0x200000),
        ("CONFIG_CMA", "y", "cma", True),
        ("CONFIG_DEBUG_PAGEALLOC", "y", "debug_pagealloc", True),
        ("CONFIG_KFENCE", "n", "kfence", False),
        ("CONFIG_KFENCE_SAMPLE_INTERVAL", "100", "kfence_interval", 100),
        ("CONFIG_KFENCE_NUM_OBJECTS", "63", "kfence_objects", 63),
        ("CONFIG_RANDOMIZE_BASE", "n", "kaslr", False),
        ("CONFIG_X86_5LEVEL", "n", "five_level", False),
        ("CONFIG_NUMA_EMU", "n", "numa_emulation", False),
        ("CONFIG_ACPI_NUMA", "n", "acpi_numa", False),
        ("CONFIG_ACPI_TABLE_UPGRADE", "n", "table_upgrade", False),
        ("CONFIG_MEMORY_HOTPLUG", "n", "movable_node_option", False),
        ("CONFIG_MEMORY_HOTREMOVE", "n", "kaslr_reads_srat", False),
        ("CONFIG_PHYSICAL_ALIGN", "0x1000000", "physical_align", 0x1000000),
        ("CONFIG_NR_CPUS", "64", "nr_cpus", 64),
        ("CONFIG_LOG_CPU_MAX_BUF_SHIFT", "0", "log_cpu_buf", 1),
        ("CONFIG_BLK_DEV_INITRD", "n", "initrd", False),
        ("CONFIG_EFI_SOFT_RESERVE", "n", "soft_reserve", False),
        ("CONFIG_CRASH_RESERVE", "n", "crash_reserve", False),
        ("CONFIG_KEXEC_CORE", "n", "crash_reserve", False),
        ("CONFIG_HUGETLBFS", "n", "hugetlb", False),
        ("CONFIG_SWIOTLB", "n", "swiotlb", False),
        ("CONFIG_NUMA", "n", "acpi_numa", False),
        ("CONFIG_CMA_SIZE_MBYTES", "16", "cma_bytes", 16 << 20),
        ("CONFIG_CMA_SIZE_PERCENTAGE", "10", "cma_percent", 10),
        ("CONFIG_CMA_SIZE_SEL_MAX", "y", "cma_select", "max"),
        ("CONFIG_MHP_DEFAULT_ONLINE_TYPE_OFFLINE", "y", "auto_online", "offline"),
        ("CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_KERNEL", "y", "auto_online", "online_kernel"),
        ("CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_MOVABLE", "y", "auto_online", "online_movable"),
        ("CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE", "n", "auto_online", "offline"),
    ],
)
def test_an_option_changes_its_part_of_the_policy(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(DEFAULT, field) != expected
    assert getattr(configured(DEFAULT, {name: value}), field) == expected


def test_a_kernel_too_old_for_movable_node_stays_without_it() -> None:
    old = Policy(release="3.10", movable_node_option=False)
    assert not configured(old, {"CONFIG_MEMORY_HOTPLUG": "y"}).movable_node_option


@pytest.mark.parametrize(
    ("release", "option", "there"),
    [
        ("4.12", "CONFIG_MOVABLE_NODE", False),
        ("4.12", "CONFIG_MEMORY_HOTPLUG", True),
        ("4.13", "CONFIG_MOVABLE_NODE", True),
        ("4.13", "CONFIG_MEMORY_HOTPLUG", False),
    ],
)
def test_movable_node_is_built_in_by_its_own_option_before_4_13(release: str, option: str, there: bool) -> None:
    """Facts, history: CONFIG_MOVABLE_NODE is gone in 4.13; since then MEMORY_HOTPLUG has it."""
    assert configured(find(release)[0].policy, {option: "n"}).movable_node_option == there


def test_every_option_names_a_field_and_what_it_does() -> None:
    names = {field.name for field in fields(Policy)}
    assert all(option.field in names and option.effect for option in OPTIONS)
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)


@pytest.mark.parametrize("path", shared_cases("oracle/kernel-configs", "config-*.txt"), ids=lambda path: path.stem)
def test_the_configurations_of_the_recorded_kernels_change_nothing(path: Path) -> None:
    """The models of 6.1 and 6.12 are those of the builds that were recorded, and so configured."""
    policy = find(path.stem.removeprefix("config-"))[0].policy
    assert configured(policy, parse_config(path.read_text())) == policy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONFIG_NODES_SHIFT", "0"),
        ("CONFIG_NODES_SHIFT", "11"),
        ("CONFIG_NODES_SHIFT", "six"),
        ("CONFIG_LOG_BUF_SHIFT", "26"),
        ("CONFIG_LOG_BUF_SHIFT", "-1"),
        ("CONFIG_PHYSICAL_START", "0x10000000000000000"),
    ],
)
def test_a_number_that_no_kernel_can_have_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BootInputError, match=f"{name}: {value} is not a number from"):
        configured(DEFAULT, {name: value})


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({}, "quiet"),
        ({"CONFIG_CMDLINE": "numa=off"}, "quiet"),
        ({"CONFIG_CMDLINE_BOOL": "y", "CONFIG_CMDLINE": ""}, "quiet"),
        ({"CONFIG_CMDLINE_BOOL": "y", "CONFIG_CMDLINE": "numa=off"}, "numa=off quiet"),
        (
            {"CONFIG_CMDLINE_BOOL": "y", "CONFIG_CMDLINE": "numa=off", "CONFIG_CMDLINE_OVERRIDE": "y"},
            "numa=off",
        ),
        ({"CONFIG_CMDLINE_BOOL": "y", "CONFIG_CMDLINE": "", "CONFIG_CMDLINE_OVERRIDE": "y"}, "quiet"),
    ],
)
def test_a_built_in_command_line_comes_first_or_alone(options: dict[str, str], line: str) -> None:
    """setup_arch puts the built-in line before the boot loader's; with the override it is the only one."""
    assert command_line(options, "quiet") == line


@pytest.mark.parametrize(
    ("options", "owner", "there"),
    [
        ({"CONFIG_CMA": "y", "CONFIG_CMA_SIZE_MBYTES": "16"}, "CMA", True),
        ({"CONFIG_CMA": "n", "CONFIG_CMA_SIZE_MBYTES": "16"}, "CMA", False),
        ({"CONFIG_SWIOTLB": "n"}, "software IO TLB", False),
        ({"CONFIG_CRASH_RESERVE": "n"}, "crash kernel", False),
        ({"CONFIG_HUGETLBFS": "n"}, "1 GiB page", False),
        ({"CONFIG_CRASH_RESERVE": "y"}, "crash kernel", True),
    ],
)
def test_what_is_not_built_in_takes_no_memory(options: dict[str, str], owner: str, there: bool) -> None:
    run = predict("crashkernel=256M hugepagesz=1G hugepages=1", policy=configured(DEFAULT, options))
    assert any(entry.owner == owner for entry in run.replay.state.ledger) == there


def test_no_more_cpus_than_the_kernel_is_built_for() -> None:
    def areas(cmdline: str, options: dict[str, str]) -> int:
        run = predict(cmdline, policy=configured(DEFAULT, options), apic_ids=tuple(range(8)))
        return sum(entry.owner == "per-cpu areas" for entry in run.replay.state.ledger)

    assert [areas("", {}), areas("", {"CONFIG_NR_CPUS": "4"}), areas("nr_cpus=2", {}), areas("nosmp", {})] == [
        8,
        4,
        2,
        1,
    ]
