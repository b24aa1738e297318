"""Kernel messages of hot-plug, predicted and printed."""

from __future__ import annotations

import pytest

from acpitools.verify.step_log import compare_step_log, hotplug_lines

BOOT = "[    0.000000] Linux version 6.12.117\n[    0.010000] Fallback order for Node 0: 0 \n"
FALLBACK = "Fallback order for Node 0: 0 1 "
STEP = (
    f"[   12.000000] {FALLBACK}\n"
    "[   12.000001] Built 2 zonelists, mobility grouping on.  Total pages: 5\n"
    "[   12.000002] Policy zone: Normal\n"
)


def test_messages_that_are_predicted_are_picked_out() -> None:
    assert hotplug_lines(STEP) == (FALLBACK.strip(), "Policy zone: Normal")


@pytest.mark.parametrize(
    ("expected", "pairs"),
    [
        ([FALLBACK, "Policy zone: Normal"], []),
        ([FALLBACK], [(None, "Policy zone: Normal")]),
        ([FALLBACK, "Policy zone: DMA32"], [("Policy zone: DMA32", "Policy zone: Normal")]),
        (
            [FALLBACK, "Policy zone: Normal", "memory memory9: Offline failed."],
            [("memory memory9: Offline failed.", None)],
        ),
    ],
)
def test_lines_of_a_step_are_compared_in_order(expected: list[str], pairs: list[tuple[str | None, str | None]]) -> None:
    assert [(d.predicted, d.observed) for d in compare_step_log(expected, BOOT, BOOT + STEP)] == pairs


def test_a_log_that_lost_its_beginning_is_not_compared() -> None:
    assert compare_step_log([FALLBACK], BOOT, STEP) == ()
