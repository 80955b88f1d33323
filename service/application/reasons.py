"""
Conditions as they stand for one patient: value, limit, row and source in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.in_words import title_of
from service.domain.figures import interval_text
from service.domain.rules import AttributeTest, Comparison, DoubtTest, FindingTest, KnownTest
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of
from service.domain.sentences import compared_text, falls_short, limit_text, limits_in_force, rows_in_force

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
    from service.domain.standing import Standing

_MADE_BY = {Outcome.FIRED: True, Outcome.NOT_FIRED: False, Outcome.UNDECIDED: None}

EVERYONE = "everyone"
"""The text of a row without keys."""


def stands(decision: Decision, condition: Condition) -> str:
    """
    Say how a condition stands for the patient.

    Args:
        decision: As the rule of the condition saw it; see `Decision.seen_by`.

        condition: The condition.

    Returns:
        A sentence without its full stop, true of this patient: ``Ferritin 9 ug/L
        is below 15 ug/L``, ``Ferritin is missing``, ``Sex is not stated``.
    """
    release = decision.release
    if isinstance(condition, Comparison):
        return _comparison(decision, condition)
    if isinstance(condition, AttributeTest):
        possible = decision.panel.attributes[condition.attribute]
        title, values = title_of(release, condition.attribute), " or ".join(sorted(possible.values))
        return f"{title} is {values}" if possible.origin else f"{title} is not stated ({values})"
    if isinstance(condition, FindingTest):
        state = state_of(condition.finding, decision.facts, decision.meaning)
        return f"{title_of(release, condition.finding)} is {state.value}"
    if isinstance(condition, KnownTest):
        known = condition.measure in decision.facts.known
        return f"{title_of(release, condition.measure)} is {'known' if known else 'missing'}"
    if isinstance(condition, DoubtTest):
        fired = condition.rule in decision.facts.doubts
        return f"{condition.rule} cast {'its' if fired else 'no'} doubt on results"
    verdict = decision.meaning.verdicts.get(condition.conclusion)
    return f"{title_of(release, condition.conclusion)} is {verdict.certainty.value if verdict else 'not concluded'}"


def _comparison(decision: Decision, condition: Comparison) -> str:
    standing = decision.facts.standings[condition.threshold]
    title = title_of(decision.release, standing.choice.compares)
    if standing.value is None:
        return f"{title} {predicate(decision, condition)}"
    apart = limits_in_force(decision, condition.threshold) if standing.reference else ()
    told = interval_text(standing.value.interval, standing.threshold.unit, apart)
    return f"{title} {told} {predicate(decision, condition)}"


def predicate(decision: Decision, condition: Comparison) -> str:
    """
    Say how a value stands against its limit: ``is below 15 ug/L``, ``is missing``.

    Args:
        decision: As the rule of the condition saw it.

        condition: The comparison.

    Returns:
        What is said of the value, without the value.
    """
    standing = decision.facts.standings[condition.threshold]
    if standing.value is None:
        return "was set aside" if standing.choice.compares in decision.panel.set_aside else "is missing"
    truth = decision.truth(condition)
    if truth is None:
        return _open(decision, condition, standing)
    if not truth:
        return f"is {falls_short(decision, condition)}"
    return f"is {compared_text(decision, condition.word, condition.threshold)}"


def _open(decision: Decision, condition: Comparison, standing: Standing) -> str:
    """Say why a value that is there decides nothing."""
    rows = rows_in_force(decision, condition.threshold)
    holes = dict.fromkeys(row.no_limit for row in rows if row.no_limit)
    if holes:
        return f"has no limit to be compared with ({'; '.join(holes)})"
    if standing.reference is None and any(row.laboratory for row in rows):
        return "carries no laboratory range"
    several = len({(row.limit, row.laboratory) for row in rows}) > 1
    limits = limit_text(decision, condition.threshold)
    said = f"{'does not lie on one side of' if several else 'may lie on either side of'} {limits}"
    state = state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None
    if standing.finding is None or state in {None, State.PRESENT, State.ABSENT}:
        return said
    return f"{said} while {title_of(decision.release, standing.finding)} is {state.value}"


def cited(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return where the numbers that decided a rule stand, with their row; what speaks for it, if there are none."""
    seen = decision.seen_by(rule)
    numbers = [
        f"{row.cites.source}, {row.cites.where}" + (f": {row.text}" if row.text != EVERYONE else "")
        for condition in _makers(decision, rule)
        if isinstance(condition, Comparison)
        for row in rows_in_force(seen, condition.threshold)
    ]
    evidence = [f"{item.source}, {item.where}" for item in rule.evidence if item.supports]
    return tuple(dict.fromkeys(numbers or evidence[:1]))


def made_by(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return how the conditions stand that made a rule fire, not fire, or stay undecided."""
    seen = decision.seen_by(rule)
    return tuple(dict.fromkeys(stands(seen, condition) for condition in _makers(decision, rule)))


def _makers(decision: Decision, rule: Rule) -> tuple[Condition, ...]:
    seen, outcome = decision.seen_by(rule), decision.outcomes[rule.id]
    if outcome not in _MADE_BY:
        return ()
    return tuple(one for one in rule.when.conditions() if seen.truth(one) is _MADE_BY[outcome])
