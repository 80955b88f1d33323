"""
What is measured or computed: its units and codes, which values are possible, and where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.units import conversion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.derivations import Derivation
    from service.domain.formulas import Formula
    from service.domain.intervals import Interval

AGE = "age"
"""The one measure that the language itself knows: rows carry bands of age."""


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

        smallest_change: One step when it is asked what another value would change; None where nobody says.
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
    smallest_change: Fraction | None = None

    @property
    def one_step(self) -> Fraction:
        """
        One step when it is asked what another value would change.

        Where nobody says one, the power of ten at or under a hundredth of what is usual, or possible.
        """
        if self.smallest_change is not None:
            return self.smallest_change
        ends = next((one.bounds for one in (self.usual, self.possible) if one is not None), ())
        step, wanted = Fraction(1), (max(ends) - min(ends)) / 100 if ends else Fraction(1)
        while step > wanted > 0:
            step /= 10
        while step * 10 <= wanted:
            step *= 10
        return step

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
