"""
The effective panel: the panel completed by computed measures.

A measure with a formula is always computed; others only when the laboratory
sent no value, and never to replace a result that was set aside. Operands come
from one sample. What a computed value rests on stays with it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.formulas import evaluate
from service.domain.panel import Origin, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.domain.formulas import Formula
    from service.domain.intervals import Interval
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release
    from service.domain.vocabulary import Measure


def effective_values(release: Release, profile: Profile, panel: Panel) -> dict[str, Value]:
    """
    Return the value of every measure that is known for this patient.

    Args:
        release: For formulas and tables.

        profile: For the choice of tables and constants.

        panel: What intake made.

    Returns:
        Reported, assumed and computed values; a measure that is not in it is missing.
    """
    values = dict(panel.values)
    for name in release.computing_order:
        measure = release.vocabulary.measures[name]
        if measure.formula is None and (name in values or name in panel.set_aside):
            continue
        for formula in measure.formulas:
            value = _compute(release, profile, measure, formula, values)
            if value is not None:
                values[name] = value
                break
    return values


def _compute(
    release: Release,
    profile: Profile,
    measure: Measure,
    formula: Formula,
    values: Mapping[str, Value],
) -> Value | None:
    refs: dict[str, None] = {}
    times: list[datetime] = []

    def value_of(name: str) -> Interval | None:
        if name in release.numbers.constants:
            return release.constant(profile, name).value
        looked_up = release.numbers.tables[name].of if name in release.numbers.tables else name
        value = values.get(looked_up)
        if value is None:
            return None
        refs.update(dict.fromkeys(value.refs))
        if value.time is not None:
            times.append(value.time)
        return value.interval if looked_up == name else look_up(release, profile, name, value.interval)

    interval = evaluate(formula, value_of)
    if interval is None:
        return None
    if times and max(times) - min(times) > _together(measure):
        return None
    return Value(
        interval,
        Origin.COMPUTED,
        tuple(refs),
        max(times, default=None),
        formula.text,
        formula.names,
    )


def _together(measure: Measure) -> timedelta:
    return timedelta(hours=float(measure.together_hours))


def look_up(release: Release, profile: Profile, table: str, value: Interval) -> Interval | None:
    """Return the numbers that a step table gives over an interval, or None where it ends."""
    numbers: Interval | None = None
    for step in release.table(profile, table).steps:
        if step.over.meets(value):
            if step.number is None:
                return None
            here = value.exactly(step.number)
            numbers = here if numbers is None else numbers.hull(here)
    return numbers


def needs(release: Release, profile: Profile, values: Mapping[str, Value], measure: str) -> tuple[str, ...]:
    """
    Return what must be measured or stated before *measure* is known, or known better.

    Args:
        release: For formulas and tables.

        profile: For the choice of tables.

        values: Effective values.

        measure: Name of a measure.

    Returns:
        The measure itself where a laboratory reports it; the missing, imprecise or
        too old operands where it is always computed; nothing where a table has no
        value for this patient, since then no measurement makes it known.
    """
    computed = release.vocabulary.measures[measure]
    if computed.formula is None:
        return (measure,)
    found: dict[str, None] = {}
    times: dict[str, datetime] = {}
    for name in computed.formula.names:
        if name in release.numbers.constants:
            continue
        is_table = name in release.numbers.tables
        operand = release.numbers.tables[name].of if is_table else name
        value = values.get(operand)
        if value is not None and is_table and _is_hole(release, profile, name, value.interval):
            return ()
        if value is None or not value.interval.is_exact:
            deeper = needs(release, profile, values, operand)
            if value is None and not deeper:
                return ()
            found.update(dict.fromkeys(deeper))
        elif value.time is not None:
            times[operand] = value.time
    newest = max(times.values(), default=None)
    for operand, time in times.items():
        if newest is not None and newest - time > _together(computed):
            found.update(dict.fromkeys(needs(release, profile, values, operand)))
    return tuple(found)


def _is_hole(release: Release, profile: Profile, table: str, value: Interval) -> bool:
    """Return whether a step table has no number for any of the values."""
    return all(step.number is None for step in release.table(profile, table).steps if step.over.meets(value))
