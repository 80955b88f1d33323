"""
What would change a conclusion: the nearest panels of which something else would be told, or that there are none.

Nearest is first by the fewest results that differ, then by the fewest steps; how large one step of a measure is stands
in the vocabulary. Each panel that is told was decided by the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from service.application.settle import decided_with
from service.domain.errors import EngineDisagreementError
from service.domain.explanation.inputs import given_inputs
from service.domain.explanation.questions import EVERY_ANSWER, Found, Impossible, Question, Undecided
from service.domain.explanation.trying import Trying
from service.domain.intake import take_in
from service.domain.question import status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Engine, Search
    from service.domain.decision import Decision, Status
    from service.domain.explanation.questions import Answered, Input
    from service.domain.given import GivenPanel
    from service.domain.intervals import Interval
    from service.domain.panel import Panel

MOST_CHANGES = 3
"""Most results that differ in a panel that is looked for."""
MOST_TOLD = 3
"""Most panels that are told, where one result alone does it."""


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """
    One result as another panel would have it.

    Attributes:
        measure: Its name.

        before: What it is, in the canonical unit.

        after: What it would be.

        step: How large one step is.

        steps: How many lie between the two; None where it is not exact now.
    """

    measure: str
    before: Interval
    after: Fraction
    step: Fraction
    steps: Fraction | None


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """
    A panel of which something else is told, decided by the engine.

    Attributes:
        changes: What differs.

        answer: What is told of the conclusion.

        status: How far the question is answered.
    """

    changes: tuple[ChangedValue, ...]
    answer: Answered
    status: Status

    @property
    def steps(self) -> Fraction:
        """Steps of all changes."""
        return sum((one.steps for one in self.changes if one.steps is not None), Fraction(0))


@dataclass(frozen=True, slots=True)
class Changing:
    """
    What would change a conclusion.

    Attributes:
        conclusion: Its name.

        now: What is told of it.

        measures: Results that could differ.

        nearest: The nearest panel, and others where another result alone does it.

        certificate: That there is none, where there is none.

        undecided: Why it is not known; empty where it is.

        checked: Panels that were looked at.
    """

    conclusion: str
    now: Answered
    measures: tuple[str, ...]
    nearest: tuple[Counterfactual, ...]
    certificate: Impossible | None
    undecided: str
    checked: int


class Change:
    """
    Tells what would change a conclusion.

    Args:
        search: Finds the panels.

        engine: Decides each that is told.
    """

    def __init__(self, search: Search, engine: Engine) -> None:
        self._search, self._engine = search, engine

    def __call__(
        self,
        decision: Decision,
        given: GivenPanel,
        conclusion: str,
        *,
        measures: Iterable[str] = (),
        fix: Iterable[str] = (),
    ) -> Changing:
        """
        Tell what would change a conclusion.

        Args:
            decision: As it stands.

            given: The panel that it was made for.

            conclusion: Its name.

            measures: Results that may differ; all of the laboratory's that bear on the conclusion, if none is named.

            fix: Results that stay as they are.

        Returns:
            The panels, or why there are none.

        Raises:
            EngineDisagreementError: If the engine decides a panel otherwise than the search.
        """
        release, profile = decision.release, decision.profile
        trying = Trying(Question(release, profile, given, conclusion, frozenset(), (), 0))
        free = given_inputs(trying.cone, trying.now.panel, measures, fix)
        wanted = frozenset(one for one in EVERY_ANSWER if one != trying.answer)
        question = Question(release, profile, given, conclusion, wanted, free, 1, steps=True)
        found, checked = self._alone(question)
        certificate, undecided = None, ""
        if not found:
            most = min(MOST_CHANGES, len(free))
            answer = self._search.nearest(replace(question, most=most))
            checked += answer.checked
            found = [answer] if isinstance(answer, Found) else []
            certificate = replace(answer, checked=checked) if isinstance(answer, Impossible) else None
            undecided = answer.why if isinstance(answer, Undecided) else ""
        received = take_in(release, profile, given)
        nearest = tuple(self._decided(question, received, one) for one in found)
        names = tuple(one.name for one in free)
        return Changing(conclusion, trying.answer, names, nearest, certificate, undecided, checked)

    def _alone(self, question: Question) -> tuple[list[Found], int]:
        """Return for each result that does it alone its nearest value, the nearest first."""
        found, checked = [], 0
        for one in question.free:
            answer = self._search.nearest(replace(question, free=(one,)))
            checked += answer.checked
            if isinstance(answer, Found):
                found.append(answer)
            elif isinstance(answer, Undecided):
                # Another that is told might not be the nearest then.
                return [], checked
        return sorted(found, key=_distance)[:MOST_TOLD], checked

    def _decided(self, question: Question, received: Panel, found: Found) -> Counterfactual:
        decision = decided_with(self._engine, question, received, found.sent)
        conclusion = question.conclusion
        answer = dict(decision.conclusions).get(conclusion)
        if answer != found.answer:
            raise EngineDisagreementError((f"{conclusion} is told otherwise by the search",))
        inputs = {one.name: one for one in question.free}
        values = received.values
        changes = tuple(
            ChangedValue(one.name, values[one.name].interval, one.number, _step(inputs[one.name]), one.steps)
            for one in found.sent
            if one.number is not None
        )
        return Counterfactual(changes, answer, status(decision))


def _step(one: Input) -> Fraction:
    return one.step or Fraction(1)


def _distance(found: Found) -> tuple[bool, Fraction, tuple[str, ...]]:
    """Return how far off a panel is; one of which that cannot be told, since a result is not exact, comes last."""
    names = tuple(sorted(found.names))
    steps = [one.steps for one in found.sent if one.steps is not None]
    return len(steps) < len(found.sent), sum(steps, Fraction(0)), names


__all__ = ["MOST_CHANGES", "Change", "ChangedValue", "Changing", "Counterfactual"]
