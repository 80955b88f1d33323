"""
Layout of a layered graph: order in each column, then places.

Edges that pass a column get a bend there, shared by all edges of one source. The
order is found by barycenter sweeps, the places by pulling each node to the middle
of its neighbors without changing the order. Nothing depends on chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.application.graph import Edge, Graph

SWEEPS = 24
GAP = 12.0
BEND = 6.0
"""Room that an edge takes in a column it passes."""


@dataclass(slots=True)
class Layout:
    """
    Where things stand.

    Attributes:
        columns: Nodes and bends of each column, from top to bottom.

        middle: The vertical middle of each.

        roads: For each edge, the bends it passes.

        height: Of the tallest column.
    """

    columns: list[list[str]]
    middle: dict[str, float] = field(default_factory=dict)
    roads: dict[Edge, list[str]] = field(default_factory=dict)
    height: float = 0.0


def lay_out(graph: Graph, heights: Mapping[str, float]) -> Layout:
    """
    Lay a graph out.

    Args:
        graph: With a layer for each node; every edge leads to a later one.

        heights: Of each node.

    Returns:
        The layout.
    """
    used = sorted({node.layer for node in graph.nodes.values()})
    column = {layer: number for number, layer in enumerate(used)}
    layout = Layout([[] for _ in used])
    for node in graph.nodes.values():
        layout.columns[column[node.layer]].append(node.id)
    links: list[tuple[str, str]] = []
    for edge in graph.edges:
        first, last = (column[graph.nodes[end].layer] for end in (edge.source, edge.target))
        road = [f"{edge.source} >{number} {edge.against}" for number in range(first + 1, last)]
        for number, bend in enumerate(road, first + 1):
            if bend not in layout.columns[number]:
                layout.columns[number].append(bend)
        layout.roads[edge] = road
        stops = [edge.source, *road, edge.target]
        links.extend(pairwise(stops))
    links = list(dict.fromkeys(links))
    _order(layout, links)
    _place(layout, links, heights)
    return layout


def _order(layout: Layout, links: Sequence[tuple[str, str]]) -> None:
    """Sweep to and fro, sorting each column by the middle of its neighbors; keep the order with fewest crossings."""
    before, after = _neighbors(links)
    best, fewest = [list(column) for column in layout.columns], _crossings(layout.columns, links)
    for sweep in range(SWEEPS):
        back = sweep % 2 == 1
        for number in range(len(layout.columns))[:: -1 if back else 1]:
            place = {one: where for column in layout.columns for where, one in enumerate(column)}
            near = after if back else before

            def weight(one: str, near: Mapping[str, list[str]] = near, place: Mapping[str, int] = place) -> float:
                around = near.get(one, [])
                return sum(place[other] for other in around) / len(around) if around else place[one]

            layout.columns[number].sort(key=weight)
        crossings = _crossings(layout.columns, links)
        if crossings < fewest:
            best, fewest = [list(column) for column in layout.columns], crossings
    layout.columns = best


def _neighbors(links: Sequence[tuple[str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in links:
        after.setdefault(source, []).append(target)
        before.setdefault(target, []).append(source)
    return before, after


def _crossings(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> int:
    """Count the pairs of links between two columns that cross."""
    place = {one: (number, where) for number, column in enumerate(columns) for where, one in enumerate(column)}
    between: dict[int, list[tuple[int, int]]] = {}
    for source, target in links:
        between.setdefault(place[source][0], []).append((place[source][1], place[target][1]))
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for pairs in between.values()
        for number, one in enumerate(pairs)
        for other in pairs[:number]
    )


def _place(layout: Layout, links: Sequence[tuple[str, str]], heights: Mapping[str, float]) -> None:
    before, after = _neighbors(links)
    for column in layout.columns:
        layout.middle.update(_apart(column, [0.0] * len(column), heights))
    for sweep in range(SWEEPS):
        near = [before, after, {one: before.get(one, []) + after.get(one, []) for one in layout.middle}][sweep % 3]
        for column in layout.columns[:: -1 if sweep % 3 == 1 else 1]:
            wanted = []
            for one in column:
                around = near.get(one) or [one]
                wanted.append(sum(layout.middle[other] for other in around) / len(around))
            layout.middle.update(_apart(column, wanted, heights))
    top = min(layout.middle[one] - heights.get(one, BEND) / 2 for one in layout.middle)
    layout.middle = {one: middle - top for one, middle in layout.middle.items()}
    layout.height = max(middle + heights.get(one, BEND) / 2 for one, middle in layout.middle.items())


def _apart(column: Sequence[str], wanted: Sequence[float], heights: Mapping[str, float]) -> dict[str, float]:
    """Return places nearest to the wanted ones, in the order of the column and without overlap (pooling violators)."""
    offsets, offset = [], 0.0
    for number, one in enumerate(column):
        height = heights.get(one, BEND)
        offset += height / 2 if number else 0.0
        offsets.append(offset)
        offset += height / 2 + GAP
    pools: list[list[float]] = []
    for want, shift in zip(wanted, offsets, strict=True):
        pools.append([want - shift, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            value, weight = pools.pop()
            total = pools[-1][1] + weight
            pools[-1] = [(pools[-1][0] * pools[-1][1] + value * weight) / total, total]
    values = [value for value, weight in pools for _ in range(round(weight))]
    return {one: value + shift for one, value, shift in zip(column, values, offsets, strict=True)}
