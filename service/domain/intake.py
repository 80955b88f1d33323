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
from service.domain.errors import Fault, PanelError
from service.domain.intervals import Interval
from service.domain.panel import Assumed, Input, Note, Origin, Panel, Value
from service.domain.quantities import (
    UnitError,
    conversion,
    interval_text,
    normal_unit,
    number_text,
    parse_quantity,
)
from service.domain.units import parse_unit
from service.domain.vocabulary import AGE, Assumable, Measure, MeasureKind, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.domain.panel import GivenPanel, GivenResult
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
        self.inputs: list[Input] = []
        self.assumed: list[Assumed] = []
        self.values: dict[str, Value] = {}
        self.set_aside: set[str] = set()

    def fault(self, pointer: str, code: str, detail: str) -> None:
        self.faults.append(Fault(pointer, code, detail))

    def run(self) -> Panel:
        self.take_results()
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
        self.assumed.extend(
            Assumed(name, " or ".join(sorted(possible.values)))
            for name, possible in attributes.items()
            if possible.origin is Origin.ASSUMED
        )
        return Panel(
            self.given.as_of,
            self.values,
            frozenset(self.set_aside - self.values.keys()),
            attributes,
            self.take_findings(),
            tuple(self.inputs),
            tuple(self.notes),
            tuple(sorted(self.assumed, key=lambda one: one.name)),
        )

    # -- results ---------------------------------------------------------

    def take_results(self) -> None:
        usable: dict[str, list[tuple[GivenResult, Interval]]] = {}
        for result in self.given.results:
            measure = self.measure_of(result)
            if measure is None:
                continue
            interval = self.canonical(measure, result.quantity, f"{result.pointer}/unit")
            if interval is None:
                continue
            used = self.plausible(measure, result, interval)
            self.inputs.append(
                Input(
                    result.id, measure.name, result.quantity.text, result.quantity.unit,
                    interval if used else None, measure.unit,
                )
            )  # fmt: skip
            if used:
                usable.setdefault(measure.name, []).append((result, interval))
            else:
                self.set_aside.add(measure.name)
        for name, results in usable.items():
            self.choose(name, results)

    def measure_of(self, result: GivenResult) -> Measure | None:
        if result.code is not None:
            measure = self.vocabulary.measure_of_code(result.code)
            if measure is None:
                self.fault(
                    f"{result.pointer}/code", "unknown-code",
                    f"LOINC {result.code} is not in the vocabulary; leave the result out.",
                )  # fmt: skip
            elif result.measure is not None and result.measure != measure.name:
                self.fault(
                    f"{result.pointer}/measure", "code-and-measure-disagree",
                    f"LOINC {result.code} is {measure.name}, not {result.measure}; give one of the two.",
                )  # fmt: skip
                measure = None
        else:
            measure = self.vocabulary.measures.get(result.measure or "")
            if measure is None:
                self.fault(
                    f"{result.pointer}/measure", "unknown-measure",
                    unknown(result.measure or "", self.reported_names(), "measures"),
                )  # fmt: skip
        if measure is not None and measure.kind is MeasureKind.COMPUTED:
            self.fault(
                f"{result.pointer}/measure", "computed-measure",
                f"{measure.name} is computed by the service and cannot be reported; send its operands.",
            )  # fmt: skip
            return None
        if measure is not None and measure.kind is MeasureKind.PATIENT:
            self.fault(
                f"{result.pointer}/measure", "patient-quantity",
                f"{measure.name} is given under /patient, not as a result.",
            )  # fmt: skip
            return None
        return measure

    def reported_names(self) -> list[str]:
        return [m.name for m in self.vocabulary.measures.values() if m.kind is MeasureKind.LABORATORY]

    def canonical(self, measure: Measure, quantity: Quantity, pointer: str) -> Interval | None:
        unit = normal_unit(quantity.unit)
        accepted = ", ".join(measure.accepted_units)
        factor = measure.factor(unit)
        if factor is not None:
            return quantity.interval.scaled(factor)
        if not unit:
            self.fault(pointer, "missing-unit", f"{measure.name} has no unit; use one of {accepted}.")
            return None
        try:
            parse_unit(unit)
        except UnitError:
            self.fault(
                pointer, "unknown-unit",
                f"{unit[:40]!r} is not a unit; {measure.name} is accepted in {accepted}.",
            )  # fmt: skip
            return None
        if conversion(unit, measure.unit, measure.molar_mass) is None:
            code, why = "unit-of-another-dimension", "measures something else"
        else:
            code, why = "unit-not-accepted", "is not accepted"
        self.fault(pointer, code, f"{unit!r} {why}; {measure.name} is accepted in {accepted}.")
        return None

    def plausible(self, measure: Measure, result: GivenResult, interval: Interval) -> bool:
        if result.time is not None and result.time > self.given.as_of:
            self.note(
                measure,
                result,
                "later-than-as-of",
                "was taken after the instant of the question",
                used=False,
            )
            return False
        if measure.possible is not None and not interval.meets(measure.possible):
            detail = f"is impossible; possible is {interval_text(measure.possible, measure.unit)}"
            self.note(measure, result, "impossible", detail + self.slip(measure, interval), used=False)
            return False
        if measure.usual is not None and not interval.meets(measure.usual):
            slip = self.slip(measure, interval)
            detail = f"is implausible; usual is {interval_text(measure.usual, measure.unit)}"
            self.note(measure, result, "implausible", detail + slip, used=not slip)
            return not slip
        return True

    def slip(self, measure: Measure, interval: Interval) -> str:
        """Say which unit would make the number usual; proposed, never applied."""
        for unit in measure.slips:
            factor = measure.factor(unit)
            if factor is None or measure.usual is None:
                continue
            read = interval.scaled(factor)
            if read.meets(measure.usual):
                text = interval_text(read, measure.unit)
                return f"; as {unit} the same number would be {text}: confirm the unit and send it again"
        return ""

    def note(self, measure: Measure, result: GivenResult, issue: str, detail: str, *, used: bool) -> None:
        given = f"{measure.name} {result.quantity.text} {result.quantity.unit}".strip()
        self.notes.append(Note(result.id, issue, f"{given} {detail}.", used, measure.name))

    def choose(self, name: str, results: list[tuple[GivenResult, Interval]]) -> None:
        """Use the latest result; results that cannot be ordered in time are read together."""
        timed = [result.time for result, _ in results if result.time is not None]
        latest = max(timed, default=None)
        chosen = [(result, interval) for result, interval in results if result.time in {None, latest}]
        for result, _ in results:
            if result.time not in {None, latest}:
                self.notes.append(
                    Note(
                        result.id,
                        "superseded",
                        f"{name}: a later result was used.",
                        used=False,
                        measure=name,
                    )
                )
        together = chosen[0][1]
        for _, interval in chosen[1:]:
            together = together.hull(interval)
        if len({interval for _, interval in chosen}) > 1:
            ids = ", ".join(result.id for result, _ in chosen)
            self.notes.extend(
                Note(
                    result.id, "read-together",
                    f"{name}: results {ids} cannot be ordered in time and were read as one range.",
                    used=True, measure=name,
                )
                for result, _ in chosen
            )  # fmt: skip
        refs = tuple(result.id for result, _ in chosen)
        self.values[name] = Value(together, Origin.REPORTED, refs, latest)

    # -- the patient -----------------------------------------------------

    def take_quantities(self) -> None:
        for name, (quantity, pointer) in self.given.quantities.items():
            measure = self.vocabulary.measures.get(name)
            if name in self.vocabulary.attributes:
                accepted = ", ".join(self.vocabulary.attributes[name].values)
                self.fault(pointer, "not-a-word", f"{name} is told in a word; use one of {accepted}.")
                continue
            if measure is None or measure.kind is not MeasureKind.PATIENT:
                names = [m.name for m in self.vocabulary.measures.values() if m.kind is MeasureKind.PATIENT]
                self.fault(pointer, "unknown-patient-quantity", unknown(name, names, "patient quantities"))
                continue
            stated = _completed(quantity) if name == AGE else quantity.interval
            # A bare number has the canonical unit; an age has none, for 34 may be years or months.
            bare = not quantity.unit and name != AGE
            told = replace(quantity, unit=measure.unit) if bare else quantity
            factor = measure.factor(normal_unit(told.unit))
            interval = self.canonical(measure, told, f"{pointer}/unit")
            if interval is None or factor is None:
                continue
            interval = stated.scaled(factor)
            if measure.possible is not None and not interval.meets(measure.possible):
                accepted = interval_text(measure.possible, measure.unit)
                self.fault(f"{pointer}/value", "impossible-value", f"{name} is outside {accepted}.")
                continue
            self.values[name] = Value(interval, Origin.REPORTED, (name,))

    def take_age(self) -> None:
        if self.given.birth_date is None:
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
        self.values[AGE] = Value(from_birth, Origin.REPORTED, ("birth-date",))

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
                of_attributes[name] = text
            elif measure is not None and name not in self.values:
                interval = self.assumed_interval(measure, text, pointer, by_request=by_request)
                if interval is not None:
                    self.values[name] = Value(interval, Origin.ASSUMED, (name,))
                    self.assumed.append(Assumed(name, interval_text(interval, measure.unit)))
        return of_attributes

    def assumed_interval(self, measure: Measure, text: str, pointer: str, *, by_request: bool) -> Interval | None:
        try:
            quantity = parse_quantity(text)
        except ValueError as error:
            if by_request:
                self.fault(pointer, "not-a-quantity", str(error))
            return None
        return self.canonical(measure, quantity, pointer)

    # -- findings --------------------------------------------------------

    def take_findings(self) -> Mapping[str, tuple[State, Origin]]:
        observed: dict[str, tuple[State, Origin]] = {}
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
                    self.fault(
                        f"{given.pointer}/finding", "derived-finding",
                        f"{given.finding} is derived by rules and cannot be stated; "
                        f"observed findings of its group: {', '.join(names) or 'none'}.",
                    )  # fmt: skip
            elif given.finding in observed and observed[given.finding][0] is not given.state:
                self.fault(
                    f"{given.pointer}/state",
                    "stated-twice",
                    f"{given.finding} is stated twice and differently.",
                )
            else:
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
    if not interval.is_exact or interval.low.value is None:
        return interval
    _, _, decimals = quantity.text.partition(".")
    one = Fraction(1, 10 ** len(decimals)) if decimals.isdigit() else Fraction(1)
    return Interval.of(interval.low.value, interval.low.value + one, high_open=True)


def completed_months(birth: date, as_of: datetime) -> int:
    """Return the completed calendar months from a birth date to an instant, in UTC."""
    day = as_of.astimezone(UTC).date()
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


LISTED = 12


def unknown(given: str, known: list[str], what: str) -> str:
    """Say that a name is unknown, with the nearest known one, or a list of them."""
    from difflib import get_close_matches

    near = get_close_matches(given, known, 1, 0.6)
    listed = ", ".join(known[:LISTED]) + (" ..." if len(known) > LISTED else "")
    hint = f"Did you mean {near[0]}?" if near else f"Known {what}: {listed}."
    return f"{given[:60]!r} is not in the vocabulary. {hint}"


__all__ = ["completed_months", "number_text", "take_in", "unknown"]
