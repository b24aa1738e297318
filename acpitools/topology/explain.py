"""A filled-in machine as TOML that makes the same machine: every place, id and value is written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from acpitools.core.toml import numbers_text
from acpitools.core.units import GIB, KIB, MIB
from acpitools.tables.cedt import WindowRestrictions
from acpitools.tables.hmat import LocalityDataType
from acpitools.topology.memory_map import word_of
from acpitools.topology.read_firmware import handle_words
from acpitools.topology.read_processors import LAST_XAPIC_ID
from acpitools.topology.spec import Cache, MemoryRange, Oem, Performance, Processor, ProcessorState, Spec

__all__ = ["document", "toml_text"]

Document = dict[str, Any]


def document(spec: Spec) -> Document:
    """Give the values that ``read_spec`` makes the same machine of."""
    found: Document = {"name": spec.name, "faults": list(spec.faults)}
    found["oem"] = _oem(spec.oem)
    if spec.oem_of:
        found["oem"]["tables"] = {signature: _oem(oem) for signature, oem in spec.oem_of}
    found["tables"] = {"make": list(spec.tables), "revisions": dict(spec.revisions)}
    found["processors"] = _processors(spec.processors, spec.caches)
    found["memory"] = {
        "machine": spec.machine,
        "map": [
            {"start": _hex(start), "end": _hex(end), "type": word_of(kind)} for start, end, kind in spec.memory_map
        ],
    }
    processors: dict[int, list[int]] = {}
    for processor in spec.processors:
        if processor.domain is not None:
            processors.setdefault(processor.domain, []).append(processor.apic_id)
    memory: dict[int, list[Document]] = {}
    for item in spec.memory:
        memory.setdefault(item.domain, []).append(_memory(item))
    found["domains"] = [
        {
            "domain": domain,
            "apic_ids": numbers_text(processors.get(domain, [])),
            "memory": memory.get(domain, []),
        }
        for domain in spec.domains
    ]
    found["dimms"] = [
        {
            "domain": slots.domain,
            "slots": slots.slots,
            "size": _size(slots.size),
            "base": _hex(slots.base),
            "plugged": slots.plugged,
            "namespace": slots.namespace,
            "ejectable": slots.ejectable,
        }
        for slots in spec.dimms
    ]
    for key, port in (("initiators", False), ("ports", True)):
        found[key] = [
            {"domain": device.domain, **handle_words(device), **_unusual(device)}
            for device in spec.devices
            if device.port == port
        ]
    found["srat"] = {"other": [data.hex() for data in spec.other_affinities]}
    if (distances := spec.distances) is not None:
        rows = (distances.matrix[n * distances.count : (n + 1) * distances.count] for n in range(distances.count))
        found["distances"] = {"matrix": [list(row) for row in rows]}
    if spec.performance is not None:
        found["performance"] = _performance(spec.performance)
    found["cxl"] = _cxl(spec)
    found["interrupts"] = _interrupts(spec)
    if spec.msct is not None:
        found["msct"] = {
            "maximum_domains": spec.msct.maximum_domains,
            "maximum_clock_domains": spec.msct.maximum_clock_domains,
            "maximum_address": _hex(spec.msct.maximum_address),
            "capacities": [
                {"first": item.first, "last": item.last, "processors": item.processors, "memory": _size(item.memory)}
                for item in spec.msct.capacities
            ],
        }
    return {key: kept for key, value in found.items() if (kept := _without_empty(value, key)) not in ({}, [], "")}


def _without_empty(value: Any, key: str) -> Any:
    # An empty list says something only where leaving it out says something else.
    if key in ("interrupts", "performance", "msct", "distances", "domains", "memory", "processors") or not isinstance(
        value, dict
    ):
        return value
    return {name: item for name, item in value.items() if item not in ([], {})}


def _hex(number: int) -> str:
    return f"{number:#x}"


def _size(size: int) -> str:
    for unit, letter in ((GIB, "G"), (MIB, "M"), (KIB, "K")):
        if size and size % unit == 0:
            return f"{size // unit}{letter}"
    return _hex(size)


def _oem(oem: Oem) -> Document:
    return {field.name: getattr(oem, field.name) for field in fields(oem)}


def _processors(processors: Sequence[Processor], caches: Sequence[Cache]) -> Document:
    found: Document = {}
    if processors:
        shape = tuple(1 + max(getattr(p, level) for p in processors) for level in ("package", "die", "core", "thread"))
        found = dict(zip(("sockets", "dies", "cores", "threads"), shape, strict=True))
    found["apic_ids"] = numbers_text([p.apic_id for p in processors])
    found["uids"] = numbers_text([p.uid for p in processors])
    if any(p.clock_domain for p in processors):
        found["clock_domains"] = [p.clock_domain for p in processors]
    for state in (ProcessorState.ABSENT, ProcessorState.DISABLED, ProcessorState.UNLISTED):
        if chosen := [p.apic_id for p in processors if p.state is state]:
            found[f"{state.value}_apic_ids"] = numbers_text(chosen)
    x2apic = [p.apic_id for p in processors if p.x2apic]
    if x2apic != [p.apic_id for p in processors if p.apic_id > LAST_XAPIC_ID]:
        found["x2apic"] = numbers_text(x2apic)
    if (in_srat := [p.apic_id for p in processors if p.srat_x2apic]) != x2apic:
        found["srat_x2apic"] = numbers_text(in_srat)
    if caches:
        names = {"data": "l1d", "instruction": "l1i"}
        found["caches"] = {
            names.get(c.kind, f"l{c.level}"): {"size": _size(c.size), "ways": c.ways, "line": c.line} for c in caches
        }
    return found


def _memory(item: MemoryRange) -> Document:
    found: Document = {"base": _hex(item.base), "size": _size(item.size)}
    for key in ("hotplug", "nonvolatile", "specific_purpose"):
        if getattr(item, key):
            found[key] = True
    if not item.enabled:
        found["enabled"] = False
    if item.map_type != 1:
        found["map"] = "absent" if item.map_type is None else word_of(item.map_type)
    elif item.nonvolatile or item.specific_purpose:
        found["map"] = "usable"
    return found


def _unusual(device: Any) -> Document:
    return {
        **({"architectural": True} if device.architectural else {}),
        **({} if device.enabled else {"enabled": False}),
    }


def _performance(performance: Performance) -> Document:
    return {
        "attached": [
            {"memory": memory, **({} if initiator is None else {"initiator": initiator})}
            for memory, initiator in performance.attached
        ],
        "localities": [
            {
                "data": LocalityDataType(item.data_type).name.lower(),
                "hierarchy": item.hierarchy,
                "minimum_transfer_size": item.minimum_transfer_size,
                "unit": item.base_unit,
                "initiators": list(item.initiators),
                "targets": list(item.targets),
                "entries": list(item.entries),
            }
            for item in performance.localities
        ],
        "caches": [
            {
                "domain": item.domain,
                "size": _size(item.size),
                "attributes": item.attributes,
                "address_mode": item.address_mode,
                "handles": list(item.handles),
            }
            for item in performance.caches
        ],
    }


def _cxl(spec: Spec) -> Document:
    return {
        "bridges": [
            {
                "uid": item.uid,
                "version": ("1.1", "2.0")[item.version],
                "base": _hex(item.base),
                "length": _hex(item.length),
            }
            for item in spec.bridges
        ],
        "windows": [
            {
                "base": _hex(item.base),
                "size": _size(item.size),
                "targets": list(item.targets),
                "granularity": 256 << item.granularity,
                "arithmetic": ("modulo", "xor")[item.arithmetic],
                "restrictions": [
                    flag.name.lower() for flag in WindowRestrictions if item.restrictions & flag and flag.name
                ],
                "qtg": item.qtg,
            }
            for item in spec.windows
        ],
        "xor_maps": [
            {"granularity": 256 << item.granularity, "bitmaps": [_hex(number) for number in item.bitmaps]}
            for item in spec.xor_maps
        ],
        "other": [data.hex() for data in spec.other_cxl],
    }


def _interrupts(spec: Spec) -> Document:
    given = spec.interrupts
    found: Document = {
        "local_apic_address": _hex(given.local_apic_address),
        "pcat_compat": given.pcat_compat,
        "io_apics": [{"id": c.id, "address": _hex(c.address), "gsi_base": c.gsi_base} for c in given.io_apics],
        "overrides": [{"source": o.source, "gsi": o.gsi, "flags": o.flags} for o in given.overrides],
        "nmi_lint": -1 if given.nmi_lint is None else given.nmi_lint,
    }
    if given.other:
        found["other"] = [data.hex() for data in given.other]
    return found


def toml_text(values: Mapping[str, Any], title: str = "") -> Iterator[str]:
    """Write values as TOML, a piece at a time: tables as sections, tables further in one on a line."""
    if title:
        yield f"# {title}\n"
    for key, value in values.items():
        if not isinstance(value, dict) and not _is_tables(value):
            yield f"{key} = {_value(value)}\n"
    for key, value in values.items():
        if isinstance(value, dict):
            yield f"\n[{key}]\n"
            yield from _lines(value)
        elif _is_tables(value):
            for item in value:
                yield f"\n[[{key}]]\n"
                yield from _lines(item)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict | list):
            yield f"{key} = [\n"
            yield from (f"  {_value(item)},\n" for item in value)
            yield "]\n"
        else:
            yield f"{key} = {_value(value)}\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"


def _quoted(text: str) -> str:
    shown = "".join(
        f"\\{c}" if c in '"\\' else c if c.isascii() and c.isprintable() else f"\\u{ord(c):04x}" for c in text
    )
    return f'"{shown}"'
