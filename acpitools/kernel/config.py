"""A kernel .config: what of it changes the memory layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from acpitools.core.errors import BootInputError
from acpitools.kernel.policy import Policy

__all__ = ["command_line", "configured", "parse_config"]

_LINE = re.compile(r"(CONFIG_\w+)=(.*)|# (CONFIG_\w+) is not set")


def parse_config(text: str, *, where: str = "") -> dict[str, str]:
    """Read a .config; options that are not set map to ``n``.

    Raises BootInputError where no line sets an option.
    """
    options: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match:
            name, value, unset = match.groups()
            options[unset or name] = "n" if unset else value.strip('"')
    if not options:
        raise BootInputError("kernel configuration", where, "no CONFIG_ line in it")
    return options


def _number(options: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = options.get(name)
    if text is None:
        return default
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not low <= value <= high:
        raise BootInputError("kernel configuration", name, f"{text} is not a number from {low} to {high}")
    return value


def configured(policy: Policy, options: Mapping[str, str]) -> Policy:
    """Give the policy of a kernel built with these options; what they leave out stays as in the model."""

    def on(name: str, default: bool) -> bool:
        return options[name] == "y" if name in options else default

    return replace(
        policy,
        nodes_shift=_number(options, "CONFIG_NODES_SHIFT", policy.nodes_shift, 1, 10),
        static_log_buf=1 << _number(options, "CONFIG_LOG_BUF_SHIFT", policy.static_log_buf.bit_length() - 1, 12, 25),
        physical_start=_number(options, "CONFIG_PHYSICAL_START", policy.physical_start, 0, 1 << 46),
        cma=on("CONFIG_CMA", policy.cma),
        kfence=on("CONFIG_KFENCE", policy.kfence),
        kfence_interval=_number(options, "CONFIG_KFENCE_SAMPLE_INTERVAL", policy.kfence_interval, 0, 1 << 31),
        kfence_objects=_number(options, "CONFIG_KFENCE_NUM_OBJECTS", policy.kfence_objects, 1, 65535),
        debug_pagealloc=on("CONFIG_DEBUG_PAGEALLOC", policy.debug_pagealloc),
        kaslr=on("CONFIG_RANDOMIZE_BASE", policy.kaslr),
        five_level=on("CONFIG_X86_5LEVEL", policy.five_level),
        numa_emulation=on("CONFIG_NUMA_EMU", policy.numa_emulation),
        acpi_numa=on("CONFIG_ACPI_NUMA", policy.acpi_numa),
        table_upgrade=on("CONFIG_ACPI_TABLE_UPGRADE", policy.table_upgrade),
        movable_node_option=on("CONFIG_MEMORY_HOTPLUG", True) and policy.movable_node_option,
    )


def command_line(options: Mapping[str, str], given: str) -> str:
    """Give the command line with the one built into the kernel.  Kernel: setup_arch, CONFIG_CMDLINE_BOOL."""
    built_in = options.get("CONFIG_CMDLINE", "") if options.get("CONFIG_CMDLINE_BOOL") == "y" else ""
    if options.get("CONFIG_CMDLINE_OVERRIDE") == "y" and built_in:
        return built_in
    return f"{built_in} {given}" if built_in else given
