"""
The rule set as a graph: what is given, rules, findings, conclusions, advice.

Each name and each rule is a node; an edge leads from what a rule reads to the
rule, and from the rule to what it gives. A cone is what one node rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from service.application.connections import reads, rests_on
from service.application.in_words import effect_words, title_of
from service.domain.errors import NameNotFoundError
from service.domain.rules import FindingTest, Verb
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.release import Release
    from service.domain.rules import Rule


class Kind(StrEnum):
    """What a node is."""

    GIVEN = "given"
    ASSUMED = "assumed"
    MISSING = "missing"
    MEASURE = "measure"
    RULE = "rule"
    FINDING = "finding"
    CONCLUSION = "conclusion"
    ADVICE = "advice"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Node:
    """
    A name or a rule.

    Attributes:
        id: Unique in the graph.

        kind: What it is.

        title: What is written into it.

        about: What is told besides.

        layer: Its column, counted from the left.
    """

    id: str
    kind: Kind
    title: str
    about: str
    layer: int


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge; it is *against* where the rule asks for an absence, or speaks against what it leads to."""

    source: str
    target: str
    against: bool


@dataclass(slots=True)
class Graph:
    """A title, nodes by id, edges in a fixed order, and what an edge that is against says."""

    title: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    against: str = "absent, ruled out, unlikely or excluded"


def graph(release: Release, *, name: str | None = None, rule: str | None = None) -> Graph:
    """
    Return the graph of a rule set, or the cone of one name or rule.

    Args:
        release: The rule set.

        name: A conclusion, finding or advice: only what it rests on.

        rule: Id of a rule: only what it rests on, and what it gives.

    Returns:
        The graph.

    Raises:
        NameNotFoundError: If no rule gives the name, or there is no such rule.
    """
    title = release.ruleset.title
    chosen: Iterable[Rule] = release.rules.values()
    if name is not None:
        if name not in release.giving:
            raise NameNotFoundError("conclusion, finding or advice", name, tuple(release.giving))
        chosen, title = rests_on(release, release.giving[name]), f"{title}: {title_of(release, name)}"
    if rule is not None:
        one = release.rules.get(rule.upper())
        if one is None:
            raise NameNotFoundError("rule", rule.upper(), tuple(release.rules))
        chosen, title = rests_on(release, [one]), f"{title}: {one.id}"
    drawn = _Drawn(release, Graph(title), sorted(chosen, key=lambda each: (release.levels[each.id], each.id)))
    drawn.draw()
    return drawn.graph


class _Drawn:
    """Adds the nodes and edges of some rules to a graph."""

    def __init__(self, release: Release, into: Graph, rules: list[Rule]) -> None:
        self.release, self.graph, self.rules = release, into, rules
        self.layers: dict[str, int] = {}
        self._lay()

    def _lay(self) -> None:
        """Give each name a column: what is given, findings by dependency, conclusions, advice; rules stand before."""
        by_verb: dict[Verb, list[Rule]] = {}
        for rule in self.rules:
            by_verb.setdefault(rule.then.verb, []).append(rule)
        giving: dict[str, list[Rule]] = {}
        for rule in (*by_verb.get(Verb.ESTABLISH, ()), *by_verb.get(Verb.RULE_OUT, ())):
            giving.setdefault(rule.then.name, []).append(rule)
        for name in self.release.finding_order:
            if name in giving:
                read = [self.layers.get(one, 0) for rule in giving[name] for one in reads(self.release, rule).findings]
                self.layers[name] = 2 + max(read, default=0)
        for verb in (Verb.CONCLUDE, Verb.ADVISE):
            last = max(self.layers.values(), default=0)
            self.layers.update(dict.fromkeys((rule.then.name for rule in by_verb.get(verb, ())), last + 2))

    def draw(self) -> None:
        for rule in self.rules:
            gives = effect_words(self.release, rule.then)
            target = rule.then.name or gives
            layer = self.layers.setdefault(target, 2)
            self._add(Node(rule.id, Kind.RULE, rule.id, f"{rule.title}: {gives}", layer - 1))
            asked_absent = {
                condition.finding
                for condition in rule.when.conditions()
                if isinstance(condition, FindingTest) and condition.state is State.ABSENT
            }
            tested = {getattr(condition, "attribute", "") for condition in rule.when.conditions()}
            names = reads(self.release, rule)
            for name in (*names.measures, *(one for one in names.attributes if one in tested)):
                self._add(Node(name, Kind.GIVEN, title_of(self.release, name), "given with the panel", 0))
                self.graph.edges.append(Edge(name, rule.id, against=False))
            for name in (*names.findings, *names.conclusions):
                self._name(name)
                self.graph.edges.append(Edge(name, rule.id, name in asked_absent))
            if rule.then.name:
                self._name(target)
            else:
                self._add(Node(target, Kind.DOUBT, self._doubts(rule), gives, layer))
            against = rule.then.certainty is not None and not rule.then.certainty.is_for
            self.graph.edges.append(Edge(rule.id, target, against or rule.then.verb is Verb.RULE_OUT))

    def _doubts(self, rule: Rule) -> str:
        """Return the results that a rule doubts, by what it says of them."""
        by_effect: dict[str, list[str]] = {}
        for doubt in rule.then.doubts:
            by_effect.setdefault(doubt.effect.value, []).append(title_of(self.release, doubt.measure))
        return "; ".join(f"{effect}: {', '.join(names)}" for effect, names in by_effect.items())

    def _name(self, name: str) -> None:
        words = self.release.vocabulary
        kind = Kind.FINDING if name in words.findings else Kind.CONCLUSION
        if name in words.advice:
            kind = Kind.ADVICE
        if kind is Kind.FINDING and words.findings[name].observed:
            kind = Kind.GIVEN
        self._add(Node(name, kind, title_of(self.release, name), name, self.layers.get(name, 0)))

    def _add(self, node: Node) -> None:
        self.graph.nodes.setdefault(node.id, node)
