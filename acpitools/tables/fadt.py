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


@record
class Fadt1(SdtHeader):
    """Fixed ACPI Description Table of ACPI 1.0.  116 bytes."""

    TITLE = "Fixed ACPI Description Table"
    SPEC = "ACPI 6.5, 5.2.9"
    signature: Sig4 = "FACP"
    firmware_ctrl: Annotated[Address32, "Physical address of the FACS."] = 0
    dsdt: Annotated[Address32, "Physical address of the DSDT."] = 0
    int_model: Annotated[U8, "ACPI 1.0: 0 dual PIC, 1 multiple APIC; reserved since."] = 0
    preferred_pm_profile: Annotated[int, enum8(PreferredPmProfile), "Kind of machine."] = PreferredPmProfile.UNSPECIFIED
    sci_int: Annotated[U16, "Interrupt of ACPI events."] = 0
    smi_cmd: Annotated[IO32, "I/O port of SMI commands; 0: none."] = 0
    acpi_enable: Annotated[Hex8, "Command that gives the hardware to the operating system."] = 0
    acpi_disable: Annotated[Hex8, "Command that gives it back."] = 0
    s4bios_req: Annotated[Hex8, "Command that enters S4 by firmware."] = 0
    pstate_cnt: Annotated[Hex8, "Command that takes over performance states."] = 0
    pm1a_evt_blk: Block = 0
    pm1b_evt_blk: Block = 0
    pm1a_cnt_blk: Block = 0
    pm1b_cnt_blk: Block = 0
    pm2_cnt_blk: Block = 0
    pm_tmr_blk: Block = 0
    gpe0_blk: Block = 0
    gpe1_blk: Block = 0
    pm1_evt_len: Annotated[U8, "Bytes; at least 4."] = 0
    pm1_cnt_len: Annotated[U8, "Bytes; at least 2."] = 0
    pm2_cnt_len: Annotated[U8, "Bytes."] = 0
    pm_tmr_len: Annotated[U8, "Bytes; 4 where there is a timer."] = 0
    gpe0_blk_len: Annotated[U8, "Bytes; even."] = 0
    gpe1_blk_len: Annotated[U8, "Bytes; even."] = 0
    gpe1_base: Annotated[U8, "Number of the first event of GPE block 1."] = 0
    cst_cnt: Annotated[Hex8, "Command that announces support of _CST."] = 0
    p_lvl2_lat: Annotated[U16, "Microseconds; above 100: no C2."] = 0
    p_lvl3_lat: Annotated[U16, "Microseconds; above 1000: no C3."] = 0
    flush_size: Annotated[U16, "Cache lines to read where WBINVD does not work."] = 0
    flush_stride: Annotated[U16, "Bytes between them."] = 0
    duty_offset: Annotated[U8, "First bit of the duty cycle in P_CNT."] = 0
    duty_width: Annotated[U8, "Bits of the duty cycle."] = 0
    day_alrm: Annotated[U8, "CMOS index of the day alarm; 0: none."] = 0
    mon_alrm: Annotated[U8, "CMOS index of the month alarm; 0: none."] = 0
    century: Annotated[U8, "CMOS index of the century; 0: none."] = 0
    iapc_boot_arch: Annotated[IapcBootFlags, flags16(IapcBootFlags), "Legacy hardware."] = IapcBootFlags(0)
    reserved: Reserved8 = 0
    flags: Annotated[FeatureFlags, flags32(FeatureFlags), "Fixed features."] = FeatureFlags(0)


@record
class Fadt2(Fadt1):
    """Adds the reset register.  132 bytes."""

    reset_reg: Annotated[Gas, "Write reset_value here to reset."] = _NO_REGISTER
    reset_value: Annotated[Hex8, "What to write."] = 0
    arm_boot_arch: Annotated[ArmBootFlags, flags16(ArmBootFlags), "Arm only."] = ArmBootFlags(0)
    minor_version: Annotated[Hex8, "3:0 minor version, 7:4 errata; reserved before ACPI 5.1."] = 0


@record
class Fadt3(Fadt2):
    """Adds 64-bit addresses.  244 bytes."""

    x_firmware_ctrl: Annotated[Address64, "Physical address of the FACS."] = 0
    x_dsdt: Annotated[Address64, "Physical address of the DSDT."] = 0
    x_pm1a_evt_blk: Gas = _NO_REGISTER
    x_pm1b_evt_blk: Gas = _NO_REGISTER
    x_pm1a_cnt_blk: Gas = _NO_REGISTER
    x_pm1b_cnt_blk: Gas = _NO_REGISTER
    x_pm2_cnt_blk: Gas = _NO_REGISTER
    x_pm_tmr_blk: Gas = _NO_REGISTER
    x_gpe0_blk: Gas = _NO_REGISTER
    x_gpe1_blk: Gas = _NO_REGISTER


@record
class Fadt5(Fadt3):
    """Adds the sleep registers of ACPI 5.0.  268 bytes."""

    sleep_control_reg: Annotated[Gas, "Where hardware is reduced."] = _NO_REGISTER
    sleep_status_reg: Annotated[Gas, "Where hardware is reduced."] = _NO_REGISTER


@record
class Fadt6(Fadt5):
    """Adds the hypervisor's identity of ACPI 6.0.  276 bytes."""

    hypervisor_vendor_identity: Annotated[Hex64, "Eight characters, or 0."] = 0


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


CODEC = TableCodec(records=(Fadt1, Fadt2, Fadt3, Fadt5, Fadt6), check=check)
