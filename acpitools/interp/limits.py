"""How far code may run before it is stopped."""

from __future__ import annotations

from acpitools.core.errors import AmlLimitError
from acpitools.core.value import value

__all__ = ["Limits", "exceeded"]


@value
class Limits:
    """Bounds of one machine; exceeding one raises AmlLimitError."""

    steps: int = 2_000_000
    """Terms with operands that one evaluation may run."""
    loop_turns: int = 1_000_000
    """Turns of one While."""
    depth: int = 1000
    """Methods inside methods; of one method, 255 at most."""
    references: int = 255
    """References to references that are followed; packages inside packages that are shown."""
    object_size: int = 1 << 22
    """Bytes of a buffer or string; elements of a package."""
    memory: int = 1 << 28
    """Bytes of objects that may live at one time, about."""
    work: int = 1 << 31
    """Bytes that one evaluation may make, copy, convert and compare in all: a bound on time, a kilobyte a step."""


def exceeded(what: str, limit: int, where: str = "", exception: int | None = None) -> AmlLimitError:
    """Give the error of a limit that is reached, and ACPICA's code for it where it has that limit."""
    return AmlLimitError("AML limit", where, f"more than {limit} {what}", exception=exception)
