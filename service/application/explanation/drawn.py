"""
The drawing of an explanation: the nodes of its graph as boxes, conditions inside the rules that ask them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application import graph as drawing
from service.application.explanation.material import Facts
from service.application.explanation.phrases import condition_phrase, finding_words, plain
from service.application.explanation.said import small
from service.application.in_words import title_of
from service.domain.explanation.graph import Kind, Role
from service.domain.rules import FindingTest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.explanation.graph import Edge, Graph

_KINDS = {
    Kind.RESULT: drawing.Kind.GIVEN,
    Kind.PATIENT: drawing.Kind.GIVEN,
    Kind.EVENT: drawing.Kind.GIVEN,
    Kind.ASSUMED: drawing.Kind.ASSUMED,
    Kind.MISSING: drawing.Kind.MISSING,
    Kind.MEASURE: drawing.Kind.MEASURE,
    Kind.FINDING: drawing.Kind.FINDING,
    Kind.RULE: drawing.Kind.RULE,
    Kind.DOUBT: drawing.Kind.DOUBT,
    Kind.CONCLUSION: drawing.Kind.CONCLUSION,
    Kind.ADVICE: drawing.Kind.ADVICE,
}


def draw_derived(decision: Decision, graphs: Sequence[Graph]) -> drawing.Graph:
    """Return the derivations of conclusions as a drawing: what was sent on the left, what follows on the right."""
    return _draw(drawing.Graph(f"Why: {_about(decision, graphs)}"), graphs)


def draw_hindered(decision: Decision, graphs: Sequence[Graph]) -> drawing.Graph:
    """Return what stands in the way of conclusions as a drawing: what is missing on the left."""
    return _draw(
        drawing.Graph(f"Why not: {_about(decision, graphs)}", against="fails, so the rule does not fire"), graphs
    )


def _about(decision: Decision, graphs: Sequence[Graph]) -> str:
    """Return what a drawing is about: its conclusion, or the rule set where there are several."""
    tops = [node.name for graph in graphs for node in graph.nodes.values() if node.kind is Kind.CONCLUSION]
    return title_of(decision.release, tops[0]) if len(tops) == 1 else decision.release.ruleset.title


def _draw(drawn: drawing.Graph, several: Sequence[Graph]) -> drawing.Graph:
    facts = Facts(*several)
    edges: dict[tuple[str, str], bool] = {}
    kinds: dict[str, Kind] = {}
    conditions: dict[str, list[str]] = {}
    for graph in several:
        kinds |= {name: node.kind for name, node in graph.nodes.items()}
        for edge in _joined(graph, conditions):
            pair = (edge.source, edge.target)
            against = edge.role in {Role.AGAINST, Role.FAILS} or _asks_for_absence(graph, facts, edge)
            edges[pair] = edges.get(pair, False) or against
    shown = [name for name, kind in kinds.items() if kind in _KINDS]
    layers = _layers({name: kinds[name] for name in shown}, edges)
    ends = {target for _, target in edges}
    for name in shown:
        told = facts[name]
        lines = list(dict.fromkeys(_line(facts[one]) for one in conditions.get(name, ())))
        heading, about = _words(kinds[name], told, lines)
        # A finding that nothing leads to was stated.
        kind = drawing.Kind.GIVEN if kinds[name] is Kind.FINDING and name not in ends else _KINDS[kinds[name]]
        drawn.nodes[name] = drawing.Node(name, kind, heading, about, layers[name])
    drawn.edges = [drawing.Edge(source, target, against) for (source, target), against in edges.items()]
    return drawn


def _line(told: Document) -> str:
    """Return what is written of a condition into the rule that asks it."""
    if told["result"] == "unknown" and "stands" in told:
        stands: str = told["stands"]
        return f"{small(told['title'])} {plain(told['wants'])}, {plain(stands.removeprefix('is '))}"
    return condition_phrase(told, brief=True)


def _joined(graph: Graph, conditions: dict[str, list[str]]) -> Iterable[Edge]:
    """Yield the edges, those through a condition joined into one; conditions are put with what asks them."""
    for edge in graph.edges:
        target, source = graph.nodes[edge.target], graph.nodes[edge.source]
        if target.kind is Kind.CONDITION:
            continue
        if source.kind is not Kind.CONDITION:
            yield edge
            continue
        if not isinstance(source.condition, FindingTest) or not _leads(graph, edge.source):
            conditions.setdefault(edge.target, []).append(edge.source)
        for before in graph.edges:
            if before.target == edge.source:
                role = before.role if before.role is not Role.SUPPORTS else edge.role
                yield type(edge)(before.source, edge.target, role)


def _leads(graph: Graph, condition: str) -> bool:
    """Return whether a finding stands before a condition, and tells what the condition would."""
    return any(edge.target == condition for edge in graph.edges)


def _asks_for_absence(graph: Graph, facts: Facts, edge: Edge) -> bool:
    source = graph.nodes[edge.source]
    absent = source.kind is Kind.FINDING and facts[edge.source]["state"] == "absent"
    return absent and edge.role is Role.SUPPORTS


def _layers(kinds: Mapping[str, Kind], edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the column of each node: one behind the last of what it rests on; conclusions stand in one column."""
    before: dict[str, list[str]] = {name: [] for name in kinds}
    for source, target in edges:
        before[target].append(source)
    conclusions = [name for name, kind in kinds.items() if kind is Kind.CONCLUSION]
    found = _columns(before, {})
    last = max((found[name] for name in conclusions), default=0)
    return _columns(before, dict.fromkeys(conclusions, last))


def _columns(before: Mapping[str, list[str]], least: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            behind = 1 + max((column(one) for one in before[name]), default=-1)
            found[name] = max(behind, least.get(name, 0))
        return found[name]

    for name in before:
        column(name)
    return found


def _words(kind: Kind, told: Document, lines: list[str]) -> tuple[str, str]:
    """Return what is written into a node, and what is told besides."""
    if kind is Kind.RULE:
        return told["rule"], "; ".join(lines) or told["title"].replace(": ", ", ")
    if kind is Kind.FINDING:
        words = finding_words(told["title"], told["state"])
        return words[:1].upper() + words[1:], told["state"]
    if kind in _WRITTEN:
        template, about = _WRITTEN[kind]
        certainty = told.get("certainty") or "not concluded"
        given = told["given"]["text"] if "given" in told else ""
        return template.format(**told | {"certainty": certainty, "given": given}), about
    value = plain(told["value"].removesuffix(" /d"))
    # A word is set off from the title, a number is not.
    return f"{told['title']}{'' if value[:1].isdigit() else ':'} {value}", told.get("origin", "")


_WRITTEN = {
    Kind.RESULT: ("{title} {given}", "as given"),
    Kind.CONCLUSION: ("{title}: {certainty}", "conclusion"),
    Kind.ADVICE: ("{title} ({urgency})", "advice"),
    Kind.DOUBT: ("{rule}: {title}", "doubt about results"),
    Kind.MISSING: ("{title}", "missing"),
}
