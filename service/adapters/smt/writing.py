"""
Writing a question: declarations, definitions and what must hold, with the variables and what is left free.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from service.adapters.smt.inputs import Inputs
from service.adapters.smt.text import FALSE, TRUE, symbol
from service.domain.derivations import Change, DaysSince
from service.domain.explanation.cone import measures_behind
from service.domain.intervals import ZERO
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.adapters.smt.patients import Patient
    from service.adapters.smt.terms import Term, Truths
    from service.domain.explanation.trying import Trying
    from service.domain.laboratory import Reference
    from service.domain.rules import Rule
    from service.domain.scales import State


@dataclass(frozen=True, slots=True)
class View:
    """What rules see: the panel as ``received``, or ``final``, doubts about results settled."""

    stage: str

    @property
    def text(self) -> str:
        """The view as part of a name."""
        return self.stage


@dataclass(frozen=True, slots=True)
class Case:
    """
    One way in which a measure has a value.

    Attributes:
        when: What holds then.

        term: The value before doubts.

        low, high: What holds where it is doubted to read low, or high.

        vague: What holds where doubts about operands leave the value vaguer than the term.

        reference: The laboratory's limits beside it.

        flagged: Whether a flag comes with it that is not in the panel now.
    """

    when: str
    term: Term
    low: str = FALSE
    high: str = FALSE
    vague: str = FALSE
    reference: Reference | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class LeftFree:
    """Truths that are left free, of a threshold seen in a view; with how they are defined, where that can be said."""

    under: str
    over: str
    threshold: str
    view: View
    place: int
    state: State | None
    defined: Truths | None


class Writing:
    """
    Writes a question.

    Args:
        trying: The question.

        patients: Whoever it may be about.

        fires: What holds where a rule about results fires for a measure of a patient.

    Attributes:
        lines: What was written.

        inputs: The variables.

        loose: What was left free.
    """

    def __init__(self, trying: Trying, patients: tuple[Patient, ...], fires: Callable[[Rule, str, int], str]) -> None:
        self.trying, self.patients, self._fires = trying, patients, fires
        self.cone, self.profile = trying.cone, trying.question.profile
        self.inputs = Inputs(trying, patients)
        self.lines: list[str] = []
        self.loose: list[LeftFree] = []
        self._free_names = frozenset(self.inputs.free)

    # -- writing -----------------------------------------------------------

    def declare(self) -> None:
        """Write the variables."""
        self.lines += self.inputs.lines

    def must_hold(self, text: str) -> None:
        """Write what must hold."""
        self.lines.append(f"(assert {text})")

    def named(self, name: str, truths: Truths) -> Truths:
        """Give truths a name, so that they are written once."""
        found = []
        for sign, text in zip("+-", truths, strict=True):
            if len(text) > len(name) + 10:
                own = symbol(sign, name)
                self.lines.append(f"(define-fun {own} () Bool {text})")
                found.append(own)
            else:
                found.append(text)
        return found[0], found[1]

    def _fresh(self, name: str) -> str:
        own = symbol("free", str(len(self.lines)), name)
        self.lines.append(f"(declare-const {own} Bool)")
        return own

    def left_free(self, name: str) -> str:
        """Return a truth that may be either; what depends on it is looked at."""
        return self._fresh(name)

    # -- what the encoding asks ----------------------------------------------

    def is_patient(self, place: int) -> str:
        """Return what holds where the patient is the one of a place."""
        return self.inputs.is_patient(place)

    def observed(self, name: str) -> tuple[str, str, str]:
        """Return whether an observed finding is present, and absent."""
        if name in self._free_names:
            return self.inputs.state(name, State.PRESENT), self.inputs.state(name, State.ABSENT), FALSE
        state = self.trying.now.facts.observed.get(name, State.UNKNOWN)
        told = (TRUE if state is one else FALSE for one in (State.PRESENT, State.ABSENT))
        return (*told, FALSE)  # type: ignore[return-value]

    def _grounds(self, measures: Iterable[str]) -> frozenset[str]:
        """Return measures, with all that they are computed from, events among it."""
        names = measures_behind(self.cone, measures)
        events = set()
        for name in names:
            how = self.cone.vocabulary.measures[name].derivation
            if isinstance(how, DaysSince):
                events.add(how.event)
            elif isinstance(how, Change) and how.since:
                events.add(how.since)
        return frozenset(names | events)

    def _floor(self, measure: str) -> Fraction | None:
        possible = self.cone.vocabulary.measures[measure].possible
        low = possible.low.value if possible is not None else None
        return ZERO if low is not None and low >= 0 else None
