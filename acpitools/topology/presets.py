"""Machines to start from: each is a description in TOML, as a user would write it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PRESETS", "Preset"]


class Preset(NamedTuple):
    """A machine by name."""

    title: str
    text: str
    """TOML."""


PRESETS: dict[str, Preset] = {
    "laptop": Preset(
        "one socket, 4 cores with 2 threads, 16 GiB in one domain",
        """
[processors]
cores = 4
threads = 2
caches = { l1d = { size = "48K", ways = 12 }, l1i = "32K", l2 = "1M", l3 = { size = "12M", ways = 12 } }

[[domains]]
memory = "16G"
""",
    ),
    "desktop-hot": Preset(
        "one socket whose memory above 4 GiB is hot-pluggable",
        """
[processors]
cores = 4

[[domains]]
memory = ["2G", { size = "6G", hotplug = true }]
""",
    ),
    "server-2s": Preset(
        "two sockets of 16 cores with 2 threads, 64 GiB each, with latencies and bandwidths",
        """
[processors]
sockets = 2
cores = 16
threads = 2
caches = { l1d = "32K", l1i = "32K", l2 = "1M", l3 = { size = "32M", ways = 16 } }

[[domains]]
sockets = [0]
memory = "64G"

[[domains]]
sockets = [1]
memory = "64G"

[distances]
remote = 21

[performance]
latency = { local = "80ns", remote = "140ns" }
bandwidth = { local = "200GB/s", remote = "60GB/s" }
""",
    ),
    "server-4s": Preset(
        "four sockets in a ring: neighbours are nearer than the socket across",
        """
[processors]
sockets = 4
cores = 8
threads = 2

[[domains]]
memory = "32G"

[[domains]]
memory = "32G"

[[domains]]
memory = "32G"

[[domains]]
memory = "32G"

[distances]
matrix = [
  [10, 21, 31, 21],
  [21, 10, 21, 31],
  [31, 21, 10, 21],
  [21, 31, 21, 10],
]
""",
    ),
    "server-8s": Preset(
        "eight sockets of 28 cores with 2 threads, 96 GiB each; two groups of four, ids above 254 as x2APIC",
        """
[processors]
sockets = 8
cores = 28
threads = 2

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[[domains]]
memory = "96G"

[distances]
matrix = [
  [10, 21, 21, 21, 31, 31, 31, 31],
  [21, 10, 21, 21, 31, 31, 31, 31],
  [21, 21, 10, 21, 31, 31, 31, 31],
  [21, 21, 21, 10, 31, 31, 31, 31],
  [31, 31, 31, 31, 10, 21, 21, 21],
  [31, 31, 31, 31, 21, 10, 21, 21],
  [31, 31, 31, 31, 21, 21, 10, 21],
  [31, 31, 31, 31, 21, 21, 21, 10],
]
""",
    ),
    "snc4": Preset(
        "two sockets with sub-NUMA clustering: four domains in each",
        """
[processors]
sockets = 2
dies = 4
cores = 4
threads = 2
caches = { l1d = "48K", l1i = "32K", l2 = "2M", l3 = { size = "24M", ways = 12 } }

[[domains]]
dies = [0]
memory = "16G"

[[domains]]
dies = [1]
memory = "16G"

[[domains]]
dies = [2]
memory = "16G"

[[domains]]
dies = [3]
memory = "16G"

[[domains]]
dies = [4]
memory = "16G"

[[domains]]
dies = [5]
memory = "16G"

[[domains]]
dies = [6]
memory = "16G"

[[domains]]
dies = [7]
memory = "16G"

[distances]
matrix = [
  [10, 12, 12, 12, 21, 21, 21, 21],
  [12, 10, 12, 12, 21, 21, 21, 21],
  [12, 12, 10, 12, 21, 21, 21, 21],
  [12, 12, 12, 10, 21, 21, 21, 21],
  [21, 21, 21, 21, 10, 12, 12, 12],
  [21, 21, 21, 21, 12, 10, 12, 12],
  [21, 21, 21, 21, 12, 12, 10, 12],
  [21, 21, 21, 21, 12, 12, 12, 10],
]
""",
    ),
    "hot-nodes": Preset(
        "four domains, of which two are hot-pluggable as a whole: movable_node makes them Movable",
        """
[processors]
sockets = 4

[[domains]]
memory = "2G"

[[domains]]
memory = "2G"

[[domains]]
memory = "2G"
hotplug = true

[[domains]]
memory = "2G"
hotplug = true
""",
    ),
    "memoryless": Preset(
        "a domain with processors but no memory, and a domain with memory but no processors",
        """
[processors]
sockets = 2

