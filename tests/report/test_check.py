"""Outcomes of expectations as text, JSON and JUnit XML."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from acpitools.expect.result import Evidence, Result, Suggestion, Suggestions, Verdict
from acpitools.kernel.layout import Why
from acpitools.report.check_json import check_json, check_junit
from acpitools.report.check_text import check_text
from tests.kernel.machines import layout

WHY = Why(code="srat-fixed", text="the SRAT does not call it <hot> & pluggable", source="SRAT[4] at offset 0xa0")


def _result(verdict: Verdict, **more: object) -> Result:
    values: dict[str, object] = {
        "source": "a.expect",
        "line": 3,
        "column": 1,
        "name": None,
        "expression": "node 1 movable >= 95%",
        "nodes": (("n", 1),),
        "verdict": verdict,
        "measured": "0 B of 1 GiB is movable (0 %)",
        "evidence": (Evidence(text="[mem 0x100000000-0x13fffffff]: node 1", why=(WHY,)),),
        **more,
    }
    return Result(**values)  # type: ignore[arg-type]


HELP = Suggestions(
    found=(
        Suggestion(changes=("do this", "do that"), kinds=("option-add", "srat-flag"), cmdline="x y", breaks=("boots",)),
    ),
    tried=7,
    kinds=("option-add", "srat-flag"),
    exhausted=True,
)
NO_HELP = Suggestions(found=(), tried=7, kinds=("option-add",), exhausted=True)


def _text(*results: Result, verbose: bool = False) -> str:
    return "".join(check_text(results, width=80, color=False, verbose=verbose))


def test_what_holds_takes_a_line_and_shows_its_evidence_when_verbose() -> None:
    assert "SRAT[4]" not in _text(_result(Verdict.HOLDS))
    assert "<SRAT[4] at offset 0xa0>" in _text(_result(Verdict.HOLDS), verbose=True)


def test_what_fails_shows_what_was_found_why_and_what_would_help() -> None:
    text = _text(_result(Verdict.FAILS, suggestions=HELP), _result(Verdict.UNDECIDED), _result(Verdict.HOLDS))
    for part in (
        "FAILS a.expect:3: node 1 movable >= 95% (n = 1)\n    found: 0 B of 1 GiB",
        "<SRAT[4] at offset 0xa0>",
        "it would hold with: do this\n      and: do that\n      command line: x y\n",
        "these no longer hold: boots",
        "UNDECIDED a.expect:3",
        "3 expectations: 1 hold, 1 fail, 1 cannot be decided.",
    ):
        assert part in text


def test_a_search_without_success_says_what_it_tried() -> None:
    text = " ".join(_text(_result(Verdict.FAILS, suggestions=NO_HELP)).split())
    assert "nothing helps: 7 boots replayed, alone, in pairs and together, with: option-add" in text


def test_a_name_stands_for_its_expression_which_is_told_where_it_fails() -> None:
    text = _text(_result(Verdict.FAILS, name="goes away"))
    assert "FAILS a.expect:3: goes away (n = 1)\n    expected: node 1 movable >= 95%\n" in text


def test_evidence_is_cut_unless_verbose() -> None:
    many = tuple(Evidence(text=f"piece {n}") for n in range(20))
    assert "... and 14 more" in _text(_result(Verdict.FAILS, evidence=many))
    assert "piece 19" in _text(_result(Verdict.FAILS, evidence=many), verbose=True)


def test_json_has_everything() -> None:
    document = json.loads(check_json(layout(), [_result(Verdict.FAILS, suggestions=HELP), _result(Verdict.HOLDS)]))
    assert document["schema"] == "acpitools.check/1"
    assert (document["holds"], document["counts"]) == (False, {"holds": 1, "fails": 1, "undecided": 0})
    failed, held = document["results"]
    assert failed["nodes"] == {"n": 1}
    assert failed["evidence"][0]["why"][0]["source"] == "SRAT[4] at offset 0xa0"
    assert failed["suggestions"]["found"][0]["changes"] == [
        {"kind": "option-add", "text": "do this"},
        {"kind": "srat-flag", "text": "do that"},
    ]
    assert held["suggestions"] is None


def test_junit_is_sound_xml_with_a_failure_for_each_that_does_not_hold() -> None:
    strange = _result(Verdict.UNDECIDED, name='a "<name>" \x00\ud800')
    root = ElementTree.fromstring(
        check_junit(layout(), [_result(Verdict.FAILS, suggestions=HELP), strange, _result(Verdict.HOLDS)])
    )
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    cases = list(suite)
    assert [len(case) for case in cases] == [1, 1, 0]
    assert cases[0].get("classname") == "a.expect"
    failure = cases[0][0]
    assert failure.get("message") == "0 B of 1 GiB is movable (0 %)"
    assert "<hot> & pluggable <SRAT[4] at offset 0xa0>" in (failure.text or "")
    assert "it would hold with: do this and: do that" in (failure.text or "")
    assert cases[1].get("name") == 'a "<name>" \ufffd\ufffd (n = 1)'
