"""Any text ends in a table or in errors with places, in bounded time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.asl.compile import compile_source
from acpitools.asl.diagnostics import failed
from tests.fuzz import asl_seeds, check_asl, damaged_text, words_of
from tests.strategies import asl_texts, mutated
from tests.support import FIXTURES

PROGRAMS = [path.read_text() for path in sorted(FIXTURES.glob("asl/*/*.asl"))]
SMALL = [text for text in PROGRAMS if len(text) < 2500]


def check(text: str) -> None:
    done = compile_source(text, "t.asl")
    assert bool(done.tables) != failed(done.diagnostics)
    lines = text.count("\n") + 1
    assert all(0 < told.line <= lines and told.column > 0 for told in done.diagnostics)
    assert all(str(told) for told in done.diagnostics)


@settings(max_examples=150, deadline=2000)
@given(st.sampled_from(SMALL).flatmap(lambda text: mutated(text.encode())))
def test_damaged_programs(data: bytes) -> None:
    check(data.decode("latin-1"))


@settings(max_examples=150, deadline=2000)
@given(asl_texts())
def test_programs_of_random_pieces(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=2000)
@given(st.text(max_size=200))
def test_random_text(text: str) -> None:
    check(text)


@pytest.mark.parametrize("seed", range(6))
def test_words_in_another_order(seed: int) -> None:
    generator = random.Random(seed)
    for text in PROGRAMS:
        words = text.split(" ")
        for _ in range(6):
            first, second = generator.randrange(len(words)), generator.randrange(len(words))
            words[first], words[second] = words[second], words[first]
        check(" ".join(words))


def test_damaged_sources() -> None:
    generator, texts = random.Random(1), asl_seeds([])
    words = words_of(texts)
    outcomes = {check_asl(damaged_text(generator.choice(texts), words, generator)) for _ in range(1500)}
    assert outcomes == {"compiled", "refused"}
