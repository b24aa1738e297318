"""Write every table of a dump to a file in the current folder, as ``acpixtract -a`` does: extract.py DUMP."""

from __future__ import annotations

import sys

from acpitools.dumps.load import load

for number, table in enumerate(load(sys.argv[1:]).tables):
    with open(f"{number}.dat", "wb") as file:  # noqa: PTH123 - pathlib is slow to load
        file.write(table.data)
