"""
Doubts that could not be settled, where they could matter for what is told.

A doubt matters where, if it were true, a conclusion that is told would no longer be as sure, or advice
no longer be given: cells that may be smaller than they read are small all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.doubts import doubted
from service.domain.effective import moved_values
from service.domain.rules import Comparison, Verb
from service.domain.semantics import Outcome, interpret, truth
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
    rests_on = {
        condition: None
        for name in decision.chain([*claims, *advising])
        if decision.release.rules[name].then.verb is not Verb.DOUBT
        for condition in decision.release.rules[name].when.conditions()
        if isinstance(condition, Comparison)
    }
    undecided = [rule for rule in decision.release.doubts if decision.outcomes[rule.id] is Outcome.UNDECIDED]
    # Many rules doubt the same in the same way.
    matters = {
        doubts: _matters(decision, next(rule for rule in undecided if rule.then.doubts == doubts), tuple(rests_on))
        for doubts in {rule.then.doubts for rule in undecided}
    }
    return tuple(rule for rule in undecided if matters[rule.then.doubts])


def _matters(decision: Decision, rule: Rule, rests_on: tuple[Comparison, ...]) -> bool:
    """Return whether what is told would change; *rests_on* are the comparisons that it rests on."""
    release, profile, before = decision.release, decision.profile, decision.facts
    moved = frozenset(doubt.measure for doubt in rule.then.doubts if doubt.measure in before.values)
    touched = [one for one in rests_on if not moved.isdisjoint(_grounds(decision, one.threshold))]
    if not touched:
        return False
    panel = doubted(release, decision.panel, [rule.id], computed=before.values)
    values = moved_values(release, profile, panel, before.values, moved)
    names = dict.fromkeys(one.threshold for one in touched)
    standings = {**before.standings, **stand(release, profile, panel, values, names)}
    after = replace(before, values=values, standings=standings)
    if all(truth(one, after, decision.meaning) is truth(one, before, decision.meaning) for one in touched):
        return False
    rest = [name for name, one in before.standings.items() if values.get(one.choice.compares) != one.value]
    standings |= stand(release, profile, panel, values, rest)
    meaning = interpret(release, replace(before, values=values, standings=standings, known=frozenset(values)))
    return any(meaning.verdicts.get(name) != verdict for name, verdict in told(decision)) or any(
        meaning.outcomes[one.id] is not Outcome.FIRED for _, _, rules in decision.advice for one in rules
    )


def _grounds(decision: Decision, threshold: str) -> frozenset[str]:
    """Return the measures on which a comparison with a threshold rests."""
    compared = decision.facts.standings[threshold].choice.compares
    return decision.release.grounds.get(compared, frozenset({compared}))
