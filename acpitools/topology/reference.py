"""Every key of a description with what it means; a machine, too."""

__all__ = ["REFERENCE"]

REFERENCE = """\
# Every key of a description, with what it means where it is left out.

name = "reference"                  # free text
faults = []                         # what is to be wrong: "srat-overlap", "checksum@SLIT"; synth --list-faults

[oem]                               # the header of every table
id = "ACPITL"                       # at most 6 characters, padded with spaces
table_id = "SYNTH"                  # at most 8
revision = 2                        # an override needs more than the platform's table has
creator_id = "ACPT"
creator_revision = 1
tables.SLIT = { id = "OTHER", table_id = "MINE", revision = 3, creator_id = "ME", creator_revision = 4 }  # one table

[tables]
make = ["MADT", "SRAT", "SLIT", "HMAT", "MSCT", "CEDT", "PPTT"]  # left out: all that there is something to say in
omit = []                           # of those, not these
revisions = { APIC = 5, SRAT = 3, SLIT = 1, HMAT = 2, MSCT = 1, CEDT = 1, PPTT = 3 }

[processors]
sockets = 2                         # left out: one for each domain that does not say which processors it has
dies = 1                            # in a socket
cores = 2                           # in a die
threads = 2                         # in a core
numbering = "topology"              # APIC ids with bits for each level, as hardware has them; or "sequential"
first_apic_id = 0                   # added to all of them
apic_ids = "0-7"                    # or all ids, in the order of sockets, dies, cores, threads
uids = "0-7"                        # ACPI UIDs; left out: from 0 on
clock_domains = [0, 0, 0, 0, 0, 0, 0, 0]
x2apic = "auto"                     # x2APIC structures for ids above 254; "all"; or the ids: "4-7"
srat_x2apic = ""                    # ids with x2APIC structures in the SRAT; left out: as in the MADT
absent_sockets = 0                  # the last ones can be plugged in, and are not there
absent_apic_ids = "6-7"             # online capable in the MADT
disabled_apic_ids = ""              # in the MADT with neither flag
unlisted_apic_ids = ""              # in the SRAT, not in the MADT

[processors.caches]                 # for the PPTT; l3 is shared by a die, the others by a core
l1d = "32K"                         # 8 ways, lines of 64 bytes
l1i = { size = "32K", ways = 8, line = 64 }
l2 = "1M"
l3 = "16M"

[memory]
machine = "q35"                     # whose holes and firmware areas: "q35" and "pc" of QEMU, "none"
low = "2G"                          # RAM below 4 GiB; left out: as that machine has it
high = "4G"                         # where RAM goes on
firmware = "128K"                   # kept at the end of the RAM below 4 GiB
holes = [{ base = "64G", size = "1G" }]  # no memory here
legacy_hole = true                  # the SRAT leaves out 640 KiB to 1 MiB
reserved = [{ base = "0x20000000", size = "1M", type = "reserved" }]  # in the memory map instead of RAM
# map = [{ start = 0, end = "640K", type = "usable" }]  # the whole memory map; left out: what follows from the rest
# types: usable, reserved, acpi, nvs, unusable, persistent, soft_reserved, or a number

[[domains]]
domain = 0                          # proximity domain; left out: from 0 on
sockets = [0]                       # its processors: sockets,
# dies = [0, 1]                     # dies, counted through all sockets,
# cpus = "0-3"                      # processors in their order ("": none),
# apic_ids = "0-3"                  # or ids; where no domain says any of these, they are dealt out evenly
memory = "4G"                       # fills the RAM below 4 GiB, then goes on above

[[domains]]
domain = 1
sockets = [1]
hotplug = false                     # all its memory is hot-pluggable
memory = [
  "2G",
  { size = "2G", hotplug = true },
  { size = "1G", base = "32G" },                          # at this place
  { size = "1G", base = "33G", enabled = false },         # not enabled: the kernel ignores it
  { size = "1G", present = false, hotplug = true },       # nothing there yet: not in the memory map
  { size = "1G", nonvolatile = true },                    # persistent in the memory map
  { size = "1G", specific_purpose = true, map = "soft_reserved" },
]

[[dimms]]                           # slots for memory devices: a hot-pluggable range of slots x size
domain = 1
slots = 4
size = "1G"
base = "48G"                        # left out: the next GiB after all RAM
plugged = 0                         # devices in place when the machine starts
namespace = true                    # an SSDT has a memory device (PNP0C80) with _CRS, _PXM and _STA for each slot
ejectable = true                    # and with _EJ0; both left out: false

[[initiators]]                      # generic initiators; [[ports]] are generic ports
domain = 2
pci = "0000:3b:00.0"                # which device
architectural = true                # ACPI 6.4: its transactions are architectural
enabled = true

[[initiators]]
domain = 3
hid = "ACPI0000"                    # or by _HID
uid = 1                             # and _UID

[[ports]]
domain = 4
handle = "41435049303031360000000000000000"  # or the 16 bytes of the handle
pci_handle = false                  # which are a PCI handle

[distances]
count = 5                           # rows; left out: up to the highest domain
remote = 21                         # between any two domains; left out: 20
pairs = [{ from = 0, to = 2, distance = 40, both = true }]
# matrix = [[10, 20], [20, 10]]     # or all of them

[performance]                       # the HMAT
latency = { local = "80ns", remote = "140ns" }      # also read_latency, write_latency; ps, ns, us
bandwidth = { local = "200GB/s" }                   # also read_bandwidth, write_bandwidth; MB/s, GB/s
pairs = [{ initiator = 2, target = 1, latency = "300ns", bandwidth = "20GB/s" }]
attached = [{ memory = 0, initiator = 0 }, { memory = 1, initiator = 1 }]  # left out: itself, else the nearest
caches = [
  { domain = 1, size = "8G", level = 1, levels = 1, associativity = "direct", policy = "write_back", line = 64 },
  { domain = 0, size = "8G", attributes = 0x401011, address_mode = 0, handles = [4, 5] },  # as in the table
]

[[performance.localities]]          # whole structures, as in the table
data = "write_latency"
hierarchy = 0
minimum_transfer_size = 0
unit = 1000                         # picoseconds, or MB/s
initiators = [0]
targets = [1]
entries = [9]

[cxl]                               # the CEDT
bridges = [
  { uid = 0, version = "2.0" },
  { uid = 1, version = "1.1", base = "0xfe200000", length = 0x2000 },
]
xor_maps = [{ granularity = 256, bitmaps = ["0x2020900"] }]
other = []                          # further structures, in hexadecimal

[[cxl.windows]]
size = "1G"
targets = [0]                       # uids of bridges, one for each way
granularity = 256
restrictions = ["host_only_coherent", "volatile"]
qtg = 1
domain = 4                          # the SRAT covers it
hotplug = true
map = "absent"

[[cxl.windows]]
size = "1G"
base = "0x2000000000"               # left out: after all memory
targets = [0, 1]
arithmetic = "xor"

[interrupts]                        # the rest of the MADT; left out: as on a PC
local_apic_address = 0xfee00000
pcat_compat = true
io_apics = [{ id = 0, address = 0xfec00000, gsi_base = 0 }]
overrides = [
  { source = 0, gsi = 2 },
  { source = 9, gsi = 9, polarity = "high", trigger = "level" },
  { source = 10, gsi = 10, flags = 13 },
]
nmi_lint = 1                        # -1: none
other = ["030800000a000000"]        # further structures, in hexadecimal

[srat]
other = ["7f0800000000ff00"]        # further structures, in hexadecimal

[msct]                              # left out: what follows from the rest
maximum_domains = 8
maximum_clock_domains = 1
maximum_address = "0xffffffffffff"
capacities = [{ first = 0, last = 7, processors = 8, memory = "64G" }]
"""
"""TOML, with a comment for each key."""
