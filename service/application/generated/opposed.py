"""
Witnesses: patients for whom two rules make opposed claims.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from service.application.generated.asking import expected
from service.application.generated.sketch import Sketch
from service.application.generated.turning import goals_of
from service.application.generated.written import in_words
from service.domain.rules import Verb
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.asking import Answered, Asking, Beside
    from service.application.generated.reaching import Reaching
    from service.domain.release import Release
    from service.domain.rules import Rule

MOST = 60
"""Patients that are asked about for one pair of rules in one profile."""


def opposed(release: Release) -> Iterator[tuple[Rule, Rule]]:
    """Yield each pair of rules of which one establishes or supports what the other rules out or opposes."""
    for rules in release.giving.values():
        supporting = [rule for rule in rules if _side(rule) is True]
        opposing = [rule for rule in rules if _side(rule) is False]
        yield from product(supporting, opposing)


def _side(rule: Rule) -> bool | None:
    if rule.then.certainty is not None:
        return rule.then.certainty.is_for
    return {Verb.ESTABLISH: True, Verb.RULE_OUT: False}.get(rule.then.verb)


def add_witness(beside: Beside, asking: Asking, reaching: list[Reaching], pair: tuple[Rule, Rule]) -> None:
    """
    Add a case in which two opposed rules both fire, or say that none was found.

    Args:
        beside: Receives it.

        asking: Asks.

        reaching: Draws, a profile each.

        pair: The rules.
    """
    one, other = pair
    named = f"{one.id} and {other.id}, opposed about {one.then.name}"
    for reach in reaching:
        asking.contradictions.clear()
        asking.begin()
        found = _both(asking, reach, pair)
        if found is not None:
            beside.add(f"{named}, both fire", reach.profile, found, expected(found.decision, pair))
            return
        if asking.contradictions:
            beside.not_reached.append(
                f"{named}, both fire in {reach.profile.id} for a patient of whom nothing can then be answered: "
                f"{in_words(dict(asking.contradictions[0]))}."
            )
            return
    beside.not_reached.append(f"No patient was found for whom {named}, both fire.")


def _both(asking: Asking, reach: Reaching, pair: tuple[Rule, Rule]) -> Answered | None:
    if any(rule.profiles and reach.profile.id not in rule.profiles for rule in pair):
        return None
    reach.begin()
    for goals in goals_of(reach, [[(rule.when, True) for rule in pair]]):
        for sketch in islice(reach.all_of(goals, Sketch(reach.release.vocabulary)), MOST):
            answered = asking(reach.profile, sketch)
            if answered and all(answered.decision.outcomes[rule.id] is Outcome.FIRED for rule in pair):
                return answered
    return None
