"""
What would settle a conclusion: the smallest sets of tests that are missing and could change what is told of it.

Each set is enough, and none of its tests can be left out: the search has looked, and a witness of each was decided by
the engine. A set whose tests could only take back what is told stands after those that could tell more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from service.application.decide import decide
from service.domain.errors import EngineDisagreementError
from service.domain.explanation.inputs import open_inputs
from service.domain.explanation.outcomes import Outcome, Outcomes, TooManyOutcomesError, When
from service.domain.explanation.questions import EVERY_ANSWER, Question
from service.domain.explanation.sending import with_sent
from service.domain.explanation.trying import Trying
from service.domain.intake import take_in
from service.domain.question import status
from service.domain.semantics import Verdict

if TYPE_CHECKING:
    from service.application.ports import Engine, Search
    from service.domain.decision import Decision, Status
    from service.domain.explanation.questions import Answered, Found, Sent
    from service.domain.given import GivenPanel
    from service.domain.panel import Panel

MOST_TESTS = 3
"""Most tests of one set."""
MOST_TOLD = 6
"""Most sets that are told."""
MOST_CELLS = 400
"""Most cells of one set, counted before flags are left out; beyond, one outcome of it is told."""
MOST_PANELS = 60
"""Most panels that are looked at to tell the outcomes of one set; beyond, one outcome of it is told."""
MOST_OUTCOMES = 6
"""Most outcomes that are told of one set; where there are more, one for each answer is."""


@dataclass(frozen=True, slots=True)
class Settled:
    """
    One outcome of a set of tests, decided by the engine.

    Attributes:
        when: What each test would show.

        answer: What would be told of the conclusion.

        status: How far the question would be answered.
    """

    when: tuple[When, ...]
    answer: Answered
    status: Status


@dataclass(frozen=True, slots=True)
class TestSet:
    """
    Tests that together could change what is told.

    Attributes:
        tests: Their names, the easiest first.

        step: Of the hardest.

        tells_more: Whether some outcome tells more than now; else all that it could do is take something back.

        outcomes: What would be told, for each stretch of values; one for each answer where there are too many.

        sampled: Whether there were, or too many panels to look at.
    """

    __test__ = False

    tests: tuple[str, ...]
    step: int
    tells_more: bool
    outcomes: tuple[Settled, ...]
    sampled: bool


@dataclass(frozen=True, slots=True)
class Settling:
    """
    What would settle a conclusion.

    Attributes:
        conclusion: Its name.

        now: What is told of it.

        sets: The most useful first.

        left_out: How many sets are not told, for they are the least useful.

        complete: Whether there are no others of as many tests or fewer.

        most: Most tests of a set that were looked for.

        checked: Panels that were looked at.

        by: ``cells`` or ``solver``.
    """

    conclusion: str
    now: Answered
    sets: tuple[TestSet, ...]
    left_out: int
    complete: bool
    most: int
    checked: int
    by: str


class Settle:
    """
    Tells what would settle a conclusion.

    Args:
        search: Finds the sets.

        engine: Decides every outcome that is told.
    """

    def __init__(self, search: Search, engine: Engine) -> None:
        self._search, self._engine = search, engine

    def __call__(self, decision: Decision, given: GivenPanel, conclusion: str) -> Settling:
        """
        Tell what would settle a conclusion.

        Args:
            decision: As it stands.

            given: The panel that it was made for.

            conclusion: Its name.

        Returns:
            The sets.

        Raises:
            EngineDisagreementError: If the engine decides a witness otherwise than the search.
        """
        release, profile = decision.release, decision.profile
        asked = Question(release, profile, given, conclusion, frozenset(), (), 0)
        trying = Trying(asked)
        free = open_inputs(trying.cone, profile, trying.now.panel, trying.now.facts)
        wanted = frozenset(one for one in EVERY_ANSWER if one != trying.answer)
        question = Question(release, profile, given, conclusion, wanted, free, MOST_TESTS)
        found = self._search.sets(question)
        trying = Trying(question)
        told = sorted((self._told(trying, one) for one in found.found), key=_usefulness)
        received = take_in(release, profile, given)
        sets = tuple(self._decided(question, received, one, outcomes) for one, outcomes, _ in told[:MOST_TOLD])
        checked = found.checked + sum(looked_at for *_, looked_at in told)
        left_out = len(told) - len(sets)
        return Settling(conclusion, trying.answer, sets, left_out, found.complete, MOST_TESTS, checked, found.by)

    def _told(self, trying: Trying, found: Found) -> tuple[TestSet, tuple[Outcome, ...], int]:
        """Return a set with its outcomes, which are not decided by the engine yet."""
        steps = trying.cone.vocabulary.step_of
        tests = tuple(sorted(found.names, key=lambda name: (steps(name), name)))
        inputs = tuple(one for one in trying.question.free if one.name in found.names)
        outcomes, sampled = Outcomes(trying, MOST_PANELS), False
        panels = prod(len(trying.cells(one)) for one in inputs)
        try:
            told = outcomes.of(inputs) if panels <= MOST_CELLS else ()
        except TooManyOutcomesError:
            told = ()
        if not any(one.answer != trying.answer for one in told):
            # Where two vary together, the cells of each need not show what the search has found.
            told, sampled = (Outcome(tuple(When(one.name, one) for one in found.sent), found.answer),), True
        if len(told) > MOST_OUTCOMES:
            told, sampled = tuple({one.answer: one for one in reversed(told)}.values()), True
        more = any(_tells_more(trying.answer, one.answer) for one in told)
        step = max(steps(name) for name in tests)
        return TestSet(tests, step, more, (), sampled), told, outcomes.checked

    def _decided(self, question: Question, received: Panel, one: TestSet, outcomes: tuple[Outcome, ...]) -> TestSet:
        settled = tuple(self._settled(question, received, outcome) for outcome in outcomes)
        return TestSet(one.tests, one.step, one.tells_more, settled, one.sampled)

    def _settled(self, question: Question, received: Panel, outcome: Outcome) -> Settled:
        decision = decided_with(self._engine, question, received, outcome.sent)
        answer = dict(decision.conclusions).get(question.conclusion)
        if answer != outcome.answer:
            raise EngineDisagreementError((f"{question.conclusion} is told otherwise by the search",))
        return Settled(outcome.when, answer, status(decision))


def decided_with(engine: Engine, question: Question, received: Panel, sent: tuple[Sent, ...]) -> Decision:
    """
    Decide a panel with other inputs on the one road, by the engine.

    Args:
        engine: That holds the release.

        question: What was asked.

        received: What intake makes of its panel, for the whole release.

        sent: The inputs.

    Returns:
        The decision.

    Raises:
        EngineDisagreementError: If engine and semantics differ.
    """
    given = with_sent(question.release, received, question.given, sent)
    decision, differences = decide(question.release, question.profile, engine, given)
    if differences:
        raise EngineDisagreementError(differences)
    return decision


def _usefulness(told: tuple[TestSet, tuple[Outcome, ...], int]) -> tuple[object, ...]:
    one, outcomes, _ = told
    surest = max((_force(outcome.answer) for outcome in outcomes), default=0)
    return not one.tells_more, one.step, len(one.tests), -surest, one.tests


def _tells_more(now: Answered, then: Answered) -> bool:
    """Return whether an answer is another claim, and not the one of now taken back or made weaker."""
    if then is None or then == now:
        return False
    if now is None:
        return True
    return then.certainty.is_for is not now.certainty.is_for or _force(then) > _force(now)


def _force(answer: Answered) -> int:
    return answer.certainty.force if isinstance(answer, Verdict) and not answer.contested else 0


__all__ = ["MOST_TESTS", "Settle", "Settled", "Settling", "TestSet", "decided_with"]
