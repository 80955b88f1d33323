"""
Where a patient stands against each threshold: the margins.

For one threshold the rows that the patient's attributes still allow are
resolved, and value minus limit is kept as two ends: lowest value minus highest
limit, highest value minus lowest limit. The sign of an end decides every
comparison; at zero the sign is the side on which equality and open ends lie.
A hole among the possible rows leaves no margin: the comparison is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from service.domain.attributes import worlds
from service.domain.thresholds import ALWAYS, Side
from service.domain.vocabulary import AGE, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.intervals import End, Interval
    from service.domain.panel import Panel, Value
    from service.domain.release import Profile, Release
    from service.domain.thresholds import Choice, Row, Threshold, Word

UNBOUNDED_MARGIN = Fraction(10**12)
"""Stands for an unbounded end: larger than any quantity in a canonical unit."""


class MarginEnd(NamedTuple):
    """One end of a margin; at zero, *tie* is the side it lies on. Ends are ordered as they are compared."""

    distance: Fraction
    tie: int

    @property
    def sign(self) -> int:
        """-1 under the limit, +1 over it; never 0."""
        return -1 if (self.distance, self.tie) < (0, 0) else 1


class Margin(NamedTuple):
    """Value minus limit, over every value and every row that is still possible."""

    low: MarginEnd
    high: MarginEnd

    def decides(self, word: Word) -> bool | None:
        """Return whether a comparison is true, false, or (None) unknown."""
        if self.high.sign < 0:
            return word.holds_under
        if self.low.sign > 0:
            return not word.holds_under
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """
    One threshold, resolved for one patient.

    Attributes:
        threshold: Its name, unit and side.

        profile: The profile it is resolved in.

        choice: How the profile fills it.

        value: The value compared, or None where it is missing.

        rows: Rows that are possible, whatever the key finding's state.

        finding: The finding that rows are keyed by, or None.

        margins: The margin under each state of that finding; under None, whatever its state.
    """

    threshold: Threshold
    profile: Profile
    choice: Choice
    value: Value | None
    rows: tuple[Row, ...]
    finding: str | None
    margins: Mapping[State | None, Margin]

    def rows_under(self, state: State | None) -> tuple[Row, ...]:
        """Return the rows that remain when the finding they are keyed by is present or absent."""
        if self.finding is None or state not in {State.PRESENT, State.ABSENT}:
            return self.rows
        return tuple(row for row in self.rows if row.finding is None or row.finding[1] is state)


def stand_all(release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value]) -> dict[str, Standing]:
    """
    Resolve every threshold in use for one patient.

    Args:
        release: For the thresholds and the domains of attributes.

        profile: For their choices.

        panel: For the possible values of attributes.

        values: Effective values of measures.

    Returns:
        Where the patient stands against each.
    """
    rows = _rows(release, profile, panel, values)
    return {name: _stand(release, profile, values, name, rows[name]) for name in release.thresholds_in_use}


def stand(release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], name: str) -> Standing:
    """
    Resolve one threshold for one patient.

    Args:
        release: For the threshold and the domains of attributes.

        profile: For its choice.

        panel: For the possible values of attributes.

        values: Effective values, that of the measure compared among them.

        name: Of a threshold in use.

    Returns:
        Where the patient stands against it.
    """
    return _stand(release, profile, values, name, _rows(release, profile, panel, values)[name])


def _stand(
    release: Release, profile: Profile, values: Mapping[str, Value], name: str, rows: tuple[Row, ...]
) -> Standing:
    threshold = release.numbers.thresholds[name]
    choice = release.choice(profile, name)
    value = values.get(choice.compares)
    keyed_by = choice.keyed_by
    margins: dict[State | None, Margin] = {}
    standing = Standing(threshold, profile, choice, value, rows, keyed_by, margins)
    if value is not None:
        for state in (None, State.PRESENT, State.ABSENT) if keyed_by else (None,):
            margin = _margin(threshold.side, value.interval, standing.rows_under(state))
            if margin is not None:
                margins[state] = margin
    return standing


MOST_REMEMBERED = 4096


def _rows(release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value]) -> dict[str, tuple[Row, ...]]:
    """Return the possible rows of every threshold; patients of one age and attributes share them."""
    age = values[AGE].interval if AGE in values else ALWAYS
    possible = {name: one.values for name, one in panel.attributes.items()}
    key = (profile.id, age, tuple(possible.values()))
    remembered = release.rows_by_patient.get(key)
    if remembered is None:
        remembered = {
            name: _possible_rows(release, release.choice(profile, name), possible, age)
            for name in release.thresholds_in_use
        }
        if len(release.rows_by_patient) >= MOST_REMEMBERED:
            release.rows_by_patient.clear()
        release.rows_by_patient[key] = remembered
    return remembered


def _possible_rows(
    release: Release, choice: Choice, possible: Mapping[str, frozenset[str]], age: Interval
) -> tuple[Row, ...]:
    still = list(worlds(release.vocabulary, possible, choice.key_attributes))
    return tuple(row for row in choice.rows if any(row_allows(row, world, ages, age) for world, ages in still))


def row_allows(row: Row, world: Mapping[str, str], ages: Interval | None, age: Interval) -> bool:
    """Return whether a row speaks of a patient of these attributes and ages."""
    if any(world[name] not in allowed for name, allowed in row.attributes.items()):
        return False
    meeting = row.age.intersection(age)
    return meeting is not None and (ages is None or meeting.meets(ages))


def _margin(side: Side, value: Interval, rows: tuple[Row, ...]) -> Margin | None:
    lows, highs = [], []
    for row in rows:
        if row.limit is None:
            return None
        equal = (1 if side is Side.HIGH else -1) * (1 if row.equal_is_abnormal else -1)
        lows.append(_end(value.low, row.limit, equal, lower=True))
        highs.append(_end(value.high, row.limit, equal, lower=False))
    return Margin(min(lows), max(highs)) if lows else None


def _end(end: End, limit: Fraction, equal: int, *, lower: bool) -> MarginEnd:
    if end.value is None:
        return MarginEnd(-UNBOUNDED_MARGIN if lower else UNBOUNDED_MARGIN, 0)
    distance = end.value - limit
    if distance:
        return MarginEnd(distance, 0)
    # An open end at the limit never reaches it: it takes the side it comes from.
    return MarginEnd(distance, (1 if lower else -1) if end.open else equal)
