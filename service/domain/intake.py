"""
Intake: from what a caller says to a panel in canonical units.

The order is normative: names and codes, units, plausibility, choice among
results, attributes, assumptions. What cannot be understood is refused with a
pointer; what is understood but cannot be true is set aside with a note.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.attributes import possible_values
from service.domain.echo import not_a_value, unknown
from service.domain.errors import Fault, PanelError
from service.domain.figures import interval_text, number_text
from service.domain.happened import take_events
from service.domain.intervals import Interval
from service.domain.measures import AGE, Assumable, Measure, MeasureKind
from service.domain.panel import Assumed, Note, Origin, Panel, Value, of_patient
from service.domain.quantities import parse_quantity
from service.domain.results import Results
from service.domain.scales import State
from service.domain.spellings import normal_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.domain.given import GivenPanel
    from service.domain.quantities import Quantity
    from service.domain.release import Profile, Release
    from service.domain.vocabulary import Vocabulary


def take_in(release: Release, profile: Profile, given: GivenPanel) -> Panel:
    """
    Turn a given panel into a panel.

    Args:
        release: The release whose vocabulary names what is given.

        profile: The profile whose assumptions hold.

        given: What the caller says.

    Returns:
        The panel.

    Raises:
        PanelError: With every fault found, if any.
    """
    intake = _Intake(release, profile, given)
    panel = intake.run()
    if intake.faults:
        raise PanelError(intake.faults)
    return panel


class _Intake:
    def __init__(self, release: Release, profile: Profile, given: GivenPanel) -> None:
        self.release, self.profile, self.given = release, profile, given
        self.vocabulary: Vocabulary = release.vocabulary
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self.assumed: list[Assumed] = []
        self.results = Results(self.vocabulary, given.as_of, self.faults, self.notes)
        self.values = self.results.values

    def fault(self, pointer: str, code: str, detail: str) -> None:
        self.faults.append(Fault(pointer, code, detail))

    def run(self) -> Panel:
        self.results.take(self.given.results)
        self.take_quantities()
        self.take_age()
        assume = self.take_assumptions()
        attributes = possible_values(
            self.release,
            self.profile,
            self.given.attributes,
            assume,
            {name: value.interval for name, value in self.values.items()},
            self.faults,
            self.notes,
        )
        self.results.references.fit(self.release, self.profile, self.values, attributes)
        for name in self.given.assume:
            if name in attributes and attributes[name].origin is not Origin.ASSUMED:
                self.not_used(name)
        self.assumed.extend(
            Assumed(name, " or ".join(sorted(possible.values)))
            for name, possible in attributes.items()
            if possible.origin is Origin.ASSUMED
        )
        return Panel(
            self.given.as_of.astimezone(UTC),
            self.values,
            frozenset(self.results.set_aside - self.values.keys()),
            attributes,
            self.take_findings(),
            tuple(self.results.inputs),
            tuple(self.notes),
            tuple(sorted(self.assumed, key=lambda one: one.name)),
            take_events(self.vocabulary, self.given, self.faults),
            self.results.earlier,
        )

    # -- the patient -----------------------------------------------------

    def take_quantities(self) -> None:
        for name, (quantity, pointer) in self.given.quantities.items():
            measure = self.vocabulary.measures.get(name)
            if name in self.vocabulary.attributes:
                accepted = ", ".join(self.vocabulary.attributes[name].values)
                self.fault(pointer, "not-a-word", f"{name} is told in a word; use one of {accepted}.")
                continue
            if measure is None or measure.kind is not MeasureKind.PATIENT:
                detail = unknown(name, self.vocabulary.of_patients, "fields of a patient")
                self.fault(pointer, "unknown-patient-quantity", detail)
                continue
            stated = _completed(quantity) if name == AGE else quantity.interval
            # A bare number has the canonical unit; an age has none, for 34 may be years or months.
            bare = not quantity.unit and name != AGE
            told = replace(quantity, unit=measure.unit) if bare else quantity
            factor = measure.factor(normal_unit(told.unit))
            # What was sent without a unit is a bare number: there is no member to point to.
            interval = self.results.canonical(measure, told, f"{pointer}/unit" if quantity.unit else pointer)
            if interval is None or factor is None:
                continue
            interval = stated.scaled(factor)
            if self.is_possible(measure, interval, f"{pointer}/value" if quantity.unit else pointer):
                self.values[name] = Value(interval, Origin.REPORTED, (of_patient(name),))

    def is_possible(self, measure: Measure, interval: Interval, pointer: str) -> bool:
        possible = measure.possible
        if possible is None or interval.meets(possible):
            return True
        ends = " to ".join(number_text(bound) for bound in possible.bounds)
        told = f"{measure.name} {interval_text(interval, measure.unit)}"
        self.fault(pointer, "impossible-value", f"{told} is outside what is possible, {ends} {measure.unit}.")
        return False

    def take_age(self) -> None:
        if self.given.birth_date is None or AGE not in self.vocabulary.measures:
            return
        months = completed_months(self.given.birth_date, self.given.as_of)
        if months < 0:
            self.fault(
                "/patient/birth_date",
                "birth-after-as-of",
                "The birth date lies after the instant of the question.",
            )
            return
        from_birth = Interval.of(months, months + 1, high_open=True)
        stated = self.values.get(AGE)
        if stated is not None and not stated.interval.meets(from_birth):
            self.fault(
                "/patient/age", "age-and-birth-date-disagree",
                "The age and the birth date disagree; give one of the two, or correct them.",
            )  # fmt: skip
            return
        if not self.is_possible(self.vocabulary.measures[AGE], from_birth, "/patient/birth_date"):
            return
        self.values[AGE] = Value(from_birth, Origin.REPORTED, (of_patient("birth-date"),))

    def take_assumptions(self) -> dict[str, str]:
        """Use what is assumed and not given; return what is assumed of attributes."""
        of_attributes: dict[str, str] = {}
        assume: dict[str, tuple[str, str, bool]] = {
            name: (text, "", False) for name, text in self.profile.assume.items()
        }
        assume.update({name: (text, pointer, True) for name, (text, pointer) in self.given.assume.items()})
        for name, (text, pointer, by_request) in assume.items():
            measure, attribute = (
                self.vocabulary.measures.get(name),
                self.vocabulary.attributes.get(name),
            )
            allowed = measure or attribute
            if allowed is None or allowed.assumable is Assumable.NEVER:
                names = self.vocabulary.assumable(Assumable.REQUEST, Assumable.PROFILE)
                self.fault(pointer, "not-assumable", f"{name} may not be assumed; {', '.join(names)} may.")
            elif attribute is not None:
                if by_request and attribute.meaning(text) is None:
                    self.fault(pointer, "unknown-value", not_a_value(attribute, text))
                else:
                    of_attributes[name] = text
            elif measure is not None and (by_request or name not in self.values):
                interval = self.assumed_interval(measure, text, pointer, by_request=by_request)
                if name in self.values:
                    self.not_used(name)
                elif interval is not None:
                    self.values[name] = Value(interval, Origin.ASSUMED, (of_patient(name),))
                    self.assumed.append(Assumed(name, interval_text(interval, measure.unit)))
        return of_attributes

    def not_used(self, name: str) -> None:
        detail = f"{name} is settled by what the panel says, so what the request assumes of it was not used."
        self.notes.append(Note(name, "assumption-not-used", detail, used=False))

    def assumed_interval(self, measure: Measure, text: str, pointer: str, *, by_request: bool) -> Interval | None:
        try:
            quantity = parse_quantity(text)
        except ValueError:
            if by_request:
                detail = f"This is not a quantity; write a number and a unit, for example 0 {measure.unit}."
                self.fault(pointer, "not-a-quantity", detail)
            return None
        interval = self.results.canonical(measure, quantity, pointer)
        return interval if interval is not None and self.is_possible(measure, interval, pointer) else None

    # -- findings --------------------------------------------------------

    def take_findings(self) -> Mapping[str, tuple[State, Origin]]:
        observed: dict[str, tuple[State, Origin]] = {}
        stated: dict[str, str] = {}
        known = self.vocabulary.findings
        for given in self.given.findings:
            finding = known.get(given.finding)
            if finding is None or not finding.observed:
                group = finding.group if finding else None
                names = [f.name for f in known.values() if f.observed and group in {None, f.group}]
                if finding is None:
                    self.fault(
                        f"{given.pointer}/finding",
                        "unknown-finding",
                        unknown(given.finding, names, "observed findings"),
                    )
                else:
                    others = f", or an observed finding of its group: {', '.join(names)}" if names else ""
                    self.fault(
                        f"{given.pointer}/finding", "derived-finding",
                        f"{given.finding} is derived by rules and cannot be stated; send the results that they "
                        f"read{others}.",
                    )  # fmt: skip
            elif given.finding in observed and observed[given.finding][0] is not given.state:
                self.fault(
                    f"{given.pointer}/state",
                    "stated-twice",
                    f"{given.finding} is {given.state.value} here and {observed[given.finding][0].value} at "
                    f"{stated[given.finding]}; a finding is of the whole panel, so state it once.",
                )
            else:
                stated.setdefault(given.finding, given.pointer)
                observed[given.finding] = (given.state, Origin.REPORTED)
        groups = {f.group for f in known.values() if f.observed}
        for group, pointer in self.given.complete:
            if group not in groups:
                self.fault(
                    pointer,
                    "unknown-group",
                    unknown(group, sorted(groups), "groups of observed findings"),
                )
            for finding in known.values():
                if finding.observed and finding.group == group:
                    observed.setdefault(finding.name, (State.ABSENT, Origin.STATED_COMPLETE))
        return {name: pair for name, pair in observed.items() if pair[0] is not State.UNKNOWN}


def _completed(quantity: Quantity) -> Interval:
    """Return the ages a stated age stands for: completed units, at the precision given."""
    interval = quantity.interval
    if not interval.is_exact or interval.low.value is None or interval.low.value < 0:
        # Nobody completes a unit before birth: refused, as it was stated.
        return interval
    _, _, decimals = quantity.text.partition(".")
    one = Fraction(1, 10 ** len(decimals)) if decimals.isdigit() else Fraction(1)
    return Interval.of(interval.low.value, interval.low.value + one, high_open=True)


def completed_months(birth: date, as_of: datetime) -> int:
    """Return the completed calendar months from a birth date to an instant, by the calendar at its offset."""
    day = as_of.date()
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
