"""
The words of a rule set: attributes, measures, findings, conclusions, advice.

One name has one kind. The program knows the kinds; the names come from
``knowledge/vocabulary.yaml`` and stand nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from service.domain.derivations import Change
from service.domain.intervals import Interval
from service.domain.quantities import conversion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.derivations import Derivation
    from service.domain.formulas import Formula


class State(StrEnum):
    """What is known of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    CONFLICTING = "conflicting"


class Certainty(StrEnum):
    """How sure a conclusion is, in the words of the answer."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    EXCLUDED = "excluded"

    @property
    def force(self) -> int:
        """Weight of one claim: 3 defining, 2 strong, 1 weak; opposed claims are compared by it."""
        return {"confirmed": 3, "excluded": 3, "likely": 2, "unlikely": 2, "possible": 1}[self.value]

    @property
    def is_for(self) -> bool:
        """Whether the claim speaks for the conclusion."""
        return self in {Certainty.CONFIRMED, Certainty.LIKELY, Certainty.POSSIBLE}


class Urgency(IntEnum):
    """How soon a step is due; a smaller number is sooner."""

    EMERGENCY = 0
    SAME_DAY = 1
    URGENT = 2
    SOON = 3
    ROUTINE = 4

    @property
    def word(self) -> str:
        """The word of the language and the answer."""
        return self.name.lower().replace("_", "-")


class MeasureKind(StrEnum):
    """Where a measure comes from."""

    LABORATORY = "laboratory"
    PATIENT = "patient"
    COMPUTED = "computed"


class Assumable(StrEnum):
    """Who may assume a value: nobody, a request, or a profile too."""

    NEVER = "never"
    REQUEST = "request"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Measure:
    """
    Something measured or computed, with a unit.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        kind: Where it comes from.

        unit: Canonical UCUM code; every interval of the measure is in it.

        units: Other UCUM codes accepted.

        loinc: LOINC codes, the primary first.

        molar_mass: Grams in a mole, where mass and amount are both accepted.

        possible: Values outside are impossible and set aside.

        usual: Values outside are implausible.

        slips: Units whose numbers are mistaken for the canonical one.

        step: 1 first line, 2 second line, 3 specialist: the order of asking.

        formula: How it is always computed.

        when_not_reported: Formulas tried in order when no value was sent.

        together_hours: How far apart in time operands may lie.

        fresh_days: How old a result may be at the instant of the question; None for any age.

        assumable: Who may assume a value.

        numbers_in: For each measure that the formulas use, the unit whose number they take; empty
            where they calculate with quantities.

        derivation: How it is always computed, where no formula does it.
    """

    name: str
    title: str
    kind: MeasureKind
    unit: str
    units: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    molar_mass: Fraction | None = None
    possible: Interval | None = None
    usual: Interval | None = None
    slips: tuple[str, ...] = ()
    step: int = 1
    formula: Formula | None = None
    when_not_reported: tuple[Formula, ...] = ()
    together_hours: Fraction = Fraction(0)
    assumable: Assumable = Assumable.NEVER
    fresh_days: Fraction | None = None
    numbers_in: Mapping[str, str] = field(default_factory=dict)
    derivation: Derivation | None = None

    @property
    def accepted_units(self) -> tuple[str, ...]:
        """Accepted UCUM codes, the canonical one first."""
        return (self.unit, *self.units)

    @property
    def together(self) -> timedelta:
        """How far apart in time operands may lie."""
        return timedelta(hours=float(self.together_hours))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula it can be computed by."""
        return (*((self.formula,) if self.formula else ()), *self.when_not_reported)

    @property
    def is_computed(self) -> bool:
        """Whether it is always computed, and nobody reports it."""
        return self.formula is not None or self.derivation is not None

    @property
    def computed_as(self) -> tuple[str, ...]:
        """Every way it can be computed, as text."""
        return (*((self.derivation.text,) if self.derivation else ()), *(formula.text for formula in self.formulas))

    def factor(self, unit: str) -> Fraction | None:
        """Return the factor from *unit* to the canonical one, or None where it is not accepted."""
        return conversion(unit, self.unit, self.molar_mass) if unit in self.accepted_units else None


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    Something about the patient with a closed list of values.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        values: Every value.

        groups: Words that stand for several values.

        applies_to: Attributes and their values outside which *otherwise* holds.

        applies_age: Ages in months outside which *otherwise* holds.

        otherwise: The value outside the domain, or None where the attribute has no domain.

        decided_by: A step table that gives values of this attribute from a measure.

        assumable: Who may assume a value.
    """

    name: str
    title: str
    values: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    applies_to: Mapping[str, frozenset[str]] = field(default_factory=dict)
    applies_age: Interval | None = None
    otherwise: str | None = None
    decided_by: str | None = None
    assumable: Assumable = Assumable.NEVER

    def meaning(self, word: str) -> frozenset[str] | None:
        """Return the values a word stands for: a value, a group, or ``a or b``; None if unknown."""
        meant: set[str] = set()
        for part in word.split(" or "):
            part_values = self.groups.get(part, (part,) if part in self.values else ())
            if not part_values:
                return None
            meant.update(part_values)
        return frozenset(meant)


@dataclass(frozen=True, slots=True)
class When:
    """
    When a code, or a text for patients, applies; what is not known does not hold.

    Attributes:
        attributes: Values, one of which each attribute surely has.

        findings: States that findings surely are in.

        words: The conditions as written, by name; empty where there are none.

        beside: Whether the row applies in addition to others.
    """

    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: Mapping[str, State] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    beside: bool = False


ALWAYS_APPLIES = When()
"""Of a row without conditions, which applies if no other one does."""


@dataclass(frozen=True, slots=True)
class Code:
    """
    A code of a terminology, suggested for review by a coder.

    Attributes:
        system: Canonical address of the terminology.

        code: The code.

        read: How far it was verified: ``primary``, ``secondary``, ``memory`` or ``own``.

        when: When it applies.
    """

    system: str
    code: str
    read: str = "memory"
    when: When = ALWAYS_APPLIES

    @property
    def verified(self) -> bool:
        """Whether somebody has read it in a source."""
        return self.read in {"primary", "secondary"}


@dataclass(frozen=True, slots=True)
class PatientText:
    """One or two sentences for the patient, and when they apply."""

    text: str
    when: When = ALWAYS_APPLIES


SPECIALIST = 3
"""The last step of asking."""

UNSAID = 2
"""The step of an observed finding where nobody says one: it is not known to be easy."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A named fact about the patient.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        group: What a caller can state to be complete.

        observed: Whether panels state it; else only rules give it.

        closes: Whether it is absent when every rule that could establish it is decided and none fired.

        codes: Codes suggested for coder review where it is present.

        for_patients: Sentences for the patient where it is present.

        step: Of an observed one: 1 first line, 2 second line, 3 specialist; the order of asking.
    """

    name: str
    title: str
    group: str
    observed: bool
    closes: bool = False
    codes: tuple[Code, ...] = ()
    for_patients: tuple[PatientText, ...] = ()
    step: int = UNSAID


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened to the patient at a time, or never.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        loinc: LOINC codes, for whoever maps it; requests name it.
    """

    name: str
    title: str
    loinc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """
    A named answer.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        kind: ``frame``, ``cause``, ``state`` or ``mimic``.

        codes: Codes suggested for coder review.

        for_patients: Sentences for the patient.
    """

    name: str
    title: str
    kind: str
    codes: tuple[Code, ...] = ()
    for_patients: tuple[PatientText, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """
    A named next step.

    Attributes:
        name: Name in the vocabulary.

        title: For people.

        kind: ``test``, ``referral``, ``cause``, ``treatment-pointer``, ``follow-up`` or ``information``.

        step: Order of display inside one urgency.
    """

    name: str
    title: str
    kind: str
    step: int


@dataclass(frozen=True)
class Vocabulary:
    """Every word of a release, by name."""

    attributes: Mapping[str, Attribute]
    measures: Mapping[str, Measure]
    findings: Mapping[str, Finding]
    conclusions: Mapping[str, Conclusion]
    advice: Mapping[str, Advice]
    events: Mapping[str, Event] = field(default_factory=dict)

    @cached_property
    def followed(self) -> frozenset[str]:
        """Measures whose earlier results are looked at besides the newest."""
        changes = (measure.derivation for measure in self.measures.values())
        return frozenset(one.of for one in changes if isinstance(one, Change))

    def step_of(self, name: str) -> int:
        """Return the step at which a measure, an observed finding, an attribute or an event is asked for."""
        if name in self.measures:
            return self.measures[name].step
        return self.findings[name].step if name in self.findings else 1

    def measure_of_code(self, code: str) -> Measure | None:
        """Return the measure that a LOINC code stands for."""
        return next((m for m in self.measures.values() if code in m.loinc), None)

    def assumable(self, *by: Assumable) -> list[str]:
        """Return the names of what may be assumed by one of *by*."""
        names = [measure.name for measure in self.measures.values() if measure.assumable in by]
        return names + [attribute.name for attribute in self.attributes.values() if attribute.assumable in by]


AGE = "age"
"""The one measure that the language itself knows: rows carry bands of age."""
