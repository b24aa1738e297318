"""Which model answers to which release."""

from __future__ import annotations

import re

from acpitools.core.errors import UnknownKernelError
from acpitools.kernel.versions import (
    solution_1,
    solution_2,
    v3_10,
    v3_13,
    v3_14,
    v4_0,
    v4_6,
    v4_7,
    v4_13,
    v5_9,
    v5_11,
    v5_12,
    v5_13,
    v5_15,
    v6_1,
    v6_5,
    v6_6,
    v6_7,
    v6_8,
    v6_12,
)
from acpitools.kernel.versions.model import KernelModel

__all__ = ["DESIGNS", "KERNELS", "find", "named", "release_number"]

KERNELS: tuple[KernelModel, ...] = (
    v3_10.KERNEL,
    v3_13.KERNEL,
    v3_14.KERNEL,
    v4_0.KERNEL,
    v4_6.KERNEL,
    v4_7.KERNEL,
    v4_13.KERNEL,
    v5_9.KERNEL,
    v5_11.KERNEL,
    v5_12.KERNEL,
    v5_13.KERNEL,
    v5_15.KERNEL,
    v6_1.KERNEL,
    v6_5.KERNEL,
    v6_6.KERNEL,
    v6_7.KERNEL,
    v6_8.KERNEL,
    v6_12.KERNEL,
)
"""Releases, oldest first; a model holds from its release up to the next one's."""

DESIGNS: tuple[KernelModel, ...] = (solution_1.KERNEL, solution_2.KERNEL)
"""Designs of 2013, by name alone."""


def _number(release: str) -> tuple[int, int]:
    match = re.match(r"v?(\d{1,3})\.(\d{1,4})(?!\d)", release.strip())
    if not match:
        names = " or ".join(model.release for model in DESIGNS)
        raise UnknownKernelError("unknown kernel", release, f"expected a release such as 6.12, or {names}")
    return int(match[1]), int(match[2])


def named(release: str) -> KernelModel | None:
    """Give the design of that name, with or without its year; None for anything else."""
    wanted = release.strip().lower().removeprefix("2013-")
    return next((model for model in DESIGNS if model.release.removeprefix("2013-") == wanted), None)


def release_number(release: str) -> tuple[int, int]:
    """Give the numbers of a release as 6.12, of a design those of the kernel it was made for.

    Raises UnknownKernelError for what is neither.
    """
    return _number(KERNELS[0].release if named(release) is not None else release)


def find(release: str) -> tuple[KernelModel, str | None]:
    """Give the model of a release or design, and a note where it is not known from recorded boots.

    Raises UnknownKernelError for releases before the oldest model, and for what is no release.
    """
    design = named(release)
    if design is not None:
        return design, f"a design, not a release: {design.note}"
    wanted = _number(release)
    models = [model for model in KERNELS if _number(model.release) <= wanted]
    if not models:
        oldest = KERNELS[0].release
        raise UnknownKernelError("unknown kernel", release, f"the oldest model is {oldest}")
    model = models[-1]
    if model.exact and _number(model.release) == wanted:
        return model, None
    return model, f"no boots of {release} were recorded: the model of {model.release} stands in ({model.note})"
