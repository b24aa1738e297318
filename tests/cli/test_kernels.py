"""acpitools kernels, and two --kernel of layout, as a user runs them."""

from __future__ import annotations

import json

import pytest

from tests.support import FIXTURES, cli

DEMO = FIXTURES / "dumps" / "demo-4node"
BOOT = (
    str(DEMO / "acpidump.txt"),
    "--memmap",
    str(DEMO / "memmap.txt"),
    "--initrd-range",
    "0x10000000-0x100fcfff",
    "--kernel-range",
    "0x3d000000-0x3fbfffff",
    "--cmdline",
    "movable_node log_buf_len=16M",
)
SOLUTIONS = ("--kernel", "2013-solution-1", "--kernel", "2013-solution-2")


def test_all_models_are_listed_with_what_sets_them_apart() -> None:
    ended = cli("kernels", "--format", "json")
    document = json.loads(ended.out)
    assert (ended.code, document["schema"]) == (0, "acpitools.kernels/1")
    models = {model["release"]: model for model in document["models"]}
    assert {"2013-solution-1", "2013-solution-2", "3.10", "3.14", "4.13", "5.11", "6.1", "6.12"} <= models.keys()
    assert [name for name, model in models.items() if model["exact"]] == ["6.1", "6.12"]
    (change,) = models["5.11"]["changes"]
    assert change["what"] == "bottom_up_above_kernel"
    assert change["function"] == "mm/memblock.c:memblock_find_in_range_node"
    assert change["subject"] == "memblock: do not start bottom-up allocations with kernel_end"
    text = cli("kernels").out
    assert all(f"\n{name} " in f"\n{text}" for name in models)


def test_one_model_shows_its_stages() -> None:
    text = cli("kernels", "solution-1").out
    assert text.index("mark_early") < text.index("init_mem_mapping") < text.index("acpi_numa_init")


def test_two_models_show_their_differences_with_sources() -> None:
    ended = cli("kernels", "5.10.70", "5.11")
    assert ended.code == 0
    assert "From 5.9 to 5.11: 1 difference\n" in ended.out
    assert "<5.11; mm/memblock.c:memblock_find_in_range_node" in ended.out
    found = json.loads(cli("kernels", "6.1", "6.12", "--format", "json").out)["differences"]
    assert all(one["since"] and one["function"] for one in found if not one["what"].startswith("stage "))


def test_the_options_of_a_config_are_listed() -> None:
    listed = json.loads(cli("kernels", "--options", "--format", "json").out)["options"]
    assert {"CONFIG_NODES_SHIFT", "CONFIG_MOVABLE_NODE", "CONFIG_NR_CPUS"} <= {option["options"] for option in listed}
    assert "CONFIG_RANDOMIZE_BASE: KASLR" in cli("kernels", "--options").out


@pytest.mark.parametrize("arguments", [("1", "2", "3"), ("--options", "6.1"), ("6.1", "linux"), ("2.6",)])
def test_what_is_no_kernel_ends_with_2_and_one_line(arguments: tuple[str, ...]) -> None:
    ended = cli("kernels", *arguments)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("acpitools: error: ")


def test_two_kernels_side_by_side() -> None:
    """The log buffer goes behind the kernel and out of node 0 in solution 2 only."""
    ended = cli("layout", *BOOT, *SOLUTIONS)
    assert ended.code == 1
    assert any(
        line.split() == ["*", "node", "1", "movable", "1023.9", "MiB", "none"] for line in ended.out.splitlines()
    )
    assert "What sets 2013-solution-2 apart from 2013-solution-1" in ended.out
    document = json.loads(cli("layout", *BOOT, *SOLUTIONS, "--format", "json").out)
    assert (document["schema"], document["equal"]) == ("acpitools.comparison/1", False)
    assert {"where": "node 1", "what": "movable", "left": 0x3FFE0000, "right": 0, "differs": True, "counts": True} in (
        document["facts"]
    )
    assert {one["what"] for one in document["models"]} >= {"stage mark_early"}


def test_kernels_that_agree_end_with_0() -> None:
    ended = cli("layout", *BOOT, "--kernel", "6.5", "--kernel", "6.6")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "Both give the same layout.")


def test_more_than_two_kernels_are_refused() -> None:
    ended = cli("layout", *BOOT, *SOLUTIONS, "--kernel", "6.12")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert cli("layout", *BOOT, *SOLUTIONS, "--observed", "x").code == 2


@pytest.mark.parametrize("command", [("replay",), ("explain", "--at", "0"), ("check", "-e", "boots")])
def test_other_commands_take_one_kernel(command: tuple[str, ...]) -> None:
    ended = cli(command[0], *BOOT, *command[1:], *SOLUTIONS)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("acpitools: error: several kernels: 2013-solution-1, 2013-solution-2: give one")


def test_a_design_can_be_stepped_through() -> None:
    ended = cli("replay", *BOOT, "--kernel", "2013-solution-1", "--until", "parsing-srat")
    assert ended.code == 0
    assert "mark_early  drivers/acpi/numa/srat.c:acpi_parse_memory_affinity" in ended.out
    assert "bottom-up" not in ended.out
