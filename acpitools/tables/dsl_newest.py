"""Labels of iasl 20260408, the newest, where they differ from those of Debian 12's: by record and field.

A text alone is a label; what else the field's declaration says stays.  A ``Label`` takes the declaration's place.
Read off what that iasl prints.
"""

from __future__ import annotations

from collections.abc import Mapping

from acpitools.codec.labels import Bit, Form, Label, Part

__all__ = ["NEWEST", "TABLES"]

_KNOWN = """
AEST AGDI APIC APMT ASF! ASPT BDAT BERT BGRT BOOT CCEL CEDT CPEP CSRT DBG2 DBGP DMAR DRTM DTPR ECDT EINJ ERDT
ERST FACP FACS FPDT GTDT HEST HMAT HPET IORT IOVT IVRS LPIT MCFG MCHI MPAM MPST MRRM MSCT MSDM NFIT PCCT PDTT
PHAT PMTT PPTT PRMT RAS2 RASF RGRT RHCT RIMT RSDT S3PT SBST SDEI SDEV SLIC SLIT SPCR SPMI SRAT STAO SVKL SWFT
TCPA TDEL TPM2 UEFI VIOT WAET WDAT WDDT WDRT WPBT WSMT XENV XSDT
"""
TABLES = frozenset(_KNOWN.split()) | {"RSD PTR "}
"""Tables whose labels it knows, and takes no other form of."""

