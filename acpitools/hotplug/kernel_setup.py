"""How the kernel of a replayed boot runs the code of the tables."""

from __future__ import annotations

from acpitools.interp.linux import Linux, linux
from acpitools.kernel.cmdline import split
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.versions.registry import release_number

__all__ = ["linux_of"]


def linux_of(inputs: BootInputs) -> Linux:
    """Give how a kernel runs code, from its release and its command line."""
    return linux(release_number(inputs.release), split(inputs.cmdline))
