"""Write every table of a dump to a file in the current folder, as ``acpixtract -a`` does: extract.py DUMP."""

from __future__ import annotations

import sys
from pathlib import Path

from acpitools.dumps.load import load

for number, table in enumerate(load(sys.argv[1:]).tables):
    Path(f"{number}.dat").write_bytes(table.data)
