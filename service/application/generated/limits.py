"""
Patients below, at and above each limit that a profile chooses.
"""

from __future__ import annotations

from itertools import chain, islice, product
from typing import TYPE_CHECKING

from service.application.generated.asking import expected, waiting
from service.application.generated.chosen import last_place
from service.application.generated.sketch import Sketch
from service.application.generated.turning import ways
from service.domain.intervals import Interval
from service.domain.laboratory import Flag
from service.domain.question import status
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.asking import Answered, Asking, Beside
    from service.application.generated.edges import Edge
    from service.application.generated.reaching import Reaching
    from service.application.generated.turning import Way
    from service.domain.release import Release
    from service.domain.rules import Rule

WORDS = ("below it", "at it", "above it")
FLAGGED = tuple(f"flagged {flag.value}, without a range" for flag in Flag)
MOST = 12
"""Ways that are tried at each turn."""


def add_limits(asking: Asking, reach: Reaching, threshold: str, beside: dict[str, Beside]) -> None:
    """
    Add cases for each limit of a threshold in one profile.

    Args:
        asking: Asks.

        reach: Draws, in the profile.

        threshold: Its name.

        beside: Receives them, by rule: beside the first one that turns on the limit.
    """
    release, profile = reach.release, reach.profile
    inside = [rule for rule in release.rules.values() if not rule.profiles or profile.id in rule.profiles]
    turned = {rule.id: ways(reach, rule.when, threshold) for rule in sorted(inside, key=lambda rule: rule.id)}
    readers = [release.rules[rule] for rule, found in turned.items() if found]
    in_scope = ways(reach, release.ruleset.scope, threshold)
    told = set()
    for edge in reach.edges(threshold):
        named = f"{threshold}, {edge.text}, in {profile.id}"
        if named in told:
            continue
        for rule in readers:
            found = _around(asking, reach, edge, turned[rule.id], rule)
            if found:
                told.add(named)
                for word, one in _with_flags(asking, reach, edge, found):
                    expect = expected(one.decision, readers) or waiting(one.decision, readers)
                    beside[rule.id].add(f"{named}: {word}", profile, one, expect)
                break
        else:
            found = _around(asking, reach, edge, in_scope, None)
            home = beside[readers[0].id if readers else asker(release)]
            for word, one in zip(WORDS, found, strict=bool(found)):
                told.add(named)
                home.add(f"{named}: {word}", profile, one, {"status": status(one.decision).value})
            if not found:
                home.not_reached.append(f"No patients were found at {named}, for whom it decides.")


def asker(release: Release) -> str:
    """Return the rule beside which cases of the scope stand: the first that answers the question."""
    giving = release.giving.get(release.ruleset.question, ())
    return giving[0].id if giving else min(release.rules)


def _with_flags(asking: Asking, reach: Reaching, edge: Edge, found: list[Answered]) -> Iterator[tuple[str, Answered]]:
    """Yield patients with the words they are told apart by; where a range is printed, also with its flags alone."""
    yield from zip(WORDS, found, strict=True)
    if edge.printed:
        for word, flag in zip(FLAGGED, Flag, strict=True):
            one = asking(reach.profile, found[0 if flag is Flag.LOW else -1].sketch.flagged(edge.compares, flag))
            if one is not None:
                yield word, one


def _around(asking: Asking, reach: Reaching, edge: Edge, listed: list[Way], rule: Rule | None) -> list[Answered]:
    """Return patients below, at and above a limit, for whom a rule, or the scope, turns on it."""
    asking.begin()
    known = (edge.threshold.name, edge.text, edge.limit, rule and rule.id)
    before = asking.found.get(known)
    again = [_again(asking, reach, edge, before)] if before else []
    for found in chain(again, _tries(asking, reach, edge, listed, rule)):
        around = [one for one in found if one]
        if len(around) == len(found) and _turns(around, rule):
            asking.found[known] = [one.sketch for one in around]
            return around
        if asking.is_spent:
            break
    return []


def _tries(
    asking: Asking, reach: Reaching, edge: Edge, listed: list[Way], rule: Rule | None
) -> Iterator[list[Answered | None]]:
    values = _values(edge)
    reach.begin()
    for placed in islice(reach.placed(edge, Sketch(reach.release.vocabulary)), MOST):
        for way in listed:
            for base in islice(reach.all_of(way.before, placed), MOST):
                if way.votes:
                    yield from _moving(asking, reach, edge, values, values[1], way.at(reach, edge, values[1], base))
                yield [_first(asking, reach, way.at(reach, edge, value, base)) for value in values]
    # What is asked besides may hang on the value too: for one of them, from which the others move.
    reach.begin()
    for value, way in product((values[1], values[0], values[-1]), listed):
        yield from _moving(asking, reach, edge, values, value, way.apart(reach, edge, value))
    # Or for each by itself.
    reach.begin()
    for way in listed:
        yield [_first(asking, reach, way.apart(reach, edge, value), rule) for value in values]


def _values(edge: Edge) -> list[Interval]:
    """Return the values below, at and above a limit."""
    step = last_place(edge.limit)
    return [Interval.exactly(value) for value in (edge.limit - step, edge.limit, edge.limit + step)]


def _again(asking: Asking, reach: Reaching, edge: Edge, sketches: list[Sketch]) -> list[Answered | None]:
    """Return patients of another profile, but for those who by other tables or assumptions stand elsewhere."""
    found: list[Answered | None] = []
    for sketch, value in zip(sketches, _values(edge), strict=True):
        one = asking(reach.profile, sketch)
        fact = one and one.decision.as_received.facts.values.get(edge.compares)
        found.append(one if fact and fact.interval == value else None)
    return found


def _moving(
    asking: Asking, reach: Reaching, edge: Edge, values: list[Interval], value: Interval, sketches: Iterator[Sketch]
) -> Iterator[list[Answered | None]]:
    """Yield patients of whom one has a value, and the others differ from that one in one quantity."""
    for sketch in islice(sketches, MOST):
        for quantity in reach.rests_on(edge):
            moved = [sketch if other is value else reach.moved(edge, other, sketch, quantity) for other in values]
            yield [asking(reach.profile, one) if one else None for one in moved]


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
