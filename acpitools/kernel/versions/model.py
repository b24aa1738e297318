"""What a kernel model is: a name, the ordered stages, and the numbers of that release."""

from __future__ import annotations

from acpitools.core.value import value
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import StageSpec

__all__ = ["KernelModel"]


@value
class KernelModel:
    """A release that can be replayed."""

    release: str
    """``6.12``: first release of which the description holds."""
    stages: tuple[StageSpec, ...]
    policy: Policy
    exact: bool
    """Checked against recorded boots, not only described."""
    note: str
    """What sets it apart from the model before."""
    released: bool = True
    """A release, or a design that never was one in this form."""
