"""The HMAT as part of a machine's description."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.codec.structures import Structure
from acpitools.tables.hmat import (
    Hmat,
    MemoryProximityDomainAttributes,
    MemorySideCacheInformation,
    SystemLocalityInformation,
)
from acpitools.topology.spec import Locality, MemorySideCache, Performance

__all__ = ["performance_of"]

_MAX_ENTRIES = 1 << 17


def performance_of(table: Hmat) -> Performance | None:
    """Describe a HMAT; None where something in it has no word, or is in another order than it would be made in."""
    if table.revision < 2 or table.reserved:
        return None
    attached: list[tuple[int, int | None]] = []
    localities: list[Locality] = []
    caches: list[MemorySideCache] = []
    for item in table.structures:
        if isinstance(item, MemoryProximityDomainAttributes) and not (item.initiator_domain and not item.flags & 1):
            attached.append((item.memory_domain, item.initiator_domain if item.flags & 1 else None))
        elif isinstance(item, SystemLocalityInformation) and (found := _locality(item)) is not None:
            localities.append(found)
        elif isinstance(item, MemorySideCacheInformation) and item.smbios_handle_count == len(item.smbios_handles):
            caches.append(
                MemorySideCache(
                    domain=item.memory_domain,
                    size=item.cache_size,
                    attributes=item.cache_attributes,
                    address_mode=int(item.address_mode),
                    handles=tuple(item.smbios_handles),
                )
            )
        else:
            return None
    if any(item.trailing or _reserved(item) for item in table.structures) or not _in_order(table.structures):
        return None
    return Performance(attached=tuple(attached), localities=tuple(localities), caches=tuple(caches))


def _in_order(structures: Sequence[Structure]) -> bool:
    kinds = [int(item.type) for item in structures]  # type: ignore[attr-defined]
    return kinds == sorted(kinds)


def _reserved(item: Structure) -> bool:
    return any(getattr(item, spec.name) for spec in item.FIELDS if spec.name.startswith("reserved"))


def _locality(item: SystemLocalityInformation) -> Locality | None:
    full = len(item.initiators), len(item.targets), len(item.entries)
    counts = item.initiator_count, item.target_count, item.initiator_count * item.target_count
    if full != counts or item.data_type > 5 or not item.entry_base_unit or full[2] > _MAX_ENTRIES:
        return None
    return Locality(
        data_type=int(item.data_type),
        hierarchy=int(item.flags),
        minimum_transfer_size=item.minimum_transfer_size,
        base_unit=item.entry_base_unit,
        initiators=tuple(item.initiators),
        targets=tuple(item.targets),
        entries=tuple(item.entries),
    )
