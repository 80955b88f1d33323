"""
What could still become true: whether an undecided rule can fire at all.

A rule may be undecided and yet beyond reach, because it waits for a finding that
every rule which could give it has already failed to give. Tests that only feed
such a rule are not worth asking for. Adding results decides more and never takes
back, so what is decided now stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.needs import standing_needs
from service.domain.rules import Comparison, FindingTest, Group, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule


def could_fire(decision: Decision, rule: Rule) -> bool:
    """
    Return whether some further results could make a rule fire.

    Args:
        decision: The decision as it stands.

        rule: Any rule that is not about results.

    Returns:
        True for a rule that fired; False for one that is refuted or beyond reach.
    """
    reached = decision.reached
    if rule.id not in reached:
        outcome = decision.meaning.outcomes[rule.id]
        reached[rule.id] = outcome is Outcome.FIRED or (
            outcome is Outcome.UNDECIDED and _could_hold(decision, rule.when)
        )
    return reached[rule.id]


def _could_hold(decision: Decision, node: Group | Condition) -> bool:
    if isinstance(node, Group):
        return sum(_could_hold(decision, member) for member in node.members) >= node.needed
    value = decision.truth(node)
    if value is not None:
        return value
    if isinstance(node, FindingTest):
        return could_be(decision, node.finding, node.state)
    if isinstance(node, Comparison):
        standing = decision.facts.standings[node.threshold]
        state = state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None
        open_key = standing.finding is not None and state is State.UNKNOWN
        needs = standing_needs(decision.release, decision.panel, decision.facts.values, standing, state)
        return bool(needs) or open_key
    return True


def could_be(decision: Decision, finding: str, state: State) -> bool:
    """
    Return whether further results could bring a finding into a state.

    Args:
        decision: The decision as it stands.

        finding: Observed or derived.

        state: Present or absent.

    Returns:
        Whether they could; never for a finding that is conflicting, which no result takes back.
    """
    now = state_of(finding, decision.facts, decision.meaning)
    if now is not State.UNKNOWN or finding not in decision.inference.states:
        return now in {state, State.UNKNOWN}
    rules = decision.release.giving.get(finding, ())
    verb = Verb.ESTABLISH if state is State.PRESENT else Verb.RULE_OUT
    if any(rule.then.verb is verb and could_fire(decision, rule) for rule in rules):
        return True
    # A finding that closes is absent once every rule is refuted; an undecided one may yet be.
    return state is State.ABSENT and decision.release.vocabulary.findings[finding].closes


def matters(decision: Decision, rule: Rule) -> bool:
    """
    Return whether deciding an undecided rule could change a finding or a certainty.

    Args:
        decision: The decision as it stands.

        rule: An undecided rule.

    Returns:
        Whether it could.
    """
    then = rule.then
    if then.verb is Verb.ESTABLISH and decision.release.vocabulary.findings[then.name].closes:
        return True
    if not could_fire(decision, rule):
        return False
    verdict = decision.inference.verdicts.get(then.name)
    if verdict is None or then.certainty is None or verdict.contested:
        return True
    return then.certainty.force >= verdict.certainty.force and then.certainty is not verdict.certainty
