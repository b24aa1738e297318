"""Small resource descriptors.  Spec: ACPI 6.5, 6.4.2."""

from typing import Annotated

from acpitools.aml.resources.descriptor import SmallDescriptor
from acpitools.codec.fields import U8, Hex8, Hex16
from acpitools.codec.record import Rest, record

__all__ = [
    "Dma",
    "EndDependentFunctions",
    "EndTag",
    "FixedDma",
    "FixedIo",
    "Io",
    "Irq",
    "IrqNoFlags",
    "StartDependentFunctions",
    "StartDependentFunctionsNoPriority",
    "VendorShort",
]


@record
class IrqNoFlags(SmallDescriptor):
    """Interrupts of a PIC, edge-triggered, active high, exclusive.  6.4.2.1."""

    KIND = "irq"
    mask: Annotated[Hex16, "Bit n: IRQ n."]


@record
class Irq(IrqNoFlags):
    """Interrupts of a PIC, with how they signal.  6.4.2.1."""

    flags: Annotated[Hex8, "Bit 0 edge, bit 3 active low, bit 4 shared, bit 5 wake capable."]


@record
class Dma(SmallDescriptor):
    """Channels of the ISA DMA controller.  6.4.2.2."""

    KIND = "dma"
    mask: Annotated[Hex8, "Bit n: channel n."]
    flags: Annotated[Hex8, "Bits 0-1 transfer width, bit 2 bus master, bits 5-6 speed."]


@record
class StartDependentFunctionsNoPriority(SmallDescriptor):
    """Begins one of several alternatives.  6.4.2.3."""

    KIND = "start_dependent"


@record
class StartDependentFunctions(SmallDescriptor):
    """Begins one of several alternatives, with how good it is.  6.4.2.3."""

    KIND = "start_dependent"
    priority: Annotated[Hex8, "Bits 0-1 compatibility, bits 2-3 performance; 0 is best."]


@record
class EndDependentFunctions(SmallDescriptor):
    """Ends the alternatives.  6.4.2.4."""

    KIND = "end_dependent"


@record
class Io(SmallDescriptor):
    """Ports, movable within bounds.  6.4.2.5."""

    KIND = "io"
    decode: Annotated[Hex8, "Bit 0: 16 address bits are decoded, else 10."]
    minimum: Hex16
    maximum: Annotated[Hex16, "Highest first port."]
    alignment: U8
    size: Annotated[U8, "Number of ports."]


@record
class FixedIo(SmallDescriptor):
    """Ports where they have to be; 10 address bits.  6.4.2.6."""

    KIND = "fixed_io"
    base: Hex16
    size: Annotated[U8, "Number of ports."]


@record
class FixedDma(SmallDescriptor):
    """A request line and a channel of a DMA controller.  6.4.2.7."""

    KIND = "fixed_dma"
    request_line: Hex16
    channel: Hex16
    width: Annotated[U8, "0: 8 bits, 1: 16, 2: 32, 3: 64, 4: 128, 5: 256."]


@record
class VendorShort(SmallDescriptor):
    """Up to seven bytes of a vendor's.  6.4.2.8."""

    KIND = "vendor"
    data: Annotated[Rest, "The bytes."]


@record
class EndTag(SmallDescriptor):
    """Ends a template.  6.4.2.9."""

    KIND = "end"
    checksum: Annotated[U8, "Makes the sum of the template zero, or is zero itself: not computed."]
