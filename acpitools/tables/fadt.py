"""FADT: fixed hardware.  Signature ``FACP``.  Spec: ACPI 6.5, 5.2.9.

The table grew with the specification.  Its length, not its revision, tells which fields are there.
"""

from collections.abc import Iterator
from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    IO32,
    U8,
    U16,
    Address32,
    Address64,
    Hex8,
    Hex64,
    Reserved8,
    Sig4,
    enum8,
    flags16,
    flags32,
    nested,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.gas import GenericAddress
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "ArmBootFlags",
    "Fadt1",
    "Fadt2",
    "Fadt3",
    "Fadt5",
    "Fadt6",
    "FeatureFlags",
    "IapcBootFlags",
    "PreferredPmProfile",
]

Block = Annotated[IO32, "I/O port; 0: not there, or only in the X_ field."]
Gas = Annotated[GenericAddress, nested(GenericAddress)]
_NO_REGISTER = GenericAddress()


class PreferredPmProfile(IntEnum):
    """What kind of machine the OEM made."""

    UNSPECIFIED = 0
    DESKTOP = 1
    MOBILE = 2
    WORKSTATION = 3
    ENTERPRISE_SERVER = 4
    SOHO_SERVER = 5
    APPLIANCE_PC = 6
    PERFORMANCE_SERVER = 7
    TABLET = 8


class IapcBootFlags(IntFlag):
    """Legacy hardware of IA-PC machines."""

    LEGACY_DEVICES = 1
    HAS_8042 = 2
    NO_VGA = 4
    NO_MSI = 8
    NO_PCIE_ASPM = 16
    NO_CMOS_RTC = 32


class ArmBootFlags(IntFlag):
    """How an Arm machine is started and stopped."""

    PSCI_COMPLIANT = 1
    PSCI_USE_HVC = 2


class FeatureFlags(IntFlag):
    """Fixed features."""

    WBINVD = 1 << 0
    WBINVD_FLUSH = 1 << 1
    PROC_C1 = 1 << 2
    P_LVL2_UP = 1 << 3
    PWR_BUTTON = 1 << 4
    SLP_BUTTON = 1 << 5
    FIX_RTC = 1 << 6
    RTC_S4 = 1 << 7
    TMR_VAL_EXT = 1 << 8
    DCK_CAP = 1 << 9
    RESET_REG_SUP = 1 << 10
    SEALED_CASE = 1 << 11
    HEADLESS = 1 << 12
    CPU_SW_SLP = 1 << 13
    PCI_EXP_WAK = 1 << 14
    USE_PLATFORM_CLOCK = 1 << 15
    S4_RTC_STS_VALID = 1 << 16
    REMOTE_POWER_ON_CAPABLE = 1 << 17
    FORCE_APIC_CLUSTER_MODEL = 1 << 18
    FORCE_APIC_PHYSICAL_DESTINATION_MODE = 1 << 19
    HW_REDUCED_ACPI = 1 << 20
    LOW_POWER_S0_IDLE_CAPABLE = 1 << 21
    PERSISTENT_CPU_CACHES_NO = 1 << 22
    PERSISTENT_CPU_CACHES_YES = 1 << 23


# iasl names the version of the table that brought each bit.
_BOOT_BITS = (
    "Legacy Devices Supported (V2)",
    "8042 Present on ports 60/64 (V2)",
    "VGA Not Present (V4)",
    "MSI Not Supported (V4)",
    "PCIe ASPM Not Supported (V4)",
    "CMOS RTC Not Present (V5)",
)
_FEATURE_BITS = (
    "WBINVD instruction is operational (V1)",
    "WBINVD flushes all caches (V1)",
    "All CPUs support C1 (V1)",
    "C2 works on MP system (V1)",
    "Control Method Power Button (V1)",
    "Control Method Sleep Button (V1)",
    "RTC wake not in fixed reg space (V1)",
    "RTC can wake system from S4 (V1)",
    "32-bit PM Timer (V1)",
    "Docking Supported (V1)",
    "Reset Register Supported (V2)",
    "Sealed Case (V3)",
    "Headless - No Video (V3)",
    "Use native instr after SLP_TYPx (V3)",
    "PCIEXP_WAK Bits Supported (V4)",
    "Use Platform Timer (V4)",
    "RTC_STS valid on S4 wake (V4)",
    "Remote Power-on capable (V4)",
    "Use APIC Cluster Model (V4)",
    "Use APIC Physical Destination Mode (V4)",
    "Hardware Reduced (V5)",
    "Low Power S0 Idle (V5)",
)


