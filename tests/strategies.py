"""Hypothesis strategies: inputs, and inputs that something went wrong with."""

from __future__ import annotations

from hypothesis import strategies as st

_BYTES = st.binary(max_size=8)


@st.composite
def mutated(draw: st.DrawFn, *originals: bytes) -> bytes:
    """One of the originals after a few cuts, repetitions, swaps and foreign bytes; now and then unharmed."""
    data = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        first, second = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        match draw(st.sampled_from(("insert", "replace", "delete", "repeat", "truncate", "flip"))):
            case "insert":
                data = data[:first] + draw(_BYTES) + data[first:]
            case "replace":
                data = data[:first] + draw(_BYTES) + data[second:]
            case "delete":
                data = data[:first] + data[second:]
            case "repeat":
                data = data[:second] + data[first:second] * draw(st.integers(1, 3)) + data[second:]
            case "truncate":
                data = data[:first]
            case "flip" if first < len(data):
                data = data[:first] + bytes((data[first] ^ 1 << draw(st.integers(0, 7)),)) + data[first + 1 :]
    return data
