"""ASL programs of any size, in the proportions of a real DSDT: devices, fields, methods, resources, packages."""

from __future__ import annotations

__all__ = ["program"]

DEVICE = """
    Device (\\_SB.D{n:03X})
    {{
        Name (_HID, EisaId ("PNP0C02"))  // _HID: Hardware ID
        Name (_UID, 0x{n:04X})  // _UID: Unique ID
        OperationRegion (REGS, SystemMemory, 0xFED{n:03X}00, 0x0100)
        Field (REGS, DWordAcc, NoLock, Preserve)
        {{
            VEND,   16,
            DEVI,   16,
            Offset (0x10),
            STAT,   8,
            MODE,   3,
                ,   5,
            CTRL,   32
        }}

        Name (_CRS, ResourceTemplate ()  // _CRS: Current Resource Settings
        {{
            Memory32Fixed (ReadWrite, 0xFED{n:03X}00, 0x00000100, )
            IO (Decode16, 0x0060, 0x0060, 0x01, 0x04, )
            Interrupt (ResourceConsumer, Level, ActiveLow, Shared, ,, )
            {{
                0x00000010,
            }}
        }})
        Name (LIST, Package (0x04)
        {{
            Package (0x04) {{0x0001FFFF, Zero, Zero, 0x10}},
            Package (0x04) {{0x0001FFFF, One, Zero, 0x11}},
            Package (0x04) {{0x0001FFFF, 0x02, \\_SB.D{n:03X}, 0x12}},
            Buffer (0x08) {{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07}}
        }})
        Method (_STA, 0, NotSerialized)  // _STA: Status
        {{
            If (((VEND == 0x8086) && (STAT & One)))
            {{
                Return (0x0F)
            }}
            ElseIf ((DEVI > 0x1000))
            {{
                Local0 = (DerefOf (DerefOf (LIST [One]) [0x03]) + STAT)
                \\_SB.D{n:03X}.CTRL = (Local0 << 0x04)
            }}
            Else
            {{
                Local1 = Zero
                CTRL |= 0x80000000
                While ((CTRL & 0x80000000))
                {{
                    Stall (0x32)
                    If ((Local1 == 0x0A)) {{Break}}
                    Local1++
                }}
            }}

            Return (Zero)
        }}
        Method (_DSM, 4, Serialized)  // _DSM: Device-Specific Method
        {{
            If ((Arg0 == ToUUID ("e5c937d0-3553-4d7a-9117-ea4d19c3434d")))
            {{
                Switch (ToInteger (Arg2))
                {{
                    Case (Zero) {{Return (Buffer (One) {{0x03}})}}
                    Case (One) {{Return (Concatenate ("D{n:03X}", ToHexString (STAT)))}}
                }}
            }}

            Notify (\\_SB.D{n:03X}, 0x81)
            Return (Buffer (One) {{0x00}})
        }}
    }}
"""


def program(size: int) -> str:
    """Return a DSDT's source of about that many characters; at most 4096 devices."""
    one = len(DEVICE.format(n=0))
    devices = "".join(DEVICE.format(n=number) for number in range(min(4096, size // one)))
    return f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "BENCH", 0x00000001)\n{{{devices}}}\n'