@record
class Fadt1(SdtHeader):
    """Fixed ACPI Description Table of ACPI 1.0.  116 bytes."""

    TITLE = "Fixed ACPI Description Table"
    SPEC = "ACPI 6.5, 5.2.9"
    signature: Sig4 = "FACP"
    firmware_ctrl: Annotated[Address32, Label("FACS Address"), "Physical address of the FACS."] = 0
    dsdt: Annotated[Address32, Label("DSDT Address"), "Physical address of the DSDT."] = 0
    int_model: Annotated[U8, Label("Model"), "ACPI 1.0: 0 dual PIC, 1 multiple APIC; reserved since."] = 0
    preferred_pm_profile: Annotated[int, enum8(PreferredPmProfile), Label("PM Profile"), "Kind of machine."] = (
        PreferredPmProfile.UNSPECIFIED
    )
    sci_int: Annotated[U16, Label("SCI Interrupt"), "Interrupt of ACPI events."] = 0
    smi_cmd: Annotated[IO32, Label("SMI Command Port"), "I/O port of SMI commands; 0: none."] = 0
    acpi_enable: Annotated[
        Hex8, Label("ACPI Enable Value"), "Command that gives the hardware to the operating system."
    ] = 0
    acpi_disable: Annotated[Hex8, Label("ACPI Disable Value"), "Command that gives it back."] = 0
    s4bios_req: Annotated[Hex8, Label("S4BIOS Command"), "Command that enters S4 by firmware."] = 0
    pstate_cnt: Annotated[Hex8, Label("P-State Control"), "Command that takes over performance states."] = 0
    pm1a_evt_blk: Annotated[Block, Label("PM1A Event Block Address")] = 0
    pm1b_evt_blk: Annotated[Block, Label("PM1B Event Block Address")] = 0
    pm1a_cnt_blk: Annotated[Block, Label("PM1A Control Block Address")] = 0
    pm1b_cnt_blk: Annotated[Block, Label("PM1B Control Block Address")] = 0
    pm2_cnt_blk: Annotated[Block, Label("PM2 Control Block Address")] = 0
    pm_tmr_blk: Annotated[Block, Label("PM Timer Block Address")] = 0
    gpe0_blk: Annotated[Block, Label("GPE0 Block Address")] = 0
    gpe1_blk: Annotated[Block, Label("GPE1 Block Address")] = 0
    pm1_evt_len: Annotated[U8, Label("PM1 Event Block Length"), "Bytes; at least 4."] = 0
    pm1_cnt_len: Annotated[U8, Label("PM1 Control Block Length"), "Bytes; at least 2."] = 0
    pm2_cnt_len: Annotated[U8, Label("PM2 Control Block Length"), "Bytes."] = 0
    pm_tmr_len: Annotated[U8, Label("PM Timer Block Length"), "Bytes; 4 where there is a timer."] = 0
    gpe0_blk_len: Annotated[U8, Label("GPE0 Block Length"), "Bytes; even."] = 0
    gpe1_blk_len: Annotated[U8, Label("GPE1 Block Length"), "Bytes; even."] = 0
    gpe1_base: Annotated[U8, Label("GPE1 Base Offset"), "Number of the first event of GPE block 1."] = 0
    cst_cnt: Annotated[Hex8, Label("_CST Support"), "Command that announces support of _CST."] = 0
    p_lvl2_lat: Annotated[U16, Label("C2 Latency"), "Microseconds; above 100: no C2."] = 0
    p_lvl3_lat: Annotated[U16, Label("C3 Latency"), "Microseconds; above 1000: no C3."] = 0
    flush_size: Annotated[U16, Label("CPU Cache Size"), "Cache lines to read where WBINVD does not work."] = 0
    flush_stride: Annotated[U16, Label("Cache Flush Stride"), "Bytes between them."] = 0
    duty_offset: Annotated[U8, Label("Duty Cycle Offset"), "First bit of the duty cycle in P_CNT."] = 0
    duty_width: Annotated[U8, Label("Duty Cycle Width"), "Bits of the duty cycle."] = 0
    day_alrm: Annotated[U8, Label("RTC Day Alarm Index"), "CMOS index of the day alarm; 0: none."] = 0
    mon_alrm: Annotated[U8, Label("RTC Month Alarm Index"), "CMOS index of the month alarm; 0: none."] = 0
    century: Annotated[U8, Label("RTC Century Index"), "CMOS index of the century; 0: none."] = 0
    iapc_boot_arch: Annotated[
        IapcBootFlags, flags16(IapcBootFlags), Label("Boot Flags (decoded below)", bits=_BOOT_BITS), "Legacy hardware."
    ] = IapcBootFlags(0)
    reserved: Reserved8 = 0
    flags: Annotated[FeatureFlags, flags32(FeatureFlags), Label(bits=_FEATURE_BITS), "Fixed features."] = FeatureFlags(
        0
    )


