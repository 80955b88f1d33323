"""
What stands nearest: the rules and the conclusions that readers are told of, where all of them would be too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.application.explanation.wants import failing
from service.domain.rules import AttributeTest, Comparison
from service.domain.vocabulary import SPECIALIST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.explanation.material import Hindered
    from service.domain.explanation.whynot import Hurdle, Obstacle
    from service.domain.rules import Condition

MOST_RULES = 3
"""Rules that are told of one conclusion."""
MOST_CONCLUSIONS = 5
"""Conclusions that are told of which no rule claims anything."""


class Off(NamedTuple):
    """
    How far off a rule is; smaller is nearer.

    Attributes:
        elsewhere: Whether only other profiles read it.

        fixed: Whether it fails on what the patient is, which no test changes.

        specialist: Whether it waits for what specialists do.

        against: How many of its conditions fail, or cannot become true.

        step: The latest step at which what it waits for is asked for.

        missing: How many things it waits for.
    """

    elsewhere: bool
    fixed: bool
    specialist: bool
    against: int
    step: int
    missing: int


def off(hindered: Hindered, obstacle: Obstacle) -> Off:
    """
    Return how far off a rule is.

    Args:
        hindered: The conclusion.

        obstacle: The rule.

    Returns:
        What makes it near or far, the weightiest first.
    """
    needs = {name for hurdle in obstacle.hurdles for name in (hurdle.needs or ((),))[0]}
    step = max(map(hindered.decision.release.vocabulary.step_of, needs), default=1)
    return Off(
        elsewhere=not obstacle.hurdles,
        fixed=any(_is_fixed(hindered, leaf) for one in obstacle.hurdles if one.fails for leaf in failing(one)),
        specialist=step >= SPECIALIST,
        against=sum(one.fails or not one.needs for one in obstacle.hurdles),
        step=step,
        missing=len(needs),
    )


def nearest(hindered: Hindered) -> tuple[tuple[Obstacle, ...], tuple[Obstacle, ...]]:
    """
    Return the rules that are told, in the order of `could_be`, and those that are farther off.

    Args:
        hindered: The conclusion.

    Returns:
        Both; neither has rules that ask for all that another one asks for, and for more, and give no more.
    """
    # Asked for each rule in turn.
    found: dict[str, tuple[tuple[Obstacle, ...], tuple[Obstacle, ...]]]
    found = hindered.decision.remembered.setdefault("nearest rules", {})
    if hindered.conclusion not in found:
        several = [one for one in hindered.could_be if not _is_idle(one, hindered.could_be)]
        chosen = {one.rule.id for one in sorted(several, key=lambda one: off(hindered, one))[:MOST_RULES]}
        told = tuple(one for one in several if one.rule.id in chosen)
        found[hindered.conclusion] = told, tuple(one for one in several if one.rule.id not in chosen)
    return found[hindered.conclusion]


def nearest_conclusions(several: Iterable[Hindered]) -> tuple[Hindered, ...]:
    """
    Return the conclusions that are told where nobody asked about a certain one.

    Args:
        several: Those that are not confirmed.

    Returns:
        Those of which rules claim something, and the nearest ones against which nothing speaks.
    """
    told = list(several)
    by_distance = []
    for place, one in enumerate(told):
        least = min((off(one, rule) for rule in one.could_be), default=None)
        if one.verdict is None and least is not None and not (least.elsewhere or least.specialist or least.against):
            by_distance.append((least, place))
    chosen = {place for _, place in sorted(by_distance)[:MOST_CONCLUSIONS]}
    return tuple(one for place, one in enumerate(told) if one.verdict is not None or place in chosen)


def _is_fixed(hindered: Hindered, hurdle: Hurdle) -> bool:
    """Return whether a condition is about what was said of the patient as a person."""
    if isinstance(hurdle.condition, AttributeTest):
        return True
    if not isinstance(hurdle.condition, Comparison):
        return False
    measure = hindered.decision.facts.standings[hurdle.condition.threshold].choice.compares
    return measure in hindered.decision.release.vocabulary.of_patients


def _is_idle(one: Obstacle, several: Iterable[Obstacle]) -> bool:
    return any(_covers(other, one) for other in several if other is not one)


def _covers(other: Obstacle, one: Obstacle) -> bool:
    """Return whether a rule would fire wherever another one would, and gives no less."""
    gives, given = other.rule.then.certainty, one.rule.then.certainty
    if gives is None or given is None or gives.is_for is not given.is_for or gives.force < given.force:
        return False
    if not other.hurdles or any(hurdle.group for hurdle in other.hurdles):
        return False
    asks, asked = _asks(other), _asks(one)
    return asks < asked or (asks == asked and (gives.force, one.rule.id) > (given.force, other.rule.id))


def _asks(obstacle: Obstacle) -> set[tuple[Condition, bool]]:
    return {(hurdle.condition, hurdle.wanted) for hurdle in obstacle.hurdles if not hurdle.group}
