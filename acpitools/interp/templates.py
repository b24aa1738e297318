"""Resource templates as ConcatenateResTemplate looks at them: where the descriptors end.  Spec: ACPI 6.5, 6.4.

ACPICA: acpi_ut_get_resource_end_tag, acpi_ut_walk_aml_resources, acpi_ut_validate_resource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acpitools.core.errors import AmlRuntimeError
from acpitools.interp.exceptions import (
    AE_AML_BAD_RESOURCE_LENGTH,
    AE_AML_INVALID_RESOURCE_TYPE,
    AE_AML_NO_RESOURCE_END_TAG,
)

__all__ = ["end_of_descriptors"]

_END_TAG: Final = 0xF
_SERIAL_BUS: Final = 0x8E
_BUS_TYPES: Final = (1, 2, 3)
"""I2C, SPI, UART."""
_BUS_TYPE_AT: Final = 5
"""Offset of the type of a serial bus in its descriptor."""

_SMALL: dict[int, tuple[int, int | None]] = {
    0x4: (2, 3),
    0x5: (2, 2),
    0x6: (0, 1),
    0x7: (0, 0),
    0x8: (7, 7),
    0x9: (3, 3),
    0xA: (5, 5),
    0xE: (0, None),
    _END_TAG: (1, 1),
}
"""Small descriptor -> least and greatest length of what follows its first byte; None where any fits."""
_LARGE: dict[int, tuple[int, int | None]] = {
    0x81: (9, 9),
    0x82: (12, 12),
    0x84: (0, None),
    0x85: (17, 17),
    0x86: (9, 9),
    0x87: (23, None),
    0x88: (13, None),
    0x89: (6, None),
    0x8A: (43, None),
    0x8B: (53, 53),
    0x8C: (20, None),
    0x8D: (15, None),
    _SERIAL_BUS: (9, None),
    0x8F: (17, None),
    0x90: (11, None),
    0x91: (14, None),
    0x92: (17, None),
}
"""Large descriptor -> least and greatest length of what follows its first three bytes."""


def end_of_descriptors(data: bytes | bytearray, step: Callable[[], None]) -> int:
    """Give the offset of the end tag, bytes; an empty template needs none.  ``step`` counts descriptors.

    Raises AmlRuntimeError where a descriptor is none, or the end tag is missing.
    """
    at = 0
    while at < len(data) > 1:
        step()
        large = bool(data[at] & 0x80)
        kind = data[at] if large else data[at] >> 3
        bounds = (_LARGE if large else _SMALL).get(kind)
        length = int.from_bytes(data[at + 1 : at + 3], "little") if large else data[at] & 7
        bus = data[at + _BUS_TYPE_AT : at + _BUS_TYPE_AT + 1]
        if bounds is None or (kind == _SERIAL_BUS and (not bus or bus[0] not in _BUS_TYPES)):
            raise _wrong(
                f"there is no descriptor {data[at]:#04x}, at offset {at}", exception=AE_AML_INVALID_RESOURCE_TYPE
            )
        least, greatest = bounds
        if large and at + 3 > len(data):
            raise _wrong(f"descriptor {data[at]:#04x} at offset {at} has no length", AE_AML_BAD_RESOURCE_LENGTH)
        if length < least or (greatest is not None and length > greatest):
            why = f"descriptor {data[at]:#04x} at offset {at} has a length of {length}"
            raise _wrong(why, exception=AE_AML_BAD_RESOURCE_LENGTH)
        if kind == _END_TAG and not large and at + 1 < len(data):
            return at
        at += length + (3 if large else 1)
    if not data:
        return 0
    raise _wrong("a resource template has no end tag", exception=AE_AML_NO_RESOURCE_END_TAG)


def _wrong(why: str, exception: int) -> AmlRuntimeError:
    return AmlRuntimeError("ConcatenateResTemplate", "", why, exception=exception)
