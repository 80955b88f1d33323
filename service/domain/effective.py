"""
The effective panel: the panel completed by computed measures.

A measure with a formula, or derived otherwise, is always computed; others only
when the laboratory sent no value, and never to replace a result that was set
aside. Operands come from one sample. What a computed value rests on stays with it.

A formula calculates with quantities, unless its measure says ``numbers in``: an
index of published numbers is defined for bare numbers in stated units, and has no
unit that means anything. It names the unit of each measure it uses, as its source
does, so that the canonical unit of a measure may change and the index may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derive import derive
from service.domain.formulas import evaluate
from service.domain.panel import Origin, Value
from service.domain.units import conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from service.domain.formulas import Formula
    from service.domain.intervals import Interval
    from service.domain.measures import Measure
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release


def effective_values(release: Release, profile: Profile, panel: Panel) -> dict[str, Value]:
    """
    Return the value of every measure that is known for this patient.

    Args:
        release: For formulas, tables and thresholds.

        profile: For the choice of tables, constants and thresholds.

        panel: What intake made.

    Returns:
        Reported, assumed and computed values; a measure that is not in it is missing.
    """
    values = dict(panel.values)
    _complete(release, profile, panel, values, release.computing_order)
    return values


def moved_values(
    release: Release, profile: Profile, panel: Panel, before: Mapping[str, Value], moved: frozenset[str]
) -> dict[str, Value]:
    """
    Return the value of every measure where those of some results are others than they were.

    Args:
        release: For formulas, tables and thresholds.

        profile: For the choice of tables, constants and thresholds.

        panel: As it is now.

        before: Values as they were.

        moved: Measures whose results are others; all else of the panel is as before.

    Returns:
        What `effective_values` returns of the panel, in the same order, with no more computed than may have moved.
    """
    touched = {name for name, grounds in release.grounds.items() if not grounds.isdisjoint(moved)} | moved
    values = {name: value for name, value in before.items() if name not in touched}
    values |= {name: panel.values[name] for name in touched & panel.values.keys()}
    _complete(release, profile, panel, values, (name for name in release.computing_order if name in touched))
    return {name: values[name] for name in (*panel.values, *release.computing_order) if name in values}


def _complete(release: Release, profile: Profile, panel: Panel, values: dict[str, Value], names: Iterable[str]) -> None:
    for name in names:
        measure = release.vocabulary.measures[name]
        if not measure.is_computed and (name in values or name in panel.set_aside):
            continue
        value = _compute(release, profile, panel, values, measure)
        if value is not None:
            values[name] = value


def _compute(
    release: Release, profile: Profile, panel: Panel, values: Mapping[str, Value], measure: Measure
) -> Value | None:
    if measure.derivation is not None:
        return derive(release, profile, panel, values, measure)
    found = (_by_formula(release, profile, measure, formula, values) for formula in measure.formulas)
    return next((value for value in found if value is not None), None)


def _by_formula(
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
        if looked_up != name:
            return look_up(release, profile, name, value.interval)
        return in_stated_unit(release, measure, name, value.interval)

    interval = evaluate(formula, value_of)
    if interval is None:
        return None
    if times and max(times) - min(times) > measure.together:
        return None
    return Value(
        interval,
        Origin.COMPUTED,
        tuple(refs),
        max(times, default=None),
        formula.text,
        formula.names,
    )


def in_stated_unit(release: Release, measure: Measure, operand: str, value: Interval) -> Interval:
    """Return the value of an operand in the unit whose number the formulas of a measure take, where they say one."""
    stated = measure.numbers_in.get(operand)
    if stated is None:
        return value
    own = release.vocabulary.measures[operand]
    factor = conversion(own.unit, stated, own.molar_mass)
    return value if factor is None else value.scaled(factor)


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
