"""A prediction held against a running kernel, as a value for reports."""

from __future__ import annotations

from dataclasses import replace

from acpitools.core.observed import Observed
from acpitools.core.value import value
from acpitools.hotplug.step import HotplugStep
from acpitools.image.inspection import ArchivedTable
from acpitools.kernel.compare import Difference
from acpitools.kernel.layout import Layout
from acpitools.verify.attempt import Attempt

__all__ = ["Verification", "VerifiedStep", "VerifiedSweep"]


@value
class VerifiedStep:
    """One hot-plug action, predicted and carried out."""

    predicted: HotplugStep
    result: str
    reason: str | None
    ost: int | None
    open: bool
    """What happens to be in use decides: the prediction is for an idle machine."""
    differences: tuple[Difference, ...]


@value
class VerifiedSweep:
    """Every block tried, beside what was said of it."""

    attempts: tuple[Attempt, ...]
    removable: tuple[tuple[int, str], ...]
    """Block and ``yes``, ``maybe`` or ``no``."""
    differences: tuple[Difference, ...]


@value
class Verification:
    """Everything that was predicted and observed."""

    release: str
    cmdline: str
    command: str
    """QEMU's command, for a shell."""
    notes: tuple[str, ...]
    tables: tuple[ArchivedTable, ...]
    layout: Layout
    observed: Observed
    seconds: float
    """From the start of QEMU to the guest's first words."""
    differences: tuple[Difference, ...]
    """Of the boot."""
    last_words: str | None = None
    """The panic of a kernel that died."""
    steps: tuple[VerifiedStep, ...] = ()
    steps_left_out: int = 0
    """Actions not carried out, for the one before came out in another way than predicted."""
    sweep: VerifiedSweep | None = None

    @property
    def all_differences(self) -> tuple[Difference, ...]:
        """Give the differences of boot, steps (their number first) and sweep."""
        of_steps = (
            replace(difference, where=f"step {number} {difference.where}".rstrip())
            for number, step in enumerate(self.steps, start=1)
            for difference in step.differences
        )
        return (*self.differences, *of_steps, *(self.sweep.differences if self.sweep else ()))
