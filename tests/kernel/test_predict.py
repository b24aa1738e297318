"""From inputs to the layout, with findings and assumptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acpitools.core.errors import UnknownKernelError
from acpitools.core.findings import Severity
from acpitools.core.units import GIB, MIB
from acpitools.kernel.inputs import BootInputs, TableInMemory
from acpitools.kernel.predict import boot, predict
from acpitools.kernel.versions.v6_12 import KERNEL
from tests.kernel.machines import E820, IMAGE, LOW, layout, memory, srat

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
HOLE = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))


def test_a_machine_that_boots_has_no_error() -> None:
    found = layout("movable_node", HOT)
    assert found.boots
    assert not [f for f in found.findings if f.severity is Severity.ERROR]


def test_a_machine_that_does_not_boot_says_why_and_shows_what_was_done() -> None:
    found = layout("", HOLE)
    assert not found.boots
    assert [(f.code, f.severity) for f in found.findings] == [
        ("NUMA003", Severity.ERROR),
        ("BOOT001", Severity.ERROR),
    ]
    assert found.findings[-1].message.startswith("does not boot: 1 pages of RAM from 0x140000000 on have no node")
    assert (found.zones, found.ranges, found.blocks.runs, found.online_nodes) == ((), (), (), None)
    assert [r.node for r in found.memory if r.start == 5 * GIB] == [None]


def test_a_release_without_a_model_is_refused() -> None:
    with pytest.raises(UnknownKernelError):
        predict(BootInputs(e820=E820, release="2.6.32"))


def test_a_model_that_stands_in_is_an_assumption() -> None:
    assert [item.what for item in layout("", release="6.10").assumed] == ["kernel model"]
    assert layout("", release="6.12").assumed == ()


def test_a_place_of_the_kernel_that_is_not_given_is_an_assumption() -> None:
    (assumed,) = layout("nokaslr", image=None).assumed
    assert (assumed.what, assumed.value) == ("kernel image", 16 * MIB)


def test_the_layout_names_the_model_and_the_command_line() -> None:
    found = layout("quiet movable_node", release="6.12.117+deb12-amd64")
    assert (found.kernel, found.cmdline) == ("6.12", "quiet movable_node")


def test_a_configuration_stands_in_for_the_models_policy() -> None:
    inputs = BootInputs(e820=E820, cmdline="movable_node", srat=HOT, image=IMAGE)
    changed = replace(KERNEL.policy, movable_node_option=False)
    assert dict(predict(inputs).movable_zone_start) == {1: 4 * GIB}
    assert predict(inputs, policy=changed).movable_zone_start == ()
    assert boot(inputs, policy=changed).replay.env.policy is changed


def test_nodes_tell_their_ranges_marks_and_processors() -> None:
    view = srat(*LOW, memory(7, 4 * GIB, 6 * GIB, hot=True), memory(9, 64 * GIB, 65 * GIB), cpus=[(0, 0), (1, 7)])
    first, second, third = layout("movable_node", view, apic_ids=(0, 1)).numa.nodes
    assert (first.pxm, first.ranges, first.hotpluggable, first.cpus) == (0, ((0x1000, 2 * GIB),), (), 1)
    assert (second.pxm, second.hotpluggable, second.cpus) == (7, ((4 * GIB, 6 * GIB),), 1)
    assert (third.node, third.pxm, third.memory, third.cpus) == (2, 9, False, 0)


def test_without_an_srat_nodes_have_no_domain() -> None:
    (node,) = layout("").numa.nodes
    assert (node.node, node.pxm, node.memory) == (0, None, True)


def test_reserved_ranges_are_in_address_order_with_their_node() -> None:
    tables = (TableInMemory("FACP", 5 * GIB, 244),)
    reserved = layout("", HOT, acpi_tables=tables).reserved
    assert [r.start for r in reserved] == sorted(r.start for r in reserved)
    assert [(r.node, r.owner) for r in reserved if r.start == 5 * GIB] == [(1, "ACPI FACP")]


def test_reserved_ranges_outside_of_memory_have_no_node() -> None:
    tables = (TableInMemory("FACP", 0x7FFE0000, 244),)
    assert [r.node for r in layout("", HOT, acpi_tables=tables).reserved if r.owner == "ACPI FACP"] == [None]


def test_regions_show_their_flags_by_name() -> None:
    assert [(r.node, r.flags) for r in layout("movable_node", HOT).memory] == [(0, ()), (0, ()), (1, ("hotplug",))]


def test_the_layout_is_made_anew_from_the_same_boot() -> None:
    prediction = boot(BootInputs(e820=E820, srat=HOT, image=IMAGE))
    assert prediction.layout == prediction.layout
