"""
The ways in which measures have values: sent or as they are, computed, doubted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from service.adapters.smt.directions import DOWN, UP, direction
from service.adapters.smt.doubts import Doubts
from service.adapters.smt.terms import Constant, Free, Opaque, known, term_of
from service.adapters.smt.text import FALSE, TRUE, both, either, no, number, symbol
from service.adapters.smt.writing import Case, View
from service.domain.derivations import FOREVER, NEVER, Change, CountOf, DaysSince
from service.domain.effective import look_up
from service.domain.intervals import Interval
from service.domain.laboratory import Flag
from service.domain.logarithms import log10_between
from service.domain.panel import Value
from service.domain.units import conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.adapters.smt.patients import Patient
    from service.adapters.smt.terms import Term
    from service.adapters.smt.writing import Case, View
    from service.domain.explanation.trying import Trying
    from service.domain.formulas import Expression
    from service.domain.measures import Measure
    from service.domain.panel import Value
    from service.domain.rules import Rule

LOGARITHMS_OF = tuple(Fraction(10) ** power * part for power in range(-2, 6) for part in (1, 2, 5))
"""Numbers whose logarithms bound those of others."""
MOST_CASES = 48
"""Most ways in which one measure may come about, before it is left free."""


@cache
def known_logarithms() -> dict[Fraction, tuple[Fraction, Fraction]]:
    """Return the logarithms of some numbers, enclosed; found once."""
    return {place: log10_between(place) for place in LOGARITHMS_OF}


class Cases(Doubts):
    """Finds the ways in which measures have values."""

    def __init__(self, trying: Trying, patients: tuple[Patient, ...], fires: Callable[[Rule, str, int], str]) -> None:
        super().__init__(trying, patients, fires)
        self._cases: dict[tuple[str, View, int], tuple[Case, ...]] = {}
        self._touched: dict[str, bool] = {}
        self._logarithms: dict[str, str] = {}

    def _varies(self, measure: str, view: View) -> bool:
        """Return whether a measure is free, or is computed from what is, or may be doubted."""
        key = f"{measure} {view.stage}"
        if key not in self._touched:
            grounds = self._grounds({measure})
            doubts = {doubt.measure for rule in self.cone.doubts for doubt in rule.then.doubts}
            touched = bool(grounds & self._free_names)
            self._touched[key] = touched or (view.stage == "final" and bool(grounds & doubts))
        return self._touched[key]

    def cases(self, measure: str, view: View, place: int) -> tuple[Case, ...]:
        """Return the ways in which a measure has a value; no two hold together."""
        key = (measure, view, place)
        if key not in self._cases:
            self._cases[key] = tuple(case for case in self._found(measure, view, place) if case.when != FALSE)
        return self._cases[key]

    def _found(self, name: str, view: View, place: int) -> list[Case]:
        setting = self.patients[place].setting
        value = setting.facts.values.get(name)
        if not self._varies(name, view):
            return [] if value is None else [Case(TRUE, Constant(value.interval), reference=value.reference)]
        measure = self.cone.vocabulary.measures[name]
        if isinstance(measure.derivation, DaysSince):
            return self._elapsed(measure.derivation, value)
        if isinstance(measure.derivation, Change):
            return self._changed(name, measure.derivation, view, place)
        if isinstance(measure.derivation, CountOf):
            return []
        reported = self._reported(name, place)
        aside, low, high = self._doubts(name, place) if view.stage == "final" else (FALSE, FALSE, FALSE)
        lost = both(low, high) if self._floor(name) is None else FALSE
        found = [replace(case, when=both(case.when, no(aside), no(lost)), low=low, high=high) for case in reported]
        if measure.formulas and name not in setting.panel.set_aside:
            there = either(*(case.when for case in reported))
            unreported = TRUE if measure.is_computed else both(no(there), no(aside))
            found += self._computed(measure, unreported, view, place)
            if lost != FALSE and not measure.is_computed:
                found.append(Case(both(there, lost, no(aside)), Opaque()))
        return found

    def _reported(self, name: str, place: int) -> list[Case]:
        value = self.patients[place].setting.panel.values.get(name)
        one = self.inputs.free.get(name)
        now = [] if value is None else [Case(TRUE, Constant(value.interval), reference=value.reference)]
        if one is None:
            return now
        sent = self.inputs.sent(name)
        # A result that is sent again for its flag has the number that it has.
        again = one.flags and one.at is not None and one.values is not None
        term = Constant(one.values) if again and one.values is not None else Free(self.inputs.value(name))
        still = [replace(case, when=no(sent)) for case in now]
        kept = value.reference.without_flag() if value is not None and value.reference is not None else None
        if not one.flags:
            return [Case(sent, term, reference=kept), *still]
        flags = [self.inputs.flagged(name, flag) for flag in Flag]
        plain = Case(both(sent, no(either(*flags))), term, reference=kept)
        return [plain, *(Case(both(sent, flag), term, flagged=True) for flag in flags), *still]

    def _elapsed(self, how: DaysSince, value: Value | None) -> list[Case]:
        found = []
        for place, cell in enumerate(self.inputs.cells.get(how.event, ())):
            days = NEVER if cell.number is None or cell.number >= FOREVER else Interval.exactly(cell.number)
            found.append(Case(self.inputs.of_cell(how.event, place), Constant(days)))
        if value is not None:
            found.append(Case(no(self.inputs.sent(how.event)), Constant(value.interval)))
        return found

    def _changed(self, name: str, how: Change, view: View, place: int) -> list[Case]:
        setting = self.patients[place].setting
        value, now = setting.facts.values.get(name), setting.panel.values.get(how.of)
        aside, low, high = self._doubts(how.of, place) if view.stage == "final" else (FALSE, FALSE, FALSE)
        moved = self.inputs.sent(how.of) if how.of in self._free_names else FALSE
        found = [] if value is None else [Case(TRUE, Constant(value.interval))]
        if how.since in self.inputs.cells:
            found = [replace(case, when=no(self.inputs.sent(how.since))) for case in found]
            found += self._since(name, how, place)
        found = [replace(case, when=both(case.when, no(moved), no(aside)), low=low, high=high) for case in found]
        if moved == FALSE:
            return found
        exact = now is not None and value is not None and now.interval.is_exact and not how.in_days
        if exact and now is not None and value is not None and how.since not in self.inputs.cells:
            term = Free(self.inputs.value(how.of), plus=value.interval - now.interval)
            return [*found, Case(both(moved, no(aside)), term, low=low, high=high)]
        # A result without a time has no place among the earlier ones.
        timed = now is not None and now.time is not None
        return [*found, *([Case(both(moved, no(aside)), Opaque())] if timed else [])]

    def _since(self, name: str, how: Change, place: int) -> list[Case]:
        """Return the change since an event, as long ago as each of its cells."""
        found = []
        for cell, told in enumerate(self.inputs.cells[how.since]):
            setting = self.trying.given((*self.patients[place].sent, told))
            value = setting.facts.values.get(name) if setting is not None else None
            if value is not None:
                found.append(Case(self.inputs.of_cell(how.since, cell), Constant(value.interval)))
        return found

    # -- formulas ----------------------------------------------------------------

    def _computed(self, measure: Measure, when: str, view: View, place: int) -> list[Case]:
        found: list[Case] = []
        for formula in measure.formulas:
            names = [one for one in formula.names if one in self.cone.vocabulary.measures]
            if not self._drawn_together(measure, names, place):
                continue
            options = [_merged(self.cases(name, view, place)) for name in names]
            count = 1
            for one in options:
                count *= len(one)
            if count > MOST_CASES:
                found.append(Case(when, Opaque()))
                continue
            here = []
            for combination in product(*options):
                case = self._by_formula(measure, formula.root, dict(zip(names, combination, strict=True)), place)
                if case is not None:
                    here.append(replace(case, when=both(when, case.when)))
            found += here
            when = both(when, *(no(both(case.when, known(case.term))) for case in here))
        return found

    def _drawn_together(self, measure: Measure, names: list[str], place: int) -> bool:
        values = self.patients[place].setting.facts.values
        times = [values[name].time for name in names if name in values]
        told = [time for time in times if time is not None]
        return not told or max(told) - min(told) <= measure.together

    def _by_formula(self, measure: Measure, root: Expression, operands: dict[str, Case], place: int) -> Case | None:
        values = self.patients[place].setting.facts.values

        def value_of(name: str) -> Term | None:
            if name in self.cone.numbers.constants:
                return Constant(self.cone.constant(self.profile, name).value)
            if name in self.cone.numbers.tables:
                looked_up = values.get(self.cone.numbers.tables[name].of)
                found = None if looked_up is None else look_up(self.cone, self.profile, name, looked_up.interval)
                return None if found is None else Constant(found)
            return self._in_unit(measure, name, operands[name].term)

        term = term_of(root, value_of, self._logarithm)
        if term is None:
            return None
        when = both(*(case.when for case in operands.values()))
        doubted = [case for case in operands.values() if (case.low, case.high, case.vague) != (FALSE, FALSE, FALSE)]
        if not doubted:
            return Case(when, term)
        low, high = FALSE, FALSE
        for name, case in operands.items():
            moves = direction(root, name, self._is_positive)
            if case.vague != FALSE or (moves is None and (case.low, case.high) != (FALSE, FALSE)):
                vague = either(*(text for one in doubted for text in (one.low, one.high, one.vague)))
                return Case(when, term, vague=vague)
            if moves == UP:
                low, high = either(low, case.low), either(high, case.high)
            elif moves == DOWN:
                low, high = either(low, case.high), either(high, case.low)
        return Case(when, term, low=low, high=high)

    def _is_positive(self, name: str) -> bool:
        if name in self.cone.numbers.constants:
            low = self.cone.constant(self.profile, name).value.low.value
            return low is not None and low >= 0
        return name in self.cone.vocabulary.measures and self._floor(name) is not None

    def _logarithm(self, term: Free) -> Term:
        """Return the logarithm as a number of its own, which lies where those of known numbers let it lie."""
        if term.over not in self._logarithms:
            own = symbol("logarithm", str(len(self._logarithms)))
            self.lines.append(f"(declare-const {own} Real)")
            for place, (low, high) in known_logarithms().items():
                under = f"(and (=> (<= {term.over} {number(place)}) (<= {own} {number(high)}))"
                self.must_hold(f"{under} (=> (>= {term.over} {number(place)}) (>= {own} {number(low)})))")
            self._logarithms[term.over] = own
        return Free(self._logarithms[term.over])

    def _in_unit(self, measure: Measure, name: str, term: Term) -> Term:
        stated = measure.numbers_in.get(name)
        if stated is None:
            return term
        own = self.cone.vocabulary.measures[name]
        factor = conversion(own.unit, stated, own.molar_mass) or Fraction(1)
        if isinstance(term, Constant):
            return Constant(term.interval.scaled(factor))
        if isinstance(term, Free) and factor != 1:
            scaled = f"(* {number(factor)} {term.over})"
            plus = term.plus.scaled(factor) if term.plus is not None else None
            return replace(term, over=scaled, plus=plus)
        return term


def _merged(cases: Iterable[Case]) -> list[Case]:
    """Return cases as formulas see them: what comes with a value besides makes no difference."""
    found: dict[Case, str] = {}
    for case in cases:
        key = replace(case, when=TRUE, reference=None, flagged=False)
        found[key] = either(found.get(key, FALSE), case.when)
    return [replace(case, when=when) for case, when in found.items()]
