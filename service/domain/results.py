"""
Results as the laboratory sent them: names, units, plausibility, choice among several.

A unit is converted by its exact factor or refused. A value that cannot be true
is set aside and stays missing, whatever older results say; when another unit
would explain it, that unit is proposed and never applied.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.echo import unit_told, unknown
from service.domain.errors import Fault
from service.domain.figures import interval_text
from service.domain.measures import Measure, MeasureKind
from service.domain.panel import Earlier, Input, Note, Origin, Value
from service.domain.references import References
from service.domain.spellings import normal_unit
from service.domain.units import UnitError, conversion, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.domain.given import GivenResult
    from service.domain.intervals import Interval
    from service.domain.laboratory import Reference
    from service.domain.quantities import Quantity
    from service.domain.vocabulary import Vocabulary

AHEAD = timedelta(minutes=5)
"""How far clocks may differ: ours from the caller's, a laboratory's from the instant of the question."""

NAMED = 5
"""Most ids named in one note, so that notes grow no faster than results."""

Usable = tuple["GivenResult", "Interval", "Reference | None"]
"""A result that may be used, with its value in the canonical unit."""


class Results:
    """
    Takes in the results of one panel.

    Args:
        vocabulary: For the measures.

        as_of: The instant of the question.

        faults: Receives what cannot be understood.

        notes: Receives what was set aside, and why.
    """

    def __init__(self, vocabulary: Vocabulary, as_of: datetime, faults: list[Fault], notes: list[Note]) -> None:
        self.vocabulary, self.as_of, self.faults, self.notes = vocabulary, as_of, faults, notes
        self.inputs: list[Input] = []
        self.values: dict[str, Value] = {}
        self.set_aside: set[str] = set()
        self.earlier: dict[str, tuple[Earlier, ...]] = {}
        self.references = References(vocabulary, self.canonical, faults, notes)

    def fault(self, pointer: str, code: str, detail: str) -> None:
        """Keep one fault."""
        self.faults.append(Fault(pointer, code, detail))

    def take(self, results: Iterable[GivenResult]) -> None:
        """Take in every result: fills *inputs*, *values*, *set_aside* and *earlier*."""
        understood: list[tuple[GivenResult, Measure, Interval, bool]] = []
        usable: dict[str, list[Usable]] = {}
        unusable: dict[str, list[GivenResult]] = {}
        for result in results:
            measure = self.measure_of(result)
            if measure is None:
                continue
            interval = self.canonical(measure, result.quantity, f"{result.pointer}/unit")
            factor = measure.factor(normal_unit(result.quantity.unit))
            if interval is None or factor is None:
                continue
            reference = self.references.read(measure, result, factor)
            used = self.plausible(measure, result, interval)
            understood.append((result, measure, interval, used))
            if used:
                told = self.references.sensible(measure, result, interval, reference)
                usable.setdefault(measure.name, []).append((result, interval, told))
            else:
                self.set_aside.add(measure.name)
                if not self.is_later(result):
                    unusable.setdefault(measure.name, []).append(result)
        for name, several in usable.items():
            self.choose(name, *self.fresh(name, several), unusable.get(name, []))
        self.inputs.extend(
            Input(
                result.id, measure.name, result.quantity.text, result.quantity.unit,
                interval if used and self.is_read(measure.name, result.id) else None,
                measure.unit, result.code, result.time,
                result.reference, result.flag_sent or (result.flag.value if result.flag else ""),
            )
            for result, measure, interval, used in understood
        )  # fmt: skip

    def is_read(self, measure: str, result: str) -> bool:
        """Return whether rules see a result: as the value of its measure, or to tell how that changed."""
        chosen = measure in self.values and result in self.values[measure].refs
        return chosen or any(result in one.refs and one.interval for one in self.earlier.get(measure, ()))

    def measure_of(self, result: GivenResult) -> Measure | None:
        """Return the measure that a result is of, or None with a fault."""
        if result.code is not None:
            measure = self.vocabulary.measure_of_code(result.code)
            if measure is None:
                self.fault(
                    f"{result.pointer}/code", "unknown-code",
                    f"LOINC {result.code} is not in the vocabulary; leave the result out.",
                )  # fmt: skip
            elif result.measure is not None and result.measure != measure.name:
                other = result.measure if result.measure in self.vocabulary.measures else "what measure says"
                self.fault(
                    f"{result.pointer}/measure", "code-and-measure-disagree",
                    f"LOINC {result.code} is {measure.name}, not {other}; give one of the two.",
                )  # fmt: skip
                measure = None
        else:
            measure = self.vocabulary.measures.get(result.measure or "")
            if measure is None:
                self.fault(
                    f"{result.pointer}/measure", "unknown-measure",
                    unknown(result.measure or "", self.reported_names(), "measures"),
                )  # fmt: skip
        named_by = f"{result.pointer}/{'code' if result.measure is None else 'measure'}"
        if measure is not None and measure.kind is MeasureKind.COMPUTED:
            self.fault(
                named_by, "computed-measure",
                f"{measure.name} is computed by the service and cannot be reported; send its operands.",
            )  # fmt: skip
            return None
        if measure is not None and measure.kind is MeasureKind.PATIENT:
            self.fault(
                named_by, "patient-quantity",
                f"{measure.name} is given under /patient, not as a result.",
            )  # fmt: skip
            return None
        return measure

    def reported_names(self) -> list[str]:
        """Return the measures that laboratories report."""
        return [m.name for m in self.vocabulary.measures.values() if m.kind is MeasureKind.LABORATORY]

    def canonical(self, measure: Measure, quantity: Quantity, pointer: str) -> Interval | None:
        """Return a quantity in the canonical unit, or None with a fault that names the accepted ones."""
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
                f"{unit_told(unit)} is not a unit; {measure.name} is accepted in {accepted}.",
            )  # fmt: skip
            return None
        if conversion(unit, measure.unit, measure.molar_mass) is None:
            code, why = "unit-of-another-dimension", "measures something else"
        else:
            code, why = "unit-not-accepted", "is not accepted"
        self.fault(pointer, code, f"{unit_told(unit)} {why}; {measure.name} is accepted in {accepted}.")
        return None

    def is_later(self, result: GivenResult) -> bool:
        """Return whether a sample was taken after the instant of the question, as far as clocks agree."""
        return result.time is not None and result.time > self.as_of + AHEAD

    def is_stale(self, measure: Measure, result: GivenResult) -> bool:
        """Return whether a result is too old to speak of the patient now."""
        if result.time is None or measure.fresh_days is None:
            return False
        return self.as_of - result.time > timedelta(days=float(measure.fresh_days))

    def plausible(self, measure: Measure, result: GivenResult, interval: Interval) -> bool:
        """Return whether a result may be used; note what is wrong with it."""
        if self.is_later(result):
            self.note(
                measure,
                result,
                "later-than-as-of",
                "was taken after the instant of the question",
                used=False,
            )
            return False
        if self.is_stale(measure, result) and measure.name not in self.vocabulary.followed:
            self.note_stale(measure, result)
            return False
        if measure.possible is not None and not interval.meets(measure.possible):
            detail = f"is impossible; possible is {interval_text(measure.possible, measure.unit)}"
            self.note(measure, result, "impossible", detail + self.slip(measure, result.quantity), used=False)
            return False
        if measure.usual is not None and not interval.meets(measure.usual):
            slip = self.slip(measure, result.quantity)
            detail = f"is implausible; usual is {interval_text(measure.usual, measure.unit)}"
            self.note(measure, result, "implausible", detail + slip, used=not slip)
            return not slip
        return True

    def slip(self, measure: Measure, quantity: Quantity) -> str:
        """Say in which unit the same number would be usual; proposed, never applied."""
        given = normal_unit(quantity.unit)
        mistaken = measure.slips if given == measure.unit else (measure.unit,) if given in measure.slips else ()
        for unit in mistaken:
            factor = measure.factor(unit)
            if factor is None or measure.usual is None:
                continue
            read = quantity.interval.scaled(factor)
            if read.meets(measure.usual):
                text = interval_text(read, measure.unit)
                return f"; as {unit} the same number would be {text}: confirm the unit and send it again"
        return ""

    def note(self, measure: Measure, result: GivenResult, issue: str, detail: str, *, used: bool) -> None:
        """Keep one remark on the quality of a result."""
        given = f"{measure.name} {result.quantity.text} {result.quantity.unit}".strip()
        self.notes.append(Note(result.id, issue, f"{given} {detail}.", used, measure.name))

    def note_stale(self, measure: Measure, result: GivenResult) -> None:
        """Note that a result is too old to be used."""
        self.note(measure, result, "stale", f"is older than {measure.fresh_days} days", used=False)

    def fresh(self, name: str, results: list[Usable]) -> tuple[list[Usable], list[Usable]]:
        """Return the results that may speak of the patient now, and those that are too old and may tell a change."""
        measure = self.vocabulary.measures[name]
        fresh = [one for one in results if not self.is_stale(measure, one[0])]
        return fresh, [one for one in results if self.is_stale(measure, one[0])]

    def choose(self, name: str, results: list[Usable], stale: list[Usable], unusable: list[GivenResult]) -> None:
        """Use the latest result unless that is one set aside; results that cannot be ordered are read together."""
        if not results:
            self.set_aside.add(name)
        latest = max((result.time for result, *_ in results if result.time is not None), default=None)
        if any(latest is None or one.time is None or one.time >= latest for one in unusable):
            detail = f"{name}: a result that is not older was set aside, so this one does not stand in for it."
            self.notes.extend(Note(result.id, "superseded", detail, used=False, measure=name) for result, *_ in results)
            results = []
        chosen = [one for one in results if one[0].time in {None, latest}]
        earlier = [one for one in results if one[0].time not in {None, latest}]
        if chosen and latest is not None and all(result.time == latest for result, *_ in chosen):
            self.remember(name, [*earlier, *stale], unusable)
        else:
            for result, *_ in stale:
                self.note_stale(self.vocabulary.measures[name], result)
        if not chosen:
            return
        if name not in self.earlier:
            self.notes.extend(
                Note(result.id, "superseded", f"{name}: a later result was used.", used=False, measure=name)
                for result, *_ in earlier
            )
        together = chosen[0][1]
        for _, interval, _ in chosen[1:]:
            together = together.hull(interval)
        refs = tuple(result.id for result, *_ in chosen)
        alike = len({interval for _, interval, _ in chosen}) == 1
        if not alike:
            more = f" and {len(refs) - NAMED} more" if len(refs) > NAMED else ""
            ids = ", ".join(refs[:NAMED]) + more
            told = interval_text(together, self.vocabulary.measures[name].unit)
            detail = f"{name}: results {ids} cannot be ordered in time and were read as one range, {told}."
            self.notes.append(Note(refs[0], "read-together", detail, used=True, measure=name))
        reference = self.references.agreed(name, refs, [told for *_, told in chosen], alike=alike)
        self.values[name] = Value(together, Origin.REPORTED, refs, latest, reference=reference)

    def remember(self, name: str, earlier: list[Usable], unusable: list[GivenResult]) -> None:
        """Keep the earlier results of a measure whose change is computed; all are ordered in time."""
        if name not in self.vocabulary.followed:
            return
        known: dict[datetime, Earlier] = {}
        for result, interval, _ in earlier:
            if result.time is not None:
                before = known.get(result.time, Earlier(result.time, interval, ()))
                together = interval if before.interval is None else before.interval.hull(interval)
                known[result.time] = Earlier(result.time, together, (*before.refs, result.id))
                detail = f"{name}: a later result is its value; this one may tell how it changed."
                self.notes.append(Note(result.id, "earlier", detail, used=True, measure=name))
        for result in unusable:
            if result.time is not None:
                refs = known[result.time].refs if result.time in known else ()
                known[result.time] = Earlier(result.time, None, (*refs, result.id))
        self.earlier[name] = tuple(sorted(known.values(), key=lambda one: one.time, reverse=True))
