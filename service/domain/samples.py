"""
Samples: what the rules about results are asked of, where time matters to them.

Whether a transfusion has mixed the red cells of a sample depends on what lies between it and that sample, not
between it and the question. So rules that ask how long ago something was are asked for each time at which
results that they doubt were drawn, with every event as long ago as it was then. What happened after the sample
had not happened: nothing is doubted for it. Where the order of the two cannot be known, it counts as before the
sample, because a doubt too many makes a finding unknown, and one too few makes it wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain.derivations import NEVER
from service.domain.happened import days_between
from service.domain.intervals import ZERO, Interval
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from service.domain.facts import Facts
    from service.domain.inference import Basis
    from service.domain.panel import Happened, Panel, Value
    from service.domain.release import Release
    from service.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Sample:
    """
    Results drawn at one time.

    Attributes:
        time: When; None for results without a time, which are as of the question.

        measures: Those of the results that rules asking for elapsed times may doubt.

        panel: As it was when they were drawn.
    """

    time: datetime | None
    measures: frozenset[str]
    panel: Panel


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What the rules that ask for elapsed times answered about a sample.

    Attributes:
        sample: The results.

        facts: What the rules saw.

        fired: Rules about results that fired in the engine, with their facts; only those that ask for elapsed
            times count.

        outcomes: What the reference semantics says of each.
    """

    sample: Sample
    facts: Facts
    fired: Mapping[str, frozenset[Basis]]
    outcomes: Mapping[str, Outcome]


def about(rule: Rule, asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return what was asked about results that a rule doubts."""
    doubted = {doubt.measure for doubt in rule.then.doubts}
    return tuple(one for one in asked if one.sample.measures & doubted)


def strongest(rule: Rule, asked: Iterable[Asked]) -> Asked:
    """Return the answer that tells what became of a rule as a whole: it fired if it did for any sample."""
    order = (Outcome.FIRED, Outcome.UNDECIDED, Outcome.NOT_FIRED, Outcome.OTHER_PROFILE)
    return min(asked, key=lambda one: order.index(one.outcomes[rule.id]))


def samples(release: Release, panel: Panel, received: Mapping[str, Value]) -> Iterator[Sample]:
    """
    Yield the samples that rules asking for elapsed times must be asked about one by one.

    An event whose day is not known may have happened just before the sample, or long ago, so those rules are
    asked about both.

    Args:
        release: For those rules.

        panel: As it was received.

        received: Effective values of the panel as it was received.

    Yields:
        Each once; none where no event is told, or no result is doubted.
    """
    doubted = {doubt.measure for rule in release.timed_doubts for doubt in rule.then.doubts}
    if not any(happened.days_ago != NEVER for happened in panel.events.values()):
        return
    times = {one.result: one.time for one in panel.inputs}
    drawn: dict[datetime | None, set[str]] = {}
    for measure in sorted(doubted & received.keys()):
        for time in {times.get(ref) for ref in received[measure].refs}:
            drawn.setdefault(time, set()).add(measure)
    for time, measures in drawn.items():
        as_of = panel.as_of if time is None else min(time, panel.as_of)
        then = {name: _seen_from(one, panel.as_of, as_of) for name, one in panel.events.items()}
        undated = [name for name, one in panel.events.items() if one.undated]
        for days_ago in (Interval.exactly(ZERO), NEVER) if undated else (NEVER,):
            events = then | {name: replace(then[name], days_ago=days_ago) for name in undated}
            yield Sample(time, frozenset(measures), replace(panel, as_of=as_of, events=events))


def _seen_from(happened: Happened, as_of: datetime, time: datetime) -> Happened:
    """Return an event as it was seen at an earlier instant."""
    if happened.days_ago.high.value is None:
        return happened
    passed = Interval.exactly(days_between(time, as_of))
    until = (happened.days_ago - passed).intersection(Interval.of(0, None))
    return replace(happened, days_ago=until or NEVER)
