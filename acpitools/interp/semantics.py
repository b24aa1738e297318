"""Where interpreters differ.

What the interpreter of Windows NT does is known from what others found out and made public, named beside each field:
Microsoft's page on _OSI, traces of Windows in issues of ACPICA, and uACPI (https://github.com/uACPI/uACPI), an
interpreter that is made to behave like it: its README, its tests (tests/test-cases), and where its source says so.
What has no such source is as in ACPICA.
"""

from __future__ import annotations

from acpitools.core.value import value

__all__ = [
    "ACPICA_VERSION",
    "EXTENDED_ADDRESS_SPACE",
    "NT",
    "SLACK_MODE",
    "WINDOWS",
    "Semantics",
    "windows_up_to",
]


ACPICA_VERSION = 0x2020_0925
"""The release of ACPICA whose values are the defaults."""

WINDOWS = (
    "2000",
    "2001",
    "2001 SP1",
    "2001.1",
    "2001 SP2",
    "2001.1 SP1",
    "2006",
    "2006.1",
    "2006 SP1",
    "2006 SP2",
    "2009",
    "2012",
    "2013",
    "2015",
    "2016",
    "2017",
    "2017.2",
    "2018",
    "2018.2",
    "2019",
    "2020",
    "2021",
    "2022",
)
"""What _OSI calls the versions of Windows, the oldest first, each after ``Windows``.

Source: https://learn.microsoft.com/windows-hardware/drivers/acpi/winacpi-osi
"""
EXTENDED_ADDRESS_SPACE = b"Extended Address Space Descriptor"


def windows_up_to(newest: str) -> frozenset[bytes]:
    """Give what _OSI calls the versions of Windows up to one, as ``2019``."""
    return frozenset(f"Windows {name}".encode() for name in WINDOWS[: WINDOWS.index(newest) + 1])


_ACPIEXEC = windows_up_to("2019") - {b"Windows 2006"} | {EXTENDED_ADDRESS_SPACE, b"AnotherTestString"}


@value
class Semantics:
    """What the machine does where interpreters differ; the defaults are ACPICA's."""

    revision: int = ACPICA_VERSION
    """What the operator Revision gives: the release of ACPICA, or of another interpreter."""
    specification: int = 2
    r"""What \_REV gives.  ACPICA: acpi_gbl_pre_defined_names."""
    system: bytes = b"Microsoft Windows NT"
    r"""What \_OS gives.  ACPICA: acpi_gbl_pre_defined_names."""
    interfaces: frozenset[bytes] | None = _ACPIEXEC
    r"""What \_OSI answers to; None where there is no \_OSI.  The default is what acpiexec leaves of ACPICA's list: it
    takes Windows Vista away and adds a string of its own, to test that.  ACPICA: acpi_default_supported_interfaces."""
    loads_tell: bool = False
    """Load and LoadTable give all bits set where they succeed, and Load stores that; else they give a handle.  ACPICA:
    yes since 20211217 (acpi_ex_load_op, acpi_ex_load_table_op)."""
    hex_is_short: bool = False
    """ToHexString gives of an integer ``0x`` and no zeros before its digits; else all digits.  ACPICA: yes since
    20240827 (acpi_ex_convert_to_string, ACPI_EXPLICIT_CONVERT_HEX).  NT: yes
    (https://github.com/open-acpica/acpica/pull/903)."""
    repairs_results: bool = True
    """What predefined names give is checked and made what it should be.  ACPICA: acpi_gbl_disable_auto_repair."""

    integer_size: int = 8
    """Bytes of an integer: 4 with a DSDT before revision 2 (AmlTable.integer_size)."""

    fields_replace: bool = True
    """A field of a region whose name is declared already takes the place of what is there.  acpiexec: yes; Linux keeps
    the first.  ACPICA: acpi_ds_init_field_objects, ACPI_NS_OVERRIDE_IF_FOUND."""
    implicit_return: bool = False
    """A method that ends without Return gives what its last operator, name or condition gave, else zero.  Linux: yes,
    unless it has acpi=strict.  ACPICA: acpi_ds_do_implicit_return, acpi_ps_execute_method (which begins with zero to be
    compatible with Windows), acpi_ps_parse_aml."""
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
    """Elements of packages may be expressions.  NT: yes (uACPI: README); ACPICA: AE_SUPPORT."""
    references_are_followed: bool = False
    """Storing to a local variable or to an element of a package that holds what RefOf gave writes what is referred to,
    Increment and Decrement work on it, and DerefOf follows references to references to their end.  NT: yes (uACPI:
    README; tests references-10, indices-2, multilevel_ref; https://github.com/open-acpica/acpica/issues/910); ACPICA
    replaces the variable, fails, and follows one reference."""
    stores_copy_bytes: bool = False
    """A named integer, string or buffer, and what a reference leads to, takes the bytes of what is stored to it, as
    many as it has, and zeros after them: 0x4F4F46 stored to "BAR" gives "FOO", "LONGSTRING" to "XXXX" gives "LONG",
    "FOO" to 0 gives 0x4F4F46.  NT: yes (uACPI: README; source/interpreter.c, object_assign_with_implicit_cast; tests
    references-5, references-9 and indices-2); ACPICA converts between numbers and digits, and strings grow."""
    logic_takes_4_bytes: bool = False
    """LAnd and LOr take the first 4 bytes of a buffer, however wide integers are.  NT: yes
    (https://github.com/open-acpica/acpica/issues/915); ACPICA takes as many as an integer has."""
    numbers_have_signs: bool = False
    """ToInteger reads a string as strtoull of C does: a sign, octal digits after a 0, and all bits set for what is too
    large.  NT: yes (uACPI: tests/test-cases/to-integer.asl); ACPICA ends at what is no digit or too large."""
    digits_are_lenient: bool = False
    """FromBCD takes digits above 9.  NT: yes (uACPI: source/interpreter.c, handle_bcd); ACPICA fails."""
    fields_follow_variables: bool = False
    """A field of a buffer is checked against its size only when it is used, and lies in the buffer that the variable
    holds by then.  NT: yes (https://github.com/open-acpica/acpica/issues/953); ACPICA checks it when it is created."""

    @property
    def mask(self) -> int:
        """Give the integer with all bits set."""
        return (1 << (8 * self.integer_size)) - 1


SLACK_MODE = Semantics(
    implicit_return=True, variables_are_zero=True, regions_are_rounded=True, any_object_is_stored=True
)
"""ACPICA's slack mode.  ACPICA: acpi_gbl_enable_interpreter_slack."""
NT = Semantics(
    interfaces=windows_up_to("2022") | {EXTENDED_ADDRESS_SPACE},
    hex_is_short=True,
    implicit_return=True,
    package_expressions=True,
    references_are_followed=True,
    stores_copy_bytes=True,
    logic_takes_4_bytes=True,
    numbers_have_signs=True,
    digits_are_lenient=True,
    fields_follow_variables=True,
)
"""The interpreter of Windows NT, as far as its differences are public."""
