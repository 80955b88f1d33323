"""
The free inputs of a question, as variables: whether each is sent, and what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.smt.patients import chooses_rows
from service.adapters.smt.text import FALSE, TRUE, both, either, no, number, symbol
from service.domain.explanation.questions import Kind, Sent
from service.domain.laboratory import Flag
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.adapters.smt.patients import Patient
    from service.domain.explanation.questions import Input
    from service.domain.explanation.trying import Trying


class Inputs:
    """
    Declares the inputs of a question, and reads them from a model.

    Args:
        trying: The question.

        patients: Whoever it may be about.

    Attributes:
        lines: Declarations and what must hold of them.

        free: Inputs that are variables of their own, by name.
    """

    def __init__(self, trying: Trying, patients: tuple[Patient, ...]) -> None:
        self.patients, self.question = patients, trying.question
        self.free: dict[str, Input] = {}
        self.lines: list[str] = []
        self.cells: dict[str, tuple[Sent, ...]] = {}
        self._choosing = [one.name for one in self.question.free if chooses_rows(trying.cone, one)]
        if len(patients) > 1:
            names = [self.is_patient(place) for place in range(len(patients))]
            self.lines += [f"(declare-const {name} Bool)" for name in names]
            self.lines.append(f"(assert (and (or {' '.join(names)}) ((_ at-most 1) {' '.join(names)})))")
        for one in self.question.free:
            if one.name in self._choosing:
                continue
            self.free[one.name] = one
            if one.kind is Kind.EVENT:
                self.cells[one.name] = trying.cells(one)
            self._declare(one)

    def is_patient(self, place: int) -> str:
        """Return what holds where the patient is the one of a place."""
        return symbol("patient", str(place)) if len(self.patients) > 1 else TRUE

    def sent(self, name: str) -> str:
        """Return what holds where an input is sent, or has another value than now."""
        if name not in self._choosing:
            return symbol("sent", name)
        telling = (place for place, one in enumerate(self.patients) if any(told.name == name for told in one.sent))
        return either(*(self.is_patient(place) for place in telling))

    @property
    def all_sent(self) -> dict[str, str]:
        """For each input, what holds where it is sent."""
        return {one.name: self.sent(one.name) for one in self.question.free}

    def value(self, name: str) -> str:
        """Return the number of an input."""
        return symbol("value", name)

    def flagged(self, name: str, flag: Flag) -> str:
        """Return what holds where the laboratory's flag comes with a result."""
        return symbol("flag", name, flag.value)

    def of_cell(self, name: str, place: int) -> str:
        """Return what holds where an event was as long ago as one of its cells."""
        return symbol("event", name, str(place))

    def state(self, name: str, state: State) -> str:
        """Return what holds where a finding is sent in a state."""
        return symbol("state", name, state.value)

    def steps(self, name: str) -> str:
        """Return the steps between the value of an input now and that which is sent."""
        return symbol("steps", name)

    def _declare(self, one: Input) -> None:
        add, sent = self.lines.append, self.sent(one.name)
        add(f"(declare-const {sent} Bool)")
        if one.kind is Kind.FINDING:
            present, absent = (self.state(one.name, state) for state in (State.PRESENT, State.ABSENT))
            for name in (present, absent):
                add(f"(declare-const {name} Bool)")
            add(f"(assert (and (= {sent} (or {present} {absent})) (not (and {present} {absent}))))")
        elif one.kind is Kind.EVENT:
            names = [self.of_cell(one.name, place) for place in range(len(self.cells[one.name]))]
            self.lines += [f"(declare-const {name} Bool)" for name in names]
            add(f"(assert (and (= {sent} {either(*names)}) ((_ at-most 1) {' '.join(names)})))")
        else:
            self._declare_number(one)

    def _declare_number(self, one: Input) -> None:
        add, sent, value = self.lines.append, self.sent(one.name), self.value(one.name)
        if self.question.steps and one.step is not None:
            whole = symbol("multiple", one.name)
            add(f"(declare-const {whole} Int)")
            add(f"(define-fun {value} () Real (* {number(one.step)} (to_real {whole})))")
        else:
            add(f"(declare-const {value} Real)")
        if one.values is not None:
            low, high = one.values.low, one.values.high
            if low.value is not None:
                add(f"(assert ({'>' if low.open else '>='} {value} {number(low.value)}))")
            if high.value is not None:
                add(f"(assert ({'<' if high.open else '<='} {value} {number(high.value)}))")
        if one.at is not None and not one.flags:
            at = number(one.at)
            add(f"(assert (=> {sent} (not (= {value} {at}))))")
            if one.step is not None:
                away = f"(/ (ite (>= {value} {at}) (- {value} {at}) (- {at} {value})) {number(one.step)})"
                add(f"(define-fun {self.steps(one.name)} () Real (ite {sent} {away} 0.0))")
        if one.flags:
            names = [self.flagged(one.name, flag) for flag in Flag]
            self.lines += [f"(declare-const {name} Bool)" for name in names]
            add(f"(assert ((_ at-most 1) {' '.join(names)}))")
            add(f"(assert (=> (not {sent}) (not {either(*names)})))")
            if one.at is not None:
                add(f"(assert (=> {sent} {either(*names)}))")

    # -- reading -----------------------------------------------------------

    @property
    def asked(self) -> list[str]:
        """What must be read from a model before `read` can tell what was sent."""
        names = [self.is_patient(place) for place in range(len(self.patients))]
        for one in self.free.values():
            names.append(self.sent(one.name))
            if one.kind is Kind.FINDING:
                names.append(self.state(one.name, State.PRESENT))
            elif one.kind is Kind.EVENT:
                names += [self.of_cell(one.name, place) for place in range(len(self.cells[one.name]))]
            else:
                names.append(self.value(one.name))
                names += [self.flagged(one.name, flag) for flag in Flag] if one.flags else []
        return [name for name in dict.fromkeys(names) if name not in {TRUE, FALSE}]

    def read(self, model: Mapping[str, object]) -> tuple[int, tuple[Sent, ...]]:
        """Return the place of the patient, and what is sent."""
        place = next((at for at in range(len(self.patients)) if model.get(self.is_patient(at))), 0)
        found = list(self.patients[place].sent)
        found += [self._read(one, model) for one in self.free.values() if model[self.sent(one.name)]]
        return place, tuple(found)

    def _read(self, one: Input, model: Mapping[str, object]) -> Sent:
        if one.kind is Kind.FINDING:
            present = model[self.state(one.name, State.PRESENT)]
            return Sent(one.name, state=State.PRESENT if present else State.ABSENT)
        if one.kind is Kind.EVENT:
            cells = self.cells[one.name]
            return cells[next(at for at in range(len(cells)) if model[self.of_cell(one.name, at)])]
        value = model[self.value(one.name)]
        assert not isinstance(value, (bool, str))  # noqa: S101 - a number by its declaration
        flag = next((flag for flag in Flag if one.flags and model[self.flagged(one.name, flag)]), None)
        steps = abs(value - one.at) / one.step if one.at is not None and one.step and flag is None else None  # type: ignore[operator]
        return Sent(one.name, value, flag=flag, steps=steps)  # type: ignore[arg-type]

    def exactly(self, place: int, sent: tuple[Sent, ...]) -> str:
        """Return what holds where just this is sent of just this patient."""
        told = {one.name: one for one in sent}
        parts = [self.is_patient(place)]
        for name, one in self.free.items():
            if name not in told:
                parts.append(no(self.sent(name)))
                continue
            parts.append(self.sent(name))
            here = told[name]
            if here.state is not None:
                parts.append(self.state(name, here.state))
            elif one.kind is Kind.EVENT:
                parts.append(self.of_cell(name, self.cells[name].index(here)))
            elif here.number is not None:
                parts.append(f"(= {self.value(name)} {number(here.number)})")
                if one.flags:
                    parts += [
                        self.flagged(name, flag) if flag is here.flag else no(self.flagged(name, flag)) for flag in Flag
                    ]
        return both(*parts)
