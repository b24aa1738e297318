"""Methods that work for a while: what `aml run` and acpiexec are measured with."""

from __future__ import annotations

from acpitools.asl.compile import compile_source

__all__ = ["methods"]

SOURCE = """
DefinitionBlock ("", "DSDT", 2, "ACPIT", "METHODS", 1)
{
    Name (HITS, 0)
    Name (LIST, Package (8) {1, 2, 3, 4, 5, 6, 7, 8})
    Method (PLUS, 2) {Return (Arg0 + Arg1)}
    Method (MATH) {
        Local0 = 0
        Local1 = 0
        While (Local0 < 50000) {
            Local1 += Local0 * 3
            Local1 ^= 0x55
            Local0++
        }
        Return (Local1)
    }
    Method (CALL) {
        Local0 = 0
        While (Local0 < 50000) {Local0 = PLUS (Local0, 1)}
        Return (Local0)
    }
    Method (DATA) {
        Local0 = 0
        While (Local0 < 20000) {
            Local1 = Concatenate ("ab", Local0)
            Local2 = Mid (Local1, 1, 4)
            If (Local2 == "b000") {HITS++}
            LIST [Local0 & 7] = DerefOf (LIST [(Local0 + 1) & 7])
            Local0++
        }
        Return (HITS)
    }
}
"""


def methods() -> bytes:
    """Return a DSDT with methods of arithmetic (MATH), calls (CALL), and strings and packages (DATA)."""
    return compile_source(SOURCE, "methods.asl").tables[0].data
