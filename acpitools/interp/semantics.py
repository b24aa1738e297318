"""Where interpreters differ.

What the interpreter of Windows NT does is known from what others found out and made public: the list of differences
in the README of uACPI (https://github.com/uACPI/uACPI), an interpreter that is made to behave like it.  What is not
told of there is as in ACPICA.
"""

from __future__ import annotations

from acpitools.core.value import value

__all__ = ["NT", "SLACK_MODE", "Semantics"]


@value
class Semantics:
    """What the machine does where interpreters differ; the defaults are ACPICA's."""

    integer_size: int = 8
    """Bytes of an integer: 4 with a DSDT before revision 2 (AmlTable.integer_size)."""

    fields_replace: bool = True
    """A field of a region whose name is declared already takes the place of what is there.  acpiexec: yes; Linux keeps
    the first.  ACPICA: acpi_ds_init_field_objects, ACPI_NS_OVERRIDE_IF_FOUND."""
    implicit_return: bool = False
    """A method that ends without Return gives what its last operator, name or condition gave, else zero.  Linux: yes,
    unless it has acpi=strict.  ACPICA: acpi_ds_do_implicit_return, acpi_ps_execute_method, acpi_ps_parse_aml."""
    variables_are_zero: bool = False
    """Local variables and arguments that were never given a value are zero; else reading one fails.  Linux: yes,
    unless it has acpi=strict.  ACPICA: acpi_ds_method_data_get_value."""
    regions_are_rounded: bool = False
    """A field may be accessed up to the multiple of its access width that follows the end of its region.  Linux: yes,
    unless it has acpi=strict.  ACPICA: acpi_ex_setup_region."""
    any_object_is_stored: bool = False
    """Store takes what has no value, as devices, and variables hold it.  Linux: yes, unless it has acpi=strict.
    ACPICA: acpi_ex_resolve_operands, ARGI_DATAREFOBJ."""
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


SLACK_MODE = Semantics(
    implicit_return=True, variables_are_zero=True, regions_are_rounded=True, any_object_is_stored=True
)
"""ACPICA's slack mode.  ACPICA: acpi_gbl_enable_interpreter_slack."""
NT = Semantics(package_expressions=True, references_are_followed=True, strings_keep_size=True)
"""The interpreter of Windows NT, as far as its differences are public."""
