"""Two machines' tables to what differs in meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from acpitools.aml.machine import AML_SIGNATURES
from acpitools.codec.checksum import checksum_ok
from acpitools.codec.record import encode
from acpitools.core.findings import Severity
from acpitools.diff import aml, hierarchy, localities, platform, roots, srat
from acpitools.diff.fields import compare_fields, compare_lists
from acpitools.diff.match import Pair, pair_tables
from acpitools.diff.raw import compare_bytes
from acpitools.diff.values import Change, Kind, MachineDifference, Status, TableDifference, TableId
from acpitools.tables.describe import table_title
from acpitools.tables.header import Fragment, SdtHeader, Table, UnknownTable
from acpitools.tables.signatures import TITLES
from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["MOST_CHANGES", "compare_machines"]

MOST_CHANGES = 20_000
"""Changes of a table that are kept; further ones are counted."""

_MEANINGS: dict[str, Callable[[Any, Any], Iterator[Change]]] = {
    "APIC": platform.compare_madt,
    "CEDT": platform.compare_cedt,
    "HMAT": localities.compare_hmat,
    "MCFG": platform.compare_mcfg,
    "MSCT": localities.compare_msct,
    "PPTT": hierarchy.compare_pptt,
    "RSDT": roots.compare_entries,
    "SLIT": localities.compare_slit,
    "SRAT": srat.compare_srat,
    "XSDT": roots.compare_entries,
}
"""Tables whose structures have an identity."""
_LISTS = frozenset({"structures", "allocations", "entries", "matrix", "locality_count"})
_IDENTITY = ("oem_id", "oem_table_id", "oem_revision", "revision")
_MAKER = ("creator_id", "creator_revision")
_HEADER_SIZE = 36


def compare_machines(before: TableSet, after: TableSet, names: tuple[str, str] = ("A", "B")) -> MachineDifference:
    """Compare two machines, table by table, in the order of the first one's tables."""
    machines = aml.Machine(before), aml.Machine(after)
    tables = tuple(_table(pair, machines) for pair in pair_tables(before, after))
    return MachineDifference(before=names[0], after=names[1], tables=tables)


def _table(pair: Pair, machines: tuple[aml.Machine, aml.Machine]) -> TableDifference:
    old, new = pair
    if old is None or new is None:
        found = new or old
        if found is None:
            raise ValueError("a pair without a table")
        return TableDifference(
            status=Status.ADDED if old is None else Status.REMOVED,
            title=_title(found[1]),
            before=old[0] if old else None,
            after=new[0] if new else None,
        )
    volatile = list(_place(old[0], new[0]))
    if old[1].data == new[1].data:
        return _difference(old, new, (), 0, volatile)
    all_changes = _changes(old[1], new[1], volatile, machines)
    changes = tuple(islice(all_changes, MOST_CHANGES))
    more = sum(1 for _ in all_changes)
    if not changes and not volatile:
        # Nothing that anybody reads: a checksum that is wrong on both sides, a slot that was never used.
        volatile += compare_bytes(old[1].data, new[1].data, 0, "bytes without a meaning")
    return _difference(old, new, changes, more, volatile)


def _difference(
    old: tuple[TableId, LoadedTable],
    new: tuple[TableId, LoadedTable],
    changes: tuple[Change, ...],
    more: int,
    volatile: list[Change],
) -> TableDifference:
    return TableDifference(
        status=Status.CHANGED if changes else Status.SAME,
        title=_title(new[1]),
        before=old[0],
        after=new[0],
        changes=changes,
        more=more,
        volatile=tuple(volatile),
    )


def _title(table: LoadedTable) -> str:
    return TITLES.get(table.signature.strip(), "") or table_title(table.record, table.signature)


def _place(old: TableId, new: TableId) -> Iterator[Change]:
    if old.address is not None and new.address is not None and old.address != new.address:
        text = f"{old.address:#x} -> {new.address:#x}"
        yield Change(kind=Kind.CHANGED, subject="address", text=text, before=old.address, after=new.address)
    if old.index != new.index:
        text = f"{old.index} -> {new.index} among the tables of its signature"
        yield Change(kind=Kind.CHANGED, subject="place", text=text, before=old.index, after=new.index)


