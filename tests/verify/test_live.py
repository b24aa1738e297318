"""Machines booted for real, on both kernels: everything that was predicted is what the kernel did.

Needs QEMU, a static busybox and $ACPITOOLS_KERNELS; ``make live`` boots all machines, continuous integration some.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import BOOT_ALL, process
from tests.verify.machines import KERNELS, MACHINES, LiveMachine

_LIMIT = 1800  # seconds, on a machine that does much else


@pytest.mark.parametrize("series", KERNELS)
@pytest.mark.parametrize("machine", [m for m in MACHINES if m.always or BOOT_ALL], ids=lambda machine: machine.name)
def test_the_kernel_does_what_is_predicted(
    machine: LiveMachine,
    series: str,
    live_kernel: Callable[[str], Path],
    needs_tool: Callable[[str], str],
    tmp_path: Path,
) -> None:
    image = live_kernel(series)
    needs_tool("qemu-system-x86_64")
    needs_tool("busybox")
    sources = machine.sources(tmp_path)
    arguments = [*sources, "--vmlinuz", str(image), "--cmdline", machine.cmdline, *machine.arguments]
    if machine.preset is not None:
        made = tmp_path / "made"
        assert process("synth", "--preset", machine.preset, "-o", str(made)).code == 0
        sources = [str(made)]
        arguments = [str(made), "--memmap", str(made / "memmap.txt"), *arguments]
    if machine.actions:
        actions = tmp_path / "actions.json"
        actions.write_text(json.dumps(machine.actions))
        arguments += ["--actions", str(actions)]
    if machine.sweep:
        arguments += ["--offline-sweep", "--sweep-limit", "300"]
    done = process("verify", *arguments, "--timeout", "600", "--format", "json", timeout=_LIMIT)
    assert done.code == 0, done.out + done.err
    answer = json.loads(done.out)
    assert answer["equal"]
    assert answer["boots"] == {"predicted": machine.boots, "observed": machine.boots}
    assert answer["online_nodes"] == list(machine.online)
    assert {z["node"] for z in answer["zones"] if z["zone"] == "Movable"} == set(machine.movable_nodes)
    if machine.preset is None:
        assert len(answer["tables"]) == len(sources)
    else:
        assert {item["result"] for item in answer["tables"]} == {"install"}
    assert len(answer["steps"]) == sum(not action.get("at_boot") for action in machine.actions)
    if machine.sweep:
        results = {item["result"] for item in answer["sweep"]["blocks"]}
        assert results >= {"offline", "refused"}
