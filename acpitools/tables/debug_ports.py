"""Names of debug and serial ports, shared by DBG2, DBGP and SPCR.  Spec: Microsoft Debug Port Table 2, table 3."""

from enum import IntEnum

__all__ = ["DebugPortType", "SerialSubtype"]


class DebugPortType(IntEnum):
    """Kind of a debug port."""

    SERIAL = 0x8000
    IEEE_1394 = 0x8001
    USB = 0x8002
    NET = 0x8003


class SerialSubtype(IntEnum):
    """Interface of a serial port."""

    FULL_16550 = 0x00
    SUBSET_16550 = 0x01
    MAX311XE_SPI = 0x02
    ARM_PL011 = 0x03
    MSM8X60 = 0x04
    NVIDIA_16550 = 0x05
    TI_OMAP = 0x06
    APM88XXXX = 0x08
    MSM8974 = 0x09
    SAM5250 = 0x0A
    INTEL_USIF = 0x0B
    IMX6 = 0x0C
    ARM_SBSA_32BIT = 0x0D
    ARM_SBSA_GENERIC = 0x0E
    ARM_DCC = 0x0F
    BCM2835 = 0x10
    SDM845_1_8432_MHZ = 0x11
    GAS_16550 = 0x12
    SDM845_7_372_MHZ = 0x13
    INTEL_LPSS = 0x14
    RISCV_SBI_CONSOLE = 0x15
