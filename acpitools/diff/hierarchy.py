"""PPTTs compared: which processors share a package and a core, and what caches each has.  Spec: ACPI 6.5, 5.2.30."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.core.units import format_size
from acpitools.diff.srat import spans_text
from acpitools.diff.values import Change, Kind
from acpitools.tables.pptt import Pptt
from acpitools.tables.spans import structure_spans

__all__ = ["compare_pptt"]

_DEEPEST = 64
_ID_VALID, _PACKAGE, _LEAF = 2, 1, 8
_CACHE_KINDS = ("data", "instruction", "unified", "unified")
_Described = dict[str, Any]


def compare_pptt(before: Pptt, after: Pptt) -> Iterator[Change]:
    """Give processors, by their UID, whose place or caches changed; those that changed alike are one line."""
    old, new = _processors(before), _processors(after)
    groups: dict[tuple[str, str], list[int]] = {}
    for uid in dict.fromkeys((*old, *new)):
        was, now = old.get(uid), new.get(uid)
        if was is None or now is None:
            key = ("in no node" if was is None else "in a node", "in no node" if now is None else "in a node")
            groups.setdefault(key, []).append(uid)
            continue
        for word in was:
            if was[word] != now[word]:
                groups.setdefault((f"{word} {was[word]}", str(now[word])), []).append(uid)
    for (state, other), uids in groups.items():
        kind = Kind.ADDED if state == "in no node" else Kind.REMOVED if other == "in no node" else Kind.CHANGED
        count = "processor" if len(uids) == 1 else f"{len(uids)} processors"
        subject = f"{count} UID {spans_text(sorted(uids), decimal=True)}"
        words = {"uids": uids, "state": state}, {"uids": uids, "state": other}
        yield Change(kind=kind, subject=subject, text=f"{state} -> {other}", before=words[0], after=words[1])


def _processors(table: Pptt) -> dict[int, _Described]:
    nodes: dict[int, Any] = {}
    caches: dict[int, Any] = {}
    for _, offset, item in structure_spans(table):
        kind = getattr(item, "type", None)
        if kind == 0 and hasattr(item, "parent"):
            nodes[offset] = item
        elif kind == 1 and hasattr(item, "next_level_of_cache"):
            caches[offset] = item
    parents = {offset for item in nodes.values() if (offset := item.parent)}
    found: dict[int, _Described] = {}
    places: dict[int, tuple[int, int]] = {}
    for offset, item in nodes.items():
        if item.flags & _ID_VALID and (item.flags & _LEAF or offset not in parents):
            chain = _chain(nodes, offset)
            package = next((place for place in chain if nodes[place].flags & _PACKAGE), chain[-1])
            places[item.acpi_processor_id] = (package, item.parent)
            found[item.acpi_processor_id] = {"caches": _caches(nodes, caches, chain), "level": len(chain)}
    for word, which in (("package of UID", 0), ("group of UID", 1)):
        leaders: dict[int, int] = {}
        for uid, place in places.items():
            leaders[place[which]] = min(uid, leaders.get(place[which], uid))
        for uid, place in places.items():
            found[uid][word] = leaders[place[which]]
    return found


def _chain(nodes: dict[int, Any], offset: int) -> list[int]:
    # A node and those above it; a loop or a pointer to nowhere ends it.
    chain = [offset]
    while len(chain) < _DEEPEST:
        parent = nodes[chain[-1]].parent
        if parent not in nodes or parent in chain:
            break
        chain.append(parent)
    return chain


def _caches(nodes: dict[int, Any], caches: dict[int, Any], chain: list[int]) -> str:
    found: list[str] = []
    for place in chain:
        for offset in tuple(nodes[place].private_resources)[:_DEEPEST]:
            if (item := caches.get(offset)) is not None:
                kind = _CACHE_KINDS[item.attributes >> 2 & 3]
                found.append(f"{format_size(item.size)} {kind} of {item.associativity} ways x {item.line_size}")
    return "; ".join(found) or "none"
