"""Offset, size and name of every fixed field of records without a template of Debian's iasl, after the common header.

Offsets and sizes are those of ACPICA's headers (20240827; those of newer tables 20260408; CRAT and CDIT: Linux,
drivers/gpu/drm/amd/amdkfd/kfd_crat.h) and of the specifications that the records name; the names are ours.
"""

from __future__ import annotations

from acpitools.codec.record import Record
from acpitools.tables import (
    aest,
    aest_interface,
    aest_nodes,
    agdi,
    apmt,
    aspt,
    bdat,
    ccel,
    cdat,
    cdit,
    crat,
    dmar,
    dtpr,
    erdt,
    erdt_parts,
    gtdt,
    hest_sources,
    iort_nodes,
    iort_smmu,
    iovt,
    ivrs,
    ivrs_devices,
    keyp,
    mpam,
    mrrm,
    nfit_structures,
    nhlt,
    nhlt_endpoints,
    pcct_subspaces,
    phat,
    pmtt,
    pmtt_devices,
    pptt,
    prmt,
    ras2,
    rgrt,
    rhct,
    rimt,
    sdev,
    spcr,
    spmi,
    svkl,
    swft,
    tcpa,
    tdel,
    tpm2,
    viot,
)

__all__ = ["LAYOUTS"]