[[domains]]
sockets = [0]
memory = "2G"

[[domains]]
sockets = [1]

[[domains]]
cpus = ""
memory = "2G"

[distances]
pairs = [
  { from = 0, to = 1, distance = 21 },
  { from = 0, to = 2, distance = 31 },
  { from = 1, to = 2, distance = 17 },
]
""",
    ),
    "cxl": Preset(
        "two sockets, and CXL memory behind each: windows, one of them known to the SRAT",
        """
[processors]
sockets = 2
cores = 2

[[domains]]
sockets = [0]
memory = "4G"

[[domains]]
sockets = [1]
memory = "4G"

[cxl]
bridges = [{ uid = 0 }, { uid = 1 }]
windows = [
  { size = "4G", targets = [0], domain = 2, hotplug = true },
  { size = "4G", targets = [0, 1], granularity = 4096 },
]

[[ports]]
domain = 3
hid = "ACPI0016"
uid = 0

[distances]
remote = 20
pairs = [{ from = 0, to = 2, distance = 30 }, { from = 1, to = 2, distance = 40 }]

[performance]
latency = { local = "90ns", remote = "150ns" }
bandwidth = { local = "150GB/s", remote = "50GB/s" }
pairs = [
  { initiator = 0, target = 2, latency = "250ns", bandwidth = "28GB/s" },
  { initiator = 1, target = 2, latency = "310ns", bandwidth = "20GB/s" },
]
""",
    ),
    "gpu": Preset(
        "two sockets and two accelerators: generic initiators with memory of their own, one of them without",
        """
[processors]
sockets = 2
cores = 2

[[domains]]
sockets = [0]
memory = "2G"

[[domains]]
sockets = [1]
memory = "2G"

[[domains]]
domain = 2
cpus = ""
memory = [{ size = "4G", present = false, hotplug = true }]

[[initiators]]
domain = 2
pci = "0000:3b:00.0"

[[initiators]]
domain = 3
pci = "0000:af:00.0"

[performance]
latency = { local = "80ns", remote = "300ns" }
bandwidth = { local = "100GB/s", remote = "25GB/s" }
pairs = [{ initiator = 2, target = 2, latency = "120ns", bandwidth = "900GB/s" }]
""",
    ),
    "vm-dimms": Preset(
        "a virtual machine of two domains with 8 slots for memory devices of 1 GiB",
        """
[processors]
sockets = 2

[[domains]]
sockets = [0]
memory = "2G"

[[domains]]
sockets = [1]
memory = "2G"

[[dimms]]
domain = 1
slots = 8
size = "1G"
""",
    ),
    "cpu-hotplug": Preset(
        "a virtual machine whose second socket can be plugged in, with its memory",
        """
[processors]
sockets = 2
cores = 2
absent_sockets = 1

[[domains]]
sockets = [0]
memory = "3G"

[[domains]]
sockets = [1]
memory = [{ size = "4G", present = false, hotplug = true }]
""",
    ),
    "x2apic-giant": Preset(
        "sixteen sockets with 1024 processors, all described by x2APIC structures, and ids far above 255",
        """
[processors]
sockets = 16
cores = 32
threads = 2
first_apic_id = 0x1000
x2apic = "all"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"

[[domains]]
memory = "64G"
""",
    ),
    "sparse-domains": Preset(
        "domains 0, 8 and 300: numbers with holes, and one that does not fit in a byte",
        """
[processors]
sockets = 3

[[domains]]
domain = 0
memory = "2G"

[[domains]]
domain = 8
memory = "1G"

[[domains]]
domain = 300
memory = "1G"
hotplug = true
""",
    ),
    "low-holes": Preset(
        "memory with holes above 4 GiB, a hot-pluggable piece below it, and reserved pages inside",
        """
[processors]
sockets = 2

[memory]
low = "2G"
reserved = [{ base = "0x10000000", size = "1M" }, { base = "5G", size = "64K" }]

[[domains]]
memory = ["1G", { size = "1G", hotplug = true }]

[[domains]]
memory = [{ base = "4G", size = "2G" }, { base = "8G", size = "2G", hotplug = true }]
""",
    ),
    "pmem": Preset(
        "one socket with RAM, and persistent memory in a domain of its own behind a memory-side cache",
        """
[processors]
cores = 4

[[domains]]
memory = "4G"

[[domains]]
cpus = ""
memory = [{ size = "8G", nonvolatile = true }]

[performance]
latency = { local = "80ns", remote = "350ns" }
bandwidth = { local = "100GB/s", remote = "8GB/s" }
caches = [{ domain = 1, size = "4G" }]
""",
    ),
}
