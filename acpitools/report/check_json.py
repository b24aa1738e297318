"""Expectations and their outcome for programs: acpitools.check/1, and JUnit XML for continuous integration."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from acpitools.expect.result import Evidence, Result, Suggestions, Verdict
from acpitools.kernel.layout import Layout

__all__ = ["check_json", "check_junit"]

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "text": piece.text,
        "ranges": [[place.start, place.end] for place in piece.ranges],
        "node": piece.node,
        "why": [{"code": why.code, "text": why.text, "source": why.source} for why in piece.why],
    }


def _suggestions(suggestions: Suggestions) -> dict[str, Any]:
    return {
        "found": [
            {
                "changes": [
                    {"kind": kind, "text": text} for kind, text in zip(found.kinds, found.changes, strict=True)
                ],
                "cmdline": found.cmdline,
                "breaks": list(found.breaks),
            }
            for found in suggestions.found
        ],
        "tried": suggestions.tried,
        "kinds": list(suggestions.kinds),
        "exhausted": suggestions.exhausted,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "source": result.source,
        "line": result.line,
        "column": result.column,
        "name": result.name,
        "expression": result.expression,
        "nodes": dict(result.nodes),
        "verdict": result.verdict.value,
        "measured": result.measured,
        "evidence": [_evidence(piece) for piece in result.evidence],
        "suggestions": None if result.suggestions is None else _suggestions(result.suggestions),
    }


def check_json(layout: Layout, results: Sequence[Result]) -> str:
    """Give the document acpitools.check/1."""
    counts = Counter(result.verdict.value for result in results)
    document = {
        "schema": "acpitools.check/1",
        "kernel": layout.kernel,
        "cmdline": layout.cmdline,
        "boots": layout.boots,
        "holds": all(result.verdict is Verdict.HOLDS for result in results),
        "counts": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "results": [_result(result) for result in results],
        "assumed": [{"what": item.what, "value": item.value, "why": item.why} for item in layout.assumed],
    }
    return json.dumps(document, indent=1) + "\n"


def _text(text: str) -> str:
    clean = _NOT_XML.sub("\ufffd", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))


def _told(result: Result) -> str:
    lines = [f"{result.source}:{result.line}:{result.column}: {result.expression}", f"found: {result.measured}"]
    for piece in result.evidence:
        lines.append(piece.text)
        lines += [f"  {why.text}" + (f" <{why.source}>" if why.source else "") for why in piece.why]
    for suggestion in result.suggestions.found if result.suggestions else ():
        lines.append(f"it would hold with: {' and: '.join(suggestion.changes)}")
    return "\n".join(lines)


def check_junit(layout: Layout, results: Sequence[Result]) -> str:
    """Give JUnit XML: a test case for each result, a failure for what fails or cannot be decided."""
    bad = sum(result.verdict is not Verdict.HOLDS for result in results)
    head = f'tests="{len(results)}" failures="{bad}" errors="0" skipped="0"'
    name = _attribute(f"acpitools check, Linux {layout.kernel}")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="acpitools" {head} time="0">',
        f'  <testsuite name={name} {head} time="0">',
    ]
    for result in results:
        case = f"    <testcase classname={_attribute(result.source)} name={_attribute(result.title)}"
        case += f' file={_attribute(result.source)} line="{result.line}" time="0"'
        if result.verdict is Verdict.HOLDS:
            lines.append(case + "/>")
            continue
        message = _attribute(result.measured)
        lines += [
            case + ">",
            f'      <failure type="{result.verdict.value}" message={message}>{_text(_told(result))}</failure>',
            "    </testcase>",
        ]
    lines += ["  </testsuite>", "</testsuites>"]
    return "\n".join(lines) + "\n"
