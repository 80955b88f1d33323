"""
What an undecided comparison waits for: a value, its range, an attribute, an age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.effective import needs
from service.domain.thresholds import ALWAYS
from service.domain.vocabulary import AGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.intervals import Interval
    from service.domain.panel import Panel, Value
    from service.domain.release import Release
    from service.domain.standing import Standing
    from service.domain.thresholds import Row
    from service.domain.vocabulary import State


def standing_needs(
    release: Release, panel: Panel, values: Mapping[str, Value], standing: Standing, state: State | None = None
) -> tuple[str, ...]:
    """
    Return what is missing or open and could move an undecided comparison.

    Args:
        release: For formulas.

        panel: For open attributes.

        values: Effective values.

        standing: The threshold, resolved.

        state: Of the finding that rows are keyed by, where it is known.

    Returns:
        Measures to measure, or to measure more exactly, and attributes to state;
        nothing where every possible row says that there is no limit, or where the
        value cannot be known.
    """
    rows = standing.rows_under(state)
    if rows and all(row.is_hole for row in rows):
        return ()
    found: dict[str, None] = {}
    if needs_range(standing, state):
        # The result that is there may be sent again, with its range.
        found[standing.choice.compares] = None
    if standing.value is None or not standing.value.interval.is_exact:
        found.update(dict.fromkeys(needs(release, standing.profile, values, standing.choice.compares)))
        if standing.value is None and not found:
            return ()
    if len({(row.limit, row.laboratory, row.equal_is_abnormal) for row in rows}) > 1:
        for name in sorted(standing.choice.key_attributes):
            if len(panel.attributes[name].values) > 1:
                found[name] = None
        if _is_cut(values[AGE].interval if AGE in values else ALWAYS, rows):
            found[AGE] = None
    return tuple(found)


def needs_range(standing: Standing, state: State | None = None) -> bool:
    """
    Return whether an undecided comparison waits for the laboratory's range.

    Args:
        standing: The threshold, resolved.

        state: Of the finding that rows are keyed by, where it is known.

    Returns:
        Whether a row takes its limit from the result, which tells none in numbers, and no
        other choice stands in for it.
    """
    waits = not standing.choice.otherwise or standing.reference is not None
    return waits and standing.lacks_range(standing.rows_under(state))


def _is_cut(age: Interval, rows: tuple[Row, ...]) -> bool:
    """Return whether some row holds for a part of the possible ages only."""
    return any(row.age.intersection(age) != age for row in rows)
