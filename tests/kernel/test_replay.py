"""A boot as a list of steps."""

from __future__ import annotations

import itertools

import pytest

from acpitools.core.units import GIB
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.replay import Replay, replay
from acpitools.kernel.state import Phase
from acpitools.kernel.versions.registry import KERNELS, find
from tests.kernel.machines import E820, IMAGE, LOW, held, memory, predict, srat

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))


def run(cmdline: str = "movable_node", release: str = "6.12") -> Replay:
    """Boot the base machine."""
    return predict(cmdline, HOT, release=release).replay


@pytest.mark.parametrize("model", KERNELS, ids=lambda model: model.release)
def test_phases_come_in_their_order_on_every_kernel(model: object) -> None:
    release: str = model.release  # type: ignore[attr-defined]
    phases = [step.phase for step in run("", release).steps]
    assert list(dict.fromkeys(phases)) == list(Phase)
    assert phases == sorted(phases, key=list(Phase).index)


def test_each_step_starts_where_the_one_before_ended() -> None:
    for left, right in itertools.pairwise(run().steps):
        assert left.after is right.before


def test_a_step_names_the_kernels_file_and_function() -> None:
    for step in run().steps:
        path, _, function = step.function.rpartition(":")
        assert path.endswith(".c")
        assert function.isidentifier()


@pytest.mark.parametrize("phase", list(Phase))
def test_the_beginning_ends_with_the_phase_asked_for(phase: Phase) -> None:
    whole = run()
    steps = whole.until(phase)
    assert steps == whole.steps[: len(steps)]
    assert steps[-1].phase is phase
    assert all(step.phase is not phase for step in whole.steps[len(steps) :])


def test_a_panic_before_the_srat_is_the_last_step() -> None:
    lost = run("memmap=exactmap")
    assert lost.state.panic == "Invalid user supplied memory map"
    assert lost.steps[-1].stage == "finish_early_params"
    assert lost.steps[-2].after.panic is None


def test_a_panic_later_leaves_the_state_as_it_is() -> None:
    """What the kernel printed until then can be compared."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))
    lost = predict("", view).replay
    first = next(step for step in lost.steps if step.after.panic)
    assert first.stage == "free_area_init"
    assert lost.state.ledger == first.after.ledger
    assert lost.state.panic == first.after.panic


def test_the_same_inputs_give_the_same_steps() -> None:
    inputs = BootInputs(e820=E820, cmdline="movable_node numa=fake=2U", srat=HOT)
    model = find("6.12")[0]
    first, second = (replay(inputs, model, IMAGE) for _ in range(2))
    assert [(s.stage, s.after, s.events) for s in first.steps] == [(s.stage, s.after, s.events) for s in second.steps]


def test_lines_that_the_kernel_prints_are_single_lines() -> None:
    for step in run().steps:
        for event in step.events:
            assert "\n" not in (event.dmesg or "")
            assert event.message


@pytest.mark.parametrize(
    ("option", "release", "cpus"),
    [
        ("possible_cpus=9", "6.1", 9),
        ("possible_cpus=9", "6.12", 2),
        ("possible_cpus=1", "6.1", 1),
        ("possible_cpus=9 nr_cpus=4", "6.1", 4),
        ("nr_cpus=4", "6.1", 2),
    ],
)
def test_possible_cpus_made_room_before_6_9(option: str, release: str, cpus: int) -> None:
    """Each has its own copy of the per-cpu data."""
    state = predict(option, release=release, apic_ids=(0, 1)).replay.state
    assert len(held(state, "per-cpu areas")) == cpus


def test_no_possible_cpu_is_deadly_before_6_9() -> None:
    """Seen: 6.1 ends in pcpu_build_alloc_info, 6.12 comes up."""
    assert predict("possible_cpus=0", release="6.1").layout.boots is False
    assert predict("possible_cpus=0", release="6.12").layout.boots
