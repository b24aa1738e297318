"""A description over another one: what the upper one says counts, and what followed from the rest is made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from acpitools.core.errors import TopologyError

__all__ = ["merged"]

_COUNTS = frozenset({"sockets", "dies", "cores", "threads", "numbering", "first_apic_id"})
_LISTED = (
    "apic_ids",
    "uids",
    "clock_domains",
    "absent_apic_ids",
    "disabled_apic_ids",
    "unlisted_apic_ids",
    "x2apic",
    "srat_x2apic",
)
_PLACES = frozenset({"domains", "dimms", "memory", "cxl"})


_SECTIONS = {"distances": "SLIT", "performance": "HMAT", "cxl": "CEDT", "msct": "MSCT", "interrupts": "APIC"}
"""Sections that ask for a table."""
_REMOTE = 20
_MOST_GROWN = 4096


def merged(base: Mapping[str, Any], upper: Mapping[str, Any], kept: Iterable[str] = ()) -> dict[str, Any]:
    """Give the base with the keys of the upper one: tables key by key, domains by their number, lists as a whole.

    Where the upper one changes processors or memory, what the base had worked out of the old ones is left to be
    worked out anew: APIC ids and whose they are, the memory map, the MSCT.  ``kept`` are the signatures of tables that
    the base does not describe.
    """
    found: dict[str, Any] = dict(base)
    processors = upper.get("processors")
    if isinstance(processors, Mapping) and _COUNTS & processors.keys():
        found["processors"] = {key: value for key, value in base["processors"].items() if key not in _LISTED}
        found["domains"] = [_without(domain, "apic_ids") for domain in base.get("domains", [])]
    if _PLACES & upper.keys() or processors is not None:
        found.pop("msct", None)
    memory = upper.get("memory")
    if _PLACES & upper.keys() and not (isinstance(memory, Mapping) and "map" in memory):
        found["memory"] = _without(found.get("memory", {}), "map")
    distances = upper.get("distances")
    if isinstance(distances, Mapping) and {"remote", "count"} & distances.keys():
        found["distances"] = _without(found.get("distances", {}), "matrix")
    for key, value in upper.items():
        if key == "domains" and isinstance(value, list):
            found[key] = _domains(found.get(key, []), value)
        else:
            found[key] = _over(found.get(key), value)
    asked = {_SECTIONS[key] for key in upper if key in _SECTIONS}
    if processors is not None and "PPTT" in kept:
        asked.add("PPTT")
    given, tables = upper.get("tables"), found.get("tables", {})
    if isinstance(tables, Mapping) and "make" in tables and not (isinstance(given, Mapping) and "make" in given):
        found["tables"] = {**tables, "make": [*tables["make"], *sorted(asked - set(tables["make"]))]}
    domains = found.get("domains")
    if "distances" not in upper and "matrix" in found.get("distances", {}) and isinstance(domains, list):
        found["distances"] = _grown(found["distances"], domains)
    return found


def _grown(distances: Mapping[str, Any], domains: list[Any]) -> dict[str, Any]:
    # A domain that is new has no row yet.
    rows = [list(row) for row in distances.get("matrix", [])]
    numbers = [domain["domain"] for domain in domains if isinstance(domain.get("domain"), int)]
    count = max([len(rows), *(number + 1 for number in numbers if number < _MOST_GROWN)])
    rows = [row + [_REMOTE] * (count - len(row)) for row in rows]
    rows += [[_REMOTE] * count for _ in range(count - len(rows))]
    for place in range(len(distances.get("matrix", [])), count):
        rows[place][place] = 10
    return {**distances, "matrix": rows}


def _without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def _over(base: Any, upper: Any) -> Any:
    if not isinstance(base, Mapping) or not isinstance(upper, Mapping):
        return upper
    found = dict(base)
    for key, value in upper.items():
        found[key] = _over(base.get(key), value)
    return found


def _domains(base: list[Any], upper: list[Any]) -> list[Any]:
    found = list(base)
    places = {domain["domain"]: index for index, domain in enumerate(base)}
    for index, domain in enumerate(upper):
        if not isinstance(domain, Mapping) or "domain" not in domain:
            raise TopologyError("topology", f"domains[{index}]", "say which: domain = N")
        place = places.get(domain["domain"]) if isinstance(domain["domain"], int) else None
        if place is None:
            found.append(domain)
        else:
            found[place] = _changed(found[place], domain)
    return found


def _changed(base: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    changes = dict(upper)
    found = dict(base)
    if {"sockets", "dies", "cpus", "apic_ids"} & upper.keys():
        found.pop("apic_ids", None)
    memory = base.get("memory")
    if "hotplug" in upper and "memory" not in upper and isinstance(memory, list):
        hotplug = changes.pop("hotplug")
        found["memory"] = [{**(m if isinstance(m, dict) else {"size": m}), "hotplug": hotplug} for m in memory]
    return {**found, **changes}
