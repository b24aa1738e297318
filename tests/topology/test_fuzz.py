"""Whatever a description says, it ends in tables or in one error; whatever tables say, they can be described."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.errors import AcpiToolsError
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.build import build, memory_map
from acpitools.topology.explain import document, toml_text
from acpitools.topology.from_tables import from_tables
from acpitools.topology.presets import PRESETS
from acpitools.topology.qemu import plan_qemu
from acpitools.topology.read import parse, read_spec
from acpitools.topology.rebuild import rebuild
from acpitools.topology.reference import REFERENCE
from tests.strategies import mutated
from tests.topology.machines import EVERYTHING, tables_of

TEXTS = [
    REFERENCE.encode(),
    EVERYTHING.encode(),
    *(PRESETS[name].text.encode() for name in ("cxl", "gpu", "low-holes")),
]
TABLES = [table.data for table in tables_of(EVERYTHING)]
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, -1, 0, 1, 10, 255, 256, 65536, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 52, 1 << 64, 1.5),
        *("", "0", "4G", "16E", "99999999999E", "0-3", "0-131071", "a", "all", "q35", "\0", "ö", "1ns", "-1"),
        *([], [0], [[]], [{}], {}, {"size": "1G"}, [{"size": "1G", "base": "0"}], [{"domain": 0}], ["1G"] * 3),
    ]
)


@settings(max_examples=2000, deadline=None)
@given(mutated(*TEXTS))
def test_any_text_ends_in_tables_or_an_error(data: bytes) -> None:
    try:
        spec = read_spec(parse(data.decode("utf-8", "replace")))
        build(spec)
        memory_map(spec)
        "".join(toml_text(document(spec)))
        plan_qemu(spec)
    except AcpiToolsError:
        pass


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


DOCUMENTS = [parse(REFERENCE), parse(EVERYTHING), document(read_spec(parse(REFERENCE)))]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_value_in_any_place_ends_in_tables_or_an_error(data: st.DataObject) -> None:
    described = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for path in data.draw(st.lists(st.sampled_from(places(described)), min_size=1, max_size=3)):
        holder: Any = described
        try:
            for key in path[:-1]:
                holder = holder[key]
            if isinstance(holder, dict) == isinstance(path[-1], str):  # keys of TOML are texts
                holder[path[-1]] = data.draw(VALUES)
        except (KeyError, IndexError, TypeError):
            continue  # a value above it was replaced already
    try:
        spec = read_spec(described)
        build(spec)
        read_spec(document(spec))
        plan_qemu(spec)
    except AcpiToolsError:
        pass


@settings(max_examples=2000, deadline=None)
@given(st.lists(mutated(*TABLES), min_size=1, max_size=4))
def test_damaged_tables_are_described_or_refused(found: list[bytes]) -> None:
    tables = TableSet(tables=tuple(LoadedTable(data=data, source="test") for data in found if data))
    try:
        described = from_tables(tables)
    except AcpiToolsError:
        return
    build(described.spec)
    try:
        rebuilt = rebuild(tables, {})
    except AcpiToolsError:
        return  # for instance numbers beyond those that a description may have
    assert {table.data for table in (*rebuilt.made, *rebuilt.kept)} == {table.data for table in tables}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_change_of_a_machine_ends_in_tables_or_an_error(data: st.DataObject) -> None:
    described = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    keys = data.draw(st.lists(st.sampled_from(sorted(described)), max_size=3, unique=True))
    changes = {key: data.draw(st.just(described[key]) | VALUES) for key in keys}
    with contextlib.suppress(AcpiToolsError):
        rebuild(TableSet(tables=tuple(LoadedTable(data=table, source="test") for table in TABLES)), changes)
