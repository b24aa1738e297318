"""Parentheses, Printf, For: the text of an exact program, and that both compilers make its bytes of the text again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.aml.machine import read_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from acpitools.asl.format.operators import BINARY, LOGICAL, NEGATED
from tests.asl.format.test_tags import both

HEAD = 'DefinitionBlock ("", "SSDT", 2, "ACPITL", "OPS", 1) { Name (STR, "") Method (MAIN, 4, Serialized) {'
STATEMENTS = {
    "Local0 = Arg0 + Arg1 * Arg2 - Arg3": "Local0 = Arg0 + Arg1 * Arg2 - Arg3",
    "Local0 = Arg0 - (Arg1 - Arg2)": "Local0 = Arg0 - (Arg1 - Arg2)",
    "Local0 = (Arg0 + Arg1) * ~Arg2": "Local0 = (Arg0 + Arg1) * ~Arg2",
    "Local0 = Arg0 << 2 | Arg1 & 3": "Local0 = (Arg0 << 0x02) | (Arg1 & 0x03)",
    "Local0 = Arg0 | Arg1 | Arg2": "Local0 = Arg0 | Arg1 | Arg2",
    "Local0 = Arg0 | (Arg1 | Arg2)": "Local0 = Arg0 | (Arg1 | Arg2)",
    "Local0 = Arg0 == Arg1": "Local0 = (Arg0 == Arg1)",
    "Local0 = !(Arg0 && Arg1)": "Local0 = (!(Arg0 && Arg1))",
    "Local0 = ~(Arg0 ^ Arg1)": "Local0 = ~(Arg0 ^ Arg1)",
    "Local0 = Arg0 % Arg1 / Arg2": "Local0 = Arg0 % Arg1 / Arg2",
    "Local0 = Arg0 / (Arg1 % Arg2)": "Local0 = Arg0 / (Arg1 % Arg2)",
    "Return (Arg0 + 1 < Arg1 && !Arg2 || Arg3 != 4)": "Return ((Arg0 + 0x01 < Arg1 && !Arg2) || Arg3 != 0x04)",
    "Return ((Arg0 & 1) == Arg1)": "Return ((Arg0 & 0x01) == Arg1)",
    "Return (!Arg0 == Arg1)": "Return ((!Arg0) == Arg1)",
    "Return (DerefOf (DerefOf (Arg0 [1]) [2]))": "Return (DerefOf (DerefOf (Arg0 [0x01]) [0x02]))",
    "Local0 = STR [1]": "Local0 = STR [0x01]",
    "Store (STR [1], Local0)": "Store (STR [0x01], Local0)",
    "DerefOf (Arg0) = 3": "DerefOf (Arg0) = 0x03",
    "Return (ObjectType (Arg0) == 3)": "Return (ObjectType (Arg0) == 0x03 /* Buffer */)",
    "Return (ObjectType (Arg0) != Arg1)": "Return (ObjectType (Arg0) != Arg1)",
    'Printf ("a %o b", Arg0)': 'Printf ("a %o b", Arg0)',
    'Printf ("%o%s", Arg0, "c")': 'Printf ("%oc", Arg0)',
    'Printf ("a%s%o", "b", Arg0)': 'Printf ("a%s%o", "b", Arg0)',
    'Printf ("text")': 'Debug = "text"',
    'Debug = Concatenate ("100%", Arg0)': 'Debug = Concatenate ("100%", Arg0)',
    'Debug = Concatenate (Arg0, "a")': 'Debug = Concatenate (Arg0, "a")',
    'Debug = Concatenate ("a\\n", Arg0)': 'Debug = Concatenate ("a\\n", Arg0)',
    'Debug = Concatenate ("a", Concatenate ("b", Arg0))': 'Printf ("a%o", Concatenate ("b", Arg0))',
    'Fprintf (STR, "%o and %o", Arg0, Arg1)': 'Fprintf (STR, "%o and %o", Arg0, Arg1)',
    'STR = Concatenate ("a", Arg0)': 'STR = Concatenate ("a", Arg0)',
    "For (Local0 = 0, Local0 < Arg0, Local0++) { Arg1 = Local0 }": "For (Local0 = 0x00, Local0 < Arg0, Local0++)",
    "For (Local0 = Arg0, Local0, Local0 -= 2) { Arg1 = Local0 }": "For (Local0 = Arg0, Local0, Local0 -= 0x02)",
    "Local0 = 1 While (Local0) { If (Arg0) { Continue } Local0++ }": "While (Local0)",
    "Local0 = 1 While (Arg0) { Arg0 = 1 Local0++ }": "While (Arg0)",
    "Local0 = 1 Local1 = 1 While (Local0) { Arg0 = 1 Local0++ }": "While (Local0)",
    "Local0 = 1 While (Local0) { Local0++ }": "While (Local0)",
    "Local0 = 1 While (Local0) { Arg0 = 1 Arg1 += 2 }": "While (Local0)",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_reads_so(statement: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    _, text = both(needs_tool("iasl"), f"{HEAD} {statement} }} }}", tmp_path)
    shown = [line[8:] for line in text.splitlines() if line.startswith(" " * 8) and line[8] != " "]
    assert STATEMENTS[statement] in shown
    assert ("For (" in text) == STATEMENTS[statement].startswith("For (")


_LEAVES = st.sampled_from(["Arg0", "Arg1", "Local0", "0x05"])
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(
            inner,
            st.sampled_from([*BINARY.values(), "/", *LOGICAL.values(), *NEGATED.values()]),
            inner,
        ).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from("!~"), inner).map(lambda parts: f"({''.join(parts)})"),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(_EXPRESSIONS)
def test_fewer_parentheses_mean_the_same(expression: str) -> None:
    source = f"/*=exact*/ {HEAD} Local0 = Zero Local1 = {expression} If ({expression}) {{ Noop }} }} }}"
    table = compile_source(source, "t.asl").tables[0].data
    text = disassemble(read_table(table))
    assert compile_source(text, "t.dsl").tables[0].data == table
    assert text.count("(") <= source.count("(")


_PIECES = st.lists(st.sampled_from(['"a b"', '""', '"%"', '"c\\t"', "Arg0", "Arg1 + 0x02", "MAIN (Arg0)"]), min_size=1)


@settings(deadline=None, max_examples=100)
@given(_PIECES)
def test_a_chain_of_pieces_is_printed_as_it_is_encoded(pieces: list[str]) -> None:
    value = '"x"'
    for piece in pieces:
        value = f"Concatenate ({value}, {piece})"
    source = f"/*=exact*/ {HEAD.replace('MAIN, 4', 'MAIN, 1')} Debug = {value} STR = {value} }} }}"
    table = compile_source(source, "t.asl").tables[0].data
    assert compile_source(disassemble(read_table(table)), "t.dsl").tables[0].data == table
