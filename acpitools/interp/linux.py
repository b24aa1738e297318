r"""The interpreter as the kernel of Linux sets it up: what of ACPICA's it switches on, what \_OSI answers, _REV, _OS.

Kernel: drivers/acpi/bus.c:acpi_early_init, drivers/acpi/osi.c, drivers/acpi/osl.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from acpitools.core.value import value
from acpitools.interp.semantics import EXTENDED_ADDRESS_SPACE, SLACK_MODE, Semantics, windows_up_to

__all__ = ["Linux", "linux"]

T = TypeVar("T")

_WINDOWS: Final = (
    ((6, 12), "2022"),
    ((5, 18), "2021"),
    ((5, 15), "2020"),
    ((5, 4), "2019"),
    ((5, 0), "2018.2"),
    ((4, 17), "2017.2"),
    ((4, 16), "2017"),
    ((4, 1), "2015"),
    ((3, 14), "2013"),
    ((0, 0), "2012"),
)
"""First release -> the newest Windows that it answers to.  Up to 6.1 the releases are those after the dates of the
entries.  Kernel: acpica/utosi.c."""
_ACPICA: Final = (
    ((6, 12), 0x2024_0827),
    ((6, 10), 0x2024_0322),
    ((6, 7), 0x2023_0628),
    ((6, 5), 0x2023_0331),
    ((6, 2), 0x2022_1020),
    ((5, 18), 0x2022_0331),
    ((5, 17), 0x2021_1217),
    ((5, 15), 0x2021_0730),
    ((5, 13), 0x2021_0331),
    ((5, 12), 0x2021_0105),
    ((5, 11), 0x2020_1113),
    ((0, 0), 0x2020_0925),
)
"""First release -> its ACPICA; those before are taken for 20200925.  Kernel: include/acpi/acpixf.h:ACPI_CA_VERSION."""
_LOADS_TELL: Final = 0x2021_1217
_HEX_IS_SHORT: Final = 0x2024_0827
_FEATURES: Final = (b"Module Device", b"Processor Device", b"Processor Aggregator Device")
"""What the kernel adds to the interfaces.  Kernel: osi.c:osi_setup_entries."""
_MOST_ENTRIES: Final = 16
_LONGEST_ENTRY: Final = 63
_LONGEST_NAME: Final = 99
"""Characters.  Kernel: osi.c:OSI_STRING_ENTRIES_MAX, OSI_STRING_LENGTH_MAX; osl.c:ACPI_MAX_OVERRIDE_LEN."""
_REVISION_5: Final = 5


@value
class Linux:
    """How one kernel runs the code of the tables."""

    release: tuple[int, int]
    semantics: Semantics
    static_ssdts: bool = True
    """SSDTs among the tables of the firmware are loaded (unless acpi_no_static_ssdt)."""
    io_apic: bool = True
    r"""Interrupts go through I/O APICs, where there are any: \_PIC is told so."""
    apei: bool = True
    """Errors reported by the firmware are handled (unless ghes.disable)."""


def linux(release: tuple[int, int] = (6, 12), parameters: Iterable[tuple[str, str | None]] = ()) -> Linux:
    """Give how a kernel runs code, from its release and the parameters of its command line (None without ``=``)."""
    given = tuple(parameters)
    names = {name for name, _ in given}
    acpi = [text for name, text in given if name == "acpi"]
    like = Semantics() if "strict" in acpi else SLACK_MODE
    acpica = _newest(_ACPICA, release)
    semantics = Semantics(
        revision=acpica,
        specification=_REVISION_5 if "acpi_rev_override" in names else like.specification,
        system=next((_system(text) for name, text in given[::-1] if name == "acpi_os_name" and text), like.system),
        interfaces=_interfaces(release, [text for name, text in given if name == "acpi_osi" and text is not None]),
        loads_tell=acpica >= _LOADS_TELL,
        hex_is_short=acpica >= _HEX_IS_SHORT,
        fields_replace=False,
        repairs_results="acpica_no_return_repair" not in names,
        implicit_return=like.implicit_return,
        variables_are_zero=like.variables_are_zero,
        regions_are_rounded=like.regions_are_rounded,
        any_object_is_stored=like.any_object_is_stored,
    )
    return Linux(
        release=release,
        semantics=semantics,
        static_ssdts="acpi_no_static_ssdt" not in names,
        io_apic=names.isdisjoint({"noapic", "nolapic", "disableapic"}) and "noirq" not in acpi,
        apei=dict(given).get("ghes.disable") not in ("1", "y", "Y"),
    )


def _newest(rows: Iterable[tuple[tuple[int, int], T]], release: tuple[int, int]) -> T:
    return next(found for since, found in rows if since <= release)


def _system(text: str) -> bytes:
    # Letters, digits, blanks and colons; quotes are passed over, and anything else ends it.
    kept = ""
    for character in text[:_LONGEST_NAME]:
        if character in "'\"":
            continue
        if not (character.isascii() and character.isalnum()) and character not in " :":
            break
        kept += character
    return kept.encode() or Semantics().system


class _Osi:
    # What acpi_osi= makes of the list.  Kernel: osi.c:acpi_osi_setup, acpi_osi_setup_late.

    def __init__(self) -> None:
        self.there = True
        self.removed: str | None = None
        """``!`` where all versions of Windows were removed, ``!*`` with what else there is."""
        self.entries: dict[bytes, bool] = dict.fromkeys(_FEATURES, True)

    def feed(self, text: str) -> None:
        if text in ("Darwin", "!Darwin"):
            self._setup("!" if text == "Darwin" else "!!")
        self._setup(text)

    def _setup(self, text: str) -> None:
        if not text:
            self.there = False
        if not self.there:
            return
        if text == "!":
            self.removed = self.removed or "!"
        elif text.startswith("!*"):
            self.removed = "!*"
            self.entries = dict.fromkeys(self.entries, False)
        elif text.startswith("!!"):
            self.removed = None
        else:
            entry = text.removeprefix("!").encode()[:_LONGEST_ENTRY]
            if entry in self.entries or len(self.entries) < _MOST_ENTRIES:
                self.entries[entry] = not text.startswith("!")


def _interfaces(release: tuple[int, int], options: Iterable[str]) -> frozenset[bytes] | None:
    osi = _Osi()
    for text in options:
        osi.feed(text)
    if not osi.there:
        return None
    windows = windows_up_to(_newest(_WINDOWS, release)) if osi.removed is None else frozenset()
    known = windows if osi.removed == "!*" else windows | {EXTENDED_ADDRESS_SPACE}
    added = {entry for entry, enabled in osi.entries.items() if enabled}
    return (known - osi.entries.keys()) | added
