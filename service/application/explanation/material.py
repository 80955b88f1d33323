"""
What registers speak of: the graphs of one conclusion, read as grounds, assumptions, doubts and results.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from service.application.explanation.facts import node_written
from service.domain.explanation.graph import Graph, Kind, Role
from service.domain.explanation.numbering import numbering
from service.domain.rules import FindingTest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.explanation.whynot import Hurdle, Obstacle
    from service.domain.semantics import Verdict

GIVEN = frozenset({Kind.RESULT, Kind.PATIENT, Kind.EVENT, Kind.ASSUMED, Kind.MISSING})
"""Kinds of nodes that rest on nothing but what was said."""


@dataclass(frozen=True, slots=True)
class Ground:
    """
    Conditions that show one thing.

    Attributes:
        finding: The node of the finding that they show; empty where a rule of the conclusion asks for them itself.

        conditions: Nodes of conditions that are no derived findings.

        between: Rules and findings that lead from these to that.
    """

    finding: str
    conditions: tuple[str, ...]
    between: tuple[str, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every node that the ground renders."""
        return (*self.conditions, *self.between, *((self.finding,) if self.finding else ()))


class Facts:
    """
    The facts of nodes, each written once for a decision.

    Args:
        graphs: The nodes.
    """

    def __init__(self, *graphs: Graph) -> None:
        self._nodes = {name: node for graph in graphs for name, node in graph.nodes.items()}

    def __getitem__(self, name: str) -> Document:
        node = self._nodes[name]
        # Explanations of several conclusions speak of the same nodes.
        written: dict[str, Document] = node.seen.remembered.setdefault("facts of nodes", {})
        if name not in written:
            written[name] = node_written(node)
        return written[name]

    def written(self, graph: Graph) -> Document:
        """Return a graph as JSON: its nodes with their facts, and its edges."""
        edges = [{"from": edge.source, "to": edge.target, "role": edge.role.value} for edge in graph.edges]
        return {"nodes": [self[name] for name in graph.nodes], "edges": edges}

    def of_kind(self, *kinds: Kind) -> list[str]:
        """Return the ids of the nodes of some kinds."""
        return [name for name, node in self._nodes.items() if node.kind in kinds]


@dataclass(frozen=True)
class Derived:
    """
    One conclusion with its derivation.

    Attributes:
        decision: The decision.

        conclusion: Its name.

        verdict: What its claims leave of it.

        complete, minimal: The graphs.
    """

    decision: Decision
    conclusion: str
    verdict: Verdict
    complete: Graph
    minimal: Graph

    @property
    def top(self) -> str:
        """The node of the conclusion."""
        return f"{Kind.CONCLUSION}:{self.conclusion}"

    @cached_property
    def facts(self) -> Facts:
        """The facts of every node."""
        return Facts(self.complete)

    def grounds(self, *, speaking_for: bool | None = None) -> tuple[Ground, ...]:
        """Return the grounds of the smallest support, what is particular to the conclusion first; of one side."""
        rules = [name for name in self.minimal.before(self.top) if self.minimal.nodes[name].kind is Kind.RULE]
        return self._grounds(self.minimal, [name for name in rules if self._speaks(name, speaking_for)])

    @cached_property
    def others(self) -> tuple[Ground, ...]:
        """The grounds that support it besides."""
        told = {one for ground in self.grounds() for one in ground.conditions}
        rules = [name for name in self.complete.before(self.top) if self.complete.nodes[name].kind is Kind.RULE]
        return _without(self._grounds(self.complete, rules), told)

    @cached_property
    def opposing(self) -> tuple[Ground, ...]:
        """The grounds of the other side, which claims less."""
        return self._grounds(self.complete, self.complete.before(self.top, Role.AGAINST))

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The conditions of the scope."""
        return tuple(name for name in self.minimal.before(self.top) if self.minimal.nodes[name].kind is Kind.CONDITION)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed in the smallest support."""
        return tuple(name for name, node in self.minimal.nodes.items() if node.kind is Kind.ASSUMED)

    @cached_property
    def also(self) -> tuple[str, ...]:
        """The rules of its side that fired, and are not in the smallest support."""
        below = _below(self.complete, (self.top,), every=True)
        return tuple(name for name in below if self.complete.nodes[name].kind is Kind.RULE)

    def below(self, *tops: str, every: bool = False) -> tuple[str, ...]:
        """Return what nodes rest on in the smallest support, the nearest first; what chose a limit too with *every*."""
        return tuple(_below(self.minimal, tops, every=every))

    def _speaks(self, rule: str, speaking_for: bool | None) -> bool:  # noqa: FBT001 - a side, or both
        certainty = self.decision.release.rules[self.minimal.nodes[rule].name].then.certainty
        return speaking_for is None or (certainty is not None and certainty.is_for is speaking_for)

    def _grounds(self, graph: Graph, rules: Iterable[str]) -> tuple[Ground, ...]:
        found: list[Ground] = []
        told: set[str] = set()
        for rule in rules:
            direct: list[str] = []
            through: list[str] = []
            for name in graph.before(rule):
                (through if _is_derived(graph, name) else direct).append(name)
            grounds = [Ground("", tuple(direct), (rule,))] if direct else []
            ordered = sorted(through, key=lambda name: self._readers(graph.before(name)[0]))
            grounds += [_ground(graph, graph.before(name)[0], (name, rule)) for name in ordered]
            found += _without(grounds, told)
            told |= {one for ground in grounds for one in ground.conditions}
        return tuple(found)

    def _readers(self, finding: str) -> int:
        """Return how many rules ask about a finding: the fewer, the more it says of this conclusion."""
        return self.decision.release.readers.get(finding.partition(":")[2], 0)


