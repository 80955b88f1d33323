"""
Why: the derivation of a conclusion, with every support, from the results to the advice that rests on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.explanation.graph import NOTHING, Edge, Graph, Kind, Role, Some, smallest
from service.domain.explanation.keys import key_states, needed_keys
from service.domain.explanation.known import Known
from service.domain.explanation.numbering import numbering
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Group, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
    from service.domain.semantics import Verdict


def complete(decision: Decision, conclusion: str) -> Graph:
    """
    Return everything that supports a conclusion, or speaks against it.

    Args:
        decision: In which some rule claims something of it, and the patient is in scope.

        conclusion: Its name.

    Returns:
        The graph: every rule that claims as much as the verdict, with every support that it has, those on the
        other side, and the advice that asks for the conclusion.
    """
    return _Derivation(decision).of(conclusion)


def minimal(graph: Graph, conclusion: str) -> Graph:
    """
    Return the smallest part of a derivation from which its conclusion still follows.

    Args:
        graph: The complete one.

        conclusion: Its name.

    Returns:
        The part, with the doubts that changed what it reads.
    """
    kept = smallest(graph.nodes, f"{Kind.CONCLUSION}:{conclusion}")
    qualified = {edge.source for edge in graph.edges if edge.role is Role.QUALIFIES and edge.target in kept}
    edges = (
        edge
        for edge in graph.edges
        if edge.target in kept and (edge.source in kept if edge.role is Role.SUPPORTS else edge.source in qualified)
    )
    nodes = {name: node for name, node in graph.nodes.items() if name in kept | qualified}
    return Graph(nodes, tuple(edge for edge in edges if edge.role is not Role.AGAINST))


def conflict(decision: Decision, finding: str) -> Graph:
    """
    Return what speaks for and what speaks against a finding that is in conflict.

    Args:
        decision: The decision.

        finding: Its name.

    Returns:
        The finding with the rules of both sides and all that they rest on.
    """
    derivation = _Derivation(decision)
    derivation.finding(finding)
    return Graph(derivation.nodes, tuple(derivation.edges))


def doubt(decision: Decision, rule: str) -> Graph:
    """
    Return what a doubt about results rests on.

    Args:
        decision: The decision.

        rule: A rule about results that fired.

    Returns:
        The doubt with its conditions, and what these rest on.
    """
    derivation = _Derivation(decision)
    derivation.doubt(rule)
    return Graph(derivation.nodes, tuple(derivation.edges))


class _Derivation(Known):
    """Builds the complete graph, from the conclusion down."""

    def of(self, name: str) -> Graph:
        verdict = self.decision.inference.verdicts[name]
        top = self.conclusion(name)
        if not verdict.contested:
            for rule in self.decision.claims(name, speaking_for=not verdict.certainty.is_for):
                self.edges[Edge(self.rule(self.decision.release.rules[rule]), top, Role.AGAINST)] = None
        self.advice(name, top)
        return Graph(self.nodes, tuple(self.edges))

    # -- what is concluded -----------------------------------------------

    def conclusion(self, name: str) -> str:
        verdict = self.decision.inference.verdicts.get(name)
        if verdict is None:
            return self.add(Kind.CONCLUSION, name)
        scope = self.group(self.decision.release.ruleset.scope, self.decision, holds=True)
        sides = [self.claims(name, verdict, speaking_for=side) for side in (True, False)]
        deciding = sides if verdict.contested else [sides[0] if verdict.certainty.is_for else sides[1]]
        return self.add(Kind.CONCLUSION, name, Some(1 + len(deciding), (*deciding, scope)))

    def claims(self, name: str, verdict: Verdict, *, speaking_for: bool) -> Some:
        """Return the rules of one side that claim the most, any one of which suffices."""
        if not verdict.contested and verdict.certainty.is_for is not speaking_for:
            return NOTHING
        rules = [self.decision.release.rules[rule] for rule in self.decision.claims(name, speaking_for=speaking_for)]
        most = max((rule.then.certainty.force for rule in rules if rule.then.certainty), default=0)
        deciding = (rule for rule in rules if rule.then.certainty and rule.then.certainty.force == most)
        return Some(1, tuple(self.rule(rule) for rule in deciding))

    def advice(self, name: str, top: str) -> None:
        """Add the advice that asks for the conclusion."""
        for advice, _, rules in self.decision.advice:
            for rule in rules:
                tests = (one for one in rule.when.conditions() if isinstance(one, CertaintyTest))
                if any(test.conclusion == name and self.decision.truth(test) for test in tests):
                    node = self.add(Kind.ADVICE, advice, Some(1, (self.add(Kind.RULE, rule.id, Some(1, (top,))),)))
                    self.edges[Edge(f"{Kind.RULE}:{rule.id}", node)] = None

    # -- rules -----------------------------------------------------------

    def rule(self, rule: Rule) -> str:
        """Return the node of a rule that fired, or of one that did not and is wanted for that."""
        seen, outcome = self.decision.seen_by(rule), self.decision.outcomes[rule.id]
        if outcome is Outcome.OTHER_PROFILE:
            return self.add(Kind.RULE, rule.id)
        return self.add(Kind.RULE, rule.id, self.group(rule.when, seen, holds=outcome is Outcome.FIRED))

    def group(self, group: Group, seen: Decision, *, holds: bool) -> Some:
        """Return what a group rests on: members that hold, or so many that fail that too few are left."""
        members: list[Some | str] = []
        for member in group.members:
            if isinstance(member, Group):
                if _truth(member, seen) is holds:
                    members.append(self.group(member, seen, holds=holds))
            elif seen.truth(member) is holds:
                members.append(self.condition(member, seen))
        return Some(group.needed if holds else len(group.members) - group.needed + 1, tuple(members))

    def condition(self, condition: Condition, seen: Decision) -> str:
        name = numbering(self.decision).of(condition, seen)
        rests_on = self._asked(condition, seen)
        return self.add(Kind.CONDITION, name, Some(len(rests_on), tuple(rests_on)), seen=seen, condition=condition)

    def _asked(self, condition: Condition, seen: Decision) -> list[Some | str]:
        if isinstance(condition, Comparison):
            return self.comparison(condition, seen)
        if isinstance(condition, AttributeTest):
            return [self.attribute(condition.attribute, seen)]
        if isinstance(condition, FindingTest):
            return [self.finding(condition.finding)]
        if isinstance(condition, CertaintyTest):
            return [self.conclusion(condition.conclusion)]
        if isinstance(condition, DoubtTest):
            cast = condition.rule in seen.facts.doubts
            return [self.doubt(condition.rule)] if cast else []
        known = condition.measure in seen.facts.known
        return [self.value(condition.measure, seen) if known else self.add(Kind.MISSING, condition.measure)]

    # -- findings --------------------------------------------------------

    def finding(self, name: str) -> str:
        """Return the node of a finding in the state in which it is."""
        decision = self.decision
        state = state_of(name, decision.facts, decision.meaning)
        rules = decision.release.giving.get(name, ())
        if name not in decision.inference.states or state is State.UNKNOWN:
            return self.add(Kind.FINDING, name)
        fired = {verb: [self.rule(rule) for rule in rules if self._fired(rule, verb)] for verb in _GIVING}
        if state is State.CONFLICTING:
            return self.add(Kind.FINDING, name, Some(2, tuple(Some(1, tuple(fired[verb])) for verb in _GIVING)))
        direct = fired[Verb.ESTABLISH if state is State.PRESENT else Verb.RULE_OUT]
        ways: list[Some | str] = [Some(1, tuple(direct))] if direct else []
        if state is State.ABSENT and not fired[Verb.ESTABLISH] and self._is_closed(name):
            establish = [self.rule(rule) for rule in rules if rule.then.verb is Verb.ESTABLISH]
            ways.append(Some(len(establish), tuple(establish)))
        return self.add(Kind.FINDING, name, Some(1, tuple(ways)))

    def _fired(self, rule: Rule, verb: Verb) -> bool:
        return rule.then.verb is verb and self.decision.outcomes[rule.id] is Outcome.FIRED

    def _is_closed(self, name: str) -> bool:
        """Return whether a finding is absent because every rule that could establish it is refuted."""
        decision = self.decision
        establish = [rule for rule in decision.release.giving.get(name, ()) if rule.then.verb is Verb.ESTABLISH]
        undecided = any(decision.outcomes[rule.id] is Outcome.UNDECIDED for rule in establish)
        return decision.release.vocabulary.findings[name].closes and bool(establish) and not undecided

    # -- what is known ---------------------------------------------------

    def comparison(self, condition: Comparison, seen: Decision) -> list[Some | str]:
        standing = seen.facts.standings[condition.threshold]
        compared = standing.choice.compares
        found: list[Some | str] = [self.compared(condition, seen)]
        if standing.finding is not None and len(key_states(seen, condition)) == 1:
            found.append(self.finding(standing.finding))
        alternatives = [tuple(self.key(name, seen) for name in names) for names in needed_keys(seen, condition)]
        if len(alternatives) == 1:
            found += alternatives[0]
        else:
            found.append(Some(1, tuple(Some(len(names), names) for names in alternatives)))
        doubts = self.decision.doubts_behind(compared) if seen is self.decision else ()
        number = f"{Kind.CONDITION}:{numbering(self.decision).of(condition, seen)}"
        self.edges.update(dict.fromkeys(Edge(self.doubt(doubt), number, Role.QUALIFIES) for doubt in doubts))
        return found

    def doubt(self, rule: str) -> str:
        one = self.decision.release.rules[rule]
        return self.add(
            Kind.DOUBT, rule, self.group(one.when, self.decision.seen_by(one), holds=True), seen=self.decision
        )


_GIVING = (Verb.ESTABLISH, Verb.RULE_OUT)


def _truth(group: Group, seen: Decision) -> bool | None:
    """Return the truth of a group from that of its members."""
    values = [_truth(one, seen) if isinstance(one, Group) else seen.truth(one) for one in group.members]
    if values.count(True) >= group.needed:
        return True
    return False if len(values) - values.count(False) < group.needed else None
