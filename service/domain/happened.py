"""
Events: how long ago something happened, as exactly as it was told.

An instant gives one number of days. A day gives every number that the hours of
that day allow, by the calendar at the offset of the question. What happened nobody
knows when may be any time ago. What never happened is longer ago than any limit:
nothing waits for it, and nothing fires by it. An event that is not told is unknown,
never absent.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.derivations import NEVER
from service.domain.echo import unknown
from service.domain.errors import Fault
from service.domain.intervals import Interval
from service.domain.panel import Happened
from service.domain.results import AHEAD

if TYPE_CHECKING:
    from service.domain.given import GivenEvent, GivenPanel
    from service.domain.vocabulary import Vocabulary

_DAY = timedelta(days=1)


def days_between(earlier: datetime, later: datetime) -> Fraction:
    """Return the exact number of days from one instant to another."""
    return Fraction((later - earlier) // timedelta(microseconds=1), _DAY // timedelta(microseconds=1))


def take_events(vocabulary: Vocabulary, given: GivenPanel, faults: list[Fault]) -> dict[str, Happened]:
    """
    Resolve the events of a panel.

    Args:
        vocabulary: For the names.

        given: What the caller says, and at which instant it asks.

        faults: Receives what cannot be understood.

    Returns:
        How long ago each event was, by name.
    """
    found: dict[str, Happened] = {}
    for one in given.events:
        if one.event not in vocabulary.events:
            detail = unknown(one.event, list(vocabulary.events), "events")
            faults.append(Fault(f"{one.pointer}/event", "unknown-event", detail))
        elif one.event in found:
            detail = f"{one.event} is stated twice; send the last time that it happened."
            faults.append(Fault(one.pointer, "stated-twice", detail))
        else:
            happened = _resolve(one, given.as_of)
            if happened is None:
                what = "time" if isinstance(one.at, datetime) else "date"
                detail = f"{one.event} lies after the instant of the question; send events that have happened."
                faults.append(Fault(f"{one.pointer}/{what}", "event-after-as-of", detail))
            else:
                found[one.event] = happened
    return found


def _resolve(one: GivenEvent, as_of: datetime) -> Happened | None:
    """Return how long ago an event was, or None where it has not happened yet."""
    if one.undated:
        return Happened(Interval.of(0, None), "happened", undated=True)
    if one.at is None:
        return Happened(NEVER, "never")
    if isinstance(one.at, datetime):
        if one.at > as_of + AHEAD:
            return None
        # As far as clocks differ, it happened now.
        return Happened(
            Interval.exactly(max(days_between(one.at, as_of), Fraction(0))),
            one.at.isoformat().replace("+00:00", "Z"),
        )
    begins = datetime.combine(one.at, time(), as_of.tzinfo)
    if begins > as_of:
        return None
    longest, shortest = days_between(begins, as_of), days_between(begins + _DAY, as_of)
    days = Interval.of(shortest, longest, low_open=True) if shortest >= 0 else Interval.of(0, longest)
    return Happened(days, one.at.isoformat())
