"""
What a panel leaves open, and what of it might have another value: the inputs of questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.cells import cells
from service.domain.derivations import Change, DaysSince
from service.domain.explanation.cone import measures_behind
from service.domain.explanation.questions import Input, Kind
from service.domain.intervals import Interval
from service.domain.measures import MeasureKind
from service.domain.rules import AttributeTest, Comparison, FindingTest
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.facts import Facts
    from service.domain.measures import Measure
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release
    from service.domain.rules import Group


def groups_of(cone: Release) -> tuple[Group, ...]:
    """Return every condition of a release, the scope first."""
    return (cone.ruleset.scope, *(rule.when for rule in cone.rules.values()))


def compared_in(cone: Release) -> set[str]:
    """Return every measure that a release compares, with all that it may be computed from."""
    conditions = (one for group in groups_of(cone) for one in group.conditions())
    names = {name for one in conditions if isinstance(one, Comparison) for name in cone.compared[one.threshold]}
    return measures_behind(cone, names)


def sensible(measure: Measure) -> Interval:
    """Return the values that intake takes for true: where another unit may be meant, the usual ones."""
    wide = measure.possible or ALWAYS
    return measure.usual if measure.slips and measure.usual is not None else wide


def open_inputs(cone: Release, profile: Profile, panel: Panel, received: Facts) -> tuple[Input, ...]:
    """
    Return what could still be sent and is read by a release.

    Args:
        cone: What bears on the conclusion that is asked about.

        profile: How it is read.

        panel: As it was received.

        received: Its facts.

    Returns:
        Results that are missing or inexact, or lack the laboratory's range that their limit is taken from; quantities
        and attributes of the patient; observed findings and events of which nothing is known. A result that is
        there is not asked for again.
    """
    measures = compared_in(cone)
    return (
        *_results(cone, profile, panel, received, measures),
        *_patient(cone, panel, measures),
        *_findings(cone, panel),
        *_events(cone, panel, measures),
    )


def _results(
    cone: Release, profile: Profile, panel: Panel, received: Facts, measures: Iterable[str]
) -> Iterator[Input]:
    by_range = _by_range(cone, profile)
    words = cone.vocabulary.measures
    for name in (one for one in words if one in measures):
        measure = words[name]
        if measure.kind is MeasureKind.COMPUTED:
            continue
        value, effective = panel.values.get(name), received.values.get(name)
        kind = Kind.QUANTITY if measure.kind is MeasureKind.PATIENT else Kind.RESULT
        step = measure.one_step if kind is Kind.RESULT else None
        if effective is not None and effective.interval.is_exact:
            if name in by_range and effective.reference is None and value is not None:
                yield Input(name, kind, effective.interval, step, effective.interval.low.value, flags=True)
            continue
        if value is not None and kind is Kind.QUANTITY and _is_told(cone, profile, name, value.interval):
            continue
        values = sensible(measure) if value is None else value.interval.intersection(sensible(measure))
        if values is not None:
            yield Input(name, kind, values, step, None, flags=name in by_range)


def _is_told(cone: Release, profile: Profile, name: str, interval: Interval) -> bool:
    """Return whether a quantity of the patient is told as exactly as any row, table or limit asks."""
    places = [*cone.cuts.get(name, ())]
    places += [end for table in cone.numbers.tables.values() if table.of == name
               for step in cone.table(profile, table.name).steps for end in step.over.bounds]  # fmt: skip
    choices = (choice for one in cone.thresholds_in_use for choice in cone.choices(profile, one))
    places += [row.limit for one in choices if one.compares == name for row in one.rows if row.limit is not None]
    first, last = cells(sorted(set(places)), interval)
    return first == last


def _by_range(cone: Release, profile: Profile) -> frozenset[str]:
    """Return the measures whose limit some row takes from the result."""
    choices = (choice for name in cone.thresholds_in_use for choice in cone.choices(profile, name))
    return frozenset(choice.compares for choice in choices if choice.is_laboratory)


def _patient(cone: Release, panel: Panel, measures: Iterable[str]) -> Iterator[Input]:
    read = {one.attribute for group in groups_of(cone) for one in group.conditions() if isinstance(one, AttributeTest)}
    thresholds = (cone.numbers.thresholds[name] for name in cone.thresholds_in_use)
    read |= {key for one in thresholds for choice in one.choices.values() for key in choice.key_attributes}
    read |= {other for name in read for other in cone.vocabulary.attributes[name].applies_to}
    for name in cone.vocabulary.attributes:
        if name in read and len(panel.attributes[name].values) > 1:
            yield Input(name, Kind.ATTRIBUTE)
    for name in cone.key_quantities:
        if name in measures or name in panel.values:
            continue
        yield Input(name, Kind.QUANTITY, sensible(cone.vocabulary.measures[name]))


def _findings(cone: Release, panel: Panel) -> Iterator[Input]:
    read = {one.finding for group in groups_of(cone) for one in group.conditions() if isinstance(one, FindingTest)}
    read |= {name for threshold in cone.thresholds_in_use for name in cone.key_findings(threshold)}
    for name, finding in cone.vocabulary.findings.items():
        if finding.observed and name in read and panel.findings.get(name, (State.UNKNOWN,))[0] is State.UNKNOWN:
            yield Input(name, Kind.FINDING)


def _events(cone: Release, panel: Panel, measures: Iterable[str]) -> Iterator[Input]:
    asked: dict[str, None] = {}
    for name in (one for one in cone.vocabulary.measures if one in measures):
        how = cone.vocabulary.measures[name].derivation
        event = how.event if isinstance(how, DaysSince) else how.since if isinstance(how, Change) else ""
        if event:
            asked[event] = None
    for name in asked:
        happened = panel.events.get(name)
        if happened is None or happened.undated:
            yield Input(name, Kind.EVENT, Interval.of(0, None))


def given_inputs(
    cone: Release, panel: Panel, names: Iterable[str] = (), fixed: Iterable[str] = ()
) -> tuple[Input, ...]:
    """
    Return results that are there, and might have been others.

    Args:
        cone: What bears on the conclusion that is asked about.

        panel: As it was received.

        names: Which of them; all results of laboratories that the cone reads, where none are named. Quantities of
            the patient are asked about only where they are named.

        fixed: Which of them stay as they are.

    Returns:
        One input for each, over the values that are usual.
    """
    named, still = frozenset(names), frozenset(fixed)
    measures = compared_in(cone)
    found = []
    for name, measure in cone.vocabulary.measures.items():
        value = panel.values.get(name)
        if value is None or name in still or name not in measures or measure.kind is MeasureKind.COMPUTED:
            continue
        if name not in named and (named or measure.kind is not MeasureKind.LABORATORY):
            continue
        at = value.interval.low.value if value.interval.is_exact else None
        kind = Kind.RESULT if measure.kind is MeasureKind.LABORATORY else Kind.QUANTITY
        usual = measure.usual or measure.possible or ALWAYS
        found.append(Input(name, kind, usual, measure.one_step, at))
    return tuple(found)


__all__ = ["compared_in", "given_inputs", "groups_of", "open_inputs", "sensible"]
