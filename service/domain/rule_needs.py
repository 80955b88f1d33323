"""
What an undecided rule waits for, by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.needs import needs_range, standing_needs
from service.domain.rules import AttributeTest, Comparison, FindingTest
from service.domain.scales import State
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
    from service.domain.standing import Standing


def unknown_conditions(decision: Decision, rule: Rule) -> Iterator[Condition]:
    """Yield the conditions of a rule that are neither true nor false."""
    for condition in rule.when.conditions():
        if decision.truth(condition) is None:
            yield condition


def rule_needs(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return what must be known, besides derived findings, before a rule is decided."""
    return tuple(
        {
            name: None
            for condition in unknown_conditions(decision, rule)
            for name in condition_needs(decision, condition)
        }
    )


def rule_needs_ranges(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return the measures whose results must carry the laboratory's range before a rule is decided."""
    found: dict[str, None] = {}
    for condition in unknown_conditions(decision, rule):
        if isinstance(condition, Comparison):
            standing = decision.facts.standings[condition.threshold]
            if needs_range(standing, _key_state(decision, standing)):
                found[standing.choice.compares] = None
    return tuple(found)


def _key_state(decision: Decision, standing: Standing) -> State | None:
    """Return the state of the finding that rows are keyed by, or None where there is none."""
    return state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None


def comparison_needs(decision: Decision, threshold: str, state: State | None) -> tuple[str, ...]:
    """
    Return what an undecided comparison with a threshold waits for, found once.

    Args:
        decision: As it stands.

        threshold: Its name.

        state: Of the finding that its rows are keyed by, where it is known.

    Returns:
        What `standing_needs` returns of it; many rules ask the same.
    """
    found: dict[tuple[str, State | None], tuple[str, ...]] = decision.remembered.setdefault("needs", {})
    key = (threshold, state)
    if key not in found:
        facts = decision.facts
        found[key] = standing_needs(decision.release, decision.panel, facts.values, facts.standings[threshold], state)
    return found[key]


def condition_needs(decision: Decision, condition: Condition) -> tuple[str, ...]:
    """Return the measures, attributes and observations that an unknown condition waits for."""
    if isinstance(condition, Comparison):
        state = _key_state(decision, decision.facts.standings[condition.threshold])
        return comparison_needs(decision, condition.threshold, state)
    if isinstance(condition, AttributeTest):
        return (condition.attribute,)
    if isinstance(condition, FindingTest) and condition.finding not in decision.inference.states:
        known = state_of(condition.finding, decision.facts, decision.meaning)
        return (condition.finding,) if known is State.UNKNOWN else ()
    return ()
