"""
Sending something besides, or instead: a panel as it would be given with other inputs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER
from service.domain.figures import exact_text
from service.domain.given import GivenEvent, GivenFinding, GivenResult
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.quantities import Quantity
from service.domain.spellings import normal_unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from fractions import Fraction

    from service.domain.explanation.questions import Sent
    from service.domain.given import GivenPanel
    from service.domain.measures import Measure
    from service.domain.panel import Panel
    from service.domain.release import Release


def with_sent(release: Release, panel: Panel, given: GivenPanel, sent: Iterable[Sent]) -> GivenPanel:
    """
    Return a panel with some inputs as another would have them.

    Args:
        release: For the kinds of names.

        panel: What intake made of the panel, for which results are the values of their measures.

        given: The panel as it was sent.

        sent: Inputs; a result takes the place of those of its measure that are read, with their time and range.

    Returns:
        The other panel.
    """
    for one in sent:
        given = _with_one(release, panel, given, one)
    return given


def _with_one(  # noqa: PLR0911 - one return a kind
    release: Release, panel: Panel, given: GivenPanel, one: Sent
) -> GivenPanel:
    words, pointer = release.vocabulary, f"/patient/{one.name}"
    assume = {name: value for name, value in given.assume.items() if name != one.name}
    if one.name in words.attributes:
        return replace(given, attributes={**given.attributes, one.name: (one.word, pointer)}, assume=assume)
    if one.name in words.findings:
        others = tuple(other for other in given.findings if other.finding != one.name)
        if one.state is None:
            return replace(given, findings=others)
        return replace(given, findings=(*others, GivenFinding(one.name, one.state, f"/findings/{one.name}")))
    if one.name in words.events:
        others_told = tuple(other for other in given.events if other.event != one.name)
        at = None if one.number is None or one.number >= FOREVER else _ago(given.as_of, one.number)
        return replace(given, events=(*others_told, GivenEvent(one.name, f"/events/{one.name}", at)))
    measure = words.measures[one.name]
    if one.number is None:
        return given
    if one.name in words.of_patients:
        quantity = Quantity(Interval.exactly(one.number), measure.unit, exact_text(one.number))
        birth_date = None if one.name == AGE else given.birth_date
        quantities = {**given.quantities, one.name: (quantity, pointer)}
        return replace(given, quantities=quantities, assume=assume, birth_date=birth_date)
    return replace(given, results=_with_result(panel, given, measure, one))


def _ago(as_of: datetime, days: Fraction) -> datetime:
    return as_of - timedelta(microseconds=int(days * 86_400_000_000))


def _with_result(panel: Panel, given: GivenPanel, measure: Measure, one: Sent) -> tuple[GivenResult, ...]:
    mine = [result for result in given.results if _is_of(result, measure)]
    value = panel.values.get(measure.name)
    read = [result for result in mine if value is not None and result.id in value.refs]
    # What may tell a change stays; a result that could not be used is taken back.
    earlier = {ref for before in panel.earlier.get(measure.name, ()) for ref in before.refs}
    gone = {result.id for result in mine if result.id not in earlier}
    number = one.number
    if number is None:
        return given.results
    if read:
        # The newest keeps its unit, its time and its range; what was printed of the old value goes.
        newest = max(read, key=lambda result: (result.time is not None, result.time and result.time.timestamp()))
        factor = measure.factor(normal_unit(newest.quantity.unit))
        unit, number = (newest.quantity.unit, number / factor) if factor else (measure.unit, number)
        quantity = Quantity(Interval.exactly(number), unit, exact_text(number))
        fresh = replace(newest, quantity=quantity, flag=one.flag, flag_sent="")
    else:
        quantity = Quantity(Interval.exactly(number), measure.unit, exact_text(number))
        fresh = GivenResult(f"new-{measure.name}", f"/results/{measure.name}", quantity, measure.name, flag=one.flag)
    return (*(result for result in given.results if result.id not in gone), fresh)


def _is_of(result: GivenResult, measure: Measure) -> bool:
    if result.code is not None:
        return result.code in measure.loinc
    return result.measure == measure.name


__all__ = ["with_sent"]
