"""
Try mutants on the cases, through the reference semantics alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.application.cases import unmet
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.errors import FerruleError
from service.domain.rules import Verb
from service.domain.semantics import Outcome, truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.application.mutants import Mutant
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.release import Release
    from service.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Tried:
    """
    A mutant, and the case that noticed it.

    Attributes:
        mutant: The mutant.

        by: The first case that fails of it, or None for a survivor.

        reached: How many cases came to what was changed.
    """

    mutant: Mutant
    by: Case | None
    reached: int


def try_mutants(mutants: Iterable[Mutant], held: Sequence[tuple[Case, Decision]]) -> Iterator[Tried]:
    """
    Try each mutant on the cases that come to what was changed, until one fails.

    Args:
        mutants: Of one release.

        held: Its cases that hold, with their decisions.

    Yields:
        One answer for each mutant, in order.
    """
    for mutant in mutants:
        reached = [case for case, decision in held if _reaches(decision, mutant)]
        reached.sort(key=lambda case: case.rule not in mutant.rules)
        by = next((case for case in reached if _notices(case, mutant.release)), None)
        yield Tried(mutant, by, len(reached))


def _reaches(decision: Decision, mutant: Mutant) -> bool:
    """Return whether a patient comes to what was changed: to a row, or to another outcome of the rule itself."""
    if mutant.threshold:
        changed = {id(row) for row in mutant.rows}
        standings = [
            facts.standings[mutant.threshold]
            for facts in (decision.facts, decision.as_received.facts, *(one.facts for one in decision.asked))
        ]
        return any(id(row) in changed and _is_near(s, mutant) for s in standings for row in s.rows)
    if mutant.table:
        return any(decision.outcomes[rule] is Outcome.FIRED for rule in mutant.rules)
    rule = mutant.release.rules[mutant.rules[0]]
    if rule.profiles and decision.profile.id not in rule.profiles:
        return False
    before = decision.outcomes[rule.id]
    if rule.then.verb is Verb.DOUBT:
        return True
    if rule.then != decision.release.rules[rule.id].then:
        return before is Outcome.FIRED
    after = {True: Outcome.FIRED, False: Outcome.NOT_FIRED, None: Outcome.UNDECIDED}
    return after[truth(rule.when, decision.facts, decision.meaning)] is not before


def _is_near(standing: Standing, mutant: Mutant) -> bool:
    """
    Return whether a changed row may matter to where a patient stands.

    It does not where every value lies clear of the old and the new limit, and where
    there is no value, unless the row came to agree with another or no longer does.
    """
    if not mutant.span:
        # Only whether equality counts was changed.
        limits = {standing.limit(row) for row in mutant.rows}
        interval = standing.value.interval if standing.value else None
        return interval is not None and any(end.value in limits for end in (interval.low, interval.high))
    if standing.value is None or not standing.margins:
        return any(row.limit in mutant.span for row in standing.rows if row not in mutant.rows)
    if any(margin.low.sign != margin.high.sign for margin in standing.margins.values()):
        return True
    return any(mutant.span[0] <= bound <= mutant.span[1] for bound in standing.value.interval.bounds)


def _notices(case: Case, release: Release) -> bool:
    try:
        decision, _ = decide(release, release.profiles[case.profile], SemanticsAlone(release), case.given)
    except FerruleError:
        return True
    return any(unmet(decision, case))
