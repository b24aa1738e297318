"""Which table of one machine belongs to which of the other."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.diff.values import TableId
from acpitools.tables.table_set import LoadedTable, TableSet

__all__ = ["Pair", "pair_tables"]

Pair = tuple[tuple[TableId, LoadedTable] | None, tuple[TableId, LoadedTable] | None]
_BODY = 36
_OEM = slice(10, 24)


def pair_tables(before: TableSet, after: TableSet) -> list[Pair]:
    """Pair the tables of each signature: equal contents, then equal OEM table ids, then in their order.

    The order is that of the first machine, with what only the second has after it.
    """
    old, new = _by_signature(before), _by_signature(after)
    pairs: list[Pair] = []
    for signature in dict.fromkeys((*old, *new)):
        pairs += _paired(old.get(signature, []), new.get(signature, []))
    return pairs


def _by_signature(tables: TableSet) -> dict[str, list[tuple[TableId, LoadedTable]]]:
    groups: dict[str, list[LoadedTable]] = {}
    for table in tables:
        groups.setdefault(table.signature, []).append(table)
    return {
        signature: [(_id(table, index, len(group)), table) for index, table in enumerate(group)]
        for signature, group in groups.items()
    }


def _id(table: LoadedTable, index: int, of: int) -> TableId:
    oem = table.data[_OEM].decode("latin-1") if len(table.data) >= _BODY and table.signature != "RSD PTR " else ""
    return TableId(
        signature=table.signature,
        index=index,
        of=of,
        oem_id=oem[:6],
        oem_table_id=oem[6:],
        size=len(table.data),
        address=table.address,
        source=table.source,
    )


def _paired(old: Sequence[tuple[TableId, LoadedTable]], new: Sequence[tuple[TableId, LoadedTable]]) -> list[Pair]:
    waiting = dict(enumerate(new))
    found: dict[int, int] = {}
    for key in (_content, _body, _name):
        index: dict[object, list[int]] = {}
        for position, item in waiting.items():
            index.setdefault(key(item), []).append(position)
        for position, item in enumerate(old):
            candidates = index.get(key(item))
            if position not in found and candidates:
                found[position] = candidates.pop(0)
                del waiting[found[position]]
    alone = [position for position in range(len(old)) if position not in found]
    # Of one signature with one table on each side the names do not matter.
    if len(old) == len(new) == 1 and alone and waiting:
        found[0] = waiting.popitem()[0]
    pairs: list[Pair] = [(item, new[found[i]] if i in found else None) for i, item in enumerate(old)]
    return [*pairs, *((None, item) for item in waiting.values())]


def _content(item: tuple[TableId, LoadedTable]) -> object:
    return item[1].data


def _body(item: tuple[TableId, LoadedTable]) -> object:
    # The same but for its header: only the OEM's revision or the creator changed.
    return (item[0].oem_table_id, item[1].data[_BODY:])


def _name(item: tuple[TableId, LoadedTable]) -> object:
    return item[0].oem_table_id
