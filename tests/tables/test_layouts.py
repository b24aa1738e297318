"""Offset, size and name of every fixed field, against the published layouts (ACPI 6.5 and 6.7, CXL 3.1, PCI Firmware).

Written as ``offset:size name``; the offsets are those of the specifications, not of our records.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.codec.fields import Leaf
from acpitools.codec.record import Record, fixed_size
from acpitools.codec.structures import RawStructure, Structure
from acpitools.tables import (
    cedt,
    facs,
    fadt,
    gas,
    header,
    hmat,
    madt,
    madt_arm,
    madt_loongarch,
    madt_riscv,
    madt_x86,
    mcfg,
    msct,
    pptt,
    rsdp,
    slit,
    srat,
)
from acpitools.tables.header import SdtHeader
from acpitools.tables.registry import decode_table
from acpitools.tables.spans import record_spans
from tests.record_classes import LISTS, RECORDS
from tests.tables import acpica_layouts

HEADER = (
    "0:4 signature, 4:4 length, 8:1 revision, 9:1 checksum, 10:6 oem_id, 16:8 oem_table_id, 24:4 oem_revision, "
    "28:4 creator_id, 32:4 creator_revision"
)
RSDP1 = "0:8 signature, 8:1 checksum, 9:6 oem_id, 15:1 revision, 16:4 rsdt_address"
FADT1 = (
    f"{HEADER}, 36:4 firmware_ctrl, 40:4 dsdt, 44:1 int_model, 45:1 preferred_pm_profile, 46:2 sci_int, 48:4 smi_cmd, "
    "52:1 acpi_enable, 53:1 acpi_disable, 54:1 s4bios_req, 55:1 pstate_cnt, 56:4 pm1a_evt_blk, 60:4 pm1b_evt_blk, "
    "64:4 pm1a_cnt_blk, 68:4 pm1b_cnt_blk, 72:4 pm2_cnt_blk, 76:4 pm_tmr_blk, 80:4 gpe0_blk, 84:4 gpe1_blk, "
    "88:1 pm1_evt_len, 89:1 pm1_cnt_len, 90:1 pm2_cnt_len, 91:1 pm_tmr_len, 92:1 gpe0_blk_len, 93:1 gpe1_blk_len, "
    "94:1 gpe1_base, 95:1 cst_cnt, 96:2 p_lvl2_lat, 98:2 p_lvl3_lat, 100:2 flush_size, 102:2 flush_stride, "
    "104:1 duty_offset, 105:1 duty_width, 106:1 day_alrm, 107:1 mon_alrm, 108:1 century, 109:2 iapc_boot_arch, "
    "111:1 reserved, 112:4 flags"
)
FADT2 = f"{FADT1}, 116:12 reset_reg, 128:1 reset_value, 129:2 arm_boot_arch, 131:1 minor_version"
FADT3 = (
    f"{FADT2}, 132:8 x_firmware_ctrl, 140:8 x_dsdt, 148:12 x_pm1a_evt_blk, 160:12 x_pm1b_evt_blk, "
    "172:12 x_pm1a_cnt_blk, 184:12 x_pm1b_cnt_blk, 196:12 x_pm2_cnt_blk, 208:12 x_pm_tmr_blk, 220:12 x_gpe0_blk, "
    "232:12 x_gpe1_blk"
)
FADT5 = f"{FADT3}, 244:12 sleep_control_reg, 256:12 sleep_status_reg"
TYPED = "0:1 type, 1:1 length"
INITIATOR = (
    f"{TYPED}, 2:1 reserved1, 3:1 device_handle_type, 4:4 proximity_domain, 8:16 device_handle, 24:4 flags, "
    "28:4 reserved2"
)
HMAT_HEADER = "0:2 type, 2:2 reserved1, 4:4 length"
CEDT_HEADER = "0:1 type, 1:1 reserved1, 2:2 length"
GICC40 = (
    f"{TYPED}, 2:2 reserved1, 4:4 cpu_interface_number, 8:4 processor_uid, 12:4 flags, 16:4 parking_protocol_version, "
    "20:4 performance_interrupt, 24:8 parked_address, 32:8 base_address"
)
GICC76 = (
    f"{GICC40}, 40:8 gicv_base_address, 48:8 gich_base_address, 56:4 vgic_maintenance_interrupt, "
    "60:8 gicr_base_address, 68:8 mpidr"
)
GICC80 = f"{GICC76}, 76:1 efficiency_class, 77:1 reserved2, 78:2 spe_overflow_interrupt"
GICC82 = f"{GICC80}, 80:2 trbe_interrupt"
WAKEUP = f"{TYPED}, 2:2 mailbox_version, 4:4 reserved, 8:8 mailbox_address"
RINTC20 = f"{TYPED}, 2:1 version, 3:1 reserved, 4:4 flags, 8:8 hart_id, 16:4 processor_uid"

LAYOUTS: dict[type[Record], str] = {
    header.SdtHeader: HEADER,
    header.UnknownTable: HEADER,
    header.Fragment: "",
    gas.GenericAddress: "0:1 space_id, 1:1 bit_width, 2:1 bit_offset, 3:1 access_size, 4:8 address",
    rsdp.Rsdp1: RSDP1,
    rsdp.Rsdp2: f"{RSDP1}, 20:4 length, 24:8 xsdt_address, 32:1 extended_checksum, 33:3 reserved",
    fadt.Fadt1: FADT1,
    fadt.Fadt2: FADT2,
    fadt.Fadt3: FADT3,
    fadt.Fadt5: FADT5,
    fadt.Fadt6: f"{FADT5}, 268:8 hypervisor_vendor_identity",
    facs.Facs: (
        "0:4 signature, 4:4 length, 8:4 hardware_signature, 12:4 waking_vector, 16:4 global_lock, 20:4 flags, "
        "24:8 x_waking_vector, 32:1 version, 33:3 reserved1, 36:4 ospm_flags, 40:24 reserved2"
    ),
    srat.Srat: f"{HEADER}, 36:4 table_revision, 40:8 reserved",
    srat.ProcessorLocalApicAffinity: (
        f"{TYPED}, 2:1 proximity_domain_low, 3:1 apic_id, 4:4 flags, 8:1 local_sapic_eid, 9:3 proximity_domain_high, "
        "12:4 clock_domain"
    ),
    srat.MemoryAffinity: (
        f"{TYPED}, 2:4 proximity_domain, 6:2 reserved1, 8:8 base_address, 16:8 range_length, 24:4 reserved2, "
        "28:4 flags, 32:8 reserved3"
    ),
    srat.ProcessorLocalX2apicAffinity: (
        f"{TYPED}, 2:2 reserved1, 4:4 proximity_domain, 8:4 x2apic_id, 12:4 flags, 16:4 clock_domain, 20:4 reserved2"
    ),
    srat.GiccAffinity: f"{TYPED}, 2:4 proximity_domain, 6:4 acpi_processor_uid, 10:4 flags, 14:4 clock_domain",
    srat.GicItsAffinity: f"{TYPED}, 2:4 proximity_domain, 6:2 reserved, 8:4 its_id",
    srat.GenericInitiatorAffinity: INITIATOR,
    srat.GenericPortAffinity: INITIATOR,
    srat.RintcAffinity: (
        f"{TYPED}, 2:2 reserved, 4:4 proximity_domain, 8:4 acpi_processor_uid, 12:4 flags, 16:4 clock_domain"
    ),
    slit.Slit: f"{HEADER}, 36:8 locality_count",
    hmat.Hmat: f"{HEADER}, 36:4 reserved",
    hmat.Hmat1: f"{HEADER}, 36:4 reserved",
    hmat.MemoryProximityDomainAttributes: (
        f"{HMAT_HEADER}, 8:2 flags, 10:2 reserved2, 12:4 initiator_domain, 16:4 memory_domain, 20:4 reserved3, "
        "24:8 reserved4, 32:8 reserved5"
    ),
    hmat.MemorySubsystemAddressRange: (
        f"{HMAT_HEADER}, 8:2 flags, 10:2 reserved2, 12:4 processor_domain, 16:4 memory_domain, 20:4 reserved3, "
        "24:8 base_address, 32:8 range_length"
    ),
    hmat.SystemLocalityInformation: (
        f"{HMAT_HEADER}, 8:1 flags, 9:1 data_type, 10:1 minimum_transfer_size, 11:1 reserved2, 12:4 initiator_count, "
        "16:4 target_count, 20:4 reserved3, 24:8 entry_base_unit"
    ),
    hmat.MemorySideCacheInformation: (
        f"{HMAT_HEADER}, 8:4 memory_domain, 12:4 reserved2, 16:8 cache_size, 24:4 cache_attributes, 28:2 address_mode, "
        "30:2 smbios_handle_count"
    ),
    pptt.Pptt: HEADER,
    pptt.ProcessorHierarchyNode: (
        f"{TYPED}, 2:2 reserved, 4:4 flags, 8:4 parent, 12:4 acpi_processor_id, 16:4 private_resource_count"
    ),
    pptt.Cache: (
        f"{TYPED}, 2:2 reserved, 4:4 flags, 8:4 next_level_of_cache, 12:4 size, 16:4 number_of_sets, "
        "20:1 associativity, 21:1 attributes, 22:2 line_size"
    ),
    pptt.Cache3: (
        f"{TYPED}, 2:2 reserved, 4:4 flags, 8:4 next_level_of_cache, 12:4 size, 16:4 number_of_sets, "
        "20:1 associativity, 21:1 attributes, 22:2 line_size, 24:4 cache_id"
    ),
    pptt.ProcessorId: (
        f"{TYPED}, 2:2 reserved, 4:4 vendor_id, 8:8 level1_id, 16:8 level2_id, 24:2 major_revision, "
        "26:2 minor_revision, 28:2 spin_revision"
    ),
    msct.Msct: (
        f"{HEADER}, 36:4 domain_offset, 40:4 maximum_domains, 44:4 maximum_clock_domains, 48:8 maximum_address"
    ),
    msct.MaximumProximityDomainInformation: (
        f"{TYPED}, 2:4 low_domain, 6:4 high_domain, 10:4 processor_capacity, 14:8 memory_capacity"
    ),
    mcfg.Mcfg: f"{HEADER}, 36:8 reserved",
    mcfg.McfgAllocation: "0:8 base_address, 8:2 segment, 10:1 start_bus, 11:1 end_bus, 12:4 reserved",
    cedt.Cedt: HEADER,
    cedt.CxlHostBridge: (f"{CEDT_HEADER}, 4:4 uid, 8:4 cxl_version, 12:4 reserved2, 16:8 base, 24:8 register_length"),
    cedt.CxlFixedMemoryWindow: (
        f"{CEDT_HEADER}, 4:4 reserved2, 8:8 base_hpa, 16:8 window_size, 24:1 encoded_interleave_ways, "
        "25:1 interleave_arithmetic, 26:2 reserved3, 28:4 encoded_granularity, 32:2 window_restrictions, 34:2 qtg_id"
    ),
    cedt.CxlXorInterleaveMath: f"{CEDT_HEADER}, 4:2 reserved2, 6:1 encoded_granularity, 7:1 bitmap_count",
    cedt.RcecDownstreamPortAssociation: (
        f"{CEDT_HEADER}, 4:2 segment, 6:2 bdf, 8:8 base_address, 16:1 protocol, 17:3 reserved2"
    ),
    cedt.RcecDownstreamPortAssociation17: f"{CEDT_HEADER}, 4:2 segment, 6:2 bdf, 8:1 protocol, 9:8 base_address",
    cedt.CxlSystemDescription: f"{CEDT_HEADER}, 4:2 system_capabilities, 6:2 reserved2",
    madt.Madt: f"{HEADER}, 36:4 local_apic_address, 40:4 flags",
    madt_x86.ProcessorLocalApic: f"{TYPED}, 2:1 processor_uid, 3:1 apic_id, 4:4 flags",
    madt_x86.IoApic: f"{TYPED}, 2:1 io_apic_id, 3:1 reserved, 4:4 address, 8:4 gsi_base",
    madt_x86.InterruptSourceOverride: f"{TYPED}, 2:1 bus, 3:1 source, 4:4 gsi, 8:2 flags",
    madt_x86.NmiSource: f"{TYPED}, 2:2 flags, 4:4 gsi",
    madt_x86.LocalApicNmi: f"{TYPED}, 2:1 processor_uid, 3:2 flags, 5:1 lint",
    madt_x86.LocalApicAddressOverride: f"{TYPED}, 2:2 reserved, 4:8 address",
    madt_x86.IoSapic: f"{TYPED}, 2:1 io_apic_id, 3:1 reserved, 4:4 gsi_base, 8:8 address",
    madt_x86.LocalSapic: (
        f"{TYPED}, 2:1 processor_id, 3:1 local_sapic_id, 4:1 local_sapic_eid, 5:3 reserved, 8:4 flags, "
        "12:4 processor_uid"
    ),
    madt_x86.PlatformInterruptSource: (
        f"{TYPED}, 2:2 flags, 4:1 interrupt_type, 5:1 processor_id, 6:1 processor_eid, 7:1 io_sapic_vector, 8:4 gsi, "
        "12:4 source_flags"
    ),
    madt_x86.ProcessorLocalX2apic: f"{TYPED}, 2:2 reserved, 4:4 x2apic_id, 8:4 flags, 12:4 processor_uid",
    madt_x86.LocalX2apicNmi: f"{TYPED}, 2:2 flags, 4:4 processor_uid, 8:1 lint, 9:3 reserved",
    madt_x86.MultiprocessorWakeup: WAKEUP,
    madt_x86.MultiprocessorWakeup1: f"{WAKEUP}, 16:8 reset_vector",
    madt_arm.Gicc40: GICC40,
    madt_arm.Gicc76: GICC76,
    madt_arm.Gicc80: GICC80,
    madt_arm.Gicc82: GICC82,
    madt_arm.Gicc88: f"{GICC82}, 82:2 iaffid, 84:4 irs_id",
    madt_arm.Gicd: (
        f"{TYPED}, 2:2 reserved1, 4:4 gic_id, 8:8 base_address, 16:4 system_vector_base, 20:1 gic_version, "
        "21:3 reserved2"
    ),
    madt_arm.GicMsiFrame: (
        f"{TYPED}, 2:2 reserved, 4:4 frame_id, 8:8 base_address, 16:4 flags, 20:2 spi_count, 22:2 spi_base"
    ),
    madt_arm.GicRedistributor: (
        f"{TYPED}, 2:1 flags, 3:1 reserved, 4:8 discovery_range_base_address, 12:4 discovery_range_length"
    ),
    madt_arm.GicIts: f"{TYPED}, 2:1 flags, 3:1 reserved1, 4:4 its_id, 8:8 base_address, 16:4 reserved2",
    madt_arm.Gicv5Irs: (
        f"{TYPED}, 2:1 version, 3:1 reserved1, 4:4 irs_id, 8:4 flags, 12:4 reserved2, 16:8 config_base_address, "
        "24:8 setlpi_base_address"
    ),
    madt_arm.Gicv5ItsConfigFrame: f"{TYPED}, 2:1 flags, 3:1 reserved, 4:4 translator_id, 8:8 base_address",
    madt_arm.Gicv5ItsTranslateFrame: (
        f"{TYPED}, 2:2 reserved1, 4:4 linked_translator_id, 8:4 frame_id, 12:4 reserved2, 16:8 base_address"
    ),
    madt_loongarch.CorePic: f"{TYPED}, 2:1 version, 3:4 processor_uid, 7:4 core_id, 11:4 flags",
    madt_loongarch.LegacyIoPic: (
        f"{TYPED}, 2:1 version, 3:8 base_address, 11:2 size, 13:2 cascade_vectors, 15:4 cascade_map_0, "
        "19:4 cascade_map_1"
    ),
    madt_loongarch.HyperTransportPic: f"{TYPED}, 2:1 version, 3:8 base_address, 11:2 size, 13:8 cascade_vectors",
    madt_loongarch.ExtendedIoPic: f"{TYPED}, 2:1 version, 3:1 cascade_vector, 4:1 node, 5:8 node_map",
    madt_loongarch.MsiPic: f"{TYPED}, 2:1 version, 3:8 message_address, 11:4 start_vector, 15:4 vector_count",
    madt_loongarch.BridgeIoPic: f"{TYPED}, 2:1 version, 3:8 base_address, 11:2 size, 13:2 hardware_id, 15:2 gsi_base",
    madt_loongarch.LpcPic: f"{TYPED}, 2:1 version, 3:8 base_address, 11:2 size, 13:1 cascade_vector",
    madt_riscv.Rintc20: RINTC20,
    madt_riscv.Rintc36: (f"{RINTC20}, 20:4 external_interrupt_controller_id, 24:8 imsic_base_address, 32:4 imsic_size"),
    madt_riscv.Imsic: (
        f"{TYPED}, 2:1 version, 3:1 reserved, 4:4 flags, 8:2 supervisor_interrupt_identities, "
        "10:2 guest_interrupt_identities, 12:1 guest_index_bits, 13:1 hart_index_bits, 14:1 group_index_bits, "
        "15:1 group_index_shift"
    ),
    madt_riscv.Aplic: (
        f"{TYPED}, 2:1 version, 3:1 aplic_id, 4:4 flags, 8:8 hardware_id, 16:2 idc_count, 18:2 interrupt_source_count, "
        "20:4 gsi_base, 24:8 base_address, 32:4 size"
    ),
    madt_riscv.Plic: (
        f"{TYPED}, 2:1 version, 3:1 plic_id, 4:8 hardware_id, 12:2 interrupt_source_count, 14:2 maximum_priority, "
        "16:4 flags, 20:4 size, 24:8 base_address, 32:4 gsi_base"
    ),
}


@pytest.mark.parametrize("cls", LAYOUTS, ids=lambda cls: cls.__name__)
def test_fields_lie_where_the_specification_has_them(cls: type[Record]) -> None:
    laid = [f"{s.offset}:{s.leaf.size} {s.name}" for s in cls.FIELDS if isinstance(s.leaf, Leaf)]
    assert laid == [part for part in LAYOUTS[cls].split(", ") if part]


@pytest.mark.parametrize("cls", acpica_layouts.LAYOUTS, ids=lambda cls: cls.__name__)
def test_fields_lie_where_acpica_has_them(cls: type[Record]) -> None:
    laid = [f"{s.offset}:{s.leaf.size} {s.name}" for s in cls.FIELDS if isinstance(s.leaf, Leaf)]
    skipped = len(SdtHeader.FIELDS) - 1 if issubclass(cls, SdtHeader) else 0
    assert laid[skipped:] == [part for part in acpica_layouts.LAYOUTS[cls].split(", ") if part]


def test_every_record_has_a_layout_or_a_template(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    # test_dsl_text.py compares each line of the templates.
    iasl = needs_tool("iasl")
    subprocess.run([iasl, "-T", "ALL"], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    met: set[type[Record]] = {*LAYOUTS, *acpica_layouts.LAYOUTS}
    for source in tmp_path.glob("*.asl"):
        subprocess.run([iasl, source.name], cwd=tmp_path, capture_output=True, timeout=30, check=False)
    for table in tmp_path.glob("*.aml"):
        met |= {type(record) for _, record in record_spans(decode_table(table.read_bytes()))}
    left = [cls.__name__ for cls in RECORDS if cls not in met and not cls.__name__.startswith("RawStructure")]
    assert left == []


SIZES = {
    "GICC": (madt.STRUCTURES.records_of(11), [40, 76, 80, 82, 88]),
    "multiprocessor wakeup": (madt.STRUCTURES.records_of(16), [16, 24]),
    "RINTC": (madt.STRUCTURES.records_of(24), [20, 36]),
    "RDPAS": (cedt.STRUCTURES.records_of(3), [17, 20]),
    "FADT": (fadt.CODEC.records, [116, 132, 244, 268, 276]),
    "RSDP": (rsdp.CODEC.records, [20, 36]),
}


@pytest.mark.parametrize("name", SIZES)
def test_every_published_length_has_its_record(name: str) -> None:
    records, expected = SIZES[name]
    assert [fixed_size(cls) for cls in records] == expected


def test_madt_knows_all_types_of_acpi_6_7() -> None:
    assert madt.STRUCTURES.types == tuple(range(31))
    assert madt.STRUCTURES.vendor == range(0x80, 0x100)


def test_srat_hmat_and_cedt_know_all_types() -> None:
    assert srat.STRUCTURES.types == tuple(range(8))
    assert hmat.STRUCTURES.types == hmat.STRUCTURES_1.types == (0, 1, 2)
    assert cedt.STRUCTURES.types == (0, 1, 2, 3, 4)


_TYPED = [cls for cls in RECORDS if issubclass(cls, Structure) and not issubclass(cls, RawStructure)]


@pytest.mark.parametrize("cls", _TYPED, ids=lambda cls: cls.__name__)
def test_a_structures_type_and_length_default_to_its_own(cls: type[Record]) -> None:
    defaults = {spec.name: spec.default for spec in cls.FIELDS}
    if isinstance(defaults.get("type"), int) and isinstance(defaults.get("length"), int):
        expected = [number for known in LISTS for number in known.types if cls in known.records_of(number)]
        assert defaults["type"] in expected
        assert defaults["length"] == fixed_size(cls)
