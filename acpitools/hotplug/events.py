"""What the firmware's event methods can notify, as their code reads: who can never be told of.

A Notify whose target is known only when the code runs counts for everything.  Spec: ACPI 6.5, 5.6.4, 5.6.5, 5.6.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term
from acpitools.core.value import value
from acpitools.interp.machine import Machine
from acpitools.interp.namespace import Namespace
from acpitools.interp.objects import Method

__all__ = ["Notified", "notified_by_events"]

_EVENT: Final = re.compile(rb"_[ELQ][0-9A-F]{2}|_EVT|_WAK")
"""Last part of the path of a method that events run: GPEs, GPIO pins, queries, generic event devices, waking up."""
_CONSTANTS: Final = {"Zero": 0, "One": 1}


@value
class Notified:
    """What event methods can notify."""

    values: Mapping[bytes, frozenset[int | None]]
    """Path -> values that are given; None for one that is known only when the code runs."""
    open: bool
    """There is a Notify, or a call, of what is known only when the code runs."""

    def can(self, path: bytes, *wanted: int) -> bool:
        """Tell whether a device may be given one of some values."""
        return self.open or not self.values.get(path, frozenset()).isdisjoint((None, *wanted))


def notified_by_events(machine: Machine) -> Notified:
    """Follow the calls of each event method.  The tables that code loads are not followed."""
    names = machine.namespace
    events = (node.value for path, node in tuple(names.nodes.items()) if _EVENT.fullmatch(path[-4:]))
    waiting = [method for method in events if isinstance(method, Method)]
    values: dict[bytes, set[int | None]] = {}
    known = set(map(id, waiting))
    unknown = False
    while waiting:
        method = waiting.pop()
        for term in _terms(method.body):
            unknown = unknown or term.op in ("Load", "LoadTable", "Raw")
            if term.op == "Notify" and len(term.args) > 1:
                target = _named(names, method.scope, term.args[0])
                if target is None:
                    unknown = True
                else:
                    values.setdefault(target, set()).add(_number(term.args[1]))
            elif term.op in ("Call", "NamePath"):
                place = _named(names, method.scope, term)
                called = names.nodes.get(place) if place is not None else None
                if called is not None and isinstance(called.value, Method) and id(called.value) not in known:
                    known.add(id(called.value))
                    waiting.append(called.value)
    return Notified(values={path: frozenset(given) for path, given in values.items()}, open=unknown)


def _terms(found: object) -> Iterator[Term]:
    # Terms, and those in them; deep nesting is no recursion here.
    waiting = [found]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Term):
            yield item
            waiting += item.args
        elif isinstance(item, tuple) and not isinstance(item, NameString):
            waiting += item


def _named(names: Namespace, scope: bytes, term: object) -> bytes | None:
    if not isinstance(term, Term) or not term.args or not isinstance(term.args[0], NameString):
        return None
    node = names.find(scope, term.args[0])
    return None if node is None else node.path


def _number(term: object) -> int | None:
    if not isinstance(term, Term):
        return None
    if term.op in _CONSTANTS:
        return _CONSTANTS[term.op]
    return term.args[0] if term.op.endswith("Const") and isinstance(term.args[0], int) else None
