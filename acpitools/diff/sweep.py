"""Numbers with attributes, given as ranges, compared piece by piece: sort and sweep, whatever overlaps."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

__all__ = ["Piece", "differing_pieces"]

_MOST_KEYS = 4


class Piece(NamedTuple):
    """Numbers ``[start, end)`` and what each side says of them, at most a few words."""

    start: int
    end: int
    before: tuple[Hashable, ...]
    after: tuple[Hashable, ...]


class _Side:
    def __init__(self) -> None:
        self._counts: dict[Hashable, int] = {}
        self.state = 0
        # The keys that are there, as one number: equal sets give equal numbers.

    def apply(self, key: Hashable, step: int) -> None:
        old = self._counts.get(key, 0)
        if old + step:
            self._counts[key] = old + step
        else:
            del self._counts[key]
        if not old or not old + step:
            self.state ^= hash((key, "present"))

    def shown(self) -> tuple[Hashable, ...]:
        keys = tuple(islice(self._counts, _MOST_KEYS))
        return tuple(sorted(keys, key=repr))


def differing_pieces(
    before: Iterable[tuple[int, int, Hashable]], after: Iterable[tuple[int, int, Hashable]]
) -> Iterator[Piece]:
    """Give the pieces of which the two sides say different things, neighbours that are alike as one.

    Each side is ranges ``(start, end, what)``, half open; several of a side may overlap, and empty ones say nothing.
    """
    sides = (_Side(), _Side())
    events: list[tuple[int, int, Hashable, int]] = []
    for index, ranges in enumerate((before, after)):
        for start, end, key in ranges:
            if start < end:
                events.append((start, index, key, 1))
                events.append((end, index, key, -1))
    events.sort(key=lambda event: event[0])
    current: Piece | None = None
    state: tuple[int, int] | None = None
    position = 0
    while position < len(events):
        place = events[position][0]
        if current is not None:
            current = current._replace(end=place)
        while position < len(events) and events[position][0] == place:
            _, index, key, step = events[position]
            sides[index].apply(key, step)
            position += 1
        now = (sides[0].state, sides[1].state)
        if now == state:
            continue
        if current is not None:
            yield current
        different = now[0] != now[1]
        current = Piece(place, place, sides[0].shown(), sides[1].shown()) if different else None
        state = now
