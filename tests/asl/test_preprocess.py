"""Directives, included files, macros in lines; places after all that."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.asl.preprocess import MAX_CONDITIONS, MAX_INCLUDE_DEPTH, preprocess
from acpitools.core.errors import InputError


class Files:
    """Included files in memory."""

    def __init__(self, **files: str) -> None:
        self.files = {name.replace("_", "."): text for name, text in files.items()}

    def text(self, name: str, including: str) -> tuple[str, str]:
        if name not in self.files:
            raise InputError("cannot include", name, f"from {including}")
        return name, self.files[name]

    def data(self, name: str, including: str) -> bytes:
        return self.text(name, including)[1].encode()


def done(text: str, **files: str) -> str:
    source, diagnostics = preprocess(text, "main.asl", includes=Files(**files))
    assert diagnostics == []
    return source.text


def told(text: str, **files: str) -> list[str]:
    _, diagnostics = preprocess(text, "main.asl", includes=Files(**files))
    return [str(diagnostic).split("\n")[0] for diagnostic in diagnostics]


def test_a_text_without_directives_stays_as_it_is() -> None:
    assert done("A # B\n") == "A # B\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('#define A 1\nA B A_ "A" // A\n/* A\nA */ A', '\n1 B A_ "A" // A\n/* A\nA */ 1'),
        ("#define A B\n#define B 2\nA", "\n\n2"),
        ("#define A A B\nA", "\nA B"),
        ("#define F(x, y) x+y\nF(1, F(2, 3)) F", "\n1+2+3 F"),
        ("#define F() 5\nF()", "\n5"),
        ("#define A 1\n#undef A\nA", "\n\nA"),
        ("#define A \\\n 1\nA", "\n\n1"),
        ("#ifdef A\nB\n#else\nC\n#endif\nD", "\n\n\nC\n\nD"),
        ("#ifndef A\nB\n#else\nC\n#endif", "\nB\n\n\n"),
        ("#if 1\nA\n#elif 1\nB\n#else\nC\n#endif", "\nA\n\n\n\n\n"),
        ("#if 0\nA\n#elif 1\nB\n#elif 1\nC\n#endif", "\n\n\nB\n\n\n"),
        ("#if 0\n#if 1\nA\n#else\nB\n#endif\n#error no\n#endif", "\n\n\n\n\n\n\n"),
        ("  # pragma once\n#line 5\nA", "\n\nA"),
    ],
)
def test_directives(text: str, expected: str) -> None:
    assert done(text).rstrip("\n") == expected.rstrip("\n")


def test_files_are_included_both_ways_and_preprocessed() -> None:
    text = '#include "a.inc"\nB Include ("b.inc") C'
    assert done(text, a_inc="#define V 3\nA\n", b_inc="V").split() == ["A", "B", "3", "C"]


def test_a_buffer_is_included() -> None:
    assert "Name (ABCD, Buffer () {0x41,0x42})" in done('#includebuffer "x.bin" ABCD\n', x_bin="AB")


def test_places_are_those_of_the_files() -> None:
    source, _ = preprocess(
        '#define LONG 1 + 1 + 1\nA LONG B\n#include "a.inc"\nC\n', "main.asl", includes=Files(a_inc="\nD E\n")
    )
    places = {word: source.place(source.text.index(word)) for word in "ABCDE"}
    assert places == {
        "A": ("main.asl", 2, 1),
        "B": ("main.asl", 2, 8),
        "C": ("main.asl", 4, 1),
        "D": ("a.inc", 2, 1),
        "E": ("a.inc", 2, 3),
    }
    assert source.place(source.text.rindex("1")) == ("main.asl", 2, 3)
    assert source.line("a.inc", 2) == "D E"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n  #error it is wrong", "main.asl:2:3: error: #error it is wrong"),
        ("#warning mind", "main.asl:1:1: warning: #warning mind"),
        ("#if 1", "main.asl:1:1: error: this #if has no #endif"),
        ("#endif", "main.asl:1:1: error: #endif without #if"),
        ("#if 1\n#else\n#else\n#endif", "main.asl:3:1: error: #else after #else"),
        ("#if 1 +\n#endif", "main.asl:1:1: error: #if: the expression ends too early"),
        ("#if 1 / 0\n#endif", "main.asl:1:1: error: #if: division by zero"),
        ("#ifdef 1\n#endif", "main.asl:1:1: error: #ifdef takes one name"),
        ("#define 1", "main.asl:1:1: error: #define takes a name"),
        ("#define F(a,a) a", "main.asl:1:1: error: the parameters of F are no list of different names"),
        ("#define F(a) a\nF(1,2)", "main.asl:2:1: error: F takes 1 arguments, not 2"),
        ("#define F(a) a\nF(1", "main.asl:2:1: error: the arguments of F have no end on this line"),
        ("#nonsense", "main.asl:1:1: error: there is no #nonsense"),
        ("#include nothing", 'main.asl:1:1: error: #include takes a file, as "file.asl"'),
        ('#include "none.asl"', "main.asl:1:1: error: cannot include: none.asl: from main.asl"),
    ],
)
def test_errors_have_their_places(text: str, message: str) -> None:
    assert told(text) == [message]


def test_a_file_cannot_include_itself_nor_go_on_for_ever() -> None:
    assert (
        "b.inc includes itself: main.asl -> a.inc -> b.inc -> b.inc"
        in told('#include "a.inc"', a_inc='#include "b.inc"', b_inc='#include "b.inc"')[0]
    )
    files = {f"f{n}_inc": f'#include "f{n + 1}.inc"' for n in range(50)}
    assert f"nested more than {MAX_INCLUDE_DEPTH} deep" in told('#include "f0.inc"', **files)[0]


def test_macros_cannot_grow_without_bound() -> None:
    lines = ["#define A0 1"] + [f"#define A{n} A{n - 1} A{n - 1}" for n in range(1, 40)]
    assert "becomes more than" in told("\n".join([*lines, "A39"]))[0]
    nested = "\n".join(f"#define A{n} A{n + 1}" for n in range(100))
    assert "nested more than" in told(nested + "\nA0")[0]


def test_line_numbers_the_lines_after_it() -> None:
    source, _ = preprocess('A\n#line 7 "x.asl"\nB\n\nC\n#include "a.inc"\nD', "main.asl", includes=Files(a_inc="E\n"))
    numbers = {letter: source.number(source.text.index(letter)) for letter in "ABCDE"}
    assert numbers == {"A": 1, "B": 7, "C": 9, "D": 11, "E": 1}
    assert source.place(source.text.index("C"))[:2] == ("main.asl", 5)
    assert told("#line A") == ["main.asl:1:1: error: #line takes the number of the next line"]


def test_conditions_and_continued_lines_are_bounded() -> None:
    begun = time.process_time()
    assert told("#if 1\n" * 100_000) == [
        f"main.asl:{MAX_CONDITIONS + 1}:1: error: #if is nested more than {MAX_CONDITIONS} deep"
    ]
    assert told("#define A \\\n" * 100_000) == []
    assert time.process_time() - begun < 5


def test_what_includes_make_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acpitools.asl.preprocess.MAX_TEXT", 1 << 20)
    files = {f"f{n}.inc": f'#include "f{n + 1}.inc"\n' * 30 for n in range(4)}
    files["f4.inc"] = "Name (A, 1)\n" * 4000
    found = told('#include "f0.inc"', **files)
    assert len(found) == 1
    assert "grows past" in found[0]


def test_definitions_can_come_from_outside() -> None:
    source, _ = preprocess("A B", "main.asl", defines={"A": "7"})
    assert source.text == "7 B"


@given(st.lists(st.sampled_from(["#if A", "#else", "#endif", "#define A 1", "#elif 1", "A", "/*", "*/", '"', "#"])))
def test_any_lines_end_in_a_text_or_errors(lines: list[str]) -> None:
    source, _ = preprocess("\n".join(lines), "main.asl")
    assert source.text.count("\n") <= max(0, len(lines) - 1) + 1
