"""
Pairs of patients in whom one condition alone turns a rule (MC/DC).
"""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from service.application.generated.asking import expected
from service.application.generated.sketch import Sketch
from service.domain.rules import Group
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.generated.asking import Answered, Asking, Beside
    from service.application.generated.reaching import Goal, Reaching
    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.semantics import Truth

MANY = 20
"""Patients who are asked about on each side of a condition."""
FEW = 8
"""Ways in which a condition is met that are tried for one base."""


def add_decisive(beside: Beside, asking: Asking, reaching: list[Reaching], rule: Rule) -> None:
    """
    Add a pair of cases for each condition of a rule, or say that none was found.

    Args:
        beside: Receives them.

        asking: Asks.

        reaching: Draws, a profile each, the first to be tried first.

        rule: The rule.
    """
    for place, condition in enumerate(rule.when.conditions()):
        for reach in reaching:
            found = _pair(asking, reach, rule, place)
            if found is not None:
                for one, word in zip(found, ("turns it on", "turns it off"), strict=True):
                    name = f"{rule.id}: {condition.text}, which alone {word}"
                    beside.add(name, reach.profile, one, expected(one.decision, [rule]))
                break
        else:
            beside.not_reached.append(f"No two patients were found in whom '{condition.text}' alone turns {rule.id}.")


def _pair(asking: Asking, reach: Reaching, rule: Rule, place: int) -> tuple[Answered, Answered] | None:
    """Return a pair: two who have all but the condition in common, or else two for each of whom it is met by itself."""
    condition = list(rule.when.conditions())[place]
    asking.begin()
    reach.begin()
    for goals in goals_of(reach, turning(rule.when, place)):
        for base in reach.all_of(goals, Sketch(reach.release.vocabulary)):
            for held in islice(reach.meet(condition, base, wanted=True), FEW):
                on = asking(reach.profile, held)
                if on is None or on.decision.outcomes[rule.id] is not Outcome.FIRED:
                    continue
                for failed in islice(reach.meet(condition, base, wanted=False), FEW):
                    off = asking(reach.profile, failed)
                    if off is not None and _turned(rule, on.decision, off.decision, place):
                        return on, off
    asking.begin()
    reach.begin()
    for goals in goals_of(reach, turning(rule.when, place)):
        found = [_one(asking, reach, rule, [(condition, wanted), *goals]) for wanted in (True, False)]
        for on, off in product(*found):
            if _turned(rule, on.decision, off.decision, place):
                return on, off
    return None


def _one(asking: Asking, reach: Reaching, rule: Rule, goals: list[Goal]) -> list[Answered]:
    wanted = Outcome.FIRED if goals[0][1] else Outcome.NOT_FIRED
    asked = (asking(reach.profile, one) for one in islice(reach.all_of(goals, Sketch(reach.release.vocabulary)), MANY))
    return list(islice((one for one in asked if one and one.decision.outcomes[rule.id] is wanted), FEW))


def goals_of(reach: Reaching, ways: Iterable[list[Goal]]) -> Iterator[list[Goal]]:
    """Yield lists of goals, each for patients in the scope, then each for whoever they are."""
    listed = list(ways)
    yield from ([(reach.release.ruleset.scope, True), *goals] for goals in listed)
    yield from listed


def turning(group: Group, place: int) -> Iterator[list[Goal]]:
    """
    Yield what makes a group turn on one condition.

    Args:
        group: The group.

        place: Of the condition, counted as they are written.

    Yields:
        What must hold of the others: so many that the condition is the one that lacks.
    """
    start = 0
    for number, member in enumerate(group.members):
        size = len(tuple(member.conditions())) if isinstance(member, Group) else 1
        if start <= place < start + size:
            others = [other for other in range(len(group.members)) if other != number]
            for chosen in combinations(others, group.needed - 1):
                goals: list[Goal] = [(group.members[other], other in chosen) for other in others]
                for inner in turning(member, place - start) if isinstance(member, Group) else ([],):
                    yield goals + inner
        start += size


def _turned(rule: Rule, on: Decision, off: Decision, place: int) -> bool:
    if off.outcomes[rule.id] is not Outcome.NOT_FIRED:
        return False
    one, other = truths(on, rule), truths(off, rule)
    return all((a is b) is not (number == place) for number, (a, b) in enumerate(zip(one, other, strict=True)))


def truths(decision: Decision, rule: Rule) -> list[Truth]:
    """Return the truth of each condition of a rule, in the order written."""
    seen = decision.seen_by(rule)
    return [seen.truth(condition) for condition in rule.when.conditions()]
