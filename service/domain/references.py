"""
Reference ranges at intake: units, sense, agreement among results, and for whom they were given.

What is wrong with a range never touches the value: it is used without the range, with a note.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.believed import believed, plausible, rows_believed_by
from service.domain.echo import not_a_value
from service.domain.errors import Fault
from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.laboratory import EVERY_FLAG, Reference
from service.domain.measures import AGE
from service.domain.panel import Note
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from fractions import Fraction

    from service.domain.believed import Refused
    from service.domain.given import GivenResult
    from service.domain.laboratory import GivenReference
    from service.domain.measures import Measure
    from service.domain.panel import Possible, Value
    from service.domain.quantities import Quantity
    from service.domain.release import Profile, Release
    from service.domain.thresholds import Row
    from service.domain.vocabulary import Vocabulary

CONTRADICTION = "contradiction"


class References:
    """
    Takes in the reference ranges and flags of one panel's results.

    Args:
        vocabulary: For ages and attributes that ranges are given for.

        canonical: Converts a quantity of a measure, or keeps a fault.

        faults: Receives what cannot be understood.

        notes: Receives which ranges were not used, and why.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        canonical: Callable[[Measure, Quantity, str], Interval | None],
        faults: list[Fault],
        notes: list[Note],
    ) -> None:
        self.vocabulary, self.canonical, self.faults, self.notes = vocabulary, canonical, faults, notes

    def fault(self, pointer: str, code: str, detail: str) -> None:
        """Keep one fault."""
        self.faults.append(Fault(pointer, code, detail))

    def read(self, measure: Measure, result: GivenResult, factor: Fraction) -> Reference | None:
        """
        Read what a result carries beside its value.

        Args:
            measure: What was measured.

            result: As it was sent.

            factor: From its unit to the canonical one.

        Returns:
            Limits in the canonical unit, and the flag; None where it carries neither, or with a fault.
        """
        flags = EVERY_FLAG if result.flag is None else frozenset({result.flag})
        flag = "" if result.flag is None else result.flag_sent or result.flag.value
        given = result.reference
        if result.flag_sent and result.flag is None and given is None:
            detail = (
                f"{measure.name}: the flag {result.flag_sent} does not tell on which side of the laboratory's range "
                "the value lies, so it was not used; send the range."
            )
            self.note(result.id, "flag-without-side", detail, measure)
        if given is None:
            return Reference(None, None, flags, flag) if flag else None
        if given.low is None and given.high is None:
            self.fault(given.pointer, "no-limits", "A reference range has low, high, or both; else leave it out.")
            return None
        if given.low is not None and given.high is not None and given.low > given.high:
            detail = "The lower limit of the reference range is above its upper one; were they exchanged?"
            self.fault(f"{given.pointer}/low", "range-reversed", detail)
            return None
        low, high = (None if one is None else one * factor for one in (given.low, given.high))
        return Reference(low, high, flags, flag, self.ages(given), self.attributes(given))

    def ages(self, given: GivenReference) -> Interval:
        """Return the ages that a range was given for."""
        ends: list[Fraction | None] = []
        for one in (given.age_from, given.age_to):
            age = self.canonical(self.vocabulary.measures[AGE], one[0], f"{one[1]}/unit") if one else None
            ends.append(age.low.value if age else None)
        low, high = ends
        if low is not None and high is not None and low >= high:
            detail = "The range is given for no age: age_from is included, age_to is not, and must lie after it."
            self.fault(f"{given.pointer}/age_to", "range-reversed", detail)
            return ALWAYS
        return Interval.of(low, high, high_open=True)

    def attributes(self, given: GivenReference) -> dict[str, frozenset[str]]:
        """Return the values of attributes that a range was given for."""
        found = {}
        for name, (word, pointer) in given.attributes.items():
            attribute = self.vocabulary.attributes.get(name)
            if attribute is None:
                known = ", ".join(self.vocabulary.attributes)
                detail = f"{name} is not an attribute of this rule set; known: {known}."
                self.fault(pointer, "unknown-attribute", detail)
                continue
            meaning = attribute.meaning(word)
            if meaning is None:
                self.fault(pointer, "unknown-value", not_a_value(attribute, word, ", or leave it out"))
                continue
            found[name] = meaning
        return found

    def sensible(
        self, measure: Measure, result: GivenResult, value: Interval, reference: Reference | None
    ) -> Reference | None:
        """
        Return what of a reference may be used beside its value, whoever the patient is; note what is wrong with it.
        """
        if reference is None:
            return None
        reference, refused = plausible(measure, reference)
        self.refuse(result.id, measure, refused)
        if not value.meets(reference.region):
            detail = (
                f"{measure.name} {result.quantity.text} {result.quantity.unit} is flagged {reference.flag}, which "
                f"contradicts its range, {_range_text(reference, measure)}; neither flag nor range was used."
            )
            self.note(result.id, CONTRADICTION, detail, measure)
            return None
        return reference if result.reference is None else reference.settled()

    def agreed(
        self, measure: str, refs: Sequence[str], references: Sequence[Reference | None], *, alike: bool
    ) -> Reference | None:
        """Return the one range of results that are read together; none where they, *alike* or not, differ in it."""
        known = [one for one in references if one is not None]
        if not known:
            return None
        first = known[0]
        every = frozenset().union(*(one.flags for one in known))
        flag = " or ".join(dict.fromkeys(one.flag for one in known)) if all(one.flag for one in known) else ""
        merged = replace(first, flags=every, flag=flag)
        if len(known) == len(references) and all(replace(one, flags=every, flag=flag) == merged for one in known):
            if alike and len({one.flag for one in known}) > 1:
                detail = f"{measure}: the same result is flagged {flag}, so its side is left open."
                self.notes.append(Note(refs[0], "ranges-differ", detail, used=True, measure=measure))
            return merged
        detail = f"{measure}: the results read together do not agree on the laboratory's range, so none was used."
        self.notes.append(Note(refs[0], "ranges-differ", detail, used=True, measure=measure))
        return None

    def refuse(self, result: str, measure: Measure, refused: Iterable[Refused]) -> None:
        """Note what is not believed of a reference."""
        for issue, why in refused:
            self.note(result, issue, f"{measure.name}: {why}", measure)

    def fit(
        self, release: Release, profile: Profile, values: dict[str, Value], possible: Mapping[str, Possible]
    ) -> None:
        """Drop the ranges that were given for somebody else or are not believed of this patient, each with a note."""
        self.fit_whom(values, possible)
        rows: dict[str, tuple[Row, ...]] = {}
        for name, value in values.items():
            if value.reference is None:
                continue
            rows = rows or rows_believed_by(release, profile, values, possible)
            measure = self.vocabulary.measures[name]
            left, refused = believed(release, profile, rows, measure, value)
            self.refuse(value.refs[0], measure, refused)
            values[name] = replace(value, reference=left)

    def fit_whom(self, values: dict[str, Value], possible: Mapping[str, Possible]) -> None:
        """Drop the ranges that were given for somebody else, each with a note."""
        age = values[AGE].interval if AGE in values else ALWAYS
        attributes = {name: one.values for name, one in possible.items()}
        for name, value in values.items():
            if value.reference is not None and not value.reference.allows(age, attributes):
                whom = " or ".join(("age", *value.reference.attributes))
                detail = f"{name}: the laboratory's range was given for another {whom} than the patient's; not used."
                self.note(value.refs[0], CONTRADICTION, detail, self.vocabulary.measures[name])
                values[name] = replace(value, reference=None)

    def note(self, result: str, issue: str, detail: str, measure: Measure) -> None:
        """Keep one remark; the value itself is used."""
        self.notes.append(Note(result, issue, detail, used=True, measure=measure.name))


def _range_text(reference: Reference, measure: Measure) -> str:
    return interval_text(Interval.of(reference.low, reference.high), measure.unit)
