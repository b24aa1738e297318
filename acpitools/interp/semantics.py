"""Where interpreters differ.

What the interpreter of Windows NT does is known from what others found out and made public: the list of differences
in the README of uACPI (https://github.com/uACPI/uACPI), an interpreter that is made to behave like it.  What is not
told of there is as in ACPICA.
"""

from __future__ import annotations

from acpitools.core.value import value

__all__ = ["NT", "Semantics"]


@value
class Semantics:
    """What the machine does where interpreters differ; the defaults are ACPICA's."""

    integer_size: int = 8
    """Bytes of an integer: 4 with a DSDT before revision 2 (AmlTable.integer_size)."""

    fields_replace: bool = True
    """A field of a region whose name is declared already takes the place of what is there.  acpiexec: yes; Linux keeps
    the first.  ACPICA: acpi_ds_init_field_objects, ACPI_NS_OVERRIDE_IF_FOUND."""
    package_expressions: bool = False
    """Elements of packages may be expressions.  NT: yes; ACPICA: AE_SUPPORT."""
    references_are_followed: bool = False
    """Storing to a local variable that holds what RefOf gave writes what is referred to, Increment and Decrement work
    on it, and DerefOf follows references to references to their end.  NT: yes; ACPICA replaces the variable, fails,
    and follows one reference."""
    strings_keep_size: bool = False
    """A named string takes the bytes of what is stored to it, as many as it has: 0x4F4F46 stored to "BAR" gives "FOO",
    "LONGSTRING" to "XXXX" gives "LONG".  NT: yes; ACPICA converts to hexadecimal digits, and the string grows."""

    @property
    def mask(self) -> int:
        """Give the integer with all bits set."""
        return (1 << (8 * self.integer_size)) - 1


NT = Semantics(package_expressions=True, references_are_followed=True, strings_keep_size=True)
"""The interpreter of Windows NT, as far as its differences are public."""
