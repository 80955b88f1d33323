"""
What holds for a whole decision: its status, its scope, findings in conflict, results that were not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from service.application.explanation.material import Facts
from service.domain.explanation.graph import NOTHING, Edge, Graph, Kind, Node
from service.domain.explanation.numbering import numbering
from service.domain.explanation.why import conflict, doubt
from service.domain.explanation.whynot import scope_hurdles
from service.domain.question import status
from service.domain.rules import Verb
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.decision import Decision


@dataclass(frozen=True)
class Overview:
    """
    A decision as a whole.

    Attributes:
        decision: The decision.

        graph: The nodes that are spoken of.
    """

    decision: Decision
    graph: Graph

    @cached_property
    def facts(self) -> Facts:
        """The facts of every node."""
        return Facts(self.graph)

    @cached_property
    def status(self) -> str:
        """The node of the status."""
        return self.facts.of_kind(Kind.STATUS)[0]

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The conditions for which the patient is not, or not surely, one the rules are for."""
        of = numbering(self.decision).of
        return tuple(f"{Kind.CONDITION}:{of(one.condition, self.decision)}" for one in scope_hurdles(self.decision))

    @cached_property
    def noted(self) -> tuple[str, ...]:
        """The results and attributes about which there is something to say."""
        return tuple(name for name in self.facts.of_kind(Kind.RESULT, Kind.PATIENT) if self.facts[name].get("notes"))

    @cached_property
    def conflicting(self) -> tuple[str, ...]:
        """The findings for and against which rules fired."""
        findings = self.facts.of_kind(Kind.FINDING)
        return tuple(name for name in findings if self.facts[name]["state"] == State.CONFLICTING)

    def sides(self, finding: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the conditions that speak for a finding in conflict, and those that speak against it."""
        rules = self.decision.release.rules
        sides: tuple[list[str], list[str]] = ([], [])
        for rule in self.graph.before(finding):
            against = rules[self.graph.nodes[rule].name].then.verb is Verb.RULE_OUT
            sides[against].extend(self.graph.before(rule))
        return tuple(sides[0]), tuple(sides[1])


def overview(decision: Decision, left_out: Iterable[str] = ()) -> Overview:
    """Return what holds for a decision as a whole, with the conclusions that are told nowhere else."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for name, state in decision.findings:
        if state is State.CONFLICTING:
            part = conflict(decision, name)
            nodes |= part.nodes
            edges += part.edges
    own = [Node(f"{Kind.STATUS}:{status(decision)}", Kind.STATUS, status(decision), NOTHING, decision)]
    own += [Node(f"{Kind.CONCLUSION}:{one}", Kind.CONCLUSION, one, NOTHING, decision) for one in left_out]
    about = dict.fromkeys(note.about for note in decision.panel.notes)
    kinds = dict.fromkeys(decision.panel.attributes, Kind.PATIENT)
    kinds |= dict.fromkeys((one.result for one in decision.panel.inputs), Kind.RESULT)
    own += [Node(f"{kinds[one]}:{one}", kinds[one], one, NOTHING, decision) for one in about if one in kinds]
    for rule in sorted(decision.doubts):
        part = doubt(decision, rule)
        nodes |= part.nodes
        edges += part.edges
    for hurdle in scope_hurdles(decision):
        number = numbering(decision).of(hurdle.condition, decision)
        own.append(Node(f"{Kind.CONDITION}:{number}", Kind.CONDITION, number, NOTHING, decision, hurdle.condition))
    return Overview(decision, Graph(nodes | {node.id: node for node in own}, tuple(dict.fromkeys(edges))))
