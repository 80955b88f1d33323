"""
Where measures stand against limits, as text: for each row that a patient allows, under it or over it.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from service.adapters.smt.cases import Cases
from service.adapters.smt.terms import Constant, Free, Opaque, known, sides
from service.adapters.smt.text import FALSE, at_least, both, either, no
from service.adapters.smt.writing import Case, LeftFree, View
from service.domain.derivations import CountOf
from service.domain.intervals import ZERO, Interval
from service.domain.scales import State
from service.domain.standing import possible_rows
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.adapters.smt.patients import Patient
    from service.adapters.smt.terms import Truths
    from service.adapters.smt.writing import Case, LeftFree, View
    from service.domain.explanation.trying import Trying
    from service.domain.rules import Rule
    from service.domain.scales import State
    from service.domain.thresholds import Choice, Row, Threshold


class Measures(Cases):
    """Writes where measures stand."""

    def __init__(self, trying: Trying, patients: tuple[Patient, ...], fires: Callable[[Rule, str, int], str]) -> None:
        super().__init__(trying, patients, fires)
        self._standing: dict[tuple[str, View, int, State | None], Truths] = {}
        self._rows: dict[tuple[str, str, int], tuple[Row, ...]] = {}

    def keyed_by(self, threshold: str, place: int) -> str | None:
        """Return the finding that the rows of a threshold are keyed by, of any of its choices in the profile."""
        return next((one.keyed_by for one in self.cone.choices(self.profile, threshold) if one.keyed_by), None)

    def stands(self, threshold: str, view: View, place: int, state: State | None) -> Truths:
        """
        Return whether the value is surely under the limit, and surely over it.

        Args:
            threshold: Its name.

            view: What is seen.

            place: Of the patient.

            state: Of the finding that its rows are keyed by.
        """
        key = (threshold, view, place, state)
        if key not in self._standing:
            truths = self._stands(*key)
            text = f"{threshold} {view.text} {place} {state.value if state else ''}"
            self._standing[key] = self.named(text, truths)
        return self._standing[key]

    def _stands(self, name: str, view: View, place: int, state: State | None) -> Truths:
        choices = self.cone.choices(self.profile, name)
        standing = self.patients[place].setting.facts.standings[name]
        if not any(self._varies(choice.compares, view) for choice in choices):
            margin = standing.margins.get(state if standing.finding else None)
            if margin is None:
                return FALSE, FALSE
            return str(margin.high.sign < 0).lower(), str(margin.low.sign > 0).lower()
        threshold = self.cone.numbers.thresholds[name]
        how = self.cone.vocabulary.measures[choices[0].compares].derivation
        if isinstance(how, CountOf):
            return self._counted(threshold, choices[0], how, view, place, state)
        under, over = [], []
        for case in self.cases(choices[0].compares, view, place):
            a, b = self._against(threshold, choices, case, view, place, state)
            under.append(both(case.when, a))
            over.append(both(case.when, b))
        return either(*under), either(*over)

    def _against(
        self, threshold: Threshold, choices: tuple[Choice, ...], case: Case, view: View, place: int, state: State | None
    ) -> Truths:
        rows = self._possible(threshold, choices[0], place)
        telling = case.flagged or (case.reference is not None and case.reference.tells(threshold.side))
        if len(choices) > 1 and not telling and all(row.laboratory for row in rows):
            other = choices[1]
            if other.compares != choices[0].compares:
                found = [
                    (both(one.when, a), both(one.when, b))
                    for one in self.cases(other.compares, view, place)
                    for a, b in (self._against(threshold, (other,), one, view, place, state),)
                ]
                return either(*(a for a, _ in found)), either(*(b for _, b in found))
            rows = self._possible(threshold, other, place)
        rows = tuple(row for row in rows if row.finding is None or state is None or row.finding[1] is state)
        if not rows or any(row.is_hole for row in rows):
            return FALSE, FALSE
        found = [self._row(threshold, row, case, view, place, state) for row in rows]
        under, over = both(*(a for a, _ in found)), both(*(b for _, b in found))
        return self._vague(threshold, case, (under, over), view, place, state)

    def _vague(
        self, threshold: Threshold, case: Case, truths: Truths, view: View, place: int, state: State | None
    ) -> Truths:
        if case.vague == FALSE or truths == (FALSE, FALSE):
            return truths
        under, over = self._loose(threshold, view, place, state, None)
        return both(truths[0], either(no(case.vague), under)), both(truths[1], either(no(case.vague), over))

    def _row(self, threshold: Threshold, row: Row, case: Case, view: View, place: int, state: State | None) -> Truths:
        equal, term, limit = row.equal_lies(threshold.side), case.term, row.limit
        if row.laboratory:
            if case.flagged:
                return self._loose(threshold, view, place, state, None)
            if case.reference is None or not case.reference.tells(threshold.side):
                return FALSE, FALSE
            limit = case.reference.limit(threshold.side)
            if limit is None:
                term, limit = Constant(case.reference.distance(threshold.side)), ZERO
            elif isinstance(term, Constant):
                term = Constant(case.reference.within(term.interval))
            if case.low != FALSE or case.high != FALSE:
                # A doubt opens the flag too.
                under, over = self._loose(threshold, view, place, state, None)
                plain_under, plain_over = sides(term, limit, equal) if not isinstance(term, Opaque) else (under, over)
                doubted = either(case.low, case.high)
                return both(plain_under, either(no(doubted), under)), both(plain_over, either(no(doubted), over))
        if limit is None:
            return FALSE, FALSE
        if isinstance(term, Opaque):
            under, over = self._loose(threshold, view, place, state, None)
        else:
            under, over = sides(term, limit, equal)
            if isinstance(term, Free) and not term.is_linear:
                under, over = self._loose(threshold, view, place, state, (under, over))
        return both(under, no(case.low)), either(
            both(over, no(case.high)), self._at_floor(threshold, (limit, equal), case)
        )

    def _at_floor(self, threshold: Threshold, limit: tuple[Fraction, int], case: Case) -> str:
        """Return what holds where a value that may read high is over a limit whatever it really is."""
        compares = self.cone.choices(self.profile, threshold.name)[0].compares
        if case.high == FALSE or limit[0] > 0:
            return FALSE
        if not self.cone.vocabulary.measures[compares].formulas:
            return both(case.high, sides(Constant(Interval.of(self._floor(compares), None)), *limit)[1])
        # What is computed from the least that its operands may be is not looked into.
        return both(case.high, self._fresh(f"{threshold.name} at its least"))

    def _loose(
        self, threshold: Threshold, view: View, place: int, state: State | None, defined: Truths | None
    ) -> Truths:
        name = f"{threshold.name} {view.text}"
        under, over = self._fresh(f"{name} under"), self._fresh(f"{name} over")
        self.must_hold(no(both(under, over)))
        self.loose.append(LeftFree(under, over, threshold.name, view, place, state, defined))
        return under, over

    def _counted(
        self, threshold: Threshold, choice: Choice, how: CountOf, view: View, place: int, state: State | None
    ) -> Truths:
        votes = []
        for vote in how.votes:
            under, over = self.stands(vote.threshold, view, place, None)
            votes.append((under, over) if Word(vote.word).holds_under else (over, under))
        holding, failing = [one for one, _ in votes], [other for _, other in votes]
        rows = self._possible(threshold, choice, place)
        rows = tuple(row for row in rows if row.finding is None or state is None or row.finding[1] is state)
        if not rows or any(row.limit is None for row in rows):
            return FALSE, FALSE
        unders: list[str] = []
        overs: list[str] = []
        for row in rows:
            limit, equal = row.limit or ZERO, row.equal_lies(threshold.side)
            left = len(votes) - limit
            unders.append(at_least(ceil(left) if equal < 0 else floor(left) + 1, failing))
            overs.append(at_least(ceil(limit) if equal > 0 else floor(limit) + 1, holding))
        some = either(
            *(
                both(case.when, known(case.term))
                for vote in how.votes
                for case in self.cases(self.cone.choice(self.profile, vote.threshold).compares, view, place)
            )
        )
        return both(some, *unders), both(some, *overs)

    def _possible(self, threshold: Threshold, choice: Choice, place: int) -> tuple[Row, ...]:
        key = (threshold.name, choice.name, place)
        if key not in self._rows:
            setting = self.patients[place].setting
            attributes = {name: one.values for name, one in setting.panel.attributes.items()}
            values = setting.facts.values
            quantities = {name: values[name].interval for name in self.cone.key_quantities if name in values}
            self._rows[key] = possible_rows(self.cone, choice, attributes, quantities)
        return self._rows[key]
