"""Which model answers to which release."""

from __future__ import annotations

import re

from acpitools.core.errors import UnknownKernelError
from acpitools.kernel.versions import between, v6_1, v6_12
from acpitools.kernel.versions.model import KernelModel

__all__ = ["KERNELS", "find"]

KERNELS: tuple[KernelModel, ...] = (
    between.V3_10,
    between.V3_14,
    between.V4_0,
    between.V5_9,
    between.V5_11,
    v6_1.KERNEL,
    between.V6_5,
    between.V6_7,
    between.V6_8,
    v6_12.KERNEL,
)
"""Oldest first; a model holds from its release up to the next one's."""


def _number(release: str) -> tuple[int, int]:
    match = re.match(r"v?(\d{1,3})\.(\d{1,4})(?!\d)", release.strip())
    if not match:
        raise UnknownKernelError("unknown kernel", release, "expected a release such as 6.12 or 6.1.0-56-amd64")
    return int(match[1]), int(match[2])


def find(release: str) -> tuple[KernelModel, str | None]:
    """Give the model of a release, and a note where it is only the nearest one.

    Raises UnknownKernelError for releases before the oldest model, and for what is no release.
    """
    wanted = _number(release)
    models = [model for model in KERNELS if _number(model.release) <= wanted]
    if not models:
        oldest = KERNELS[0].release
        raise UnknownKernelError("unknown kernel", release, f"the oldest model is {oldest}")
    model = models[-1]
    if model.exact and _number(model.release) == wanted:
        return model, None
    return model, f"no boots of {release} were recorded: the model of {model.release} stands in ({model.note})"
