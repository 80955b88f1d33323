"""
What would have to be sent before a comparison is decided: sets of names, each of which will do.

A missing value may be anything, so that it can lie beyond every limit which the patient allows; then nobody need tell
which limit is the patient's. Of votes that are counted, as many must be cast as decide the count, and no more.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import ceil, floor
from typing import TYPE_CHECKING

from service.domain.derivations import Change, CountOf
from service.domain.derive import voted
from service.domain.effective import moved_values
from service.domain.intervals import Interval
from service.domain.margins import margin_end
from service.domain.needs import needs, standing_needs
from service.domain.panel import Origin, Value
from service.domain.rule_needs import comparison_needs
from service.domain.standing import stand
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from fractions import Fraction

    from service.domain.decision import Decision
    from service.domain.rules import Comparison
    from service.domain.scales import State
    from service.domain.standing import Standing

MOST_TOGETHER = 3
"""Most results that are looked at together; more are taken to do what the votes on them can."""
MOST_VOTES = 8
"""Most votes that are combined; with more, all of them are asked for."""


def deciding(decision: Decision, condition: Comparison, state: State | None, *, to: bool) -> frozenset[frozenset[str]]:
    """
    Return what would decide a comparison that is unknown.

    Args:
        decision: As it stands.

        condition: The comparison.

        state: Of the finding that rows are keyed by, where it is known.

        to: Whether it is to become true, or false.

    Returns:
        Sets of names; some values of each would do it. None where nothing that can be sent would.
    """
    found: dict[object, frozenset[frozenset[str]]] = decision.remembered.setdefault("deciding", {})
    under = condition.word.holds_under is to
    key = (condition.threshold, state, under)
    if key not in found:
        found[key] = _deciding(decision, decision.facts.standings[condition.threshold], state, under=under)
    return found[key]


def _deciding(decision: Decision, standing: Standing, state: State | None, *, under: bool) -> frozenset[frozenset[str]]:
    how = decision.release.vocabulary.measures[standing.choice.compares].derivation
    if isinstance(how, Change) and _lacks_two(decision, standing, how):
        return frozenset()
    if isinstance(how, CountOf):
        return _by_votes(decision, standing, how, state, under=under)
    if standing.value is None and _is_beyond(decision, standing, state, under=under):
        found = needs(
            decision.release, decision.profile, decision.panel, decision.facts.values, standing.choice.compares
        )
    else:
        found = comparison_needs(decision, standing.threshold.name, state)
    return frozenset({frozenset(found)}) if found else frozenset()


def _lacks_two(decision: Decision, standing: Standing, how: Change) -> bool:
    """Return whether a change is unknown, and the result that is there could not be compared with another."""
    now = decision.facts.values.get(how.of)
    return standing.value is None and (now is None or now.time is None)


def _is_beyond(decision: Decision, standing: Standing, state: State | None, *, under: bool) -> bool:
    """Return whether some possible value lies on one side of every limit that the patient allows."""
    rows = standing.rows_under(state)
    limits = [row.limit for row in rows]
    known = [limit for limit in limits if limit is not None]
    if not rows or len(known) < len(limits):
        return False
    possible = decision.release.vocabulary.measures[standing.choice.compares].possible or ALWAYS
    far, side = (min(known), possible.low) if under else (max(known), possible.high)
    if side.value is None:
        return True
    sign = margin_end(Interval.exactly(side.value).low, far, 1 if under else -1, lower=under).sign
    return (sign < 0) is under


def _by_votes(
    decision: Decision, standing: Standing, how: CountOf, state: State | None, *, under: bool
) -> frozenset[frozenset[str]]:
    release, panel, values = decision.release, decision.panel, decision.facts.values
    rows = standing.rows_under(state)
    limits = [row.limit for row in rows if row.limit is not None]
    if not rows or len(limits) < len(rows):
        return frozenset()
    votes = voted(release, decision.profile, panel, values, how)
    cast = [vote for *_, vote in votes if vote is not None]
    open_votes = [frozenset(standing_needs(release, panel, values, one)) for _, one, vote in votes if vote is None]
    if under:
        # So many must fail that even if all others hold the count is under each limit.
        left = len(votes) - min(limits)
        wanted = max(_least(left, counts=row.equal_lies(standing.threshold.side) < 0) for row in rows)
        wanted -= cast.count(False)
    else:
        wanted = max(_least(max(limits), counts=row.equal_lies(standing.threshold.side) > 0) for row in rows)
        wanted -= cast.count(True)
    reachable = [one for one in open_votes if one]
    if wanted > len(reachable):
        return frozenset()
    if len(reachable) > MOST_VOTES:
        return frozenset({frozenset().union(*reachable)})
    sets = {frozenset().union(*chosen) for chosen in combinations(reachable, max(wanted, 0))}
    found: list[frozenset[str]] = []
    for one in sorted(sets, key=lambda one: (len(one), sorted(one))):
        if not any(other <= one for other in found) and _reaches(decision, standing, one, state, under=under):
            found.append(one)
    return frozenset(found)


def _reaches(
    decision: Decision, standing: Standing, names: frozenset[str], state: State | None, *, under: bool
) -> bool:
    """Return whether results decide a count where each is least or greatest: votes on one result go together."""
    release, facts, panel = decision.release, decision.facts, decision.panel
    possible = [release.vocabulary.measures[name].possible for name in names if name in release.vocabulary.measures]
    ends = [one.bounds for one in possible if one is not None]
    if len(ends) < len(names) or len(ends) > MOST_TOGETHER:
        return True
    for corner in product(*ends):
        told = {
            name: Value(Interval.exactly(end), Origin.REPORTED, ()) for name, end in zip(names, corner, strict=True)
        }
        values = {**panel.values, **told}
        moved = moved_values(release, decision.profile, replace(panel, values=values), facts.values, names)
        stood = stand(release, decision.profile, panel, moved, (standing.threshold.name,))
        margin = stood[standing.threshold.name].margins.get(state if standing.finding else None)
        if margin is not None and (margin.high.sign < 0 if under else margin.low.sign > 0):
            return True
    return False


def _least(limit: Fraction, *, counts: bool) -> int:
    """Return the least whole number that lies over a limit, or equals it where that counts."""
    return ceil(limit) if counts else floor(limit) + 1


__all__ = ["deciding"]