def _is_derived(graph: Graph, condition: str) -> bool:
    """Return whether a condition asks about a finding that rules gave."""
    if not isinstance(graph.nodes[condition].condition, FindingTest):
        return False
    return any(graph.before(one) for one in graph.before(condition) if graph.nodes[one].kind is Kind.FINDING)


def _ground(graph: Graph, finding: str, after: tuple[str, ...]) -> Ground:
    conditions: dict[str, None] = {}
    between: dict[str, None] = dict.fromkeys(after)
    for name in _below(graph, (finding,)):
        node = graph.nodes[name]
        if node.kind is Kind.CONDITION and not _is_derived(graph, name):
            conditions[name] = None
        elif node.kind in {Kind.CONDITION, Kind.RULE, Kind.FINDING}:
            between[name] = None
    between.pop(finding, None)
    return Ground(finding, tuple(conditions), tuple(between))


def _below(graph: Graph, tops: Iterable[str], *, every: bool = False) -> Iterator[str]:
    seen: dict[str, None] = {}
    waiting = list(tops)[::-1]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen[name] = None
        yield name
        # A finding that only chooses the row of a limit is no ground of its own.
        node = graph.nodes[name]
        rows = not every and node.kind is Kind.CONDITION and not isinstance(node.condition, FindingTest)
        before = graph.before(name)[::-1]
        waiting += [one for one in before if not (rows and graph.nodes[one].kind is Kind.FINDING)]


def _without(grounds: Iterable[Ground], told: set[str]) -> tuple[Ground, ...]:
    """Return grounds with no condition that was told before; none that has no other."""
    left = []
    for ground in grounds:
        conditions = tuple(one for one in ground.conditions if one not in told)
        if conditions:
            left.append(Ground(ground.finding, conditions, ground.between))
    return tuple(left)


@dataclass(frozen=True)
class Hindered:
    """
    One conclusion with what stands in its way.

    Attributes:
        decision: The decision.

        conclusion: Its name.

        verdict: What its claims leave of it, or None.

        could_be: The rules that could have drawn it, or more firmly.

        graph: Their conditions, and what those wait for.
    """

    decision: Decision
    conclusion: str
    verdict: Verdict | None
    could_be: tuple[Obstacle, ...]
    graph: Graph

    @property
    def top(self) -> str:
        """The node of the conclusion."""
        return f"{Kind.CONCLUSION}:{self.conclusion}"

    @cached_property
    def facts(self) -> Facts:
        """The facts of every node."""
        return Facts(self.graph)

    def node_of(self, hurdle: Hurdle) -> str:
        """Return the node of a hurdle's condition."""
        return f"{Kind.CONDITION}:{numbering(self.decision).of(hurdle.condition, self.decision)}"


def hurdles(obstacle: Obstacle) -> tuple[Hurdle, ...]:
    """Return the hurdles of a rule, those that fail first."""
    return tuple(sorted(obstacle.hurdles, key=lambda one: (not one.fails, one.group, one.part)))