def _changes(
    old: LoadedTable, new: LoadedTable, volatile: list[Change], machines: tuple[aml.Machine, aml.Machine]
) -> Iterator[Change]:
    before, after = old.record, new.record
    known = not isinstance(before, UnknownTable | Fragment) and not isinstance(after, UnknownTable | Fragment)
    if isinstance(before, SdtHeader) and isinstance(after, SdtHeader):
        volatile += _header(before, after, _MAKER)
        yield from _header(before, after, _IDENTITY)
    yield from _checksum(old, new)
    if old.signature in AML_SIGNATURES and _has_header(before, after):
        yield from _code(old, new, volatile, machines)
        return
    if not known:
        yield from compare_bytes(old.data, new.data, _HEADER_SIZE if _has_header(before, after) else 0, "content")
        return
    found = False
    for change in _meaning(old.signature, before, after, volatile):
        found = True
        yield change
    if before.trailing != after.trailing:
        found = True
        words = [f"{len(table.trailing)} bytes after the last known field" for table in (before, after)]
        yield Change(kind=Kind.CHANGED, subject="trailing", text=f"{words[0]} -> {words[1]}")
    if not found and (form := _form(before, after)) is not None:
        volatile.append(form)


def _code(
    old: LoadedTable, new: LoadedTable, volatile: list[Change], machines: tuple[aml.Machine, aml.Machine]
) -> Iterator[Change]:
    was, now = machines[0].table(old), machines[1].table(new)
    # What cannot be read says nothing.
    if was is None or now is None or any(each.severity is Severity.ERROR for each in was.findings + now.findings):
        yield from compare_bytes(old.data, new.data, _HEADER_SIZE, "content")
        return
    found = False
    for change in aml.compare_aml(was, now):
        found = True
        yield change
    if not found:
        volatile += compare_bytes(old.data, new.data, _HEADER_SIZE, "form")


def _has_header(before: Table, after: Table) -> bool:
    return isinstance(before, SdtHeader) and isinstance(after, SdtHeader)


def _header(before: SdtHeader, after: SdtHeader, names: tuple[str, ...]) -> Iterator[Change]:
    return compare_fields(before, after, without={spec.name for spec in before.FIELDS + after.FIELDS} - set(names))


def _checksum(old: LoadedTable, new: LoadedTable) -> Iterator[Change]:
    # A checksum follows from the rest; whether it is right does not.
    if old.signature == "FACS":
        return
    words = ["right" if checksum_ok(table.data) else "wrong" for table in (old, new)]
    if words[0] != words[1]:
        text = f"{words[0]} -> {words[1]}"
        yield Change(kind=Kind.CHANGED, subject="checksum", text=text, before=words[0], after=words[1])


def _meaning(signature: str, before: Table, after: Table, volatile: list[Change]) -> Iterator[Change]:
    compare = _MEANINGS.get(signature)
    unsteady = roots.VOLATILE_FIELDS.get(signature, frozenset())
    header = {spec.name for spec in SdtHeader.FIELDS} if _has_header(before, after) else {"checksum"}
    without = header | {"trailing"} | (_LISTS if compare is not None else set())
    if signature in ("RSDT", "XSDT"):
        yield from roots.compare_entries(before, after)
        return
    for change in compare_fields(before, after, without=without):
        if change.subject in unsteady:
            volatile.append(change)
        else:
            yield change
    if compare is None:
        return
    if _same_layout(before, after):
        yield from compare(before, after)
    else:
        yield from compare_lists(_structures(before), _structures(after))


def _same_layout(before: Table, after: Table) -> bool:
    # Layouts of one table by revision have their comparison in common; a table cut short has not.
    return hasattr(before, "structures") == hasattr(after, "structures")


def _structures(table: Table) -> tuple[Any, ...]:
    return tuple(getattr(table, "structures", ()))


def _form(before: Table, after: Table) -> Change | None:
    # The same said otherwise: another order, a range in two pieces, another unit.
    old, new = _structures(before), _structures(after)
    if old == new:
        return None
    text = "the same structures in another order"
    if sorted(map(encode, old)) != sorted(map(encode, new)):
        text = f"the same meaning, written otherwise ({len(old)} structures -> {len(new)})"
    return Change(kind=Kind.CHANGED, subject="form", text=text, before=len(old), after=len(new))
