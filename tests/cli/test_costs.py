"""acpitools layout --costs and --view, as a user runs them."""

from __future__ import annotations

import json

from tests.support import FIXTURES, cli

DEMO = FIXTURES / "dumps" / "demo-4node"
BOOT = (
    str(DEMO / "acpidump.txt"),
    "--memmap",
    str(DEMO / "memmap.txt"),
    "--cmdline",
    f"@{DEMO / 'cmdline.txt'}",
    "--kernel",
    "6.12",
    "--initrd-range",
    "0x7fee3000-0x7ffdffff",
)


def test_costs_follow_the_layout() -> None:
    ended = cli("layout", *BOOT, "--costs")
    assert ended.code == 0
    plain = cli("layout", *BOOT).out
    assert ended.out.startswith(plain)
    text = " ".join(ended.out[len(plain) :].split())
    assert "movable_node puts 80.9 MiB of 113.7 MiB (71 %) of it on other nodes" in text
    assert "What adding 1 GiB at run time takes of kernel memory" in text


def test_costs_in_json() -> None:
    """Node 2 is all hot-pluggable: 2.5 GiB have a memory map of 40 MiB, on node 1 (README)."""
    document = json.loads(cli("layout", *BOOT, "--costs", "--adding", "2T", "--format", "json").out)
    costs = document["costs"]
    node = next(one for one in costs["nodes"] if one["node"] == 2)
    memory_map = next(kind for kind in node["data"] if kind["what"] == "memory map")
    assert memory_map["homes"] == [{"node": 1, "bytes": 40 << 20, "distance": 20, "read_latency_ns": None}]
    assert node["remote_bytes"] == node["bytes"]
    assert costs["without_movable_node"]["remote_bytes"] == 0
    assert [one["fits"] for one in costs["adding"]] == [False] * 4
    assert "costs" not in json.loads(cli("layout", *BOOT, "--format", "json").out)


def test_the_view_of_numactl() -> None:
    lines = cli("layout", *BOOT, "--view", "numactl").out.splitlines()
    assert lines[0] == "available: 4 nodes (0-3)"
    assert lines[-1] == "   3:  20  20  20  10"


def test_the_view_is_text_and_a_machine_that_does_not_boot_has_none() -> None:
    assert cli("layout", *BOOT, "--view", "numactl", "--format", "json").code == 2
    options = ("--memmap", str(DEMO / "memmap.txt"), "--cmdline", "mem=2M", "--kernel", "6.12", "--view", "numactl")
    assert "does not come up" in cli("layout", str(DEMO / "acpidump.txt"), *options).out


def test_an_amount_that_is_none_is_refused() -> None:
    for text in ("3x", "0", "-1", "5", ""):
        ended = cli("layout", *BOOT, "--adding", text)
        assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_what_does_not_boot_shows_no_costs() -> None:
    options = ("--memmap", str(DEMO / "memmap.txt"), "--cmdline", "mem=2M", "--kernel", "6.12", "--costs")
    ended = cli("layout", str(DEMO / "acpidump.txt"), *options)
    assert (ended.code, "What the kernel keeps" in ended.out) == (0, False)


def test_an_amount_that_the_kernel_refuses_is_told() -> None:
    text = cli("layout", *BOOT, "--adding", "64M").out
    assert text.endswith("  The kernel refuses it: it is no multiple of the memory blocks of 128 MiB.\n")
