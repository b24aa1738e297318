"""Where interpreters differ."""

from __future__ import annotations

from acpitools.core.value import value

__all__ = ["Semantics"]


@value
class Semantics:
    """What the machine does where interpreters differ; the defaults are ACPICA's."""

    integer_size: int = 8
    """Bytes of an integer: 4 with a DSDT before revision 2 (AmlTable.integer_size)."""

    @property
    def mask(self) -> int:
        """Give the integer with all bits set."""
        return (1 << (8 * self.integer_size)) - 1
