"""
Doubts that could not be settled, where they could matter for what is told.

A doubt matters where, if it were true, a conclusion that is told would no longer be as sure, or advice
no longer be given: cells that may be smaller than they read are small all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.doubts import doubted
from service.domain.effective import effective_values
from service.domain.rules import Comparison, Verb
from service.domain.semantics import Outcome, interpret
from service.domain.standing import stand
from service.domain.told import told

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Rule


def unchecked(decision: Decision) -> tuple[Rule, ...]:
    """
    Return the rules about results that are undecided and could matter.

    Args:
        decision: The decision.

    Returns:
        Rules, by id.
    """
    if decision.in_scope is False:
        return ()
    claims = (
        rule
        for name, verdict in told(decision)
        for rule in decision.claims(name, speaking_for=verdict.certainty.is_for)
    )
    advising = (rule.id for _, _, rules in decision.advice for rule in rules)
    compared = {
        condition.threshold: None
        for name in decision.chain([*claims, *advising])
        if decision.release.rules[name].then.verb is not Verb.DOUBT
        for condition in decision.release.rules[name].when.conditions()
        if isinstance(condition, Comparison)
    }
    undecided = (rule for rule in decision.release.doubts if decision.outcomes[rule.id] is Outcome.UNDECIDED)
    return tuple(rule for rule in undecided if _matters(decision, rule, tuple(compared)))


def _matters(decision: Decision, rule: Rule, compared: tuple[str, ...]) -> bool:
    """Return whether what is told would change; *compared* are the thresholds that it rests on."""
    if not any(doubt.measure in decision.facts.values for doubt in rule.then.doubts):
        return False
    release, profile, before = decision.release, decision.profile, decision.facts
    panel = doubted(release, decision.panel, [rule.id], computed=before.values)
    values = effective_values(release, profile, panel)
    # Only what the doubt has moved is resolved anew, and nothing where it moved none of what matters.
    moved = [name for name, one in before.standings.items() if values.get(one.choice.compares) != one.value]
    standings = {**before.standings, **{name: stand(release, profile, panel, values, name) for name in moved}}
    if all(standings[name].margins == before.standings[name].margins for name in compared):
        return False
    meaning = interpret(release, replace(before, values=values, standings=standings, known=frozenset(values)))
    return any(meaning.verdicts.get(name) != verdict for name, verdict in told(decision)) or any(
        meaning.outcomes[one.id] is not Outcome.FIRED for _, _, rules in decision.advice for one in rules
    )
