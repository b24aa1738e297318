"""ASL text to syntax tree, and no further: ``python benchmarks/parse_asl.py FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from acpitools.asl.parser import parse
from acpitools.asl.preprocess import preprocess
from acpitools.core.collection import uncollected

if __name__ == "__main__":
    with uncollected():
        source, _ = preprocess(Path(sys.argv[1]).read_text(), sys.argv[1])
        assert not parse(source.text).problems
