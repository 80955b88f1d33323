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
from service.domain.effective import needs
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
        threshold: Its name.

        choice: How the profile fills it.

        value: The value compared, or None where it is missing.

        rows: Rows that are possible, whatever the key finding's state.

        finding: The finding that rows are keyed by, or None.

        margins: The margin under each state of that finding; under None, whatever its state.

        needs: What would have to be known, or known better, to decide more.

        no_limit: Why there is no limit, where a possible row says so.
    """

    threshold: Threshold
    choice: Choice
    value: Value | None
    rows: tuple[Row, ...]
    finding: str | None
    margins: Mapping[State | None, Margin]
    needs: tuple[str, ...]
    no_limit: str


def stand(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], name: str
) -> Standing:
    """
    Resolve one threshold for one patient.

    Args:
        release: For the threshold and the domains of attributes.

        profile: For its choice.

        panel: For the possible values of attributes.

        values: Effective values of measures.

        name: The threshold.

    Returns:
        The standing.
    """
    threshold = release.numbers.thresholds[name]
    choice = release.choice(profile, name)
    value = values.get(choice.compares)
    rows = _possible_rows(release, choice, panel, values)
    keyed_by = choice.keyed_by
    margins: dict[State | None, Margin] = {}
    if value is not None:
        for state in (None, State.PRESENT, State.ABSENT) if keyed_by else (None,):
            margin = _margin(
                threshold.side, value.interval, [row for row in rows if _is_for(row, state)]
            )
            if margin is not None:
                margins[state] = margin
    return Standing(
        threshold,
        choice,
        value,
        rows,
        keyed_by,
        margins,
        _needs(release, panel, values, choice, rows),
        next((row.no_limit for row in rows if row.no_limit), ""),
    )


def _is_for(row: Row, state: State | None) -> bool:
    return state is None or row.finding is None or row.finding[1] is state


def _possible_rows(
    release: Release, choice: Choice, panel: Panel, values: Mapping[str, Value]
) -> tuple[Row, ...]:
    possible = {name: one.values for name, one in panel.attributes.items()}
    age = values[AGE].interval if AGE in values else ALWAYS
    still = list(worlds(release.vocabulary, possible, choice.key_attributes))
    return tuple(
        row
        for row in choice.rows
        if any(row_allows(row, world, ages, age) for world, ages in still)
    )


def row_allows(row: Row, world: Mapping[str, str], ages: Interval | None, age: Interval) -> bool:
    """Return whether a row speaks of a patient of these attributes and ages."""
    if any(world[name] not in allowed for name, allowed in row.attributes.items()):
        return False
    meeting = row.age.intersection(age)
    return meeting is not None and (ages is None or meeting.meets(ages))


def _margin(side: Side, value: Interval, rows: list[Row]) -> Margin | None:
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


def _needs(
    release: Release,
    panel: Panel,
    values: Mapping[str, Value],
    choice: Choice,
    rows: tuple[Row, ...],
) -> tuple[str, ...]:
    """Return what is missing or open and could move a comparison with this choice."""
    found: dict[str, None] = {}
    value = values.get(choice.compares)
    if value is None or not value.interval.is_exact:
        found.update(dict.fromkeys(needs(release, panel, values, choice.compares)))
    if len({(row.limit, row.equal_is_abnormal) for row in rows}) > 1:
        for name in sorted(choice.key_attributes):
            if len(panel.attributes[name].values) > 1:
                found[name] = None
        if len({row.age for row in rows}) > 1:
            found[AGE] = None
    return tuple(found)


__all__ = ["UNBOUNDED_MARGIN", "Margin", "MarginEnd", "Standing", "row_allows", "stand"]
