"""
Computing what no formula computes: counts of comparisons, elapsed times, changes.

A count holds every number of true comparisons that is still possible. A change
needs two results whose order in time is certain: where it is not, nothing is known.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.derivations import Change, CountOf, DaysSince
from service.domain.happened import days_between
from service.domain.intervals import Interval
from service.domain.panel import Origin, Value, of_event
from service.domain.standing import stand
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.derivations import Vote
    from service.domain.measures import Measure
    from service.domain.panel import Earlier, Happened, Panel
    from service.domain.release import Profile, Release
    from service.domain.standing import Standing

REPORTED = frozenset({Origin.REPORTED, Origin.DOUBTED})
"""A change is between two results: a computed value may differ from a reported one by its formula alone."""


def derive(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], measure: Measure
) -> Value | None:
    """
    Compute a count, an elapsed time or a change.

    Args:
        release: For thresholds.

        profile: For their choices.

        panel: For events, earlier results, and the rows that the patient allows.

        values: Effective values of everything it needs.

        measure: What to compute.

    Returns:
        The value, or None where nothing is known of it.
    """
    how = measure.derivation
    if isinstance(how, CountOf):
        found = _count(release, profile, panel, values, how)
        return None if found is None or found[1] > measure.together else found[0]
    if isinstance(how, DaysSince):
        return _elapsed(panel, how)
    return _change(panel, values, how) if isinstance(how, Change) else None


# -- counts ----------------------------------------------------------------


def voted(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], how: CountOf
) -> list[tuple[Vote, Standing, bool | None]]:
    """Return each vote with where the patient stands against its threshold, and how it votes; None for unknown."""
    standings = stand(release, profile, panel, values, {vote.threshold for vote in how.votes})
    found = []
    for vote in how.votes:
        margin = standings[vote.threshold].margins.get(None)
        decided = None if margin is None else margin.decides(Word(vote.word))
        found.append((vote, standings[vote.threshold], decided))
    return found


def _count(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], how: CountOf
) -> tuple[Value, timedelta] | None:
    """Return the count with the time that lies between the first and the last sample of it."""
    stood = voted(release, profile, panel, values, how)
    counted = [standing.value for _, standing, _ in stood if standing.value is not None]
    if not counted:
        return None
    votes = [vote for _, _, vote in stood]
    times = [value.time for value in counted if value.time is not None]
    value = Value(
        Interval.of(votes.count(True), len(votes) - votes.count(False)),
        Origin.COMPUTED,
        tuple(dict.fromkeys(ref for value in counted for ref in value.refs)),
        max(times, default=None),
        how.text,
        tuple(vote.threshold for vote in how.votes),
    )
    return value, max(times) - min(times) if times else timedelta(0)


# -- times -----------------------------------------------------------------


def _elapsed(panel: Panel, how: DaysSince) -> Value | None:
    happened = panel.events.get(how.event)
    if happened is None:
        return None
    return Value(happened.days_ago, Origin.COMPUTED, (of_event(how.event),), None, how.text, (how.event,))


def _change(panel: Panel, values: Mapping[str, Value], how: Change) -> Value | None:
    now, earlier = values.get(how.of), panel.earlier.get(how.of)
    if now is None or now.time is None or earlier is None or now.origin not in REPORTED:
        return None
    if not how.since:
        used = earlier[:1]
        far = max((days_between(one.time, now.time) for one in used), default=None)
        if how.within_days is not None and far is not None and far > how.within_days:
            return None
    else:
        used = _before(panel, how, now, panel.events.get(how.since), earlier)
    intervals = [one.interval for one in used]
    before: Interval | None = None
    for one, interval in zip(used, intervals, strict=True):
        if interval is None:
            # A result of that time was set aside; an older one does not stand in for it.
            return None
        number = Interval.exactly(days_between(one.time, now.time)) if how.in_days else interval
        before = number if before is None else before.hull(number)
    if before is None:
        return None
    changed = before if how.in_days else now.interval - before
    if changed.is_unbounded:
        return None
    refs = (*now.refs, *(ref for one in used for ref in one.refs), *((of_event(how.since),) if how.since else ()))
    operands = (how.of, *((how.since,) if how.since else ()))
    return Value(changed, Origin.COMPUTED, refs, now.time, how.text, operands, used)


def _before(
    panel: Panel, how: Change, now: Value, event: Happened | None, earlier: tuple[Earlier, ...]
) -> tuple[Earlier, ...]:
    """
    Return the results that may be the last one at or before an event, the oldest first.

    Where only the day of the event is known, several may be; none are returned unless
    one surely is, and the newest result surely lies after the event.
    """
    if event is None or now.time is None:
        return ()
    longest, shortest, shortest_open = event.days_ago.high.value, *event.days_ago.low
    if longest is None or shortest is None:
        return ()
    newest = days_between(now.time, panel.as_of)
    if newest > shortest or (newest == shortest and not shortest_open):
        return ()
    ago = {one: days_between(one.time, panel.as_of) for one in earlier}
    surely = next((one for one in earlier if ago[one] >= longest), None)
    if surely is None:
        return ()
    perhaps = [one for one in earlier if ago[one] < longest and event.days_ago.meets(Interval.exactly(ago[one]))]
    found = (surely, *reversed(perhaps))
    ends = [*(ago[one] for one in found[1:]), shortest]
    if how.within_days is not None and any(
        ago[one] - max(end, shortest) > how.within_days for one, end in zip(found, ends, strict=True)
    ):
        return ()
    return found
