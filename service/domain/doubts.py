"""
Doubt about results: what the rules about results do to a panel.

A result is set aside, or its interval is opened on the side on which the true
value may lie. Doubt makes findings unknown, never absent: an open interval
decides less, and never something else.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from service.domain.intervals import UNBOUNDED, ZERO, End, Interval
from service.domain.laboratory import opened
from service.domain.panel import Doubted, Note, Origin
from service.domain.rules import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.laboratory import Reference
    from service.domain.panel import Input, Panel, Value
    from service.domain.release import Release

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No names."""


def doubted(
    release: Release,
    panel: Panel,
    fired: Iterable[str],
    *,
    only: Mapping[str, frozenset[str]] = NOTHING,
    computed: Mapping[str, Value] = NOTHING,
) -> Panel:
    """
    Apply the doubts that fired.

    Args:
        release: For the rules about results.

        panel: As it was received.

        fired: Ids of the rules about results that fired; their order does not matter.

        only: For rules that were asked sample by sample, the measures for whose results they fired.

        computed: Effective values; one that stands in for what was not reported is set aside like a report.

    Returns:
        The panel that the other rules see, with a note on each result touched.
    """
    fired = frozenset(fired)
    values, set_aside, notes = dict(panel.values), set(panel.set_aside), list(panel.notes)
    doubts = sorted((doubt, rule) for rule in fired for doubt in release.rules[rule].then.doubts)
    by: dict[str, tuple[Doubted, ...]] = {}
    for doubt, rule in doubts:
        value = panel.values.get(doubt.measure)
        if value is None and doubt.effect is Effect.SET_ASIDE:
            value = computed.get(doubt.measure)
        if value is None or doubt.measure not in only.get(rule, {doubt.measure}):
            continue
        used = doubt.effect is not Effect.SET_ASIDE
        by[doubt.measure] = (*by.get(doubt.measure, ()), Doubted(rule, doubt.effect))
        reported = doubt.measure in panel.values
        of = ", ".join(value.refs) if reported else doubt.measure
        what = doubt.measure if reported else f"{doubt.measure}, computed from {' and '.join(value.operands)},"
        detail = f"{what} {_WORDS[doubt.effect]} ({rule}: {release.rules[rule].title})."
        notes.append(Note(of, "doubted", detail, used, doubt.measure))
        if not used:
            values.pop(doubt.measure, None)
            set_aside.add(doubt.measure)
        elif doubt.measure in values:
            before = values[doubt.measure]
            interval = _opened(before.interval, doubt.effect, _floor(release, doubt.measure))
            reference = _weakened(before.reference, doubt.effect)
            values[doubt.measure] = replace(before, interval=interval, origin=Origin.DOUBTED, reference=reference)
    known = {name: value for name, value in values.items() if not value.interval.is_unbounded}
    return replace(
        panel,
        values=known,
        set_aside=frozenset(set_aside),
        inputs=tuple(_read(release, panel, one, by.get(one.measure, ())) for one in panel.inputs),
        notes=tuple(notes),
        doubts=fired,
        doubted=by,
    )


def _read(release: Release, panel: Panel, one: Input, doubted: tuple[Doubted, ...]) -> Input:
    """Return a result as the rules read it after the doubts about it; earlier ones are not doubted."""
    current = panel.values.get(one.measure)
    if not doubted or one.used is None or current is None or one.result not in current.refs:
        return one
    used = one.used
    for effect in (doubt.effect for doubt in doubted if doubt.effect is not Effect.SET_ASIDE):
        used = _opened(used, effect, _floor(release, one.measure))
    lost = used.is_unbounded or any(doubt.effect is Effect.SET_ASIDE for doubt in doubted)
    return replace(one, used=None if lost else used, received=one.used, doubted=doubted)


_WORDS = {
    Effect.SET_ASIDE: "was set aside",
    Effect.READS_HIGH: "may read high: the true value is at most the reported one",
    Effect.READS_LOW: "may read low: the true value is at least the reported one",
}


def _floor(release: Release, measure: str) -> End:
    """Return the lower end of a quantity: zero, unless it may be negative."""
    possible = release.vocabulary.measures[measure].possible
    positive = possible is not None and possible.low.value is not None and possible.low.value >= 0
    return End(ZERO, open=False) if positive else UNBOUNDED


def _weakened(reference: Reference | None, effect: Effect) -> Reference | None:
    """Return the laboratory's limits, with every flag that the true value may have."""
    if reference is None:
        return None
    return replace(reference, flags=opened(reference.flags, upward=effect is Effect.READS_LOW))


def _opened(interval: Interval, effect: Effect, floor: End) -> Interval:
    if effect is Effect.READS_LOW:
        return Interval(interval.low, UNBOUNDED)
    return Interval(floor, interval.high)
