"""The address axis of pictures: stretches of RAM in columns of a terminal, a hole between two of them one column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from acpitools.core.ranges import AddrRange

__all__ = ["Axis", "Column", "by_magnitude", "to_scale"]

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_RULER_ROWS: Final = 4
_FEW: Final = 6
"""Columns that a stretch should have on average: how many stretches fit."""


class Column(NamedTuple):
    """A column of the picture and the bytes ``[start, end)`` that it stands for."""

    number: int
    start: int
    end: int


def to_scale(size: int) -> int:
    """Weigh a stretch by its bytes."""
    return size


def by_magnitude(size: int) -> int:
    """Weigh a stretch by its order of magnitude: larger is wider, but low memory stays visible beside terabytes."""
    return max(1, size.bit_length() - 18) ** 2


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    # As core's coalesce, on plain pairs: a big machine has thousands of reservations.
    merged: list[tuple[int, int]] = []
    reach = -1
    for start, end in sorted(ranges):
        if start > reach:
            merged.append((start, end))
            reach = end
        elif end > reach:
            merged[-1] = merged[-1][0], end
            reach = end
    return merged


def _joined(ranges: Iterable[tuple[int, int]], smallest: int, most: int) -> list[AddrRange]:
    # At most so many stretches: small holes are drawn over.
    places = _merged(ranges)
    holes = [i for i in range(1, len(places)) if places[i][0] - places[i - 1][1] >= smallest]
    holes.sort(key=lambda i: places[i][0] - places[i - 1][1], reverse=True)
    firsts = [0, *sorted(holes[: most - 1])] if places else []
    return [
        AddrRange(places[first][0], places[following - 1][1]) for first, following in pairwise((*firsts, len(places)))
    ]


def _divided(places: list[AddrRange], borders: Iterable[int], most: int) -> list[AddrRange]:
    # Stretches end at borders as well, unless there are too many of them to see.
    inside: dict[int, set[int]] = {}
    starts = [place.start for place in places]
    for border in borders:
        index = bisect_right(starts, border) - 1
        if index >= 0 and places[index].start < border < places[index].end:
            inside.setdefault(index, set()).add(border)
    if len(places) + sum(map(len, inside.values())) > most:
        return places
    return [
        AddrRange(start, end)
        for index, place in enumerate(places)
        for start, end in pairwise((place.start, *sorted(inside.get(index, ())), place.end))
    ]


def _shares(weights: Sequence[int], room: int) -> list[int]:
    # Each at least one column; the rest in proportion, what rounding leaves to the largest.
    free, total = max(room - len(weights), 0), sum(weights)
    shares = [1 + free * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)
    for index in order[: room - sum(shares)]:
        shares[index] += 1
    return shares


class Axis:
    """Where each address lies in a picture of so many columns.

    Ranges are RAM and borders where a column should begin, in bytes; the weight of a stretch decides its width.
    A hole of less than ``smallest_hole`` bytes is drawn over.
    """

    def __init__(
        self,
        ranges: Iterable[tuple[int, int]],
        width: int,
        *,
        borders: Iterable[int] = (),
        weight: Callable[[int], int] = to_scale,
        smallest_hole: int = 1,
    ) -> None:
        most = max(1, width // _FEW)
        places = _divided(_joined(ranges, smallest_hole, most), borders, 2 * most)
        gaps = [0, *(int(a.end < b.start) for a, b in pairwise(places))] if places else []
        shares = _shares([weight(place.size) for place in places], width - sum(gaps)) if places else []
        columns: list[Column] = []
        self.starts: list[Column] = []
        """The first column of each stretch."""
        number = 0
        for place, gap, share in zip(places, gaps, shares, strict=True):
            number += gap
            edges = [place.start + place.size * step // share for step in range(share + 1)]
            fresh = [Column(number + step, *edge) for step, edge in enumerate(pairwise(edges))]
            self.starts.append(fresh[0])
            columns += fresh
            number += share
        self.columns = tuple(columns)
        self.width = number

    def _sweep(self, pieces: Sequence[tuple[int, int]]) -> Iterator[tuple[Column, list[tuple[int, int]]]]:
        # For each column: (index of a piece, bytes of it inside).  Pieces are sorted and disjoint.
        first = 0
        for column in self.columns:
            _, low, high = column
            while first < len(pieces) and pieces[first][1] <= low:
                first += 1
            inside, probe = [], first
            while probe < len(pieces) and pieces[probe][0] < high:
                start, end = pieces[probe]
                inside.append((probe, min(end, high) - max(start, low)))
                probe += 1
            yield column, inside

    def row(self, pieces: Sequence[tuple[int, int, str]]) -> str:
        """Draw pieces (bytes ``[start, end)`` and mark; sorted, disjoint): in each column the mark of most bytes."""
        drawn = [" "] * self.width
        for column, inside in self._sweep([piece[:2] for piece in pieces]):
            amounts: dict[str, int] = {}
            for index, size in inside:
                mark = pieces[index][2]
                amounts[mark] = amounts.get(mark, 0) + size
            if amounts:
                drawn[column.number] = max(amounts, key=amounts.__getitem__)
        return "".join(drawn).rstrip()

    def levels(self, ranges: Iterable[tuple[int, int]]) -> str:
        """Draw how much of each column the ranges (bytes) fill: nothing, or a bar from an eighth up to the whole."""
        drawn = [" "] * self.width
        for column, inside in self._sweep(_merged(ranges)):
            held, size = sum(size for _, size in inside), column.end - column.start
            if held:
                drawn[column.number] = _LEVELS[max(0, -(-held * len(_LEVELS) // size) - 1)]
        return "".join(drawn).rstrip()

    def first_of(self, start: int, end: int) -> int | None:
        """Give the first address of ``[start, end)`` (bytes) that has a column, or None."""
        index = bisect_right(self.columns, start, key=lambda column: column.end)
        if index == len(self.columns) or self.columns[index].start >= end:
            return None
        return max(start, self.columns[index].start)

    def labels(self, points: Iterable[tuple[int, str]]) -> str:
        """Write texts at addresses (ascending, bytes); one that would touch the one before is left out."""
        starts = [column.start for column in self.columns]
        line = ""
        for address, text in points:
            index = bisect_right(starts, address) - 1
            if index < 0 or address >= self.columns[index].end:
                continue
            number = self.columns[index].number
            if (not line or len(line) < number) and number + len(text) <= self.width:
                line = line.ljust(number) + text
        return line

    def ruler(self) -> list[str]:
        """Give the lines under a picture that name the first address of each stretch, as far as there is room."""
        rows = [[" "] * (self.width + 20) for _ in range(_RULER_ROWS)]
        for column in reversed(self.starts):
            text = f"{column.start:#x}"
            for depth, row in enumerate(rows):
                place = slice(column.number, column.number + len(text) + 1)
                if column.number + len(text) <= self.width + 2 and all(cell == " " for cell in row[place]):
                    row[column.number : column.number + len(text)] = text
                    for above in rows[:depth]:
                        above[column.number] = "│"
                    break
        return [line for row in rows if (line := "".join(row).rstrip())]
