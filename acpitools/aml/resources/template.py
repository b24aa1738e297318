"""Templates: descriptors one after another, up to the end tag.  Spec: ACPI 6.5, 6.4.1."""

from __future__ import annotations

from acpitools.aml.resources.address_space import DWordSpace, ExtendedSpace, QWordSpace, WordSpace
from acpitools.aml.resources.connections import (
    ClockInput,
    Gpio,
    PinConfiguration,
    PinFunction,
    PinGroup,
    PinGroupConfiguration,
    PinGroupFunction,
    SerialBus,
)
from acpitools.aml.resources.descriptor import Descriptor, RawDescriptor
from acpitools.aml.resources.memory import GenericRegister, Interrupts, Memory24, Memory32, Memory32Fixed, VendorLong
from acpitools.aml.resources.small import (
    Dma,
    EndDependentFunctions,
    EndTag,
    FixedDma,
    FixedIo,
    Io,
    Irq,
    IrqNoFlags,
    StartDependentFunctions,
    StartDependentFunctionsNoPriority,
    VendorShort,
)
from acpitools.codec.record import decode, encode, fixed_size
from acpitools.core.value import value

__all__ = ["DESCRIPTORS", "Template", "decode_template", "descriptor_size", "encode_template"]

DESCRIPTORS: dict[int, tuple[type[Descriptor], ...]] = {
    0x20: (Irq, IrqNoFlags),
    0x28: (Dma,),
    0x30: (StartDependentFunctions, StartDependentFunctionsNoPriority),
    0x38: (EndDependentFunctions,),
    0x40: (Io,),
    0x48: (FixedIo,),
    0x50: (FixedDma,),
    0x70: (VendorShort,),
    0x78: (EndTag,),
    0x81: (Memory24,),
    0x82: (GenericRegister,),
    0x84: (VendorLong,),
    0x85: (Memory32,),
    0x86: (Memory32Fixed,),
    0x87: (DWordSpace,),
    0x88: (WordSpace,),
    0x89: (Interrupts,),
    0x8A: (QWordSpace,),
    0x8B: (ExtendedSpace,),
    0x8C: (Gpio,),
    0x8D: (PinFunction,),
    0x8E: (SerialBus,),
    0x8F: (PinConfiguration,),
    0x90: (PinGroup,),
    0x91: (PinGroupFunction,),
    0x92: (PinGroupConfiguration,),
    0x93: (ClockInput,),
}
"""Item, without the length of small ones, to its records, the longest first."""

_EXACT = (
    Irq,
    IrqNoFlags,
    Dma,
    StartDependentFunctions,
    StartDependentFunctionsNoPriority,
    EndDependentFunctions,
    Io,
    FixedIo,
    FixedDma,
    EndTag,
    Memory24,
    GenericRegister,
    Memory32,
    Memory32Fixed,
    ExtendedSpace,
)
"""What nothing may follow in its descriptor."""
_END = 0x78


@value
class Template:
    """The descriptors of a buffer."""

    descriptors: tuple[Descriptor, ...]
    """Up to the end tag, which is the last one where there is one."""
    rest: bytes = b""
    """Bytes after the end tag, or those that begin no whole descriptor."""

    @property
    def valid(self) -> bool:
        """Tell whether there is an end tag, and every descriptor before it is known and as long as its kind says.

        ACPICA: acpi_ut_walk_aml_resources, acpi_ut_validate_resource; what follows the end tag does not count.
        """
        if not self.descriptors or not isinstance(self.descriptors[-1], EndTag):
            return False
        return not any(
            isinstance(item, RawDescriptor)
            or (isinstance(item, _EXACT) and len(encode(item)) != fixed_size(type(item)))
            for item in self.descriptors
        )

    @property
    def complete(self) -> bool:
        """Tell whether the template ends with an end tag and nothing follows it."""
        return bool(self.descriptors) and isinstance(self.descriptors[-1], EndTag) and not self.rest


def descriptor_size(data: bytes, start: int) -> int:
    """Give the bytes that the descriptor at start says it has; 0 where its length is not there."""
    tag = data[start]
    if tag < 0x80:
        return 1 + (tag & 7)
    return 3 + int.from_bytes(data[start + 1 : start + 3], "little") if start + 3 <= len(data) else 0


def decode_template(data: bytes) -> Template:
    """Give the descriptors in a buffer, up to the end tag; ``encode_template`` gives these bytes back."""
    found: list[Descriptor] = []
    start = 0
    while start < len(data):
        size = descriptor_size(data, start)
        if size == 0 or start + size > len(data):
            break
        tag = data[start]
        known = DESCRIPTORS.get(tag if tag >= 0x80 else tag & 0x78, ())
        cls = next((cls for cls in known if fixed_size(cls) <= size), RawDescriptor)
        found.append(decode(cls, data, start, start + size))
        start += size
        if tag & 0xF8 == _END:
            break
    return Template(descriptors=tuple(found), rest=data[start:])


def encode_template(template: Template) -> bytes:
    """Give the bytes of a template, as it stands.  Raises EncodeError naming the field that does not fit."""
    return b"".join([*map(encode, template.descriptors), template.rest])
