"""A layout as a page for a terminal: the answer first, a picture, then the facts with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

from acpitools.core.findings import Severity
from acpitools.core.units import PAGE_SIZE, format_size
from acpitools.kernel.layout import BlockRun, Layout, NodeView, RangeView, ReservedRegion
from acpitools.report.terminal import Palette, bar, cut, mem, pages_size, percent, table, wrapped

__all__ = ["layout_text"]

_ROWS = 48
_ALIKE = 4
_KERNEL, _MOVABLE = "▒", "█"
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def layout_text(layout: Layout, *, width: int, color: bool, verbose: bool = False) -> Iterator[str]:
    """Give the page in lines, each with its line end."""
    page = _Page(layout, width, Palette(color), verbose)
    for line in page.lines():
        yield line + "\n"


class _Page:
    def __init__(self, layout: Layout, width: int, palette: Palette, verbose: bool) -> None:
        self.layout = layout
        self.width = max(width, 60)
        self.palette = palette
        self.verbose = verbose
        self.ram: Counter[int] = Counter()
        self.movable: Counter[int] = Counter()
        for zone in layout.zones:
            self.ram[zone.node] += zone.present_pages
            self.movable[zone.node] += zone.present_pages if zone.zone == "Movable" else 0

        self.lost = {piece.node for piece in layout.ranges if any(why.code == "node-reserved" for why in piece.why)}

    def lines(self) -> Iterator[str]:
        yield from self.headline()
        for section in (
            self.picture,
            self.nodes,
            self.zones,
            self.ranges,
            self.blocks,
            self.allocations,
            self.assumed,
        ):
            body = list(section())
            if body:
                yield ""
                yield from body

    # --- the answer -------------------------------------------------------------------------------------------

    def headline(self) -> Iterator[str]:
        layout, paint = self.layout, self.palette.paint
        total, movable = sum(self.ram.values()), sum(self.movable.values())
        if not layout.boots:
            yield paint("red", f"Linux {layout.kernel} does not come up on this machine.")
        else:
            share = f"{pages_size(movable) if movable else 'none'} of {pages_size(total)} RAM is Movable"
            yield paint("bold", f"Linux {layout.kernel}: {share}") + f" ({percent(movable, total)})."
            where = sorted(node for node, pages in self.movable.items() if pages)
            nodes = len(self.ram)
            yield f"{nodes} node{'s' if nodes != 1 else ''} with memory; Movable: " + (
                f"node{'s' if len(where) > 1 else ''} {_numbers(where)}." if where else "none."
            )
            yield from wrapped(self.removable(), self.width, "")
        if layout.numa.rejected:
            yield from wrapped(f"The SRAT is not used: {layout.numa.rejected}.", self.width, "")
        for _, group in groupby(sorted(layout.findings, key=lambda f: f.code), key=lambda f: f.code):
            alike = list(group)
            shown = alike if self.verbose else alike[:_ALIKE]
            for finding in shown:
                place = str(finding.location)
                text = f"{finding.severity.value} {finding.code}: {finding.message}" + (f" ({place})" if place else "")
                style = _STYLES[finding.severity]
                yield from (paint(style, line) for line in wrapped(text, self.width, ""))
            if len(alike) > len(shown):
                yield f"  ... and {len(alike) - len(shown)} more of {alike[0].code} (-v shows all)"

    def removable(self) -> str:
        counts: Counter[str] = Counter()
        for run in self.layout.blocks.runs:
            counts[run.removable] += run.count
        size = self.layout.blocks.size
        parts = [
            f"{format_size(counts[word] * size)} {text}"
            for word, text in (
                ("yes", "can go offline"),
                ("maybe", "may, if nothing of the kernel's is in it"),
                ("no", "cannot"),
            )
            if counts[word]
        ]
        return f"In memory blocks of {format_size(size)}: " + "; ".join(parts) + "."

    def picture(self) -> Iterator[str]:
        if not self.ram:
            return
        room = max(16, self.width - 47)
        most = max(self.ram.values())
        yield f"{self.palette.title('RAM by node')}   {_KERNEL} kernel zones   {_MOVABLE} Movable"
        nodes, rest = cut(sorted(self.ram), 32, verbose=self.verbose)
        for node in nodes:
            kernel, movable = self.ram[node] - self.movable[node], self.movable[node]
            drawn = bar([(kernel, _KERNEL), (movable, _MOVABLE)], most, room)
            painted = self.palette.paint("yellow", drawn.rstrip(_MOVABLE)) + self.palette.paint(
                "green", drawn.lstrip(_KERNEL)
            )
            share = f"{percent(movable, self.ram[node])} Movable" if movable else "none Movable"
            yield (f"  node {node:<4} {pages_size(self.ram[node]):>9}  {painted}{' ' * (room - len(drawn))} {share}")
        yield from rest

    # --- tables -----------------------------------------------------------------------------------------------

    def nodes(self) -> Iterator[str]:
        yield self.palette.title("Nodes") + f" (from {self._numa_source()})"
        nodes, rest = cut(self.layout.numa.nodes, _ROWS, verbose=self.verbose)
        rows = [
            (
                node.node,
                "-" if node.pxm is None else node.pxm,
                node.cpus,
                pages_size(self.ram[node.node]) if node.memory else "none",
                pages_size(self.movable[node.node]) if self.movable[node.node] else "-",
                self._hotplug(node),
                _first_range(node),
            )
            for node in nodes
        ]
        header = ("node", "domain", "CPUs", "RAM", "Movable", "hot-plug", "range")
        yield from (*table(header, rows, "01234"), *rest)

    def _numa_source(self) -> str:
        return "the SRAT" if self.layout.numa.source == "srat" else "no SRAT: one node holds everything"

    def _hotplug(self, node: NodeView) -> str:
        marked = sum(r.size for r in node.hotpluggable)
        if marked:
            return "all" if marked >= self.ram[node.node] * PAGE_SIZE else format_size(marked)
        return "lost" if node.node in self.lost else "-"

    def zones(self) -> Iterator[str]:
        zones, rest = cut(self.layout.zones, _ROWS, verbose=self.verbose)
        rows = [
            (
                zone.node,
                zone.zone,
                mem(zone.start_pfn * PAGE_SIZE, zone.end_pfn * PAGE_SIZE),
                zone.spanned_pages,
                zone.present_pages,
                zone.managed_pages.estimate,
            )
            for zone in zones
        ]
        if rows:
            yield self.palette.title("Zones") + " (pages)"
            header = ("node", "zone", "span", "spanned", "present", "managed")
            yield from (*table(header, rows, "0345"), *rest)

    def ranges(self) -> Iterator[str]:
        if not self.layout.ranges:
            return
        yield self.palette.title("Which memory is movable, and why")
        groups = [list(group) for _, group in groupby(self.layout.ranges, key=_fate)]
        shown, rest = cut(groups, _ROWS // 2, verbose=self.verbose)
        for group in shown:
            yield from self._group(group)
        yield from rest

    def _group(self, group: list[RangeView]) -> Iterator[str]:
        first = group[0]
        verdict = "movable" if first.movable else "not movable"
        style = "green" if first.movable else "yellow"
        where = mem(first.start, group[-1].end)
        zone = first.zone if first.zone != "none" else "no zone"
        yield f"  {where} node {first.node} {zone}: {self.palette.paint(style, verdict)}"
        for why in first.why:
            source = f"  <{why.source}>" if why.source else ""
            yield from wrapped(f"{why.text}{source}", self.width, "      ")

    def blocks(self) -> Iterator[str]:
        blocks = self.layout.blocks
        if not blocks.runs:
            return
        yield self.palette.title("Memory blocks") + f" of {format_size(blocks.size)}"
        runs, rest = cut(blocks.runs, _ROWS, verbose=self.verbose)
        rows = [
            (_run_name(run), _numbers(run.nodes), "/".join(run.valid_zones), run.removable, run.why) for run in runs
        ]
        header = ("blocks", "nodes", "zone", "removable", "because")
        yield from (*table(header, rows), *rest)

    def allocations(self) -> Iterator[str]:
        held = [_joined(group) for _, group in groupby(self.layout.reserved, key=lambda r: (r.owner, r.node))]
        if not held:
            return
        yield self.palette.title("Who holds what") + " before the page allocator starts"
        held.sort(key=lambda entry: entry.start - entry.end)
        shown, rest = cut(held, 16, verbose=self.verbose)
        rows = [
            (mem(r.start, r.end), "-" if r.node is None else r.node, format_size(r.end - r.start), r.owner)
            for r in shown
        ]
        yield from (*table(("range", "node", "size", "owner"), rows, "12"), *rest)

    def assumed(self) -> Iterator[str]:
        if not self.layout.assumed:
            return
        yield self.palette.title("Assumed")
        for item in self.layout.assumed:
            value = f"{item.value:#x}" if isinstance(item.value, int) and item.value > 4096 else item.value
            yield from wrapped(f"{item.what}: {'none' if value is None else value} - {item.why}", self.width, "  ")


def _fate(piece: RangeView) -> tuple[object, ...]:
    return piece.node, piece.zone, piece.movable, piece.hotpluggable, piece.why


def _joined(group: Iterator[ReservedRegion]) -> ReservedRegion:
    entries = list(group)
    if len(entries) == 1 or any(b.start != a.end for a, b in pairwise(entries)):
        return max(entries, key=lambda r: r.end - r.start)
    first = entries[0]
    return ReservedRegion(
        start=first.start, end=entries[-1].end, node=first.node, owner=first.owner, certain=first.certain
    )


def _first_range(node: NodeView) -> str:
    if not node.ranges:
        return "no memory range"
    text = mem(node.ranges[0].start, node.ranges[0].end)
    return text if len(node.ranges) == 1 else f"{text} and {len(node.ranges) - 1} more"


def _run_name(run: BlockRun) -> str:
    if run.count == 1:
        return f"memory{run.first}"
    return f"memory{run.first}-memory{run.first + run.count - 1}"


def _numbers(numbers: tuple[int, ...] | list[int]) -> str:
    """Give numbers as a list with ranges: 0-3, 5."""
    parts = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        parts.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ", ".join(parts)
