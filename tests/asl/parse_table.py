"""Write acpitools/asl/parse_table.py anew: ``python -m tests.asl.parse_table``, after a change of grammars/asl.lark."""

from __future__ import annotations

from acpitools.asl.grammar import fresh_table, table_source
from tests.support import ROOT

PARSE_TABLE = ROOT / "acpitools" / "asl" / "parse_table.py"

if __name__ == "__main__":
    PARSE_TABLE.write_text(table_source(fresh_table()), encoding="utf-8")
