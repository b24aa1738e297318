"""What of a .config changes the layout."""

from __future__ import annotations

import pytest

from acpitools.core.errors import BootInputError
from acpitools.kernel.config import command_line, configured, parse_config
from acpitools.kernel.policy import Policy

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
    ],
)
def test_an_option_changes_its_part_of_the_policy(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(DEFAULT, field) != expected
    assert getattr(configured(DEFAULT, {name: value}), field) == expected


def test_a_kernel_too_old_for_movable_node_stays_without_it() -> None:
    old = Policy(release="3.10", movable_node_option=False)
    assert not configured(old, {"CONFIG_MEMORY_HOTPLUG": "y"}).movable_node_option


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
