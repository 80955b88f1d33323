"""
Which results are doubted: by rules that read what is free, and by rules that ask for elapsed times, sample by sample.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.adapters.smt.text import FALSE, TRUE, either, no
from service.adapters.smt.writing import Writing
from service.domain.explanation.questions import Kind
from service.domain.explanation.reading import doubting
from service.domain.intervals import Interval
from service.domain.panel import Origin, Value
from service.domain.rules import Comparison, Effect, FindingTest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.adapters.smt.patients import Patient
    from service.domain.explanation.questions import Sent
    from service.domain.explanation.trying import Trying
    from service.domain.panel import Value
    from service.domain.rules import Rule


class Doubts(Writing):
    """Writes which results are doubted."""

    def __init__(self, trying: Trying, patients: tuple[Patient, ...], fires: Callable[[Rule, str, int], str]) -> None:
        super().__init__(trying, patients, fires)
        self._doubted: dict[tuple[str, int], tuple[str, str, str]] = {}
        self._firing: dict[tuple[int, Sent | None], tuple[frozenset[str], Mapping[str, frozenset[str]]]] = {}
        self._choosing = frozenset(one.name for one in trying.question.free) - self.inputs.free.keys()

    def reads_free(self, rule: Rule) -> bool:
        """Return whether a rule about results reads what is free, events aside that it alone reads."""
        events = self._events_of(rule)
        conditions = list(rule.when.conditions())
        named = {one.finding for one in conditions if isinstance(one, FindingTest)}
        for one in conditions:
            if isinstance(one, Comparison):
                named |= self._grounds(self.cone.compared[one.threshold])
        free_events = {name for name in self._free_names if self.inputs.free[name].kind is Kind.EVENT}
        undated = any(one.undated for one in self.trying.now.panel.events.values())
        return bool((named & self._free_names) - free_events) or len(events & free_events) > 1 or undated

    def _events_of(self, rule: Rule) -> frozenset[str]:
        found: set[str] = set()
        for one in rule.when.conditions():
            if isinstance(one, Comparison):
                found |= self._grounds(self.cone.compared[one.threshold]) & self.cone.vocabulary.events.keys()
        return frozenset(found)

    def timed_doubt(self, rule: Rule, measure: str, place: int) -> str:
        """Return whether a rule that asks for elapsed times fires for the results of a measure."""
        events = sorted(self._events_of(rule) & self.inputs.cells.keys())
        event = events[0] if events else ""
        # Who the patient is bears on it only where a condition asks for it.
        asks = any(not isinstance(one, Comparison) for one in rule.when.conditions())
        place = place if asks or self._grounds_of(rule) & self._choosing else 0
        parts = []
        for cell, told in enumerate((None, *self.inputs.cells.get(event, ()))):
            fired, only = self._fired(place, told)
            if rule.id in fired and measure in only.get(rule.id, {measure}):
                if not event:
                    return TRUE
                parts.append(no(self.inputs.sent(event)) if told is None else self.inputs.of_cell(event, cell - 1))
        return either(*parts)

    def _grounds_of(self, rule: Rule) -> frozenset[str]:
        compared = (one.threshold for one in rule.when.conditions() if isinstance(one, Comparison))
        return self._grounds({name for one in compared for name in self.cone.compared[one]})

    def _fired(self, place: int, told: Sent | None) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
        """Return the rules about results that fire where every free result is there, sample by sample."""
        key = (place, told)
        if key not in self._firing:
            setting = self.patients[place].setting
            new = {
                name: Value(one.values or Interval.exactly(0), Origin.REPORTED, (f"new-{name}",))
                for name, one in self.inputs.free.items()
                if one.kind is Kind.RESULT and name not in setting.panel.values
            }
            panel = replace(setting.panel, values={**setting.panel.values, **new})
            # They are looked at for whether they are there, not for what they are.
            facts = replace(setting.facts, values={**setting.facts.values, **new})
            filled = replace(setting, panel=panel, facts=facts)
            if told is not None:
                filled = self.trying.moved(filled, (told,)) or filled
            self._firing[key] = doubting(self.cone, self.profile, filled.panel, filled.facts)
        return self._firing[key]

    def _doubts(self, name: str, place: int) -> tuple[str, str, str]:
        """Return what holds where a measure is set aside, reads low, reads high."""
        key = (name, place)
        if key not in self._doubted:
            found: dict[Effect, str] = {}
            for rule in self.cone.doubts:
                for doubt in rule.then.doubts:
                    if doubt.measure == name:
                        fires = self._fires(rule, name, place)
                        found[doubt.effect] = either(found.get(doubt.effect, FALSE), fires)
            effects = (Effect.SET_ASIDE, Effect.READS_LOW, Effect.READS_HIGH)
            aside, low, high = (found.get(effect, FALSE) for effect in effects)
            self._doubted[key] = (aside, low, high)
        return self._doubted[key]
