"""
Patients below, at and above each limit that a profile chooses.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from service.application.generated.asking import expected
from service.application.generated.chosen import last_place
from service.application.generated.decisive import goals_of, turning
from service.application.generated.sketch import Sketch
from service.application.in_words import limit_words
from service.domain.intervals import Interval
from service.domain.question import status
from service.domain.rules import Comparison
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.asking import Answered, Asking, Beside
    from service.application.generated.reaching import Goal, Reaching
    from service.domain.release import Release
    from service.domain.rules import Group, Rule
    from service.domain.thresholds import Row

WORDS = ("below", "at", "above")
MOST = 12
"""Ways that are tried at each turn."""


def add_limits(asking: Asking, reach: Reaching, threshold: str, beside: dict[str, Beside]) -> None:
    """
    Add cases for each row of a threshold in one profile.

    Args:
        asking: Asks.

        reach: Draws, in the profile.

        threshold: Its name.

        beside: Receives them, by rule: beside the first one that turns on the limit.
    """
    release, profile = reach.release, reach.profile
    readers = [
        rule
        for rule in sorted(release.rules.values(), key=lambda rule: rule.id)
        if list(_places(rule.when, threshold)) and (not rule.profiles or profile.id in rule.profiles)
    ]
    in_scope = list(_places(release.ruleset.scope, threshold))
    if not readers and not in_scope:
        return
    for row in release.choice(profile, threshold).rows:
        if row.limit is None:
            continue
        limit = limit_words(release.numbers.thresholds[threshold], row)
        named = f"{threshold}, {row.text}, {limit}, in {profile.id}"
        for rule in readers:
            found = _around(asking, reach, threshold, row, rule)
            if found:
                for word, one in zip(WORDS, found, strict=True):
                    beside[rule.id].add(f"{named}: {word} it", profile, one, expected(one.decision, readers))
                break
        else:
            found = _around(asking, reach, threshold, row, None) if in_scope else []
            home = beside[readers[0].id if readers else asker(release)]
            for word, one in zip(WORDS, found, strict=bool(found)):
                home.add(f"{named}: {word} it", profile, one, {"status": status(one.decision).value})
            if not found:
                home.not_reached.append(f"No patients were found at {named}, for whom it decides.")


def asker(release: Release) -> str:
    """Return the rule beside which cases of the scope stand: the first that answers the question."""
    giving = release.giving.get(release.ruleset.question, ())
    return giving[0].id if giving else min(release.rules)


def _places(group: Group, threshold: str) -> Iterator[int]:
    for place, one in enumerate(group.conditions()):
        if isinstance(one, Comparison) and one.threshold == threshold:
            yield place


def _around(asking: Asking, reach: Reaching, threshold: str, row: Row, rule: Rule | None) -> list[Answered]:
    """Return patients below, at and above a limit, for whom a rule, or the scope, turns on it."""
    group = reach.release.ruleset.scope if rule is None else rule.when
    listed = list(goals_of(reach, [goals for place in _places(group, threshold) for goals in turning(group, place)]))
    asking.begin()
    for found in _tries(asking, reach, threshold, row, listed, rule):
        around = [one for one in found if one]
        if len(around) == len(found) and _turns(around, rule):
            return around
    return []


def _tries(
    asking: Asking, reach: Reaching, threshold: str, row: Row, listed: list[list[Goal]], rule: Rule | None
) -> Iterator[list[Answered | None]]:
    limit = row.limit or Fraction(0)
    step = last_place(limit)
    values = [Interval.exactly(value) for value in (limit - step, limit, limit + step)]
    reach.begin()
    for placed in islice(reach.placed(row, Sketch(reach.release.vocabulary)), MOST):
        for goals in listed:
            for base in islice(reach.all_of(goals, placed), MOST):
                yield [_first(asking, reach, reach.stand(threshold, row, value, base)) for value in values]
    # What is asked besides may hang on the value too: for each by itself, then for one of them only.
    reach.begin()
    for goals in listed:
        yield [_first(asking, reach, _apart(reach, threshold, row, value, goals), rule) for value in values]
    compares = reach.release.choice(reach.profile, threshold).compares
    for value in values[:1] + values[-1:]:
        for goals in listed:
            for sketch in islice(_apart(reach, threshold, row, value, goals), MOST):
                yield [asking(reach.profile, _moved(sketch, compares, other)) for other in values]


def _moved(sketch: Sketch, measure: str, value: Interval) -> Sketch:
    """Return the sketch with another value of one measure, whatever hung on the one before."""
    return replace(sketch, bounds={**sketch.bounds, measure: value})


def _apart(reach: Reaching, threshold: str, row: Row, value: Interval, goals: list[Goal]) -> Iterator[Sketch]:
    for sketch in reach.stand(threshold, row, value, Sketch(reach.release.vocabulary)):
        yield from reach.all_of(goals, sketch)


def _first(asking: Asking, reach: Reaching, sketches: Iterator[Sketch], rule: Rule | None = None) -> Answered | None:
    """Return the first patient, or the first for whom a rule is decided."""
    for sketch in islice(sketches, MOST):
        one = asking(reach.profile, sketch)
        if one and (rule is None or one.decision.outcomes[rule.id] in {Outcome.FIRED, Outcome.NOT_FIRED}):
            return one
    return None


def _turns(around: list[Answered], rule: Rule | None) -> bool:
    """Return whether the outcome below a limit is another than above it, and decided at all three."""
    if rule is None:
        seen = [one.decision.in_scope for one in around]
        return None not in seen and seen[0] is not seen[-1]
    outcomes = [one.decision.outcomes[rule.id] for one in around]
    return set(outcomes) == {Outcome.FIRED, Outcome.NOT_FIRED} and outcomes[0] is not outcomes[-1]
