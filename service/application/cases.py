"""
Run the cases beside the rules, through the engine and the semantics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.application.decide import decide
from service.application.due import due, due_in_days
from service.application.safety import broken
from service.domain.errors import FerruleError
from service.domain.intervals import Interval
from service.domain.question import status
from service.domain.rule_needs import rule_needs
from service.domain.scales import State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.application.ports import Engine
    from service.domain.cases import Advised, Case
    from service.domain.decision import Decision
    from service.domain.release import Release


@dataclass(frozen=True, slots=True)
class CaseResult:
    """
    What became of one case.

    Attributes:
        case: The case.

        failures: One sentence for each expectation that was not met, and each safety property broken.

        decision: What was decided, for measures of the suite; None where the panel was refused.

        differences: One sentence for each difference between the engine and the semantics; failures too.
    """

    case: Case
    failures: tuple[str, ...]
    decision: Decision | None = None
    differences: tuple[str, ...] = ()

    @property
    def not_used(self) -> tuple[str, ...]:
        """A sentence for each thing said of the patient that was not used, which may be why the case fails."""
        notes = () if self.decision is None else self.decision.panel.notes
        return tuple(note.detail for note in notes if not note.used)

    @property
    def fired(self) -> frozenset[str]:
        """Rules that fired."""
        return frozenset() if self.decision is None else frozenset(self.decision.fired)


def run_cases(release: Release, engine: Engine, cases: Iterable[Case]) -> Iterator[CaseResult]:
    """
    Run cases.

    Args:
        release: What they are about.

        engine: An engine that has compiled it.

        cases: The cases.

    Yields:
        One result for each case, in order.
    """
    for case in cases:
        try:
            decision, found = decide(release, release.profiles[case.profile], engine, case.given)
        except FerruleError as error:
            yield CaseResult(case, (str(error),))
            continue
        yield CaseResult(case, (*found, *unmet(decision, case), *broken(decision)), decision)


def unmet(decision: Decision, case: Case) -> Iterator[str]:
    """Yield one sentence for each expectation of a case that a decision does not meet."""
    expect = case.expect
    concluded = {name: verdict.certainty.value for name, verdict in decision.conclusions}
    advised = {name for name, _, _ in decision.advice}
    noted = {note.measure or note.about: note.issue for note in decision.panel.notes}
    # What is missing takes longer to say than all else.
    word = status(decision).value if expect.status else ""
    if word != expect.status:
        yield f"status is {word}, expected {expect.status}"
    states = {name: decision.inference.states.get(name, State.UNKNOWN).value for name in expect.findings}
    yield from _differing("", states, expect.findings)
    yield from _differing(
        "", {name: concluded.get(name, "not concluded") for name in expect.conclusions}, expect.conclusions
    )
    yield from (
        f"{name} is {concluded[name]}, expected not to be concluded"
        for name in expect.not_concluded
        if name in concluded
    )
    yield from _unmet_advice(decision, expect.advice)
    yield from (f"{name} is advised, expected not to be" for name in expect.not_advised if name in advised)
    outcomes = {rule: outcome.words for rule, outcome in decision.outcomes.items()}
    yield from _differing("", outcomes, dict.fromkeys(expect.fired, Outcome.FIRED.words))
    yield from _differing("", outcomes, dict.fromkeys(expect.not_fired, Outcome.NOT_FIRED.words))
    for rule, names in expect.undecided.items():
        yield from _unmet_undecided(decision, rule, names)
    yield from _differing(
        "the quality of ", {name: noted.get(name, "unremarked") for name in expect.quality}, expect.quality
    )


def _differing(what: str, actual: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    for name, word in expected.items():
        if actual[name] != word:
            yield f"{what}{name} is {actual[name]}, expected {word}"


def _unmet_advice(decision: Decision, expected: Mapping[str, Advised]) -> Iterator[str]:
    given = {name: (urgency.word, rules) for name, urgency, rules in decision.advice}
    for name, wanted in expected.items():
        if name not in given:
            yield f"{name} is not advised"
            continue
        urgency, rules = given[name]
        if wanted.urgency not in {"", urgency}:
            yield f"{name} is {urgency}, expected {wanted.urgency}"
        if wanted.days is not None and due_in_days(decision, rules) != Interval.exactly(wanted.days):
            found = due(decision, rules)
            told = f"due within {found['text']}" if found else "not due within any time"
            yield f"{name} is {told}, expected within {wanted.within}"


def _unmet_undecided(decision: Decision, rule: str, names: tuple[str, ...]) -> Iterator[str]:
    outcome = decision.outcomes[rule]
    if outcome is not Outcome.UNDECIDED:
        yield f"{rule} is {outcome.words}, expected undecided"
        return
    needs = rule_needs(decision, decision.release.rules[rule])
    if set(needs) != set(names):
        waits, expected = (", ".join(sorted(one)) or "nothing" for one in (needs, names))
        yield f"{rule} waits for {waits}, expected {expected}"
