"""A layout as a page for a terminal: the answer first, pictures, then the facts with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from acpitools.core.findings import Severity
from acpitools.core.units import PAGE_SIZE, format_size
from acpitools.kernel.layout import BlockRun, Layout, NodeView, ReservedRegion, ZoneView
from acpitools.report.layout_picture import LOST_CODES, address_picture, node_bars
from acpitools.report.layout_reasons import range_reasons
from acpitools.report.terminal import Palette, cut, mem, named, numbers, percent, table, wrapped

__all__ = ["layout_text"]

_NARROWEST: Final = 60
_ROWS: Final = 48
_HOLDERS: Final = 16
_ALIKE: Final = 4
_RANGES: Final = 4
_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def layout_text(layout: Layout, *, width: int, color: bool, verbose: bool = False) -> Iterator[str]:
    """Give the page in lines, each with its line end; long lists are cut unless verbose."""
    page = _Page(layout, width, Palette(color), verbose)
    for line in page.lines():
        yield line + "\n"


class _Page:
    def __init__(self, layout: Layout, width: int, palette: Palette, verbose: bool) -> None:
        self.layout = layout
        self.width = max(width, _NARROWEST)
        self.palette = palette
        self.verbose = verbose
        by_zone = layout.ram_by_zone()
        self.ram = Counter({node: sum(zones.values()) for node, zones in by_zone.items()})
        self.movable = Counter({node: zones.get("Movable", 0) for node, zones in by_zone.items()})
        self.in_vain: dict[str, list[tuple[int, int]]] = {code: [] for code in LOST_CODES}
        for piece in layout.ranges:
            for why in piece.why:
                if why.code in LOST_CODES:
                    self.in_vain[why.code].append((piece.node, piece.end - piece.start))
        self.lost = {node for node, _ in self.in_vain["node-reserved"]}

    def lines(self) -> Iterator[str]:
        yield from self.headline()
        for section in (
            self.bars,
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
        if layout.boots:
            total, movable = sum(self.ram.values()), sum(self.movable.values())
            share = f"{format_size(movable) if movable else 'none'} of {format_size(total)} RAM is Movable"
            yield paint("bold", f"Linux {layout.kernel}: {share}") + f" ({percent(movable, total)})."
            where = sorted(node for node, size in self.movable.items() if size)
            count = f"{len(self.ram)} node{'s' if len(self.ram) != 1 else ''} with memory"
            yield from wrapped(f"{count}; Movable: {named('node', where) if where else 'none'}.", self.width, "")
            yield from wrapped(self.removable(), self.width, "")
        else:
            yield paint("red", f"Linux {layout.kernel} does not come up on this machine.")
        for text in self.remarks():
            yield from (paint("yellow", line) for line in wrapped(text, self.width, ""))
        yield from self.findings()

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
        return f"In memory blocks of {format_size(size)}: {'; '.join(parts)}."

    def remarks(self) -> Iterator[str]:
        if self.layout.numa.rejected:
            yield f"The SRAT is not used: {self.layout.numa.rejected}."
        if self.lost:
            their = "its hot-plug mark" if len(self.lost) == 1 else "their hot-plug marks"
            nodes = named("Node", sorted(self.lost))
            yield f"{nodes} lost {their}: something in there was in use before the SRAT was read."
        if unused := self.in_vain["mark-unused"]:
            size = format_size(sum(size for _, size in unused))
            yield f"The SRAT calls {size} hot-pluggable, which has no effect without movable_node."

    def findings(self) -> Iterator[str]:
        for _, group in groupby(sorted(self.layout.findings, key=lambda f: f.code), key=lambda f: f.code):
            alike = list(group)
            shown = alike if self.verbose else alike[:_ALIKE]
            for finding in shown:
                place = str(finding.location)
                text = f"{finding.severity.value} {finding.code}: {finding.message}" + (f" ({place})" if place else "")
                style = _STYLES[finding.severity]
                yield from (self.palette.paint(style, line) for line in wrapped(text, self.width, "", "  "))
            if len(alike) > len(shown):
                yield f"  ... and {len(alike) - len(shown)} more of {alike[0].code} (-v shows all)"

    def bars(self) -> Iterator[str]:
        yield from node_bars(self.layout, self.width, self.palette, verbose=self.verbose)

    def picture(self) -> Iterator[str]:
        yield from address_picture(self.layout, self.width, self.palette)

    # --- tables -----------------------------------------------------------------------------------------------

    def nodes(self) -> Iterator[str]:
        source = "the SRAT" if self.layout.numa.source == "srat" else "no SRAT: one node holds everything"
        online = self.layout.online_nodes
        told = f"; online: {numbers(online)}" if online else ""
        yield f"{self.palette.title('Nodes')} (from {source}{told})"
        nodes, rest = cut(self.layout.numa.nodes, _ROWS, verbose=self.verbose)
        rows = [row for node in nodes for row in self._node(node)]
        header = ("node", "PXM", "CPUs", "RAM", "Movable", "hot-plug", "range")
        yield from (*table(header, rows, "01234"), *rest)

    def _node(self, node: NodeView) -> Iterator[tuple[object, ...]]:
        places = [mem(start, end) for start, end in node.ranges] or ["no memory range"]
        if len(places) > _RANGES + 1 and not self.verbose:
            places[_RANGES:] = [f"and {len(places) - _RANGES} more"]
        yield (
            node.node,
            "-" if node.pxm is None else node.pxm,
            node.cpus,
            format_size(self.ram[node.node]) if node.memory else "none",
            format_size(self.movable[node.node]) if self.movable[node.node] else "-",
            self._hotplug(node),
            places[0],
        )
        for place in places[1:]:
            yield (*[""] * 6, place)

    def _hotplug(self, node: NodeView) -> str:
        marked = sum(r.size for r in node.hotpluggable)
        if marked:
            return "all" if marked >= self.ram[node.node] else format_size(marked)
        return "lost" if node.node in self.lost else "-"

    def zones(self) -> Iterator[str]:
        zones, rest = cut(self.layout.zones, _ROWS, verbose=self.verbose)
        if not zones:
            return
        # Where the whole span does not fit beside the numbers, its end is told by start and pages.
        lines = list(self._zones(zones, span=True))
        if max(map(len, lines)) > self.width:
            lines = list(self._zones(zones, span=False))
        yield f"{self.palette.title('Zones')} (in pages; managed: estimate and its bounds)"
        yield from (*lines, *rest)

    def _zones(self, zones: Iterable[ZoneView], *, span: bool) -> Iterator[str]:
        rows = []
        for zone in zones:
            start, end, managed = zone.start_pfn * PAGE_SIZE, zone.end_pfn * PAGE_SIZE, zone.managed_pages
            bounds = f"{managed.low}..{managed.high}" if managed.low < managed.high else "exact"
            place = mem(start, end) if span else f"{start:#010x}"
            pages = (zone.spanned_pages, _signed(zone.present_pages), managed.estimate)
            rows.append((zone.node, zone.zone, place, *pages, bounds))
        header = ("node", "zone", "span" if span else "start", "spanned", "present", "managed", "low..high")
        yield from table(header, rows, "0345")

    def ranges(self) -> Iterator[str]:
        if self.layout.ranges:
            yield self.palette.title("Which memory is movable, and why")
            yield from range_reasons(self.layout.ranges, self.width, self.palette, verbose=self.verbose)

    def blocks(self) -> Iterator[str]:
        blocks = self.layout.blocks
        if not blocks.runs:
            return
        yield f"{self.palette.title('Memory blocks')} of {format_size(blocks.size)}"
        runs, rest = cut(blocks.runs, _ROWS, verbose=self.verbose)
        rows = [(_run_name(run), numbers(run.nodes), "/".join(run.valid_zones), run.removable, run.why) for run in runs]
        header = ("blocks", "nodes", "zone", "removable", "because")
        yield from (*table(header, rows, width=self.width), *rest)

    def allocations(self) -> Iterator[str]:
        reserved = self.layout.reserved
        if not reserved:
            return
        yield f"{self.palette.title('Who holds what')} before the page allocator starts"
        if self.verbose:
            rows = [_holding([entry]) for entry in reserved]
            rest: list[str] = []
        else:
            sizes: dict[tuple[str, int | None], int] = {}
            for entry in reserved:
                key = entry.owner, entry.node
                sizes[key] = sizes.get(key, 0) + entry.end - entry.start
            shown, rest = cut(sorted(sizes, key=sizes.__getitem__, reverse=True), _HOLDERS, verbose=False)
            held: dict[tuple[str, int | None], list[ReservedRegion]] = {key: [] for key in shown}
            for entry in reserved:
                if (entry.owner, entry.node) in held:
                    held[entry.owner, entry.node].append(entry)
            rows = [_holding(entries) for entries in held.values()]
        yield from (*table(("range", "node", "size", "owner"), rows, "12", width=self.width), *rest)

    def assumed(self) -> Iterator[str]:
        if not self.layout.assumed:
            return
        yield self.palette.title("Assumed")
        for item in self.layout.assumed:
            value = f"{item.value:#x}" if isinstance(item.value, int) and item.value > 4096 else item.value
            text = f"{item.what}: {'none' if value is None else value} - {item.why}"
            yield from wrapped(text, self.width, "  ", "    ")


def _holding(entries: list[ReservedRegion]) -> tuple[object, ...]:
    # One owner's entries in one node, in the order of addresses: the place if they touch, else the largest.
    first, last = entries[0], entries[-1]
    owner = first.owner if all(entry.certain for entry in entries) else f"{first.owner} (place assumed)"
    size = sum(entry.end - entry.start for entry in entries)
    place = mem(first.start, last.end)
    if last.end - first.start != size:
        largest = max(entries, key=lambda entry: entry.end - entry.start)
        place = mem(largest.start, largest.end)
        owner += f", in {len(entries)} places"
    return place, "-" if first.node is None else first.node, format_size(size), owner


def _signed(pages: int) -> int:
    # A count that fell below 0: the finding has the number that the kernel shows.
    return pages - (1 << 64) if pages >> 63 else pages


def _run_name(run: BlockRun) -> str:
    if run.count == 1:
        return f"memory{run.first}"
    return f"memory{run.first}-memory{run.first + run.count - 1}"
