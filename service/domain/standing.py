"""
Where a patient stands against each threshold: the margins.

For one threshold the rows that the patient's attributes still allow are
resolved, and value minus limit is kept as two ends: lowest value minus highest
limit, highest value minus lowest limit. The sign of an end decides every
comparison; at zero the sign is the side on which equality and open ends lie.
A hole among the possible rows leaves no margin: the comparison is unknown.

Where a row takes the laboratory's own limit, that comes with the result, as a
number or as a flag; without it, another choice holds, or there is no margin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain.attributes import worlds
from service.domain.cells import cells
from service.domain.intervals import ZERO
from service.domain.margins import Margin, margin_end
from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from service.domain.intervals import Interval
    from service.domain.laboratory import Reference
    from service.domain.panel import Panel, Value
    from service.domain.release import Profile, Release
    from service.domain.thresholds import Choice, Row, Threshold


@dataclass(frozen=True, slots=True)
class Standing:
    """
    One threshold, resolved for one patient.

    Attributes:
        threshold: Its name, unit and side.

        profile: The profile it is resolved in.

        choice: How it is filled for this patient.

        value: The value compared, or None where it is missing.

        rows: Rows that are possible, whatever the key finding's state.

        finding: The finding that rows are keyed by, or None.

        margins: The margin under each state of that finding; under None, whatever its state.

        instead_of: The choice of the profile, where the result has no laboratory range for it; else None.
    """

    threshold: Threshold
    profile: Profile
    choice: Choice
    value: Value | None
    rows: tuple[Row, ...]
    finding: str | None
    margins: Mapping[State | None, Margin]
    instead_of: Choice | None = None

    @property
    def reference(self) -> Reference | None:
        """The laboratory's limits for the value, where they tell anything of the threshold's side."""
        reference = self.value.reference if self.value is not None else None
        return reference if reference is not None and reference.tells(self.threshold.side) else None

    @property
    def keys(self) -> frozenset[str]:
        """Every attribute and patient quantity that had a part in which rows are possible."""
        choices = (self.choice, self.instead_of) if self.instead_of else (self.choice,)
        return frozenset().union(*(one.key_attributes | one.key_quantities for one in choices))

    def limit(self, row: Row) -> Fraction | None:
        """Return the number that a row compares with; None for a hole, and where a range has no number."""
        if not row.laboratory:
            return row.limit
        return self.reference.limit(self.threshold.side) if self.reference is not None else None

    def lacks_range(self, rows: Iterable[Row]) -> bool:
        """Return whether some row waits for a laboratory's range that the value does not carry, or not in numbers."""
        return any(row.laboratory and self.limit(row) is None for row in rows)

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
    return stand(release, profile, panel, values, release.thresholds_in_use)


def stand(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], names: Iterable[str]
) -> dict[str, Standing]:
    """
    Resolve some thresholds for one patient.

    Args:
        release: For the thresholds and the domains of attributes.

        profile: For their choices.

        panel: For the possible values of attributes.

        values: Effective values, those of the measures compared among them.

        names: Of thresholds in use.

    Returns:
        Where the patient stands against each.
    """
    rows = _rows(release, profile, panel, values)
    return {name: _stand(release, profile, values, name, rows) for name in names}


def _stand(
    release: Release,
    profile: Profile,
    values: Mapping[str, Value],
    name: str,
    rows: Mapping[tuple[str, str], tuple[Row, ...]],
) -> Standing:
    threshold = release.numbers.thresholds[name]
    choice, *others = release.choices(profile, name)
    margins: dict[State | None, Margin] = {}
    standing = _filled(threshold, profile, choice, values, rows, margins)
    # Only where every possible row wants the range: a hole or a number is no matter of ranges.
    if others and standing.value and not standing.reference and all(row.laboratory for row in standing.rows):
        standing = replace(_filled(threshold, profile, others[0], values, rows, margins), instead_of=choice)
    for state in (None, State.PRESENT, State.ABSENT) if standing.finding else (None,):
        margin = margin_of(standing, standing.rows_under(state))
        if margin is not None:
            margins[state] = margin
    return standing


