"""
Which of a laboratory's limits are believed: each end by itself, before anything is compared with it.

A range or a flag overrules the limits of a guideline, so an error in it must not call a dangerous value
normal. Many systems send 0 where a laboratory prints no lower limit, or a number that no patient reaches where
it prints no upper one. Where the numbers say `never under` or `never over`, no limit beyond that is believed,
and no flag that calls such a value normal: the value is compared as if the laboratory had said nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.margins import margin_end
from service.domain.standing import possible_rows
from service.domain.thresholds import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from service.domain.laboratory import Reference
    from service.domain.measures import Measure
    from service.domain.panel import Possible, Value
    from service.domain.release import Profile, Release
    from service.domain.thresholds import Choice, Row, Threshold

Refused = tuple[str, str]
"""Which side of a result's range is not believed, as a word for programs and a sentence."""

IMPLAUSIBLE = "implausible-range"
NOT_BELIEVED = "range-not-believed"


def plausible(measure: Measure, reference: Reference) -> tuple[Reference, list[Refused]]:
    """
    Return which limits may be meant, whatever the patient: each must be a usual value itself.

    Args:
        measure: What was measured.

        reference: The laboratory's limits in the canonical unit.

    Returns:
        The reference without limits that cannot be meant, and what is wrong with them.
    """
    usual = measure.usual or measure.possible
    if usual is None:
        return reference, []
    limits = {side: reference.limit(side) for side in Side}
    wrong = [side for side, limit in limits.items() if limit is not None and not Interval.exactly(limit).meets(usual)]
    # Zero of what is never zero is how systems send that there is no lower limit.
    told = [side for side in wrong if side is Side.HIGH or limits[side] != 0]
    refused = []
    if told:
        what = "range" if len(told) > 1 else told[0].of_range
        ends = [limits[side] for side in told]
        meant = Interval.of(ends[0], ends[-1])
        why = (
            f"the laboratory's {what}, {interval_text(meant, measure.unit)}, lies outside what is usual, "
            f"{interval_text(usual, measure.unit)}, and was not used; is it in the unit of the result?"
        )
        refused.append((IMPLAUSIBLE, why))
    for side in wrong:
        reference = reference.without_limit(side)
    return reference, refused


def believed(
    release: Release, profile: Profile, rows: Mapping[str, tuple[Row, ...]], measure: Measure, value: Value
) -> tuple[Reference | None, list[Refused]]:
    """
    Return what is believed of the reference beside a value, for one patient.

    Args:
        release: For the thresholds that name what no laboratory's limit goes beyond.

        profile: For their choices.

        rows: The rows of those thresholds that are possible for the patient, by name.

        measure: What was measured.

        value: With the reference.

    Returns:
        The reference, None where nothing is left; and what is not believed of it.
    """
    left, refused = value.reference, []
    for threshold, choice in bounded(release, profile):
        if left is None or choice.compares != measure.name:
            continue
        side, bound = threshold.side, choice.never_beyond
        limit = left.limit(side)
        if limit is not None and not _within(Interval.exactly(limit), side, rows[bound]):
            exactly = interval_text(Interval.exactly(limit), measure.unit)
            why = _why(measure, side, bound, rows[bound])
            refused.append((NOT_BELIEVED, f"the laboratory's {side.of_range}, {exactly}, was not used: {why}."))
            left = left.without_limit(side).settled()
        elif limit is None and left.calls_normal(side) and not _within(value.interval, side, rows[bound]):
            why = _why(measure, side, bound, rows[bound])
            refused.append((NOT_BELIEVED, f"the laboratory's flag {left.flag} was not used: {why}."))
            left = left.without_flag()
    return left, refused


def bounded(release: Release, profile: Profile) -> Iterator[tuple[Threshold, Choice]]:
    """Yield the thresholds in use whose choice says what no laboratory's limit goes beyond."""
    for name in release.thresholds_in_use:
        choice = release.choice(profile, name)
        if choice.never_beyond:
            yield release.numbers.thresholds[name], choice


def rows_believed_by(
    release: Release, profile: Profile, values: Mapping[str, Value], possible: Mapping[str, Possible]
) -> dict[str, tuple[Row, ...]]:
    """Return the rows, possible for the patient, of each threshold beyond which no laboratory's limit is believed."""
    quantities = {name: values[name].interval for name in release.key_quantities if name in values}
    attributes = {name: one.values for name, one in possible.items()}
    bounds = {choice.never_beyond for _, choice in bounded(release, profile)}
    return {name: possible_rows(release, release.choice(profile, name), attributes, quantities) for name in bounds}


def _within(values: Interval, side: Side, rows: tuple[Row, ...]) -> bool:
    """Return whether all values lie on the normal side of every possible limit; where there is none, nothing does."""
    return bool(rows) and all(row.limit is not None and _normal(values, side, row, row.limit) for row in rows)


def _normal(values: Interval, side: Side, row: Row, limit: Fraction) -> bool:
    equal = row.equal_lies(side)
    if side is Side.LOW:
        return margin_end(values.low, limit, equal, lower=True).sign > 0
    return margin_end(values.high, limit, equal, lower=False).sign < 0


def _why(measure: Measure, side: Side, bound: str, rows: tuple[Row, ...]) -> str:
    limits = [row.limit for row in rows if row.limit is not None]
    if len(limits) < len(rows) or not limits:
        return f"{bound} has no limit for this patient that it could be measured by"
    farthest = max(limits) if side is Side.LOW else min(limits)
    beyond = "under" if side is Side.LOW else "over"
    text = interval_text(Interval.exactly(farthest), measure.unit)
    return f"no laboratory calls a value {beyond} {text} normal ({bound})"
