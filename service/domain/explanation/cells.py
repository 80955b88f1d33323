"""
The cells of an input: values of which each stands for all that no rule tells from it.

They are cut by the limits that the patient still allows, and lie at, under and over each. Where a computed measure
needs two inputs that vary together, the cells of each by itself do not tell all: the caller is told so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER, Change, CountOf, DaysSince
from service.domain.effective import moved_values
from service.domain.explanation.crossings import Crossings, NoQuotientError, around
from service.domain.explanation.questions import Kind, Sent
from service.domain.happened import days_between
from service.domain.intervals import Interval
from service.domain.laboratory import Flag
from service.domain.panel import Origin, Value
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.explanation.questions import Input
    from service.domain.facts import Facts
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release

SAMPLES = 48
"""Places at which a formula is looked at that is no quotient, to find where it meets a limit."""


@dataclass(frozen=True, slots=True)
class Setting:
    """
    A panel in which one input varies.

    Attributes:
        cone: What bears on the conclusion that is asked about.

        profile: How it is read.

        panel: As received.

        facts: Of the panel as received.
    """

    cone: Release
    profile: Profile
    panel: Panel
    facts: Facts


def cells_of(setting: Setting, one: Input, cuts: Iterable[tuple[Fraction, str]] | None = None) -> tuple[Sent, ...]:
    """
    Return the cells of one input.

    Args:
        setting: Every other input as it is.

        one: The input.

        cuts: As `cuts_of` yields them, where they are known already.

    Returns:
        One value for each cell, fewest steps first; without the value that it has now.
    """
    cone, facts = setting.cone, setting.facts
    if one.kind is Kind.ATTRIBUTE:
        possible = facts.attributes[one.name]
        words = cone.vocabulary.attributes[one.name].values
        return tuple(Sent(one.name, word=word) for word in words if word in possible)
    if one.kind is Kind.FINDING:
        return tuple(Sent(one.name, state=state) for state in (State.PRESENT, State.ABSENT))
    places = sorted({cut for cut, _ in (cuts_of(setting, one) if cuts is None else cuts)})
    if one.kind is Kind.EVENT:
        days = _places(places, Interval.of(0, None), None)
        return tuple(Sent(one.name, number=number) for number in (*days, FOREVER))
    if one.values is None:
        return ()
    if one.at is not None and one.flags:
        return tuple(Sent(one.name, one.at, flag=flag) for flag in Flag)
    step = one.step if one.at is not None else None
    numbers = _places(places, one.values, step)
    if one.name in cone.vocabulary.of_patients:
        numbers = sorted({Fraction(number.numerator // number.denominator) for number in numbers})
    found = [Sent(one.name, number, steps=_steps(one, number)) for number in numbers if number != one.at]
    if one.flags:
        found += [Sent(one.name, number, flag=flag) for number in numbers for flag in Flag]
    return tuple(sorted(found, key=lambda sent: sent.steps or Fraction(0)))


def _steps(one: Input, number: Fraction) -> Fraction | None:
    return abs(number - one.at) / one.step if one.at is not None and one.step else None


def _places(cuts: list[Fraction], values: Interval, step: Fraction | None) -> list[Fraction]:
    """Return a value at each cut and one in each stretch; with a step, the multiples of it beside each cut."""
    if step is not None:
        near = {place for cut in cuts for place in (*around(cut, step), cut) if not (place / step).denominator > 1}
        near |= {
            place for end in values.bounds for place in (*around(end, step), end) if (place / step).denominator == 1
        }
        return sorted(place for place in near if values.meets(Interval.exactly(place)))
    inside = sorted({*(cut for cut in cuts if values.meets(Interval.exactly(cut))), *values.bounds})
    if not inside:
        return [Fraction(0)] if values.meets(Interval.exactly(0)) else []
    low, high = values.low.value, values.high.value
    outer = [inside[0] - 1] if low is None else []
    outer += [inside[-1] + 1] if high is None else []
    middles = [(one + other) / 2 for one, other in pairwise(inside)]
    return sorted(place for place in {*inside, *outer, *middles} if values.meets(Interval.exactly(place)))


def cuts_of(setting: Setting, one: Input) -> Iterator[tuple[Fraction, str]]:
    """Yield where the values of an input are cut, with the threshold that cuts them; empty where it is none."""
    cone, profile, facts = setting.cone, setting.profile, setting.facts
    if one.kind is Kind.EVENT:
        yield from _event_cuts(setting, one)
        return
    yield from ((cut, "") for cut in cone.cuts.get(one.name, ()))
    tables = (table for table in cone.numbers.tables.values() if table.of == one.name)
    for table in tables:
        yield from ((end, "") for step in cone.table(profile, table.name).steps for end in step.over.bounds)
    depending = {one.name, *(name for name, grounds in cone.grounds.items() if one.name in grounds)}
    crossings = Crossings(cone, profile, facts.values, one.name)
    step = one.step or Fraction(1, 1000)
    anew = one.name in cone.key_quantities
    for measure, limit, threshold in _limits(setting, depending, anew=anew):
        try:
            places = list(crossings.at(measure, limit, step))
        except NoQuotientError:
            places = list(_sampled(setting, one, measure, limit))
        yield from ((place, threshold) for place in places)
    value = facts.values.get(one.name)
    if value is not None and value.reference is not None:
        yield from ((limit, "") for limit in (value.reference.low, value.reference.high) if limit is not None)


def _event_cuts(setting: Setting, one: Input) -> Iterator[tuple[Fraction, str]]:
    for name, measure in setting.cone.vocabulary.measures.items():
        how = measure.derivation
        if isinstance(how, DaysSince) and how.event == one.name:
            yield from ((limit, threshold) for _, limit, threshold in _limits(setting, {name}, anew=True))
        elif isinstance(how, Change) and how.since == one.name:
            yield from ((days, "") for days in _days_of(setting, how))


def _days_of(setting: Setting, how: Change) -> Iterator[Fraction]:
    """Yield how many days ago the results were drawn that a change is between, and where its window ends."""
    now = setting.panel.values.get(how.of)
    times = [one.time for one in setting.panel.earlier.get(how.of, ())]
    times += [now.time] if now is not None and now.time is not None else []
    for time in times:
        days = days_between(time, setting.panel.as_of)
        yield days
        if how.within_days is not None and days > how.within_days:
            yield days - how.within_days


def _limits(setting: Setting, measures: Iterable[str], *, anew: bool) -> Iterator[tuple[str, Fraction, str]]:
    """Yield the limits that measures are compared with, for rows that the patient allows, or for all."""
    cone, profile, facts = setting.cone, setting.profile, setting.facts
    for name in cone.thresholds_in_use:
        standing = facts.standings[name]
        for choice in cone.choices(profile, name):
            rows = standing.rows if choice is standing.choice and not anew else choice.rows
            if choice.compares in measures and not isinstance(
                cone.vocabulary.measures[choice.compares].derivation, CountOf
            ):
                yield from ((choice.compares, row.limit, name) for row in rows if row.limit is not None)


def _sampled(setting: Setting, one: Input, measure: str, limit: Fraction) -> Iterator[Fraction]:
    """Yield multiples of the step between which a measure passes a limit, taken to do so once between two samples."""
    if one.values is None or len(one.values.bounds) < 2:  # noqa: PLR2004 - two ends
        return
    low, high = one.values.bounds
    step = one.step or (high - low) / 10**6

    def over(place: int) -> bool | None:
        value = Value(Interval.exactly(step * place), Origin.REPORTED, ())
        panel = replace(setting.panel, values={**setting.panel.values, one.name: value})
        moved = moved_values(setting.cone, setting.profile, panel, setting.facts.values, frozenset({one.name}))
        found = moved.get(measure)
        if found is None or found.interval.low.value is None:
            return None
        return found.interval.low.value > limit

    first, last = int(low / step), int(high / step)
    places = sorted({first + int((last - first) * (i / SAMPLES) ** 3) for i in range(SAMPLES + 1)} | {int(1 / step)})
    for left, right in pairwise(places):
        a, b = left, right
        if over(a) == over(b):
            continue
        while b - a > 1:
            middle = (a + b) // 2
            a, b = (middle, b) if over(middle) == over(a) else (a, middle)
        yield from (a * step, b * step)


def together(cone: Release, profile: Profile, names: Iterable[str]) -> bool:
    """
    Return whether some measure that is compared is computed from two of these inputs or more.

    What a table looks up does not count: between its steps it is a number, and the cells of the other are cut by it.
    """
    varying = frozenset(names)
    choices = (choice for name in cone.thresholds_in_use for choice in cone.choices(profile, name))
    return any(len(operands(cone, choice.compares) & varying) > 1 for choice in choices)


def operands(cone: Release, measure: str) -> frozenset[str]:
    """Return a measure with all that formulas calculate it from, tables and counted votes left out."""
    found: set[str] = set()
    waiting = [measure]
    while waiting:
        name = waiting.pop()
        if name in found or name not in cone.vocabulary.measures:
            continue
        found.add(name)
        one = cone.vocabulary.measures[name]
        waiting += [operand for formula in one.formulas for operand in formula.names]
        if isinstance(one.derivation, Change):
            waiting.append(one.derivation.of)
    return frozenset(found)


__all__ = ["Setting", "cells_of", "cuts_of", "operands", "together"]
