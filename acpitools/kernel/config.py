"""A kernel .config: what of it changes the memory layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from acpitools.core.errors import BootInputError
from acpitools.core.value import value
from acpitools.kernel.policy import Policy

__all__ = ["FURTHER", "OPTIONS", "ConfigOption", "command_line", "configured", "parse_config"]

_LINE = re.compile(r"(CONFIG_\w+)=(.*)|# (CONFIG_\w+) is not set")


def parse_config(text: str, *, where: str = "") -> dict[str, str]:
    """Read a .config; options that are not set map to ``n``.

    Raises BootInputError where no line sets an option.
    """
    options: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match:
            name, text_of, unset = match.groups()
            options[unset or name] = "n" if unset else text_of.strip('"')
    if not options:
        raise BootInputError("kernel configuration", where, "no CONFIG_ line in it")
    return options


def _number(options: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = options.get(name)
    if text is None:
        return default
    try:
        number = int(text, 0)
    except ValueError:
        number = -1
    if not low <= number <= high:
        raise BootInputError("kernel configuration", name, f"{text} is not a number from {low} to {high}")
    return number


@value
class ConfigOption:
    """An option of a kernel configuration that changes the layout."""

    name: str
    effect: str
    field: str
    """Of `Policy`."""
    low: int | None = None
    """Least number it may be; None for options that are y or n."""
    high: int = 0
    shift: bool = False
    """The number is a power of two."""


def _switch(name: str, field: str, effect: str) -> ConfigOption:
    return ConfigOption(name=f"CONFIG_{name}", field=field, effect=effect)


def _amount(name: str, field: str, low: int, high: int, effect: str, *, shift: bool = False) -> ConfigOption:
    return ConfigOption(name=f"CONFIG_{name}", field=field, effect=effect, low=low, high=high, shift=shift)


_BUILT_IN: Final = (
    _switch("MEMORY_HOTPLUG", "movable_node_option", "movable_node is an option (from 4.13 on)"),
    _switch("MOVABLE_NODE", "movable_node_option", "movable_node is an option (before 4.13)"),
)
OPTIONS: Final = (
    _amount("NODES_SHIFT", "nodes_shift", 1, 10, "how many nodes, domains and SRAT ranges there may be"),
    _switch("ACPI_NUMA", "acpi_numa", "the SRAT is read; without it one node holds everything"),
    _switch("NUMA", "acpi_numa", "there are nodes at all"),
    _switch("NUMA_EMU", "numa_emulation", "numa=fake is an option"),
    *_BUILT_IN,
    _switch("MEMORY_HOTREMOVE", "kaslr_reads_srat", "KASLR keeps the kernel out of hot-pluggable ranges"),
    _switch("RANDOMIZE_BASE", "kaslr", "KASLR moves the kernel image; without it the image is at PHYSICAL_START"),
    _amount(
        "PHYSICAL_START", "physical_start", 0, 1 << 46, "where the kernel lies without KASLR, and its lowest place"
    ),
    _amount("PHYSICAL_ALIGN", "physical_align", 1 << 21, 1 << 24, "the slots that KASLR chooses from"),
    _switch("RANDOMIZE_MEMORY", "randomize_memory", "KASLR moves the direct map: nothing on the layout"),
    _switch("ZONE_DEVICE", "zone_device", "the direct map can hold memory added at any address, with KASLR too"),
    _amount(
        "RANDOMIZE_MEMORY_PHYSICAL_PADDING", "memory_padding", 0, 64, "how far it reaches above RAM otherwise, in TiB"
    ),
    _switch("X86_5LEVEL", "five_level", "five-level paging: more physical memory, a larger section table"),
    _amount("NR_CPUS", "nr_cpus", 1, 8192, "the most CPUs: per-cpu areas, and nodes that only have CPUs"),
    _amount("LOG_BUF_SHIFT", "static_log_buf", 12, 25, "log_buf_len= up to this size takes no memory", shift=True),
    _amount("LOG_CPU_MAX_BUF_SHIFT", "log_cpu_buf", 0, 21, "what each CPU adds to the log buffer", shift=True),
    _switch("ACPI_TABLE_UPGRADE", "table_upgrade", "tables in the initrd are copied, and their place reserved"),
    _switch("BLK_DEV_INITRD", "initrd", "an initrd is reserved where the boot loader put it"),
    _switch("EFI_SOFT_RESERVE", "soft_reserve", "specific-purpose memory is set aside"),
    _switch("CRASH_RESERVE", "crash_reserve", "crashkernel= is an option"),
    _switch("KEXEC_CORE", "crash_reserve", "crashkernel= is an option (before 6.9)"),
    _switch("HUGETLBFS", "hugetlb", "1 GiB pages of hugepages= come from memblock"),
    _switch("SWIOTLB", "swiotlb", "the bounce buffer below 4 GiB"),
    _switch("CMA", "cma", "cma= is an option"),
    _amount("CMA_SIZE_MBYTES", "cma_bytes", 0, 1 << 24, "the area of CMA where cma= does not tell, in MiB"),
    _amount("CMA_SIZE_PERCENTAGE", "cma_percent", 0, 100, "the same in per cent of all memory"),
    _switch("KFENCE", "kfence", "KFENCE takes its pool"),
    _amount("KFENCE_SAMPLE_INTERVAL", "kfence_interval", 0, 1 << 31, "KFENCE is on without an option"),
    _amount("KFENCE_NUM_OBJECTS", "kfence_objects", 1, 65535, "the size of that pool"),
    _switch("SLUB_DEBUG", "slub_debug", "slab_debug= is an option, which can take a hash table for stack traces"),
    _switch("DEBUG_PAGEALLOC", "debug_pagealloc", "debug_pagealloc is an option: page tables of 4 KiB pages"),
)
"""What counts, by option; `FURTHER` has those that are more than a switch or a number."""

FURTHER: Final = (
    (
        "CONFIG_CMDLINE, CONFIG_CMDLINE_BOOL, CONFIG_CMDLINE_OVERRIDE",
        "a command line built in: before the given one, or alone",
    ),
    ("CONFIG_CMA_SIZE_SEL_MBYTES, _PERCENTAGE, _MIN, _MAX", "which of the two sizes of CMA counts"),
    ("CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE", "blocks of added memory go online by themselves (before 6.12)"),
    (
        "CONFIG_MHP_DEFAULT_ONLINE_TYPE_*",
        "what blocks of added memory become: offline, online, for the kernel, or movable",
    ),
)
_ONLINE_TYPES: Final = {
    "CONFIG_MHP_DEFAULT_ONLINE_TYPE_OFFLINE": "offline",
    "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_AUTO": "online",
    "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_KERNEL": "online_kernel",
    "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_MOVABLE": "online_movable",
}


def configured(policy: Policy, options: Mapping[str, str]) -> Policy:
    """Give the policy of a kernel built with these options; what they leave out stays as in the model.

    Raises BootInputError for a number that no kernel can have.
    """
    fields: dict[str, object] = {}
    for option in OPTIONS:
        if option.name not in options or (option in _BUILT_IN and option.name != policy.movable_node_config):
            continue
        if option.low is None:
            before = fields.get(option.field, getattr(policy, option.field))
            on = options[option.name] == "y"
            # What a release does not have no configuration gives it; two options may bear on one thing.
            fields[option.field] = on and (bool(before) if option.field in _ONLY_OFF else True)
        else:
            number = _number(options, option.name, 0, option.low, option.high)
            fields[option.field] = 1 << number if option.shift else number
    if "cma_bytes" in fields:
        fields["cma_bytes"] = int(str(fields["cma_bytes"])) << 20
    for select in ("MBYTES", "PERCENTAGE", "MIN", "MAX"):
        if options.get(f"CONFIG_CMA_SIZE_SEL_{select}") == "y":
            fields["cma_select"] = select.lower()
    if "CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE" in options:
        fields["auto_online"] = "online" if options["CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE"] == "y" else "offline"
    for name, kind in _ONLINE_TYPES.items():
        if options.get(name) == "y":
            fields["auto_online"] = kind
    return replace(policy, **fields)  # type: ignore[arg-type]


_ONLY_OFF: Final = frozenset({"movable_node_option", "acpi_numa", "crash_reserve"})


def command_line(options: Mapping[str, str], given: str) -> str:
    """Give the command line with the one built into the kernel.  Kernel: setup_arch, CONFIG_CMDLINE_BOOL."""
    built_in = options.get("CONFIG_CMDLINE", "") if options.get("CONFIG_CMDLINE_BOOL") == "y" else ""
    if options.get("CONFIG_CMDLINE_OVERRIDE") == "y" and built_in:
        return built_in
    return f"{built_in} {given}" if built_in else given
