"""A machine that has something of everything, for tests."""

from __future__ import annotations

from typing import Any

from acpitools.tables.table_set import TableSet
from acpitools.topology.build import build
from acpitools.topology.read import parse, read_spec
from acpitools.topology.spec import Spec

EVERYTHING = """
[processors]
sockets = 2
cores = 2
caches = { l1d = "32K", l2 = "1M", l3 = "8M" }

[[domains]]
sockets = [0]
memory = "4G"

[[domains]]
sockets = [1]
memory = "3G"

[[domains]]
cpus = ""
memory = [{ size = "2G", hotplug = true }]

[[initiators]]
domain = 3
pci = "0000:3b:00.0"

[cxl]
bridges = [{ uid = 4 }, { uid = 5 }]
windows = [{ size = "1G", targets = [4, 5] }]

[performance]
latency = { local = "80ns", remote = "140ns" }
caches = [{ domain = 2, size = "1G" }]
"""


def spec_of(text: str, *faults: str, **more: Any) -> Spec:
    """Give the filled-in description of a TOML text."""
    return read_spec({**parse(text), **({"faults": list(faults)} if faults else {}), **more})


def tables_of(text: str, *faults: str) -> TableSet:
    """Give the tables of a TOML text."""
    return build(spec_of(text, *faults))
