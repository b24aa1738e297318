"""What the compiler may be told."""

from __future__ import annotations

from acpitools.core.value import value

__all__ = ["Options"]


@value
class Options:
    """Choices that change the bytes, or what is told; the defaults are iasl's, but for remarks."""

    fold: bool = True
    """Compute constant expressions (iasl: not with -of)."""
    shorten_integers: bool = True
    """Write Zero, One and Ones for 0, 1 and all bits set (iasl: not with -oi)."""
    shorten_names: bool = True
    """Write the shortest name for an object, in a DSDT (iasl: not with -on)."""
    drop_empty_fields: bool = True
    """Leave out bits without a name, and Offsets, that skip no bits (iasl: not with -oa)."""
    force: bool = False
    """Warn of what goes wrong when it runs, and write the table all the same; in a table of revision 1, integers as
    they are written (iasl: with -f)."""
    remarks: bool = False
    """Tell what is no fault, but might be done better (iasl: not with -vr)."""
    warnings_as_errors: bool = False
    """Write no table where there is a warning (iasl: with -we)."""
    disabled: frozenset[str] = frozenset()
    """Names of warnings that are not told (iasl: -vw)."""
    creator_id: str = "INTL"
    """Four characters of the table header."""
    creator_revision: int = 0x20200925
    """The version of iasl whose code this compiler's is held against."""
