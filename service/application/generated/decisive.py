"""
Pairs of patients in whom one condition alone turns a rule (MC/DC).
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from service.application.generated.asking import expected
from service.application.generated.sketch import Sketch
from service.application.generated.turning import goals_of, turning
from service.application.suite import turns
from service.domain.rules import FindingTest
from service.domain.scales import State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.asking import Answered, Asking, Beside
    from service.application.generated.counts import Goal
    from service.application.generated.reaching import Reaching
    from service.domain.decision import Decision
    from service.domain.release import Profile
    from service.domain.rules import Rule
    from service.domain.semantics import Truth

MANY = 20
"""Patients who are asked about on each side of a condition."""
FEW = 8
"""Ways in which a condition is met that are tried for one base."""
MODELS = 3
"""Patients by whom another is modelled."""
PAIR = ("which alone turns it on", "which alone turns it off")
ALONE = ("without which it would not fire",)


def add_decisive(beside: Beside, asking: Asking, reaching: list[Reaching], rule: Rule) -> None:
    """
    Add a pair of cases for each condition of a rule, or say that none was found, and add one for whom it decides.

    Args:
        beside: Receives them.

        asking: Asks.

        reaching: Draws, a profile each, the first to be tried first.

        rule: The rule.
    """
    for place, condition in enumerate(rule.when.conditions()):
        profile, found = _found(asking, reaching, rule, place)
        if len(found) < len(PAIR):
            beside.not_reached.append(f"No two patients were found in whom '{condition.text}' alone turns {rule.id}.")
        for one, word in zip(found, PAIR if len(found) == len(PAIR) else ALONE, strict=False):
            beside.add(f"{rule.id}: {condition.text}, {word}", profile, one, expected(one.decision, [rule]))


def _found(asking: Asking, reaching: list[Reaching], rule: Rule, place: int) -> tuple[Profile, list[Answered]]:
    """Return a pair and its profile; else one patient for whom the condition decides; else none."""
    for reach in () if _is_coupled(rule, place) else reaching:
        found = _pair(asking, reach, rule, place)
        if found is not None:
            return reach.profile, list(found)
    for reach in reaching:
        asking.begin()
        reach.begin()
        for goals in goals_of(reach, turning(rule.when, place)):
            for one in _some(asking, reach, rule, [(list(rule.when.conditions())[place], True), *goals]):
                if turns(rule.when, truths(one.decision, rule), place):
                    return reach.profile, [one]
    return reaching[0].profile, []


def _is_coupled(rule: Rule, place: int) -> bool:
    """Return whether the rule asks for another state of the same finding, which then turns too."""
    conditions = list(rule.when.conditions())
    one = conditions[place]
    if not isinstance(one, FindingTest):
        return False
    # What is present or absent is not unknown, so that alone a test for the unknown stays as it is beside another.
    return any(
        isinstance(other, FindingTest)
        and other.finding == one.finding
        and other.state not in {one.state, State.UNKNOWN}
        for other in conditions
    )


def _pair(asking: Asking, reach: Reaching, rule: Rule, place: int) -> tuple[Answered, Answered] | None:
    """Return a pair: two who have all but the condition in common, or else one who is modelled by the other."""
    for pairs in (_with_one_base, _by_model):
        asking.begin()
        reach.begin()
        for on, off in pairs(asking, reach, rule, place):
            if _turned(rule, on.decision, off.decision, place):
                return on, off
            if asking.is_spent:
                break
    return None


def _with_one_base(asking: Asking, reach: Reaching, rule: Rule, place: int) -> Iterator[tuple[Answered, Answered]]:
    """Yield two at a time of whom the rest is drawn first, and then the condition met and not met."""
    condition = list(rule.when.conditions())[place]
    for goals in goals_of(reach, turning(rule.when, place)):
        for base in reach.all_of(goals, Sketch(reach.release.vocabulary)):
            for held in islice(reach.meet(condition, base, wanted=True), FEW):
                on = asking(reach.profile, held)
                if on is None or on.decision.outcomes[rule.id] is not Outcome.FIRED:
                    continue
                for failed in islice(reach.meet(condition, base, wanted=False), FEW):
                    off = asking(reach.profile, failed)
                    if off is not None:
                        yield on, off
            if asking.is_spent:
                return


def _by_model(asking: Asking, reach: Reaching, rule: Rule, place: int) -> Iterator[tuple[Answered, Answered]]:
    """Yield two at a time of whom the first, drawn for the condition, says how each other condition must stand."""
    conditions = list(rule.when.conditions())
    condition = conditions[place]
    for goals, wanted in product(goals_of(reach, turning(rule.when, place)), (False, True)):
        for one in _some(asking, reach, rule, [(condition, wanted), *goals])[:MODELS]:
            seen = zip(conditions, truths(one.decision, rule), strict=True)
            same: list[Goal] = [(other, truth) for other, truth in seen if truth is not None and other != condition]
            for other in _some(asking, reach, rule, [(condition, not wanted), *same]):
                yield (one, other) if wanted else (other, one)


def _some(asking: Asking, reach: Reaching, rule: Rule, goals: list[Goal]) -> list[Answered]:
    """Return some patients who have a condition met, or not, and for whom the rule is decided accordingly."""
    wanted = Outcome.FIRED if goals[0][1] else Outcome.NOT_FIRED
    asked = (asking(reach.profile, one) for one in islice(reach.all_of(goals, Sketch(reach.release.vocabulary)), MANY))
    return list(islice((one for one in asked if one and one.decision.outcomes[rule.id] is wanted), FEW))


def _turned(rule: Rule, on: Decision, off: Decision, place: int) -> bool:
    if off.outcomes[rule.id] is not Outcome.NOT_FIRED:
        return False
    one, other = truths(on, rule), truths(off, rule)
    return all((a is b) is not (number == place) for number, (a, b) in enumerate(zip(one, other, strict=True)))


def truths(decision: Decision, rule: Rule) -> list[Truth]:
    """Return the truth of each condition of a rule, in the order written."""
    seen = decision.seen_by(rule)
    return [seen.truth(condition) for condition in rule.when.conditions()]