def _filled(
    threshold: Threshold,
    profile: Profile,
    choice: Choice,
    values: Mapping[str, Value],
    rows: Mapping[tuple[str, str], tuple[Row, ...]],
    margins: Mapping[State | None, Margin],
) -> Standing:
    possible = rows[threshold.name, choice.name]
    return Standing(threshold, profile, choice, values.get(choice.compares), possible, choice.keyed_by, margins)


MOST_REMEMBERED = 4096


def _rows(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value]
) -> dict[tuple[str, str], tuple[Row, ...]]:
    """Return the possible rows of every threshold and choice, shared by patients that no row tells apart."""
    quantities = {name: values[name].interval for name in release.key_quantities if name in values}
    possible = {name: one.values for name, one in panel.attributes.items()}
    where = tuple((name, *cells(release.cuts[name], interval)) for name, interval in quantities.items())
    key = (profile.id, where, tuple(possible.values()))
    remembered = release.rows_by_patient.get(key)
    if remembered is None:
        remembered = {}
        still: dict[frozenset[str], list[tuple[Mapping[str, str], Interval | None]]] = {}
        for name in release.thresholds_in_use:
            for choice in release.choices(profile, name):
                keys = choice.key_attributes
                if keys not in still:
                    still[keys] = list(worlds(release.vocabulary, possible, keys))
                rows = _rows_for(still[keys], choice, quantities)
                # Most patients share what they do not share with all: each combination of rows is kept once.
                of, rows = release.rows_kept.setdefault(
                    (name, choice.name, *map(id, rows)), ((name, choice.name), rows)
                )
                remembered[of] = rows
        if len(release.rows_by_patient) >= MOST_REMEMBERED:
            release.rows_by_patient.clear()
        release.rows_by_patient[key] = remembered
    return remembered


def possible_rows(
    release: Release,
    choice: Choice,
    possible: Mapping[str, frozenset[str]],
    quantities: Mapping[str, Interval],
) -> tuple[Row, ...]:
    """Return the rows of a choice that speak of some patient who is still possible."""
    return _rows_for(list(worlds(release.vocabulary, possible, choice.key_attributes)), choice, quantities)


def _rows_for(
    still: Iterable[tuple[Mapping[str, str], Interval | None]], choice: Choice, quantities: Mapping[str, Interval]
) -> tuple[Row, ...]:
    return tuple(row for row in choice.rows if any(row_allows(row, world, ages, quantities) for world, ages in still))


def row_allows(row: Row, world: Mapping[str, str], ages: Interval | None, quantities: Mapping[str, Interval]) -> bool:
    """
    Return whether a row speaks of a patient of these attributes and quantities.

    Args:
        row: Of a threshold.

        world: A value for each attribute that matters.

        ages: At which these attributes can exist together; None for any age.

        quantities: What is known of the patient in numbers, age among it.

    Returns:
        Whether somebody can be both.
    """
    if any(world[name] not in allowed for name, allowed in row.attributes.items()):
        return False
    if not all(quantities.get(name, ALWAYS).meets(band) for name, band in row.bands.items()):
        return False
    if ages is None:
        return True
    meeting = row.band(AGE).intersection(quantities.get(AGE, ALWAYS))
    return meeting is not None and meeting.meets(ages)


def margin_of(standing: Standing, rows: tuple[Row, ...]) -> Margin | None:
    """
    Return value minus limit over some rows.

    Args:
        standing: For the value, and the laboratory's limits.

        rows: Of the threshold; one of them holds.

    Returns:
        The margin; None where there is no value, or not in every row a limit.
    """
    side, value = standing.threshold.side, standing.value
    if value is None or any(row.is_hole for row in rows):
        return None
    lows, highs = [], []
    for row in rows:
        compared = (value.interval, row.limit) if row.limit is not None else _against_range(standing, value)
        if compared is None:
            return None
        interval, limit = compared
        equal = row.equal_lies(side)
        lows.append(margin_end(interval.low, limit, equal, lower=True))
        highs.append(margin_end(interval.high, limit, equal, lower=False))
    return Margin(min(lows), max(highs)) if lows else None


def _against_range(standing: Standing, value: Value) -> tuple[Interval, Fraction] | None:
    """Return what is compared with what: the value with the laboratory's limit, or its distance from it with zero."""
    reference, side = standing.reference, standing.threshold.side
    if reference is None:
        return None
    limit = reference.limit(side)
    return (reference.distance(side), ZERO) if limit is None else (reference.within(value.interval), limit)
