"""Replay: fold the stages of a kernel model over the state, keeping each step."""

from __future__ import annotations

from dataclasses import replace

from acpitools.core.value import value
from acpitools.kernel import cmdline
from acpitools.kernel.inputs import BootInputs, KernelImage
from acpitools.kernel.memblock import ResizeError
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import BootEnv, BootState, Event, Phase
from acpitools.kernel.versions.model import KernelModel

__all__ = ["Replay", "Step", "replay"]


@value
class Step:
    """One stage of a boot: the state before and after it, and what it reported."""

    phase: Phase
    stage: str
    function: str
    """Where the kernel does this: file and function."""
    before: BootState
    after: BootState
    events: tuple[Event, ...]


@value
class Replay:
    """A whole boot, or its beginning: up to the phase asked for, or to where the kernel dies."""

    env: BootEnv
    steps: tuple[Step, ...]

    @property
    def state(self) -> BootState:
        """The last state."""
        return self.steps[-1].after

    def until(self, phase: Phase) -> tuple[Step, ...]:
        """Give the steps up to the end of a phase."""
        order = list(Phase)
        return tuple(step for step in self.steps if order.index(step.phase) <= order.index(phase))


def _options(inputs: BootInputs, policy: Policy) -> cmdline.Options:
    options = cmdline.parse(inputs.cmdline)
    if not policy.movable_node_option:
        options = replace(options, movable_node=False)
    return options if policy.mirror_option else replace(options, kernelcore_mirror=False)


def _bounded(inputs: BootInputs, policy: Policy) -> BootInputs:
    # No more CPUs than the kernel is built for, or than nr_cpus= and its kin leave.  Before 6.9 possible_cpus= makes
    # room for CPUs that no table names.  Kernel: prefill_possible_map.
    options = cmdline.parse(inputs.cmdline)
    most = min(policy.nr_cpus, options.nr_cpus or policy.nr_cpus)
    cpus = inputs.apic_ids[:most]
    if policy.possible_cpus_adds and options.possible_cpus is not None:
        unnamed = min(options.possible_cpus, most) - len(cpus)
        cpus += tuple(range(-unnamed, 0))
    return inputs if cpus == inputs.apic_ids else replace(inputs, apic_ids=cpus)


def replay(inputs: BootInputs, model: KernelModel, image: KernelImage, *, policy: Policy | None = None) -> Replay:
    """Boot a machine: run every stage in order, until the kernel would die.

    The image is the kernel's physical place; a policy other than the model's own stands for a configuration.
    """
    policy = policy or model.policy
    inputs = _bounded(inputs, policy)
    env = BootEnv(inputs, _options(inputs, policy), policy, image)
    state, steps = BootState(), []
    for spec in model.stages:
        before = state
        try:
            state, events = spec.run(before, env)
        except ResizeError as error:
            why = f"memblock: cannot resize {error} array"
            state, events = replace(before, panic=why), ()
        steps.append(
            Step(
                phase=spec.phase,
                stage=spec.run.__name__,
                function=spec.function,
                before=before,
                after=state,
                events=events,
            )
        )
        if state.panic and spec.phase in (Phase.MEMBLOCK_READY, Phase.BEFORE_SRAT):
            break
    return Replay(env=env, steps=tuple(steps))
