"""
Results that a conclusion rests on and that were drawn long apart: said, for they may be of two states of a patient.

How long is too long is a matter of the rule set. What has no time is taken as current, and what does not age, such
as a constitutional trait, may be of any time; of neither is anything said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.doubts_behind import measures_behind
from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.panel import Note
from service.domain.rules import Comparison, FindingTest
from service.domain.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from service.domain.apart import DrawnApart
    from service.domain.decision import Decision

ISSUE = "drawn-apart"
NAMED = 5
"""Most conclusions named in one note."""


def drawn_apart(decision: Decision) -> tuple[Note, ...]:
    """
    Return a note for the results of different days that conclusions combine.

    Args:
        decision: The decision.

    Returns:
        One note for all conclusions that rest on the same results, about the oldest of these; none where the
        rule set names no span.
    """
    span, times = decision.release.ruleset.drawn_apart, _times(decision)
    if span is None or not _is_over(span, times.values()):
        return ()
    found: dict[tuple[str, ...], list[str]] = {}
    for name, _ in told(decision):
        claims = (claim for side in (True, False) for claim in decision.claims(name, speaking_for=side))
        compared = sorted(_compared(decision, claims) & times.keys(), key=lambda one: (times[one], one))
        if _is_over(span, (times[one] for one in compared)):
            found.setdefault(tuple(compared), []).append(name)
    return tuple(_note(decision, span, measures, names, times) for measures, names in found.items())


def _times(decision: Decision) -> dict[str, datetime]:
    """Return when each result was drawn that is read as the value of its measure, and that ages."""
    measures = decision.release.vocabulary.measures
    return {
        name: value.time
        for name, value in decision.panel.values.items()
        if value.time is not None and measures[name].fresh_days is not None
    }


def _is_over(span: DrawnApart, times: Iterable[datetime]) -> bool:
    ordered = sorted(times)
    return len(ordered) > 1 and ordered[-1] - ordered[0] > timedelta(days=float(span.days))


def _compared(decision: Decision, claims: Iterable[str]) -> set[str]:
    """Return the measures that claims rest on, themselves or through findings, with all these are computed from."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(claims)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        # What fired rests on what is true, what was refuted on what is false.
        decisive = name in decision.fired
        for condition in decision.release.rules[name].when.conditions():
            if decision.truth(condition) is not decisive:
                continue
            if isinstance(condition, FindingTest):
                waiting += decision.by(condition.finding)
            elif isinstance(condition, Comparison):
                standing = decision.facts.standings[condition.threshold]
                found |= measures_behind(decision.release, decision.facts, standing.choice.compares)
                waiting += decision.by(standing.finding) if standing.finding else ()
    return found


def _note(
    decision: Decision, span: DrawnApart, measures: tuple[str, ...], names: list[str], times: Mapping[str, datetime]
) -> Note:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    drawn = ", ".join(f"{name} {times[name].date().isoformat()}" for name in measures)
    longest = interval_text(Interval.exactly(span.days), "d")
    detail = f"{', '.join(names[:NAMED])}{more}: concluded from results drawn more than {longest} apart ({drawn})."
    oldest = measures[0]
    return Note(", ".join(decision.panel.values[oldest].refs), ISSUE, detail, used=True, measure=oldest)
