"""
Scores as points: how many carriers are found against how many others are taken for one.

Drawn as SVG by hand: two axes, a diagonal and some crosses need no library of many megabytes, the text
of the file can be compared and searched, and a page shows it at any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.real_data.counting import Score, wilson

SIDE = 420
"""Pixels of the square."""
LEFT, TOP = 60, 40
LEGEND = 470
COLORS = {"service": "#0b5394", "votes": "#38761d", "index": "#999999"}
LINE = 17
FONT = 'font-family="sans-serif" font-size="12"'


def scatter(title: str, scores: Sequence[tuple[str, Score]]) -> str:
    """
    Return one picture.

    Args:
        title: Its heading.

        scores: Each with its kind, ``service``, ``votes`` or ``index``; those of one group only are left out.

    Returns:
        SVG. Crosses are 95 % intervals of the two proportions; who is on the diagonal says nothing.
    """
    shown = [(kind, score) for kind, score in scores if score.having and score.others]
    height = max(TOP + SIDE + 70, TOP + LINE * (len(shown) + 2))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + LEGEND + 640} {height}" {FONT} role="img">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="black"/>',
        f'<path d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}" stroke="#bbbbbb" stroke-dasharray="4 4"/>',
        *_ticks(),
    ]
    # The service is drawn last, so that nothing hides it.
    for number, (kind, score) in sorted(enumerate(shown, 1), key=lambda item: item[1][0] == "service"):
        parts += _point(number, kind, score)
    for number, (kind, score) in enumerate(shown, 1):
        y = TOP + LINE * number
        parts.append(
            f'<text x="{LEFT + LEGEND}" y="{y}" fill="{COLORS[kind]}">{number}  {escape(score.name)}: '
            f"{score.youden:.2f}</text>"
        )
    parts.append(f'<text x="{LEFT + LEGEND}" y="{TOP}">number, what says it: Youden index</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ticks() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        step = SIDE * tenth / 10
        parts.append(f'<text x="{LEFT + step:.0f}" y="{TOP + SIDE + 18}" text-anchor="middle">{tenth * 10}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{TOP + SIDE - step + 4:.0f}" text-anchor="end">{tenth * 10}</text>')
    under = f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 42}" text-anchor="middle">'
    parts.append(f"{under}of the others, % taken for one (100 minus specificity)</text>")
    middle = TOP + SIDE / 2
    parts.append(
        f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">'
        "of those who have it, % found (sensitivity)</text>"
    )
    return parts


def _point(number: int, kind: str, score: Score) -> list[str]:
    low, high = wilson(score.hits, score.having)
    lower, higher = wilson(score.spared, score.others)
    x = LEFT + SIDE * (1 - score.spared / score.others)
    y = TOP + SIDE * (1 - score.hits / score.having)
    color = COLORS[kind]
    across = f"M{LEFT + SIDE * (1 - higher):.1f} {y:.1f}H{LEFT + SIDE * (1 - lower):.1f}"
    down = f"M{x:.1f} {TOP + SIDE * (1 - high):.1f}V{TOP + SIDE * (1 - low):.1f}"
    return [
        f'<path d="{across}{down}" stroke="{color}" stroke-opacity="0.35"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>',
        f'<text x="{x + 6:.1f}" y="{y - 5:.1f}" font-size="10" fill="{color}">{number}</text>',
    ]
