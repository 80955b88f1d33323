"""
The words of a rule set: attributes, measures, findings, conclusions, advice.

One name has one kind. The program knows the kinds; the names come from
``knowledge/vocabulary.yaml`` and stand nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from service.domain.derivations import Change
from service.domain.measures import Assumable, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.coding import Code, PatientText
    from service.domain.intervals import Interval
    from service.domain.measures import Measure

EASY, SPECIALIST = 1, 3
"""The first step of asking, and the last."""

UNSAID = 2
"""The step of an observed finding where nobody says one: it is not known to be easy."""


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


BIRTH_DATE = "birth_date"
"""What may stand for the age; a field of requests, and no name of any vocabulary."""


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

    @cached_property
    def of_patients(self) -> tuple[str, ...]:
        """Names of what may be said of a patient: attributes, quantities, and the date that may stand for the age."""
        quantities = (m.name for m in self.measures.values() if m.kind is MeasureKind.PATIENT)
        return (*self.attributes, *quantities, BIRTH_DATE)

    def assumable(self, *by: Assumable) -> list[str]:
        """Return the names of what may be assumed by one of *by*."""
        names = [measure.name for measure in self.measures.values() if measure.assumable in by]
        return names + [attribute.name for attribute in self.attributes.values() if attribute.assumable in by]
