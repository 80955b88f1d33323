"""
What is known of a patient, as nodes: results, computed values, attributes, events, assumptions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.derivations import CountOf
from service.domain.explanation.graph import NOTHING, Edge, Kind, Node, Some
from service.domain.explanation.numbering import numbering
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.panel import Origin
from service.domain.standing import margin_of
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.derivations import Vote
    from service.domain.panel import Value
    from service.domain.rules import Comparison, Condition
    from service.domain.standing import Standing


class Known:
    """
    Builds the nodes of what is known, each once, supports first.

    Args:
        decision: The decision that is explained.

    Attributes:
        nodes, edges: What was built.
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.nodes: dict[str, Node] = {}
        self.edges: dict[Edge, None] = {}

    def add(
        self,
        kind: Kind,
        name: str,
        rests_on: Some = NOTHING,
        *,
        seen: Decision | None = None,
        condition: Condition | None = None,
        suffix: str = "",
    ) -> str:
        """Return the id of a node; it is built, with the edges from what it rests on, when it is first asked for."""
        node = Node(f"{kind}:{name}{suffix}", kind, name, rests_on, seen or self.decision, condition)
        if node.id not in self.nodes:
            self.nodes[node.id] = node
            self.edges.update(dict.fromkeys(Edge(source, node.id) for source in rests_on.names()))
        return node.id

    def compared(self, condition: Comparison, seen: Decision) -> str:
        """Return the node of the value that was compared; a count rests on as many votes as decide the comparison."""
        standing = seen.facts.standings[condition.threshold]
        measure = standing.choice.compares
        how = seen.release.vocabulary.measures[measure].derivation
        if not isinstance(how, CountOf) or standing.value is None:
            return self.value(measure, seen)
        truth = seen.truth(condition)
        ways = []
        for cast in (True, False):
            values = [self.vote(vote.threshold, seen) for vote in how.votes if _vote(vote, seen) is cast]
            needed = _votes_needed(condition, standing, len(how.votes), cast=cast, truth=truth)
            if needed is not None and needed <= len(values):
                ways.append(Some(needed, tuple(values)))
        number = numbering(self.decision).of(condition, seen)
        rests_on = Some(1, tuple(ways))
        known = self.nodes.get(f"{Kind.MEASURE}:{measure}")
        suffix = "" if known is None or known.rests_on == rests_on else f" for {number}"
        return self.add(Kind.MEASURE, measure, rests_on, seen=seen, suffix=suffix)

    def vote(self, threshold: str, seen: Decision) -> str:
        """Return the node of the value that one vote of a count compared."""
        return self.value(seen.facts.standings[threshold].choice.compares, seen)

    def value(self, measure: str, seen: Decision) -> str:
        """Return the node of a value: its one result, or the measure where it was computed, or read from several."""
        value = seen.facts.values[measure]
        if value.origin is Origin.ASSUMED:
            return self.add(Kind.ASSUMED, measure, seen=seen)
        if value.origin is Origin.COMPUTED:
            return self.computed(measure, value, seen)
        given = [self.reference(ref, seen) for ref in value.refs]
        if len(given) == 1:
            return given[0]
        return self.add(Kind.MEASURE, measure, Some(len(given), tuple(given)), seen=seen)

    def computed(self, measure: str, value: Value, seen: Decision) -> str:
        """Return the node of a computed value; that of rules about results is another one where a doubt changed it."""
        now = self.decision.facts.values.get(measure)
        suffix = "" if now is not None and now.interval == value.interval else " as received"
        operands: dict[str, None] = {}
        derivation = seen.release.vocabulary.measures[measure].derivation
        if derivation is not None and not isinstance(derivation, CountOf):
            operands.update(dict.fromkeys(self.reference(ref, seen) for ref in value.refs))
        else:
            for name in value.operands:
                if name in seen.facts.standings:
                    compared = seen.facts.standings[name].choice.compares
                    if compared in seen.facts.values:
                        operands[self.value(compared, seen)] = None
                elif name not in seen.release.numbers.constants:
                    operands[self.value(seen.release.looked_up(name), seen)] = None
        return self.add(Kind.MEASURE, measure, Some(len(operands), tuple(operands)), seen=seen, suffix=suffix)

    def reference(self, ref: str, seen: Decision) -> str:
        """Return the node of what a value says it rests on: a result, something said of the patient, an event."""
        where, _, name = ref.rpartition("/")
        if where == "event":
            return self.add(Kind.EVENT, name, seen=seen)
        if where == "patient":
            assumed = any(one.name == name for one in seen.panel.assumed)
            return self.add(Kind.ASSUMED if assumed else Kind.PATIENT, name, seen=seen)
        return self.add(Kind.RESULT, ref, seen=seen)

    def key(self, name: str, seen: Decision) -> str:
        """Return the node of an attribute or a quantity of the patient."""
        return self.attribute(name, seen) if name in seen.panel.attributes else self.value(name, seen)

    def attribute(self, name: str, seen: Decision) -> str:
        """Return the node of an attribute, with what settles it where nobody stated it."""
        possible = seen.panel.attributes[name]
        attribute = seen.release.vocabulary.attributes[name]
        if possible.origin is Origin.ASSUMED:
            return self.add(Kind.ASSUMED, name, seen=seen)
        if possible.origin is Origin.COMPUTED and possible.table:
            of = self.value(seen.release.looked_up(possible.table), seen)
            return self.add(Kind.PATIENT, name, Some(1, (of,)), seen=seen)
        if possible.origin is Origin.DOMAIN:
            attributes = seen.panel.attributes
            against = [other for other, values in attribute.applies_to.items() if not attributes[other].values & values]
            settled: list[Some | str] = [self.attribute(other, seen) for other in against]
            age = seen.facts.values.get(AGE)
            if age is not None and attribute.applies_age is not None and not age.interval.meets(attribute.applies_age):
                settled.append(self.value(AGE, seen))
            return self.add(Kind.PATIENT, name, Some(1, tuple(settled)), seen=seen)
        return self.add(Kind.PATIENT, name, seen=seen)


def _vote(vote: Vote, seen: Decision) -> bool | None:
    margin = seen.facts.standings[vote.threshold].margins.get(None)
    return None if margin is None else margin.decides(Word(vote.word))


def _votes_needed(
    condition: Comparison, standing: Standing, votes: int, *, cast: bool, truth: bool | None
) -> int | None:
    """Return how many votes, cast so, decide a comparison whatever the others are; None where none can."""
    for number in range(votes + 1):
        count = Interval.of(number, votes) if cast else Interval.of(0, votes - number)
        value = standing.value and replace(standing.value, interval=count)
        margin = margin_of(replace(standing, value=value), standing.rows)
        if margin is not None and margin.decides(condition.word) is truth:
            return number
    return None
