"""
The question of a rule set: how far it is answered, and whether it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.decision import Status
from service.domain.scales import Certainty
from service.domain.ways import ways_of

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Rule

ANSWERS = frozenset({"cause", "mimic"})
"""Kinds of conclusion, one of which answers the question where it is likely."""


def status(decision: Decision) -> Status:
    """Return how far the question is answered."""
    if decision.in_scope is False:
        return Status.NOT_APPLICABLE
    if decision.is_concluded:
        return Status.CONCLUDED
    return Status.MORE_DATA_NEEDED if _could_be_answered(decision) else Status.INCONCLUSIVE


def answering(decision: Decision, rule: Rule) -> bool:
    """Return whether a rule, once it fires, has a part in answering a question that is open."""
    then = rule.then
    if then.certainty is None or decision.is_concluded:
        return False
    if then.name == decision.release.ruleset.question:
        return then.certainty not in {Certainty.POSSIBLE, Certainty.UNLIKELY}
    kind = decision.release.vocabulary.conclusions[then.name].kind
    return kind in ANSWERS and then.certainty in {Certainty.CONFIRMED, Certainty.LIKELY}


def _could_be_answered(decision: Decision) -> bool:
    """Return whether anything that can be sent could settle the question."""
    if decision.in_scope is None and not ways_of(decision).hold(decision.release.ruleset.scope):
        return False
    question, kinds = decision.release.ruleset.question, decision.release.vocabulary.conclusions
    if _could_be_excluded(decision, question):
        return True
    answers = (name for name, one in kinds.items() if one.kind in ANSWERS)
    return _could_be_likely(decision, question) and any(_could_be_likely(decision, name) for name in answers)


def _could_be_excluded(decision: Decision, name: str) -> bool:
    return (
        _best(decision, name, speaking_for=False) == Certainty.EXCLUDED.force > _now(decision, name, speaking_for=True)
    )


def _could_be_likely(decision: Decision, name: str) -> bool:
    best = _best(decision, name, speaking_for=True)
    return best >= Certainty.LIKELY.force and best > _now(decision, name, speaking_for=False)


def _best(decision: Decision, name: str, *, speaking_for: bool) -> int:
    """Return the greatest force that claims on one side have, or could have."""
    return max(
        (
            rule.then.certainty.force
            for rule in decision.release.giving.get(name, ())
            if rule.then.certainty is not None
            and rule.then.certainty.is_for is speaking_for
            and ways_of(decision).fire(rule)
        ),
        default=0,
    )


def _now(decision: Decision, name: str, *, speaking_for: bool) -> int:
    """Return the greatest force of the claims that are made on one side; they are never taken back."""
    rules = decision.release.rules
    claims = (rules[rule].then.certainty for rule in decision.claims(name, speaking_for=speaking_for))
    return max((claim.force for claim in claims if claim is not None), default=0)
