"""The hand-written tables in fixtures/tables."""

from __future__ import annotations

from pathlib import Path

from tests.support import FIXTURES

FOLDER = FIXTURES / "tables"
HAND_WRITTEN = sorted(FOLDER.glob("*/*.hex"))


def fixture_bytes(path: Path | str) -> bytes:
    """Give the bytes of a commented hexadecimal file; a name such as ``srat/broken`` will do."""
    file = path if isinstance(path, Path) else FOLDER / f"{path}.hex"
    return bytes.fromhex("".join(line.partition("#")[0] for line in file.read_text().splitlines()))


def fixture_name(path: Path) -> str:
    """Give ``srat/broken``."""
    return f"{path.parent.name}/{path.stem}"
