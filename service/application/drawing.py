"""
Drawing a graph of rules as SVG: text is escaped, and one graph gives one text.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from service.application.graph import Kind
from service.application.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.graph import Edge, Graph, Node
    from service.application.layout import Layout

FONT = 12
LINE = 15
LETTER = 6.3
"""Width of a letter of that size, on average and rather too wide than too narrow."""
BOLD = 7.4
"""The same of a bold letter."""
MARGIN = 24
ROOM = 44
"""Between two columns."""
TOP = 74
"""Room for the title and the headings of columns."""
FOOT = 40
"""Room for the legend."""
NARROWEST = 640.0
"""So that the legend has room."""
MOST_TITLED = 24
"""With more rules than this they are drawn with their ids alone."""

TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    '<path d="M0 0.5 L8 4 L0 7.5 z" fill="#7d8a94"/></marker></defs>'
)
PRINTED = "<style>@media print { @page { size: A4 landscape; margin: 10mm } svg { width: 100%; height: 96vh } }</style>"
"""So that a drawing fits one page of paper."""
WIDTHS = {True: {Kind.RULE: 152, Kind.DOUBT: 172}, False: {Kind.RULE: 74, Kind.DOUBT: 172}}
WIDTH = 124
COLORS = {
    Kind.GIVEN: ("#e7f1f6", "#35718c"),
    Kind.ASSUMED: ("#fffbe0", "#a08a1c"),
    Kind.MISSING: ("#f3f3f3", "#8a8a8a"),
    Kind.MEASURE: ("#dff0f0", "#2f7d7a"),
    Kind.RULE: ("#ffffff", "#9aa5ad"),
    Kind.FINDING: ("#e8f3e4", "#4b8539"),
    Kind.CONCLUSION: ("#ebe5f6", "#65499c"),
    Kind.ADVICE: ("#fdf0db", "#b97714"),
    Kind.DOUBT: ("#fbe8e4", "#b04f38"),
}
HEADINGS = {
    Kind.GIVEN: "Given",
    Kind.ASSUMED: "Given",
    Kind.MISSING: "Missing",
    Kind.MEASURE: "Computed",
    Kind.FINDING: "Findings",
    Kind.CONCLUSION: "Conclusions",
    Kind.ADVICE: "Advice",
    Kind.DOUBT: "Findings",
}
COUNTED = (
    (Kind.GIVEN, "inputs"),
    (Kind.RULE, "rules"),
    (Kind.FINDING, "findings"),
    (Kind.CONCLUSION, "conclusions"),
    (Kind.ADVICE, "next steps"),
)
LEGEND = (
    (Kind.GIVEN, "measured or stated"),
    (Kind.ASSUMED, "assumed"),
    (Kind.MISSING, "missing"),
    (Kind.MEASURE, "computed"),
    (Kind.RULE, "rule"),
    (Kind.FINDING, "finding"),
    (Kind.CONCLUSION, "conclusion"),
    (Kind.ADVICE, "advice"),
    (Kind.DOUBT, "doubt about a result"),
)


def svg(graph: Graph) -> str:
    """
    Draw a graph.

    Args:
        graph: The graph.

    Returns:
        A whole SVG document.
    """
    return _Drawing(graph).text()


class _Drawing:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.titled = sum(node.kind is Kind.RULE for node in graph.nodes.values()) <= MOST_TITLED
        self.lines = {node.id: self._lines(node) for node in graph.nodes.values()}
        heights = {one: LINE * len(lines) + 10.0 for one, lines in self.lines.items()}
        self.layout: Layout = lay_out(graph, heights)
        self.heights = heights
        widths = [
            max((self._width(graph.nodes[one].kind) for one in column if one in graph.nodes), default=0)
            for column in self.layout.columns
        ]
        self.left = [float(MARGIN + sum(widths[:number]) + ROOM * number) for number in range(len(widths))]
        self.widths = widths
        self.column = {one: number for number, column in enumerate(self.layout.columns) for one in column}

    def _width(self, kind: Kind) -> int:
        return WIDTHS[self.titled].get(kind, WIDTH)

    def _lines(self, node: Node) -> list[str]:
        letters = int((self._width(node.kind) - 14) / (BOLD if node.kind is Kind.CONCLUSION else LETTER))
        lines = _wrapped(node.title, letters) or [""]
        if node.kind is Kind.RULE and self.titled:
            # The title of a rule stands in smaller letters below its id.
            lines += _wrapped(node.about.partition(": ")[0], int(letters * 1.1))
        return lines

    def text(self) -> str:
        width = max(self.left[-1] + self.widths[-1] + MARGIN, 2.0 * MARGIN + 10 * len(self.graph.title), NARROWEST)
        height = TOP + self.layout.height + FOOT + MARGIN
        size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
        look = f'font-family="Helvetica, Arial, sans-serif" font-size="{FONT}" fill="#1d2733"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title about" {size} {look}>',
            f'<title id="title">{escape(self.graph.title)}</title>',
            f'<desc id="about">{escape(self._about())}</desc>',
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
            TIP,
            PRINTED,
            f'<text x="{MARGIN}" y="32" font-size="17" font-weight="bold">{escape(self.graph.title)}</text>',
            *self._headings(),
            '<g fill="none" stroke="#7d8a94" stroke-width="1.1">',
            *dict.fromkeys(part for edge in self.graph.edges for part in self._edge(edge)),
            "</g>",
            *(self._node(node) for node in self.graph.nodes.values()),
            *self._legend(height - MARGIN),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _about(self) -> str:
        """Return in words what is drawn, for readers who do not see it."""
        nodes = self.graph.nodes
        counts = [f"{sum(node.kind is kind for node in nodes.values())} {many}" for kind, many in COUNTED]
        said = [f"A graph of rules, read from left to right: {', '.join(counts)}."]
        for rule in (node for node in nodes.values() if node.kind is Kind.RULE):
            read = [nodes[edge.source].title for edge in self.graph.edges if edge.target == rule.id]
            said.append(f"{rule.title} reads {', '.join(dict.fromkeys(read)) or 'nothing'}. {rule.about}.")
        return " ".join(said)

    def _headings(self) -> list[str]:
        said: list[str] = []
        for number, column in enumerate(self.layout.columns):
            kinds = [self.graph.nodes[one].kind for one in column if one in self.graph.nodes]
            heading = next((HEADINGS[kind] for kind in kinds if kind in HEADINGS), "Rules")
            middle = self.left[number] + self.widths[number] / 2
            said.append(
                f'<text x="{middle:.1f}" y="58" text-anchor="middle" font-size="11" fill="#66727c" '
                f'letter-spacing="0.6">{escape(heading.upper())}</text>'
            )
        return said

    def _edge(self, edge: Edge) -> Iterator[str]:
        """Yield an edge column by column, level through those it passes; edges on one road share these parts."""
        look = ' stroke-dasharray="5 3" stroke="#b04f38"' if edge.against else ""
        x = self.left[self.column[edge.source]] + self._half(edge.source, right=True)
        y = TOP + self.layout.middle[edge.source]
        for stop in self.layout.roads[edge]:
            number = self.column[stop]
            curve = _curve(x, y, self.left[number], TOP + self.layout.middle[stop])
            yield f'<path d="{curve} h{self.widths[number]}"{look}/>'
            x, y = self.left[number] + self.widths[number], TOP + self.layout.middle[stop]
        to_x = self.left[self.column[edge.target]] + self._half(edge.target, right=False)
        curve = _curve(x, y, to_x, TOP + self.layout.middle[edge.target])
        yield f'<path d="{curve}"{look} marker-end="url(#tip)"/>'

    def _half(self, one: str, *, right: bool) -> float:
        """Return how far the left or right side of a node stands from the left of its column."""
        rest = self.widths[self.column[one]] - self._width(self.graph.nodes[one].kind)
        return rest / 2 + (self._width(self.graph.nodes[one].kind) if right else 0)

    def _node(self, node: Node) -> str:
        fill, stroke = COLORS[node.kind]
        width, height = self._width(node.kind), self.heights[node.id]
        x = self.left[self.column[node.id]] + self._half(node.id, right=False)
        y = TOP + self.layout.middle[node.id] - height / 2
        round_ = 3 if node.kind is Kind.RULE else 9
        weight = "bold" if node.kind in {Kind.CONCLUSION, Kind.RULE} else "normal"
        lines = []
        for number, line in enumerate(self.lines[node.id]):
            small = node.kind is Kind.RULE and number > 0
            style = ' font-size="11" fill="#4a5661"' if small else f' font-weight="{weight}"'
            at = y + 5 + LINE * (number + 0.75)
            lines.append(
                f'<text x="{x + width / 2:.1f}" y="{at:.1f}" text-anchor="middle"{style}>{escape(line)}</text>'
            )
        told = f"{node.title} ({node.about})" if node.kind is not Kind.RULE else f"{node.title}: {node.about}"
        return (
            f"<g><title>{escape(told)}</title>"
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height:.1f}" rx="{round_}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="1.2"/>{"".join(lines)}</g>'
        )

    def _legend(self, y: float) -> list[str]:
        used = {node.kind for node in self.graph.nodes.values()}
        said, x = [], float(MARGIN)
        for kind, words in LEGEND:
            if kind in used:
                look = 'rx="3" fill="{}" stroke="{}"'.format(*COLORS[kind])
                said.append(
                    f'<rect x="{x:.1f}" y="{y - 10:.1f}" width="16" height="12" {look}/>'
                    f'<text x="{x + 22:.1f}" y="{y:.1f}" font-size="11">{words}</text>'
                )
                x += 40 + LETTER * len(words)
        if any(edge.against for edge in self.graph.edges):
            said.append(
                f'<path d="M{x:.1f} {y - 4:.1f} h28" stroke="#b04f38" stroke-width="1.1" stroke-dasharray="5 3"/>'
                f'<text x="{x + 34:.1f}" y="{y:.1f}" font-size="11">{escape(self.graph.against)}</text>'
            )
        return said


def _wrapped(words: str, letters: int) -> list[str]:
    """Return lines; words are broken at a hyphen only where one alone is too long."""
    too_long = any(len(word) > letters for word in words.split())
    return textwrap.wrap(words, letters, break_on_hyphens=too_long)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Return a curve that leaves and arrives level."""
    half = (x + to_x) / 2
    return f"M{x:.1f} {y:.1f} C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
