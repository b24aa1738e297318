"""Everything about one address."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, U64_MAX
from acpitools.kernel.explain import Explanation, explain
from tests.kernel.machines import E820, INITRD, LOW, memory, predict, srat

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), memory(1, 4 * GIB, 6 * GIB, enabled=False))


def answer(address: int, cmdline: str = "movable_node", view: object = HOT, **more: object) -> Explanation:
    """Explain an address of the base machine."""
    prediction = predict(cmdline, view, **more)  # type: ignore[arg-type]
    return explain(prediction, prediction.layout, address)


def test_movable_memory() -> None:
    found = answer(5 * GIB + 5)
    assert (found.kind, found.entry) == ("usable", AddrRange(4 * GIB, 6 * GIB))
    assert (found.movable, found.removable, found.block, found.nodes, found.valid_zones) == (
        True,
        "yes",
        40,
        (1,),
        ("Movable",),
    )
    assert found.block_range == AddrRange(5 * GIB, 5 * GIB + 128 * MIB)
    assert [why.code for why in found.why_movable] == ["srat-hotplug", "movable_node"]
    assert [(why.code, why.source) for why in found.why_removable] == [("removable-yes", "offline_pages")]


def test_structures_that_hold_the_address_are_named_with_their_flags() -> None:
    assert answer(5 * GIB).srat == (
        "SRAT[2] at offset 0x80: domain 1, [mem 0x100000000-0x17fffffff] enabled, hot-pluggable",
        "SRAT[3] at offset 0xa8: domain 1, [mem 0x100000000-0x17fffffff]",
    )


def test_what_the_kernel_keeps_there_is_named_and_makes_the_block_unremovable() -> None:
    found = answer(INITRD.start)
    assert "initrd" in [held.owner for held in found.held_by]
    assert found.removable == "no"
    assert "initrd" in found.why_removable[0].text


def test_what_happened_to_the_address_is_told_in_order() -> None:
    phases = [event.phase for event in answer(5 * GIB).happened]
    order = ["memblock ready", "before SRAT", "parsing SRAT", "after SRAT", "memory initialized"]
    assert phases == sorted(phases, key=order.index)
    assert any(event.cause == "SRAT[2] at offset 0x80" for event in answer(5 * GIB).happened)


def test_the_first_and_the_last_byte_belong_to_their_block() -> None:
    assert answer(4 * GIB).block == 32
    assert answer(4 * GIB + 128 * MIB - 1).block == 32
    assert answer(4 * GIB + 128 * MIB).block == 33


@pytest.mark.parametrize("address", [3 * GIB, 6 * GIB, U64_MAX])
def test_an_address_outside_of_the_map(address: int) -> None:
    found = answer(address)
    assert (found.kind, found.entry, found.piece, found.block, found.removable) == (
        "not in the map",
        None,
        None,
        None,
        "no",
    )
    assert [why.code for why in (*found.why_movable, *found.why_removable)] == ["no-ram", "no-ram"]


def test_reserved_memory_is_in_a_block_but_no_memory() -> None:
    found = answer(0x7FFE0000)
    assert (found.kind, found.piece, found.block, found.movable) == ("reserved", None, 15, False)
    assert [why.code for why in found.why_movable] == ["no-ram"]


def test_the_final_map_counts_not_the_firmwares() -> None:
    """Page 0 is taken out of RAM by the kernel; a user map retypes."""
    assert answer(0).kind == "reserved"
    assert answer(5 * GIB, "memmap=1G!5G").kind == "persistent (type 12)"
    e820 = (*E820, E820Entry(8 * GIB, 9 * GIB, E820Type.SOFT_RESERVED))
    assert answer(8 * GIB, e820=e820).kind == "soft reserved"


def test_a_machine_that_does_not_come_up_says_so() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))
    found = answer(5 * GIB, "", view)
    assert [why.code for why in found.why_movable] == ["no-boot"]
    assert found.removable == "no"