NEWEST: Mapping[str, Mapping[str, str | Label]] = {
    "wpbt.Wpbt": {
        "arguments_length": Label(),
        "arguments": Label("Command-line Arguments", form=Form.BUFFER),
    },
    "pmtt_devices.MemoryVendorDevice": {
        "data": "Vendor Data",
    },
    "sdev.IdentificationComponent": {
        "pci_programming_interface": "PCI Programming Xface",
        "pci_sub_class": "PCI SubClass",
        "pci_base_class": "PCI Base Class",
        "subsystem_id_length": "Subsystem ID Length",
        "subsystem_id_offset": "Subsystem ID Offset",
        "hardware_id_length": "Hardware ID Length",
        "hardware_id_offset": "Hardware ID Offset",
        "flags": "Flags (decoded below)",
        "type": "Secure Component Type",
    },
    "iort_nodes.MemoryRangeDescriptor": {
        "range_length": "Length of RMR",
        "base_address": "Base Address of RMR",
    },
    "madt_arm.GicRedistributor": {
        "flags": Label("Flags (decoded below)", bits=("GICR non-coherent",)),
    },
    "madt_arm.GicIts": {
        "reserved1": "Reserved",
        "flags": Label("Flags (decoded below)", bits=("GIC ITS non-coherent",)),
    },
    "dmar.DeviceScope": {
        "flags": Label("Flags"),
    },
    "aest_interface.InterfaceCommon": {
        "error_node_device": "Arm Error Node Device",
        "error_group_register_base": "Err-Group Register Addr",
        "fault_inject_register_base": "Err-Inject Register Addr",
        "interrupt_config_register_base": "IRQ-Config Register Addr",
    },
    "aest_interface.NodeInterface": {
        "type": "Interface Type",
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "Shared Interface",
                "Clear MISCx Registers",
                "Error Node Device Valid",
                "Affinity Type",
                "Error group Address Valid",
                "Fault Injection Address Valid",
                Bit("Interrupt Config Address valid", 7, 1),
            ),
        ),
        "base_address": "Address",
    },
    "aest_interface.NodeInterrupt": {
        "type": "Interrupt Type",
        "flags": Label("Flags (decoded below)", bits=("Level Triggered",)),
    },
    "aest_nodes.GicData": {
        "interface_type": "GIC Interface Type",
        "instance_id": "Instance ID",
    },
    "aest_nodes.GicErrorNode": {
        "type": "Subtable Type",
        "node_interrupt_offset": "Node Interrupt Array Offset",
        "node_interrupt_count": "Node Interrupt Array Count",
    },
    "aest_nodes.MemoryData": {
        "proximity_domain": "Srat Proximity Domain",
    },
    "aest_nodes.MemoryErrorNode": {
        "type": "Subtable Type",
        "node_interrupt_offset": "Node Interrupt Array Offset",
        "node_interrupt_count": "Node Interrupt Array Count",
    },
    "aest_nodes.ProcessorData": {
        "processor_id": "Processor ID",
        "flags": "Flags (decoded Below)",
        "processor_affinity": "Processor Affinity Structure",
    },
    "aest_nodes.ProcessorErrorNode": {
        "type": "Subtable Type",
        "node_interrupt_offset": "Node Interrupt Array Offset",
        "node_interrupt_count": "Node Interrupt Array Count",
    },
    "aest_nodes.SmmuErrorNode": {
        "type": "Subtable Type",
        "node_interrupt_offset": "Node Interrupt Array Offset",
        "node_interrupt_count": "Node Interrupt Array Count",
    },
    "aest_nodes.VendorData": {
        "acpi_hid": "ACPI HID",
        "acpi_uid": "ACPI UID",
    },
    "aest_nodes.VendorErrorNode": {
        "type": "Subtable Type",
        "node_interrupt_offset": "Node Interrupt Array Offset",
        "node_interrupt_count": "Node Interrupt Array Count",
    },
    "agdi.Agdi": {
        "flags": Label("Flags (decoded below)", bits=("Signalling mode",)),
        "sdei_event": "SdeiEvent",
    },
    "apmt.PerformanceMonitorNode": {
        "length": "Length of APMT Node",
        "flags": Label("Node Flags", bits=("Dual Page Extension", "Processor Affinity Type", "64-bit Atomic Support")),
        "type": "Node Type",
        "id": "Unique Node Identifier",
        "instance_primary": "Primary Node Instance",
        "instance_secondary": "Secondary Node Instance",
        "base_address_0": "Page 0 Base Address",
        "base_address_1": "Page 1 Base Address",
        "overflow_interrupt": "Overflow Interrupt ID",
        "overflow_interrupt_flags": Label("Overflow Interrupt Flags", bits=("Interrupt Mode", "Interrupt Type")),
        "implementation_id": "Implementation ID",
    },
    "aspt.AcpiMailboxRegisters": {
        "type": "Type",
        "command_response_register_address": "CmdResp Register Address",
        "reserved2": Label(parts=(Part("Reserved", 8), Part("Reserved", 8))),
    },
    "aspt.Aspt": {
        "entry_count": "Number of Subtables",
    },
    "aspt.GlobalRegisters": {
        "type": "Type",
    },
    "aspt.SevMailboxRegisters": {
        "type": "Type",
        "mailbox_interrupt_id": "Mailbox Interrupt ID",
        "command_response_register_address": "CmdResp Register Address",
        "command_buffer_low_register_address": "CmdBufAddr_Lo Register Address",
        "command_buffer_high_register_address": "CmdBufAddr_Hi Register Address",
    },
    "ccel.Ccel": {
        "cc_type": "CC Type",
        "cc_subtype": "CC Sub Type",
    },
    "cedt.CxlFixedMemoryWindow": {
        "targets": "First Target|Next Target",
        "reserved1": "Reserved",
        "reserved2": "Reserved",
        "base_hpa": "Window base address",
        "window_size": "Window size",
        "encoded_interleave_ways": "Interleave Members",
        "reserved3": "Reserved",
        "encoded_granularity": "Granularity",
        "window_restrictions": Label("Restrictions", bits=()),
        "qtg_id": "QtgId",
    },
    "cedt.CxlHostBridge": {
        "reserved1": "Reserved",
        "uid": "Associated host bridge",
        "cxl_version": "Specification version",
        "reserved2": "Reserved",
        "base": "Register base",
        "register_length": "Register length",
    },
    "cedt.CxlSystemDescription": {
        "reserved1": "Reserved",
    },
    "dmar.DmaRemappingHardwareUnit": {
        "size": Label("Size (decoded below)", bits=(("Size (pages, log2)", 4),)),
    },
    "dtpr.Dtpr": {
        "flags": "Flags (reserved)",
    },
    "dtpr.SerializeRequests": {
        "request_count": "Number of serialization registers",
        "requests": "Serialize Request register",
    },
    "dtpr.TprInstance": {
        "flags": "Instance control flags (reserved)",
        "tpr_count": "Number of TPR ranges in instance",
        "tpr_bases": "TPR Base Address",
    },
    "erdt.Erdt": {
        "max_clos": "Maximum supported CLOSID",
    },
    "erdt.ResourceManagementDomain": {
        "type": "Type",
        "flags": Label("Flags (decoded below)", bits=("L3 Domain", "I/O L3 Domain")),
        "io_l3_slices": "I/O L3 Slices",
        "io_l3_sets": "I/O L3 Sets",
        "io_l3_ways": "I/O L3 Ways",
        "domain_id": "Domain ID",
        "max_rmid": "Maximum supported RMID",
        "control_register_base": "Control Register Base Address",
        "control_register_size": "Control Register Base Size",
    },
    "erdt_parts.AgentPath": {
        "path": Label("Path", form=Form.BYTE),
        "type": "PCIType",
        "start_bus": "StartBus",
    },
    "erdt_parts.CpuAgents": {
        "type": "Type",
        "domain_id": "Domain ID",
        "x2apic_ids": "X2ApicID",
    },
    "erdt_parts.CpuBandwidthAllocation": {
        "type": "Type",
        "index_function": "Register Index Function",
        "register_base_optimal": "MBA Register Opt Base Address",
        "register_base_minimum": "MBA Register Min Base Address",
        "register_base_maximum": "MBA Register Max Base Address",
        "register_size": "MBA Register Size",
        "control_range": "MBA Control Range",
    },
    "erdt_parts.CpuBandwidthMonitoring": {
        "type": "Type",
        "index_function": "Register Index Function",
        "reserved2": "Reserved",
        "register_base": "MBM Register Base Address",
        "register_size": "MBM Register Size",
        "counter_width": "MBM Counter Width",
        "up_scale": "Upscale factor",
        "correction_factor_count": "Corr Factor List Length",
    },
    "erdt_parts.CpuCacheAllocation": {
        "type": "Type",
    },
    "erdt_parts.CpuCacheMonitoring": {
        "type": "Type",
        "index_function": "Register Index Function",
        "reserved2": "Reserved",
        "register_base": "CMT Register Base Address",
        "register_size": "CMT Register Size",
        "up_scale": "Upscale factor",
    },
    "erdt_parts.DeviceAgents": {
        "type": "Type",
        "domain_id": "Domain ID",
    },
    "erdt_parts.DeviceBandwidthMonitoring": {
        "type": "Type",
        "index_function": "Register Index Function",
        "reserved2": "Reserved",
        "register_base": "IBRD Register Base Address",
        "register_size": "IBRD Register Size",
        "total_bandwidth_offset": "TotalBw Offset",
        "miss_bandwidth_offset": "IO Miss Offset",
        "total_bandwidth_clump": "TotalBw Clump",
        "miss_bandwidth_clump": "IO Miss Clump",
        "up_scale": "Upscale factor",
        "correction_factor_count": "Corr Factor List Length",
    },
    "erdt_parts.DeviceCacheAllocation": {
        "type": "Type",
        "contention_mask": "ContentionMask",
        "index_function": "Register Index Function",
        "reserved2": "Register Index Function",
        "register_base": "CARD Register Base Address",
        "register_size": "CARD Register Size",
        "register_offset": "CARD Register Offset",
        "register_block_size": "CARD Register Block Size",
    },
    "erdt_parts.DeviceCacheMonitoring": {
        "type": "Type",
        "index_function": "Register Index Function",
        "reserved2": "Reserved",
        "register_base": "CMRD Register Base Address",
        "register_size": "CMRD Register Size",
        "up_scale": "Upscale factor",
    },
    "hmat.MemorySideCacheInformation": {
        "address_mode": "Address Mode",
    },
    "hmat.SystemLocalityInformation": {
        "reserved2": "Reserved1",
        "minimum_transfer_size": Label("Minimum Transfer Size"),
        "flags": Label(
            "Flags (decoded below)",
            bits=(("Memory Hierarchy", 4), "Use Minimum Transfer Size", "Non-sequential Transfers"),
        ),
    },
    "iort_common.MemoryAccess": {
        "memory_flags": Label(
            "Memory Flags (decoded below)", bits=("Coherency", "Device Attribute", "Ensured Coherency of Accesses")
        ),
    },
    "iort_nodes.InterruptWireBridge": {
        "identifier": "Identifier",
        "config_base_address": "Config Frame base",
        "iwb_index": "IWB Index",
        "device_name": "IWB Device Name",
    },
    "iort_nodes.ItsGroup": {
        "identifier": "Identifier",
    },
    "iort_nodes.NamedComponent": {
        "identifier": "Identifier",
    },
    "iort_nodes.PmuCounterGroup": {
        "identifier": "Identifier",
    },
    "iort_nodes.PmuCounterGroup32": {
        "identifier": "Identifier",
    },
    "iort_nodes.ReservedMemoryRange": {
        "identifier": "Identifier",
        "flags": Label(
            "Flags (decoded below)", bits=("Remapping Permitted", "Access Privileged", ("Access Attributes", 6))
        ),
        "range_count": "Number of RMR Descriptors",
        "range_offset": "RMR Descriptor Offset",
    },
    "iort_nodes.RootComplex": {
        "pasid_capabilities": Label("PASID Capabilities"),
        "identifier": "Identifier",
    },
    "iort_smmu.Smmu": {
        "identifier": "Identifier",
    },
    "iort_smmu.SmmuV3": {
        "identifier": "Identifier",
        "flags": Label(
            "Flags (decoded below)",
            bits=("COHACC Override", "HTTU Override", 1, "Proximity Domain Valid", "DeviceID Valid"),
        ),
    },
    "iovt.Iovt": {
        "reserved": Label("Reserved", form=Form.INTEGER),
        "iommu_count": "IOMMU Count",
        "iommu_offset": "IOMMU Offset",
    },
    "iovt.IovtDeviceEntry": {
        "type": "Subtable Type",
        "device_id": "DeviceID",
    },
    "iovt.IovtIommu": {
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "PCI Device",
                "Proximity Domain Valid",
                "Manageable Devices Range",
                "HW Capability Supported",
                "MSI Interrupt Address",
            ),
        ),
        "segment": "PCI Segment Number",
        "physical_width": "Physical Address Width",
        "virtual_width": "Virtual Address Width",
        "page_size": "Page Size Supported",
        "device_id": "IOMMU DeviceID",
        "base_address": "IOMMU Base Address",
        "address_space_size": "IOMMU Register Size",
        "gsi_number": "Global System Interrupt",
        "max_device_count": "Max Device Num",
        "device_entry_count": "Number of Device Entries",
        "device_entry_offset": "Offset of Device Entries",
    },
    "ivrs.HardwareDefinition": {
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "HtTunEn",
                "PassPW",
                "ResPassPW",
                "Isoc Control",
                "Iotlb Support",
                "Coherent",
                "Prefetch Support",
                "PPR Support",
            ),
        ),
    },
    "ivrs.HardwareDefinition40": {
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "HtTunEn",
                "PassPW",
                "ResPassPW",
                "Isoc Control",
                "Iotlb Support",
                "Coherent",
                "Prefetch Support",
                "PPR Support",
            ),
        ),
    },
    "ivrs.MemoryDefinition": {
        "flags": Label("Flags (decoded below)", bits=("Unity", "Readable", "Writeable", "Exclusion Range")),
    },
    "ivrs_devices.AcpiDeviceEntry": {
        "uid": Label("UID", form=Form.CHARACTERS),
        "acpi_cid": Label("ACPI CID", form=Form.INTEGER),
        "type": "Subtable Type",
        "data_setting": Label(
            "Data Setting (decoded below)",
            bits=("INITPass", "EIntPass", "NMIPass", "Reserved", ("System MGMT", 2), "LINT0 Pass", "LINT1 Pass"),
        ),
    },
    "ivrs_devices.AliasDeviceEntry": {
        "type": "Subtable Type",
        "data_setting": Label(
            "Data Setting (decoded below)",
            bits=("INITPass", "EIntPass", "NMIPass", "Reserved", ("System MGMT", 2), "LINT0 Pass", "LINT1 Pass"),
        ),
    },
    "ivrs_devices.DeviceEntry": {
        "type": "Subtable Type",
        "data_setting": Label(
            "Data Setting (decoded below)",
            bits=("INITPass", "EIntPass", "NMIPass", "Reserved", ("System MGMT", 2), "LINT0 Pass", "LINT1 Pass"),
        ),
    },
    "ivrs_devices.ExtendedDeviceEntry": {
        "type": "Subtable Type",
        "data_setting": Label(
            "Data Setting (decoded below)",
            bits=("INITPass", "EIntPass", "NMIPass", "Reserved", ("System MGMT", 2), "LINT0 Pass", "LINT1 Pass"),
        ),
    },
    "ivrs_devices.SpecialDeviceEntry": {
        "type": "Subtable Type",
        "data_setting": Label(
            "Data Setting (decoded below)",
            bits=("INITPass", "EIntPass", "NMIPass", "Reserved", ("System MGMT", 2), "LINT0 Pass", "LINT1 Pass"),
        ),
    },
    "madt_arm.Gicc82": {
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "Processor Enabled",
                "Performance Interrupt Trigger Mode",
                "Virtual GIC Interrupt Trigger Mode",
                "Online Capable",
                "GICR non-coherent",
            ),
        ),
    },
    "madt_arm.Gicv5Irs": {
        "version": "Gic version",
        "reserved1": "Reserved",
        "flags": Label("Flags (decoded below)", bits=("GICV5 IRS non-coherent",)),
        "reserved2": "Reserved",
        "config_base_address": "Irs Config Frame Physical Base Address",
        "setlpi_base_address": "Irs Setlpi Frame Physical Base Address",
    },
    "madt_arm.Gicv5ItsConfigFrame": {
        "flags": Label("Flags (decoded below)", bits=("GICV5 ITS non-coherent",)),
        "translator_id": "Gic Its Id",
        "base_address": "Physical Base Address",
    },
    "madt_arm.Gicv5ItsTranslateFrame": {
        "reserved1": "Reserved",
        "linked_translator_id": "Linked Its Id",
        "frame_id": "Its Translate Id",
        "reserved2": "Reserved",
        "base_address": "Its Translate Frame Physical Base Address",
    },
    "madt_loongarch.BridgeIoPic": {
        "base_address": "Address",
        "hardware_id": "Id",
        "gsi_base": "GsiBase",
    },
    "madt_loongarch.CorePic": {
        "processor_uid": "ProcessorId",
        "core_id": "CoreId",
        "flags": Label("Flags", bits=()),
    },
    "madt_loongarch.ExtendedIoPic": {
        "cascade_vector": "Cascade",
        "node_map": "NodeMap",
    },
    "madt_loongarch.HyperTransportPic": {
        "base_address": "Address",
        "cascade_vectors": Label("Cascade", form=Form.INTEGER),
    },
    "madt_loongarch.LegacyIoPic": {
        "cascade_map_0": Label("CascadeMap", join=1),
        "base_address": "Address",
        "cascade_vectors": Label("Cascade", form=Form.INTEGER),
    },
    "madt_loongarch.LpcPic": {
        "base_address": "Address",
        "cascade_vector": "Cascade",
    },
    "madt_loongarch.MsiPic": {
        "message_address": "MsgAddress",
        "start_vector": "Start",
        "vector_count": "Count",
    },
    "madt_riscv.Aplic": {
        "aplic_id": "Id",
        "hardware_id": "HwId",
        "idc_count": "NumIdcs",
        "interrupt_source_count": "NumSources",
        "gsi_base": "GsiBase",
        "base_address": "BaseAddr",
    },
    "madt_riscv.Imsic": {
        "supervisor_interrupt_identities": "NumIds",
        "guest_interrupt_identities": "NumGuestIds",
        "guest_index_bits": "GuestIndexBits",
        "hart_index_bits": "HartIndexBits",
        "group_index_bits": "GroupIndexBits",
        "group_index_shift": "GroupIndexShift",
    },
    "madt_riscv.Plic": {
        "plic_id": "Id",
        "hardware_id": "HwId",
        "interrupt_source_count": "NumIrqs",
        "maximum_priority": "MaxPrio",
        "base_address": "BaseAddr",
        "gsi_base": "GsiBase",
    },
    "madt_riscv.Rintc20": {
        "flags": Label("Flags", bits=()),
        "hart_id": "HartId",
        "processor_uid": "Uid",
    },
    "madt_riscv.Rintc36": {
        "flags": Label("Flags", bits=()),
        "hart_id": "HartId",
        "processor_uid": "Uid",
        "external_interrupt_controller_id": "ExtIntcId",
        "imsic_base_address": "ImsicAddr",
        "imsic_size": "ImsicSize",
    },
    "madt_x86.MultiprocessorWakeup1": {
        "reset_vector": "ResetVector",
    },
    "mpam.MemorySystemComponent": {
        "interface_type": "Interface type",
        "base_address": "Base address",
        "mmio_size": "MMIO size",
        "overflow_interrupt": "Overflow interrupt",
        "overflow_interrupt_flags": "Overflow interrupt flags",
        "reserved2": "Reserved1",
        "overflow_interrupt_affinity": "Overflow interrupt affinity",
        "error_interrupt": "Error interrupt",
        "error_interrupt_flags": "Error interrupt flags",
        "reserved3": "Reserved2",
        "error_interrupt_affinity": "Error interrupt affinity",
        "max_not_ready_time": "MAX_NRDY_USEC",
        "linked_device_hid": "Hardware ID of linked device",
        "linked_device_uid": "Instance ID of linked device",
        "resource_count": "Number of resource nodes",
    },
    "mpam.MscResource": {
        "ris_index": "RIS Index",
        "reserved": "Reserved1",
        "locator_type": "Locator type",
        "locator_1": "Cache reference",
        "locator_2": "Reserved",
        "dependency_count": "Number of functional dependencies",
    },
    "mrrm.MemoryRangeEntry": {
        "type": "Memory Range",
        "base_address": "System Address Base",
        "range_length": "System Address Length",
        "region_id_flags": Label("Region Valid Flags", bits=()),
        "local_region_id": "Static Local Region ID",
        "remote_region_id": "Static Remote Region ID",
    },
    "mrrm.Mrrm": {
        "maximum_memory_regions": "Max Memory Regions",
        "flags": Label("Region Assignment Type", bits=()),
    },
    "nfit_structures.SystemPhysicalAddressRange": {
        "flags": Label(
            "Flags (decoded below)",
            bits=("Add/Online Operation Only", "Proximity Domain Valid", "Location Cookie Valid"),
        ),
    },
    "nfit_structures.SystemPhysicalAddressRange56": {
        "flags": Label(
            "Flags (decoded below)",
            bits=("Add/Online Operation Only", "Proximity Domain Valid", "Location Cookie Valid"),
        ),
    },
    "pcct_subspaces.RegisterSubspace": {
        "address_length": "Length",
    },
    "phat.FirmwareHealth": {
        "device_signature": "Device GUID",
        "device_data_offset": "Device-Specific Offset",
        "device_data": "Device-Specific Data",
    },
    "phat.VersionElement": {
        "component_id": "GUID",
        "producer_id": Label("Producer ID", form=Form.INTEGER),
    },
    "pmtt.Pmtt1": {
        "reserved": "Memory Device Count",
    },
    "pmtt_devices.MemoryController": {
        "controller_id": "Controller ID",
    },
    "pmtt_devices.MemorySocket": {
        "socket_id": "Socket ID",
    },
    "pptt.Cache3": {
        "flags": Label(
            "Flags (decoded below)",
            bits=(
                "Size valid",
                "Number of Sets valid",
                "Associativity valid",
                "Allocation Type valid",
                "Cache Type valid",
                "Write Policy valid",
                "Line Size valid",
                "Cache ID valid",
            ),
        ),
    },
    "prmt.PrmHandler": {
        "handler_guid": "Handler GUID",
        "handler_address": "Handler address",
        "static_data_buffer_address": "Static Data Address",
        "parameter_buffer_address": "ACPI Parameter Address",
    },
    "prmt.PrmModule": {
        "module_guid": "Module GUID",
        "mmio_list_pointer": "Mmio List pointer",
    },
    "prmt.Prmt": {
        "platform_guid": "Platform GUID",
        "module_info_offset": "Module info offset",
        "module_info_count": "Module info count",
    },
    "ras2.Ras2": {
        "channel_count": "Number of PCC Descriptors",
    },
    "ras2.RasChannel": {
        "channel_id": "Channel ID",
    },
    "rhct.CacheManagementOperation": {
        "cbom_block_size": "CBOM Block Size",
        "cbop_block_size": "CBOP Block Size",
        "cboz_block_size": "CBOZ Block Size",
    },
    "rhct.HartInfo": {
        "offset_count": "Number of offsets",
        "processor_uid": "Processor UID",
        "offsets": "Nodes",
    },
    "rhct.IsaString": {
        "isa_length": "ISA string length",
        "isa": "ISA string",
    },
    "rhct.Mmu": {
        "mmu_type": "MMU Type",
    },
    "rhct.Rhct": {
        "flags": Label("Flags", bits=()),
        "time_base_frequency": "Timer Base Frequency",
        "node_count": "Number of nodes",
        "node_offset": "Offset to the node array",
    },
    "rimt.IdMapping": {
        "source_id_base": "Source ID Base",
        "id_count": "Number of IDs",
        "destination_id_base": "Destination Device ID Base",
        "destination_offset": "Destination IOMMU Offset",
        "flags": Label("Flags", bits=()),
    },
    "rimt.IommuNode": {
        "flags": Label("Flags", bits=()),
        "hardware_id": "Hardware ID",
        "id": "ID",
        "segment": "PCIe Segment number",
        "bdf": "PCIe B/D/F",
        "wire_count": "Number of interrupt wires",
        "wire_offset": "Interrupt wire array offset",
    },
    "rimt.PcieRootComplexNode": {
        "id": "ID",
        "flags": Label("Flags", bits=()),
        "segment": "PCIe Segment number",
        "mapping_offset": "ID mapping array offset",
        "mapping_count": "Number of ID mappings",
    },
    "rimt.Rimt": {
        "node_count": "Number of RIMT Nodes",
        "node_offset": "Offset to RIMT Node Array",
    },
    "sdev.NamespaceDevice": {
        "flags": Label(
            "Flags (decoded below)", bits=("Allow handoff to unsecure OS", "Secure access components present")
        ),
    },
    "sdev.NamespaceDevice2": {
        "secure_component_length": "Secure Access Components Length",
        "secure_component_offset": "Secure Access Components Offset",
        "flags": Label(
            "Flags (decoded below)", bits=("Allow handoff to unsecure OS", "Secure access components present")
        ),
    },
    "sdev.PcieEndpointDevice": {
        "flags": Label(
            "Flags (decoded below)", bits=("Allow handoff to unsecure OS", "Secure access components present")
        ),
    },
    "spcr.Spcr": {
        "language": "Language",
        "uart_clock_frequency": "Uart Clock Freq",
    },
    "spcr.Spcr4": {
        "language": "Language",
        "uart_clock_frequency": "Uart Clock Freq",
        "precise_baud_rate": "Precise Baud rate",
        "namespace_string_length": "NameSpaceStringLength",
        "namespace_string_offset": "NameSpaceStringOffset",
        "namespace_string": "NamespaceString",
    },
    "srat.GenericInitiatorAffinity": {
        "flags": Label("Flags (decoded below)", bits=("Enabled", "Architectural Transactions")),
    },
    "swft.SoundWireFile": {
        "vendor_id": "File Vendor ID",
        "file_id": "File ID",
        "data": "File Data",
    },
    "viot.MmioEndpoint": {
        "type": "Type",
        "base_address": "Base address",
        "output_node": "Output node",
    },
    "viot.PciRange": {
        "type": "Type",
        "endpoint_start": "Endpoint start",
        "segment_start": "PCI Segment start",
        "segment_end": "PCI Segment end",
        "bdf_start": "PCI BDF start",
        "bdf_end": "PCI BDF end",
        "output_node": "Output node",
    },
    "viot.Viot": {
        "reserved": Label("Reserved", form=Form.INTEGER),
        "node_count": "Node count",
        "node_offset": "Node offset",
    },
    "viot.VirtioIommuMmio": {
        "type": "Type",
        "base_address": "Base address",
    },
    "viot.VirtioIommuPci": {
        "type": "Type",
        "segment": "PCI Segment",
        "bdf": "PCI BDF number",
    },
}
"""Module and class of the record, field."""