@record
class Fadt2(Fadt1):
    """Adds the reset register.  132 bytes."""

    reset_reg: Annotated[Gas, Label("Reset Register"), "Write reset_value here to reset."] = _NO_REGISTER
    reset_value: Annotated[Hex8, Label("Value to cause reset"), "What to write."] = 0
    arm_boot_arch: Annotated[
        ArmBootFlags,
        flags16(ArmBootFlags),
        Label("ARM Flags (decoded below)", bits=("PSCI Compliant", "Must use HVC for PSCI")),
        "Arm only.",
    ] = ArmBootFlags(0)
    minor_version: Annotated[
        Hex8, Label("FADT Minor Revision"), "3:0 minor version, 7:4 errata; reserved before ACPI 5.1."
    ] = 0


@record
class Fadt3(Fadt2):
    """Adds 64-bit addresses.  244 bytes."""

    x_firmware_ctrl: Annotated[Address64, Label("FACS Address"), "Physical address of the FACS."] = 0
    x_dsdt: Annotated[Address64, Label("DSDT Address"), "Physical address of the DSDT."] = 0
    x_pm1a_evt_blk: Annotated[Gas, Label("PM1A Event Block")] = _NO_REGISTER
    x_pm1b_evt_blk: Annotated[Gas, Label("PM1B Event Block")] = _NO_REGISTER
    x_pm1a_cnt_blk: Annotated[Gas, Label("PM1A Control Block")] = _NO_REGISTER
    x_pm1b_cnt_blk: Annotated[Gas, Label("PM1B Control Block")] = _NO_REGISTER
    x_pm2_cnt_blk: Annotated[Gas, Label("PM2 Control Block")] = _NO_REGISTER
    x_pm_tmr_blk: Annotated[Gas, Label("PM Timer Block")] = _NO_REGISTER
    x_gpe0_blk: Annotated[Gas, Label("GPE0 Block")] = _NO_REGISTER
    x_gpe1_blk: Annotated[Gas, Label("GPE1 Block")] = _NO_REGISTER


@record
class Fadt5(Fadt3):
    """Adds the sleep registers of ACPI 5.0.  268 bytes."""

    sleep_control_reg: Annotated[Gas, Label("Sleep Control Register"), "Where hardware is reduced."] = _NO_REGISTER
    sleep_status_reg: Annotated[Gas, Label("Sleep Status Register"), "Where hardware is reduced."] = _NO_REGISTER


@record
class Fadt6(Fadt5):
    """Adds the hypervisor's identity of ACPI 6.0.  276 bytes."""

    hypervisor_vendor_identity: Annotated[Hex64, Label("Hypervisor ID"), "Eight characters, or 0."] = 0


_SIZES = {1: 116, 2: 132, 3: 244, 4: 244, 5: 268, 6: 276}
"""Bytes by revision, as published."""


def check(table: Fadt1, data: bytes) -> Iterator[Finding]:  # noqa: ARG001
    """Give a length that does not go with the revision; such tables are common, and decoded by their length."""
    published = _SIZES.get(table.revision)
    where = Location(offset=4)
    if published is None:
        text = f"no specification has revision {table.revision}"
        yield Finding(code="TAB022", severity=Severity.WARNING, message=text, location=where)
    elif table.length != published:
        text = f"length {table.length}; revision {table.revision} has {published} bytes"
        yield Finding(code="TAB020", severity=Severity.WARNING, message=text, location=where)


def _refused(data: bytes, size: int) -> str | None:
    # iasl goes by the revision, and knows no second one.
    revision = data[8]
    if revision == 2:
        return "it does not know revision 2."
    needed = _SIZES.get(min(revision, 6), 0)
    return f"in revision {revision} it wants {needed} bytes, and {size} are here." if size < needed else None


CODEC = TableCodec(records=(Fadt1, Fadt2, Fadt3, Fadt5, Fadt6), check=check, refused=_refused)