LAYOUTS: dict[type[Record], str] = {
    aest.Aest: "",
    aest_nodes.ProcessorErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.ProcessorData: (
        "0:4 processor_id, 4:1 resource_type, 5:1 reserved, 6:1 flags, 7:1 revision, 8:8 processor_affinity"
    ),
    aest_interface.NodeInterface: (
        "0:1 type, 1:1 group_format, 2:2 reserved, 4:4 flags, 8:8 base_address, 16:4 error_record_index, 20:4 "
        "error_record_count"
    ),
    aest_interface.InterfaceCommon: (
        "0:4 error_node_device, 4:4 processor_affinity, 8:8 error_group_register_base, 16:8 "
        "fault_inject_register_base, 24:8 interrupt_config_register_base"
    ),
    aest_interface.NodeInterrupt: "0:1 type, 1:2 reserved1, 3:1 flags, 4:4 gsiv, 8:1 iort_id, 9:3 reserved2",
    aest_nodes.MemoryErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.MemoryData: "0:4 proximity_domain",
    aest_nodes.SmmuErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.SmmuData: "0:4 iort_node_reference, 4:4 subcomponent_reference",
    aest_nodes.VendorErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.VendorData24: "0:4 acpi_hid, 4:4 acpi_uid, 8:16 vendor_specific_data",
    aest_nodes.VendorData: "0:8 acpi_hid, 8:4 acpi_uid, 12:16 vendor_specific_data",
    aest_nodes.GicErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.GicData: "0:4 interface_type, 4:4 instance_id",
    aest_nodes.PcieErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.PcieData: "0:4 iort_node_reference",
    aest_nodes.ProxyErrorNode: (
        "0:1 type, 1:2 length, 3:1 reserved1, 4:4 node_specific_offset, 8:4 node_interface_offset, 12:4 "
        "node_interrupt_offset, 16:4 node_interrupt_count, 20:8 timestamp_rate, 28:8 reserved2, 36:8 "
        "error_injection_rate"
    ),
    aest_nodes.ProxyData: "0:8 node_address",
    agdi.Agdi: "36:1 flags, 37:3 reserved, 40:4 sdei_event, 44:4 gsiv",
    apmt.Apmt: "",
    apmt.PerformanceMonitorNode: (
        "0:2 length, 2:1 flags, 3:1 type, 4:4 id, 8:8 instance_primary, 16:4 instance_secondary, 20:8 "
        "base_address_0, 28:8 base_address_1, 36:4 overflow_interrupt, 40:4 reserved, 44:4 "
        "overflow_interrupt_flags, 48:4 processor_affinity, 52:4 implementation_id"
    ),
    aspt.Aspt: "36:4 entry_count",
    aspt.GlobalRegisters: (
        "0:2 type, 2:2 length, 4:4 reserved, 8:8 feature_register_address, 16:8 "
        "interrupt_enable_register_address, 24:8 interrupt_status_register_address"
    ),
    aspt.SevMailboxRegisters: (
        "0:2 type, 2:2 length, 4:1 mailbox_interrupt_id, 5:3 reserved, 8:8 command_response_register_address, "
        "16:8 command_buffer_low_register_address, 24:8 command_buffer_high_register_address"
    ),
    aspt.AcpiMailboxRegisters: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:8 command_response_register_address, 16:16 reserved2"
    ),
    bdat.Bdat: "36:12 data_address",
    ccel.Ccel: (
        "36:1 cc_type, 37:1 cc_subtype, 38:2 reserved, 40:8 log_area_minimum_length, 48:8 log_area_start_address"
    ),
    dmar.AcpiNamespaceDevice: "0:2 type, 2:2 length, 4:3 reserved, 7:1 device_number",
    dmar.SocIntegratedAddressTranslationCache: "0:2 type, 2:2 length, 4:1 flags, 5:1 reserved, 6:2 segment",
    dmar.SocDeviceProperty: "0:2 type, 2:2 length, 4:2 reserved, 6:2 segment",
    dtpr.Dtpr: "36:4 flags, 40:4 instance_count",
    dtpr.TprInstance: "0:4 flags, 4:4 tpr_count",
    dtpr.SerializeRequests: "0:4 request_count",
    erdt.Erdt: "36:4 max_clos, 40:24 reserved",
    erdt.ResourceManagementDomain: (
        "0:2 type, 2:2 length, 4:2 flags, 6:2 io_l3_slices, 8:1 io_l3_sets, 9:1 io_l3_ways, 10:8 reserved, 18:2 "
        "domain_id, 20:4 max_rmid, 24:8 control_register_base, 32:2 control_register_size"
    ),
    erdt_parts.CpuAgents: "0:2 type, 2:2 length, 4:2 reserved, 6:2 domain_id",
    erdt_parts.DeviceAgents: "0:2 type, 2:2 length, 4:2 reserved, 6:2 domain_id",
    erdt_parts.AgentPath: "0:1 type, 1:1 length, 2:2 segment, 4:1 reserved, 5:1 start_bus",
    erdt_parts.CpuCacheMonitoring: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:4 flags, 12:1 index_function, 13:11 reserved2, 24:8 "
        "register_base, 32:4 register_size, 36:2 clump_size, 38:2 clump_stride, 40:8 up_scale"
    ),
    erdt_parts.CpuBandwidthMonitoring: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:4 flags, 12:1 index_function, 13:11 reserved2, 24:8 "
        "register_base, 32:4 register_size, 36:1 counter_width, 37:8 up_scale, 45:7 reserved3, 52:4 "
        "correction_factor_count"
    ),
    erdt_parts.CpuBandwidthAllocation: (
        "0:2 type, 2:2 length, 4:2 reserved1, 6:2 flags, 8:1 index_function, 9:7 reserved2, 16:8 "
        "register_base_optimal, 24:8 register_base_minimum, 32:8 register_base_maximum, 40:4 register_size, 44:4 "
        "control_range"
    ),
    erdt_parts.CpuCacheAllocation: "0:2 type, 2:2 length",
    erdt_parts.DeviceCacheMonitoring: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:4 flags, 12:1 index_function, 13:11 reserved2, 24:8 "
        "register_base, 32:4 register_size, 36:2 register_offset, 38:2 clump_size, 40:8 up_scale"
    ),
    erdt_parts.DeviceBandwidthMonitoring: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:4 flags, 12:1 index_function, 13:11 reserved2, 24:8 "
        "register_base, 32:4 register_size, 36:2 total_bandwidth_offset, 38:2 miss_bandwidth_offset, 40:2 "
        "total_bandwidth_clump, 42:2 miss_bandwidth_clump, 44:7 reserved3, 51:1 counter_width, 52:8 up_scale, "
        "60:4 correction_factor_count"
    ),
    erdt_parts.DeviceBandwidthAllocation: "0:2 type, 2:2 length",
    erdt_parts.DeviceCacheAllocation: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:4 flags, 12:4 contention_mask, 16:1 index_function, 17:7 "
        "reserved2, 24:8 register_base, 32:4 register_size, 36:2 register_offset, 38:2 register_block_size"
    ),
    gtdt.Gtdt: (
        "36:8 counter_block_address, 44:4 reserved, 48:4 secure_el1_interrupt, 52:4 secure_el1_flags, 56:4 "
        "non_secure_el1_interrupt, 60:4 non_secure_el1_flags, 64:4 virtual_timer_interrupt, 68:4 "
        "virtual_timer_flags, 72:4 non_secure_el2_interrupt, 76:4 non_secure_el2_flags, 80:8 "
        "counter_read_block_address, 88:4 platform_timer_count, 92:4 platform_timer_offset"
    ),
    hest_sources.NmiErrorSource: (
        "0:2 type, 2:2 source_id, 4:4 reserved, 8:4 records_to_preallocate, 12:4 max_sections_per_record, 16:4 "
        "max_raw_data_length"
    ),
    hest_sources.RootPortAer: (
        "0:2 type, 2:2 source_id, 4:2 reserved1, 6:1 flags, 7:1 enabled, 8:4 records_to_preallocate, 12:4 "
        "max_sections_per_record, 16:4 bus, 20:2 device, 22:2 function, 24:2 device_control, 26:2 reserved2, 28:4 "
        "uncorrectable_mask, 32:4 uncorrectable_severity, 36:4 correctable_mask, 40:4 advanced_capabilities, 44:4 "
        "root_error_command"
    ),
    iort_nodes.RootComplex33: (
        "0:1 type, 1:2 length, 3:1 revision, 4:4 identifier, 8:4 mapping_count, 12:4 mapping_offset, 16:8 "
        "memory_properties, 24:4 ats_attribute, 28:4 segment, 32:1 memory_size_limit"
    ),
    iort_smmu.SmmuV3At60: (
        "0:1 type, 1:2 length, 3:1 revision, 4:4 identifier, 8:4 mapping_count, 12:4 mapping_offset, 16:8 "
        "base_address, 24:4 flags, 28:4 reserved, 32:8 vatos_address, 40:4 model, 44:4 event_interrupt, 48:4 "
        "pri_interrupt, 52:4 gerr_interrupt, 56:4 sync_interrupt"
    ),
    iort_nodes.PmuCounterGroup32: (
        "0:1 type, 1:2 length, 3:1 revision, 4:4 identifier, 8:4 mapping_count, 12:4 mapping_offset, 16:8 "
        "page_0_base_address, 24:4 overflow_interrupt, 28:4 node_reference"
    ),
    iort_nodes.ReservedMemoryRange: (
        "0:1 type, 1:2 length, 3:1 revision, 4:4 identifier, 8:4 mapping_count, 12:4 mapping_offset, 16:4 flags, "
        "20:4 range_count, 24:4 range_offset"
    ),
    iort_nodes.MemoryRangeDescriptor: "0:8 base_address, 8:8 range_length, 16:4 reserved",
    iort_nodes.InterruptWireBridge: (
        "0:1 type, 1:2 length, 3:1 revision, 4:4 identifier, 8:4 mapping_count, 12:4 mapping_offset, 16:8 "
        "config_base_address, 24:2 iwb_index"
    ),
    iovt.Iovt: "36:2 iommu_count, 38:2 iommu_offset, 40:8 reserved",
    iovt.IovtIommu: (
        "0:2 type, 2:2 length, 4:4 flags, 8:2 segment, 10:2 physical_width, 12:2 virtual_width, 14:2 "
        "max_page_level, 16:8 page_size, 24:4 device_id, 28:8 base_address, 36:4 address_space_size, 40:1 "
        "interrupt_type, 41:3 reserved, 44:4 gsi_number, 48:4 proximity_domain, 52:4 max_device_count, 56:4 "
        "device_entry_count, 60:4 device_entry_offset"
    ),
    iovt.IovtDeviceEntry: "0:1 type, 1:1 length, 2:1 flags, 3:3 reserved, 6:2 device_id",
    ivrs_devices.ExtendedDeviceEntry: "0:1 type, 1:2 device_id, 3:1 data_setting, 4:4 extended_data",
    ivrs_devices.AcpiDeviceEntry: (
        "0:1 type, 1:2 device_id, 3:1 data_setting, 4:8 acpi_hid, 12:8 acpi_cid, 20:1 uid_type, 21:1 uid_length"
    ),
    ivrs.HardwareDefinition40: (
        "0:1 type, 1:1 flags, 2:2 length, 4:2 device_id, 6:2 capability_offset, 8:8 base_address, 16:2 segment, "
        "18:2 info, 20:4 attributes, 24:8 efr_register_image, 32:8 efr_register_image2"
    ),
    keyp.Keyp: "36:4 reserved",
    keyp.KeyConfigurationUnit: (
        "0:1 type, 1:1 reserved, 2:2 length, 4:1 protocol_type, 5:1 version, 6:1 root_port_count, 7:1 flags, 8:8 "
        "register_base_address"
    ),
    keyp.RootPort: "0:2 segment, 2:1 bus, 3:1 device_function",
    mpam.Mpam: "",
    mpam.MemorySystemComponent: (
        "0:2 length, 2:1 interface_type, 3:1 reserved1, 4:4 identifier, 8:8 base_address, 16:4 mmio_size, 20:4 "
        "overflow_interrupt, 24:4 overflow_interrupt_flags, 28:4 reserved2, 32:4 overflow_interrupt_affinity, "
        "36:4 error_interrupt, 40:4 error_interrupt_flags, 44:4 reserved3, 48:4 error_interrupt_affinity, 52:4 "
        "max_not_ready_time, 56:8 linked_device_hid, 64:4 linked_device_uid, 68:4 resource_count"
    ),
    mpam.MscResource: (
        "0:4 identifier, 4:1 ris_index, 5:2 reserved, 7:1 locator_type, 8:8 locator_1, 16:4 locator_2, 20:4 "
        "dependency_count"
    ),
    mpam.FunctionalDependency: "0:4 producer, 4:4 reserved",
    mrrm.Mrrm: "36:1 maximum_memory_regions, 37:1 flags, 38:26 reserved",
    mrrm.MemoryRangeEntry: (
        "0:2 type, 2:2 length, 4:4 reserved1, 8:8 base_address, 16:8 range_length, 24:2 region_id_flags, 26:1 "
        "local_region_id, 27:1 remote_region_id, 28:4 reserved2"
    ),
    nfit_structures.SystemPhysicalAddressRange: (
        "0:2 type, 2:2 length, 4:2 range_index, 6:2 flags, 8:4 reserved, 12:4 proximity_domain, 16:16 "
        "region_type_guid, 32:8 address_range_base, 40:8 address_range_length, 48:8 memory_map_attribute, 56:8 "
        "location_cookie"
    ),
    nfit_structures.NvdimmControlRegion32: (
        "0:2 type, 2:2 length, 4:2 region_index, 6:2 vendor_id, 8:2 device_id, 10:2 revision_id, 12:2 "
        "subsystem_vendor_id, 14:2 subsystem_device_id, 16:2 subsystem_revision_id, 18:1 valid_fields, 19:1 "
        "manufacturing_location, 20:2 manufacturing_date, 22:2 reserved1, 24:4 serial_number, 28:2 code, 30:2 "
        "window_count"
    ),
    nhlt.Nhlt: "36:1 endpoint_count",
    nhlt_endpoints.AudioEndpoint: (
        "0:4 length, 4:1 link_type, 5:1 instance_id, 6:2 vendor_id, 8:2 device_id, 10:2 revision_id, 12:4 "
        "subsystem_id, 16:1 device_type, 17:1 direction, 18:1 virtual_bus_id"
    ),
    nhlt_endpoints.SpecificConfig: "0:4 capabilities_size",
    nhlt_endpoints.AudioFormats: "0:1 format_count",
    nhlt_endpoints.AudioFormat: (
        "0:2 format_tag, 2:2 channel_count, 4:4 samples_per_second, 8:4 average_bytes_per_second, 12:2 "
        "block_align, 14:2 bits_per_sample, 16:2 extra_format_size, 18:2 valid_bits_per_sample, 20:4 "
        "channel_mask, 24:16 subformat"
    ),
    nhlt_endpoints.AudioDevices: "0:1 device_count",
    nhlt_endpoints.AudioDevice: "0:16 id, 16:1 instance_id, 17:1 port_id",
    pcct_subspaces.RegisterSubspace: (
        "0:1 type, 1:1 length, 2:2 version, 4:8 base_address, 12:8 address_length, 20:12 doorbell_register, 32:8 "
        "preserve_mask, 40:8 write_mask, 48:12 command_complete_register, 60:8 command_complete_check_mask, 68:12 "
        "error_status_register, 80:8 error_status_mask, 88:4 nominal_latency, 92:4 minimum_turnaround_time"
    ),
    phat.Phat: "",
    phat.FirmwareVersion: "0:2 type, 2:2 length, 4:1 revision, 5:3 reserved, 8:4 element_count",
    phat.VersionElement: "0:16 component_id, 16:8 version_value, 24:4 producer_id",
    phat.FirmwareHealth: (
        "0:2 type, 2:2 length, 4:1 revision, 5:2 reserved, 7:1 health, 8:16 device_signature, 24:4 device_data_offset"
    ),
    pmtt.Pmtt: "36:4 memory_device_count",
    pmtt_devices.MemorySocket: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:2 flags, 6:2 reserved2, 8:4 memory_device_count, 12:2 socket_id, "
        "14:2 reserved3"
    ),
    pmtt_devices.MemoryController: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:2 flags, 6:2 reserved2, 8:4 memory_device_count, 12:2 "
        "controller_id, 14:2 reserved3"
    ),
    pmtt_devices.MemoryModule: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:2 flags, 6:2 reserved2, 8:4 memory_device_count, 12:4 bios_handle"
    ),
    pmtt_devices.MemoryVendorDevice: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:2 flags, 6:2 reserved2, 8:4 memory_device_count, 12:16 type_uuid"
    ),
    pptt.Cache3: (
        "0:1 type, 1:1 length, 2:2 reserved, 4:4 flags, 8:4 next_level_of_cache, 12:4 size, 16:4 number_of_sets, "
        "20:1 associativity, 21:1 attributes, 22:2 line_size, 24:4 cache_id"
    ),
    prmt.Prmt: "36:16 platform_guid, 52:4 module_info_offset, 56:4 module_info_count",
    prmt.PrmModule: (
        "0:2 revision, 2:2 length, 4:16 module_guid, 20:2 major_revision, 22:2 minor_revision, 24:2 "
        "handler_info_count, 26:4 handler_info_offset, 30:8 mmio_list_pointer"
    ),
    prmt.PrmHandler: (
        "0:2 revision, 2:2 length, 4:16 handler_guid, 20:8 handler_address, 28:8 static_data_buffer_address, 36:8 "
        "parameter_buffer_address"
    ),
    ras2.Ras2: "36:2 reserved, 38:2 channel_count",
    ras2.RasChannel: "0:1 channel_id, 1:2 reserved, 3:1 feature_type, 4:4 instance",
    rgrt.Rgrt: "36:2 version, 38:1 image_type, 39:1 reserved",
    rhct.Rhct: "36:4 flags, 40:8 time_base_frequency, 48:4 node_count, 52:4 node_offset",
    rhct.IsaString: "0:2 type, 2:2 length, 4:2 revision, 6:2 isa_length",
    rhct.CacheManagementOperation: (
        "0:2 type, 2:2 length, 4:2 revision, 6:1 reserved, 7:1 cbom_block_size, 8:1 cbop_block_size, 9:1 "
        "cboz_block_size"
    ),
    rhct.Mmu: "0:2 type, 2:2 length, 4:2 revision, 6:1 reserved, 7:1 mmu_type",
    rhct.HartInfo: "0:2 type, 2:2 length, 4:2 revision, 6:2 offset_count, 8:4 processor_uid",
    rimt.Rimt: "36:4 node_count, 40:4 node_offset, 44:4 reserved",
    rimt.IommuNode: (
        "0:1 type, 1:1 revision, 2:2 length, 4:2 reserved, 6:2 id, 8:8 hardware_id, 16:8 base_address, 24:4 "
        "flags, 28:4 proximity_domain, 32:2 segment, 34:2 bdf, 36:2 wire_count, 38:2 wire_offset"
    ),
    rimt.InterruptWire: "0:4 interrupt, 4:4 flags",
    rimt.PcieRootComplexNode: (
        "0:1 type, 1:1 revision, 2:2 length, 4:2 reserved1, 6:2 id, 8:4 flags, 12:2 reserved2, 14:2 segment, 16:2 "
        "mapping_offset, 18:2 mapping_count"
    ),
    rimt.IdMapping: ("0:4 source_id_base, 4:4 id_count, 8:4 destination_id_base, 12:4 destination_offset, 16:4 flags"),
    rimt.PlatformDeviceNode: (
        "0:1 type, 1:1 revision, 2:2 length, 4:2 reserved, 6:2 id, 8:2 mapping_offset, 10:2 mapping_count"
    ),
    sdev.NamespaceDevice2: (
        "0:1 type, 1:1 flags, 2:2 length, 4:2 device_id_offset, 6:2 device_id_length, 8:2 vendor_data_offset, "
        "10:2 vendor_data_length, 12:2 secure_component_offset, 14:2 secure_component_length"
    ),
    sdev.IdentificationComponent: (
        "0:1 type, 1:1 flags, 2:2 length, 4:2 hardware_id_offset, 6:2 hardware_id_length, 8:2 "
        "subsystem_id_offset, 10:2 subsystem_id_length, 12:2 hardware_revision, 14:1 hardware_rev_present, 15:1 "
        "class_code_present, 16:1 pci_base_class, 17:1 pci_sub_class, 18:1 pci_programming_interface"
    ),
    sdev.MemoryComponent: (
        "0:1 type, 1:1 flags, 2:2 length, 4:4 reserved, 8:8 memory_base_address, 16:8 memory_length"
    ),
    spcr.Spcr4: (
        "36:1 interface_type, 37:3 reserved1, 40:12 serial_port_register, 52:1 interrupt_type, 53:1 pcat_irq, "
        "54:4 interrupt, 58:1 baud_rate, 59:1 parity, 60:1 stop_bits, 61:1 flow_control, 62:1 terminal_type, 63:1 "
        "language, 64:2 pci_device_id, 66:2 pci_vendor_id, 68:1 pci_bus, 69:1 pci_device, 70:1 pci_function, 71:4 "
        "pci_flags, 75:1 pci_segment, 76:4 uart_clock_frequency, 80:4 precise_baud_rate, 84:2 "
        "namespace_string_length, 86:2 namespace_string_offset"
    ),
    spmi.Spmi: (
        "36:1 interface_type, 37:1 always_one, 38:2 ipmi_spec_version, 40:1 interrupt_type, 41:1 gpe_number, 42:1 "
        "reserved1, 43:1 pci_device_flag, 44:4 interrupt, 48:12 ipmi_register, 60:1 pci_segment, 61:1 pci_bus, "
        "62:1 pci_device, 63:1 pci_function"
    ),
    svkl.Svkl: "36:4 key_count",
    svkl.VolumeKey: "0:2 key_type, 2:2 key_format, 4:4 key_size, 8:8 key_address",
    swft.Swft: "",
    swft.SoundWireFile: "0:2 vendor_id, 2:4 file_id, 6:2 file_version, 8:4 file_length",
    tcpa.TcpaClient: "36:2 platform_class, 38:4 min_event_log_length, 42:8 event_log_address",
    tdel.Tdel: "36:4 reserved, 40:8 log_area_minimum_length, 48:8 log_area_start_address",
    tpm2.Tpm2: "36:2 platform_class, 38:2 reserved, 40:8 control_address, 48:4 start_method",
    viot.Viot: "36:2 node_count, 38:2 node_offset, 40:8 reserved",
    viot.PciRange: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:4 endpoint_start, 8:2 segment_start, 10:2 segment_end, 12:2 "
        "bdf_start, 14:2 bdf_end, 16:2 output_node, 18:6 reserved2"
    ),
    viot.MmioEndpoint: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:4 endpoint, 8:8 base_address, 16:2 output_node, 18:6 reserved2"
    ),
    viot.VirtioIommuPci: "0:1 type, 1:1 reserved1, 2:2 length, 4:2 segment, 6:2 bdf, 8:8 reserved2",
    viot.VirtioIommuMmio: "0:1 type, 1:1 reserved1, 2:2 length, 4:4 reserved2, 8:8 base_address",
    tpm2.Tpm2Parameters5: (
        "36:2 platform_class, 38:2 reserved, 40:8 control_address, 48:4 start_method, 52:16 method_parameters"
    ),
    tpm2.Tpm2Log5: (
        "36:2 platform_class, 38:2 reserved, 40:8 control_address, 48:4 start_method, 52:16 method_parameters, "
        "68:4 minimum_log_length, 72:8 log_address"
    ),
    tpm2.Tpm2Parameters: (
        "36:2 platform_class, 38:2 reserved, 40:8 control_address, 48:4 start_method, 52:12 method_parameters"
    ),
    tpm2.Tpm2Revision3: "36:2 platform_class, 38:2 reserved, 40:8 control_address, 48:4 start_method",
    crat.Crat: "36:4 entry_count, 40:2 domain_count, 42:6 reserved",
    crat.ComputeUnitAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 proximity_domain, 12:4 processor_id_low, 16:2 "
        "cpu_core_count, 18:2 simd_core_count, 20:2 max_waves_simd, 22:2 io_count, 24:2 hsa_capability, 26:2 "
        "lds_size, 28:1 wave_front_size, 29:1 bank_count, 30:2 micro_engine_id, 32:1 array_count, 33:1 "
        "units_per_array, 34:1 simds_per_unit, 35:1 max_slots_scratch, 36:4 reserved2"
    ),
    crat.CratMemoryAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 proximity_domain, 12:8 base_address, 20:8 "
        "range_length, 28:4 width, 32:1 visibility_type, 33:7 reserved2"
    ),
    crat.CacheAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 processor_id_low, 12:32 sibling_map, 44:4 "
        "cache_size, 48:1 cache_level, 49:1 lines_per_tag, 50:2 cache_line_size, 52:1 associativity, 53:1 "
        "cache_properties, 54:2 cache_latency, 56:8 reserved2"
    ),
    crat.TlbAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 processor_id_low, 12:32 sibling_map, 44:4 tlb_level, "
        "48:1 data_associativity_2m, 49:1 data_entries_2m, 50:1 instruction_associativity_2m, 51:1 "
        "instruction_entries_2m, 52:1 data_associativity_4k, 53:1 data_entries_4k, 54:1 "
        "instruction_associativity_4k, 55:1 instruction_entries_4k, 56:1 data_associativity_1g, 57:1 "
        "data_entries_1g, 58:1 instruction_associativity_1g, 59:1 instruction_entries_1g, 60:4 reserved2"
    ),
    crat.CcomputeAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 processor_id_low, 12:32 sibling_map, 44:4 apu_size, "
        "48:16 reserved2"
    ),
    crat.IoLinkAffinity: (
        "0:1 type, 1:1 length, 2:2 reserved1, 4:4 flags, 8:4 proximity_domain_from, 12:4 proximity_domain_to, "
        "16:1 io_interface_type, 17:1 version_major, 18:2 version_minor, 20:4 minimum_latency, 24:4 "
        "maximum_latency, 28:4 minimum_bandwidth, 32:4 maximum_bandwidth, 36:4 recommended_transfer_size, 40:23 "
        "reserved2, 63:1 xgmi_weight"
    ),
    cdat.Cdat: "0:4 length, 4:1 revision, 5:1 checksum, 6:6 reserved, 12:4 sequence",
    cdat.DeviceMemoryAffinity: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:1 handle, 5:1 flags, 6:2 reserved2, 8:8 base_address, 16:8 range_length"
    ),
    cdat.DeviceLatencyBandwidth: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:1 handle, 5:1 flags, 6:1 data_type, 7:1 reserved2, 8:8 "
        "entry_base_unit, 16:2 entry_1, 18:2 entry_2, 20:2 entry_3, 22:2 reserved3"
    ),
    cdat.DeviceSideCache: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:1 handle, 5:3 reserved2, 8:8 cache_size, 16:4 cache_attributes"
    ),
    cdat.DeviceInitiator: "0:1 type, 1:1 reserved1, 2:2 length, 4:1 flags, 5:1 handle, 6:2 reserved2",
    cdat.DeviceEfiMemoryType: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:1 handle, 5:1 memory_type, 6:2 reserved2, 8:8 offset, 16:8 range_length"
    ),
    cdat.SwitchLatencyBandwidth: (
        "0:1 type, 1:1 reserved1, 2:2 length, 4:1 data_type, 5:3 reserved2, 8:8 entry_base_unit"
    ),
    cdat.SwitchEntry: "0:2 port_x, 2:2 port_y, 4:2 value, 6:2 reserved",
    cdit.Cdit: "36:4 domain_count",
}
