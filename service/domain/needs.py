"""
What must be measured or stated before a value is known, and before a comparison is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derivations import NEVER, CountOf, DaysSince
from service.domain.derive import voted
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.domain.derivations import Derivation
    from service.domain.intervals import Interval
    from service.domain.measures import Measure
    from service.domain.panel import Panel, Value
    from service.domain.release import Profile, Release
    from service.domain.scales import State
    from service.domain.standing import Standing
    from service.domain.thresholds import Row


def needs(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], measure: str
) -> tuple[str, ...]:
    """
    Return what must be measured or stated before *measure* is known, or known better.

    Args:
        release: For formulas, tables and thresholds.

        profile: For the choice of tables and thresholds.

        panel: For open attributes, events and earlier results.

        values: Effective values.

        measure: Name of a measure.

    Returns:
        The measure itself where a laboratory reports it; the missing, imprecise or
        too old operands where it is always computed, events among them; nothing where
        a table has no value for this patient, or nothing has changed since what never
        happened, since then no measurement makes it known.
    """
    computed = release.vocabulary.measures[measure]
    if computed.derivation is not None:
        return _of_derivation(release, profile, panel, values, computed.derivation)
    if computed.formula is None:
        return (measure,)
    return _of_formula(release, profile, panel, values, computed)


def _of_formula(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], computed: Measure
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    times: dict[str, datetime] = {}
    for name in computed.formulas[0].names:
        if name in release.numbers.constants:
            continue
        is_table = name in release.numbers.tables
        operand = release.numbers.tables[name].of if is_table else name
        value = values.get(operand)
        if value is not None and is_table and _is_hole(release, profile, name, value.interval):
            return ()
        if value is None or not value.interval.is_exact:
            deeper = needs(release, profile, panel, values, operand)
            if value is None and not deeper:
                return ()
            found.update(dict.fromkeys(deeper))
        elif value.time is not None:
            times[operand] = value.time
    newest = max(times.values(), default=None)
    for operand, time in times.items():
        if newest is not None and newest - time > computed.together:
            found.update(dict.fromkeys(needs(release, profile, panel, values, operand)))
    return tuple(found)


def _of_derivation(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], how: Derivation
) -> tuple[str, ...]:
    if isinstance(how, CountOf):
        found: dict[str, None] = {}
        for _, standing, vote in voted(release, profile, panel, values, how):
            if vote is None:
                found.update(dict.fromkeys(standing_needs(release, panel, values, standing)))
        return tuple(found)
    event = how.event if isinstance(how, DaysSince) else how.since
    happened = panel.events.get(event)
    if happened is not None and happened.days_ago == NEVER:
        return ()
    untold = (event,) if event and (happened is None or not happened.days_ago.is_exact) else ()
    if isinstance(how, DaysSince):
        return untold
    # Two results of one measure are needed, and the one that is missing may be the newer.
    known = how.of in values and values[how.of].interval.is_exact and panel.earlier.get(how.of)
    return (*(() if known and untold else (how.of,)), *untold)


def _is_hole(release: Release, profile: Profile, table: str, value: Interval) -> bool:
    """Return whether a step table has no number for any of the values."""
    return all(step.number is None for step in release.table(profile, table).steps if step.over.meets(value))


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
        found.update(dict.fromkeys(needs(release, standing.profile, panel, values, standing.choice.compares)))
        if standing.value is None and not found:
            return ()
    if len({(row.limit, row.laboratory, row.equal_is_abnormal) for row in rows}) > 1:
        for name in sorted(standing.choice.key_attributes):
            if len(panel.attributes[name].values) > 1:
                found[name] = None
        for name in sorted(standing.choice.key_quantities):
            if _is_cut(values[name].interval if name in values else ALWAYS, name, rows):
                found[name] = None
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


def _is_cut(values: Interval, quantity: str, rows: tuple[Row, ...]) -> bool:
    """Return whether some row holds for a part of the possible values of a patient quantity only."""
    return any(row.band(quantity).intersection(values) != values for row in rows)
