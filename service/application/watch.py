"""
Watch authored knowledge: after each save what is wrong, and which answers are others than before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from service.application.affected import Affected, changed_rules
from service.application.cases import run_cases
from service.application.check import summary
from service.application.due import due
from service.application.find_case import case_names
from service.application.semantics_alone import SemanticsAlone
from service.domain.errors import FerruleError, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from service.application.cases import CaseResult
    from service.application.check import Knowledge
    from service.application.ports import EngineFactory
    from service.domain.cases import Case
    from service.domain.errors import Problem
    from service.domain.release import Release

GONE = "not there"
Key = tuple[str, str]
"""The rule of a case, and its name."""


@dataclass(frozen=True, slots=True)
class Change:
    """
    An answer that is another than before.

    Attributes:
        case: The case in which it is, with the rule beside which it stands.

        about: A rule, finding, conclusion or advice.

        before, after: What became of it then and now.
    """

    case: Case
    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Look:
    """
    What one look found in a rule set.

    Attributes:
        ruleset: Its name.

        faults: What must be changed; with any, no case was run, and the next look compares with the one before.

        said: A sentence on what was read, or on why it could not be compiled.

        ran: How many cases were run.

        failing: Cases that do not hold, of all.

        changes: Answers that are others than at the look before; none at the first.

        names: The short name of each case, ``RULE:number``.

        generated: Answers that changed in generated cases beside the rules that changed.
    """

    ruleset: str
    faults: tuple[Problem, ...] = ()
    said: str = ""
    ran: int = 0
    failing: tuple[CaseResult, ...] = ()
    changes: tuple[Change, ...] = ()
    names: Mapping[Key, str] = field(default_factory=dict)
    generated: tuple[Change, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something must be seen to: a fault, a failing case, or nothing that could be run."""
        return bool(self.faults or self.failing or not self.ran)


class Watch:
    """
    Looks at the working copy, and remembers what it saw.

    Args:
        knowledge: The working copy.

        engine: Compiles.
    """

    def __init__(self, knowledge: Knowledge, engine: EngineFactory) -> None:
        self._knowledge, self._engine = knowledge, engine
        self._seen: dict[str, tuple[Release, dict[Key, CaseResult]]] = {}

    def look(self) -> tuple[Look, ...]:
        """Return what is found now in each rule set, compared with the look before."""
        return tuple(self._look(ruleset) for ruleset in self._knowledge.rulesets())

    def _look(self, ruleset: str) -> Look:
        try:
            release, cases = self._knowledge.release(ruleset, "draft", "")
            before = self._seen.get(ruleset)
            results = self._run(release, cases, before)
        except KnowledgeError as error:
            return Look(ruleset, error.problems)
        except FerruleError as error:
            return Look(ruleset, (), f"{ruleset}: {error}")
        kept = {} if before is None else before[1]
        fresh = {key: result for key, result in results.items() if kept.get(key) is not result}
        changes = tuple(
            change for key, result in fresh.items() if key in kept for change in _changes(kept[key], result)
        )
        generated = () if before is None else tuple(self._generated(before[0], release))
        self._seen[ruleset] = (release, results)
        names = dict(zip(((case.rule, case.name) for case in cases), case_names(cases), strict=True))
        failing = tuple(result for result in results.values() if result.failures)
        return Look(ruleset, (), summary(release, cases), len(fresh), failing, changes, names, generated)

    def _generated(self, before: Release, now: Release) -> Iterator[Change]:
        """Yield what changed in the generated cases beside the rules that changed, by the semantics alone."""
        rules = changed_rules(before, now)
        try:
            cases = self._knowledge.generated(now, rules) if rules else ()
        except KnowledgeError:
            # They were written for what the rules were; `check` tells it.
            return
        for case in cases:
            if case.profile in before.profiles:
                pair = [next(run_cases(one, SemanticsAlone(one), [case])) for one in (before, now)]
                yield from _changes(*pair)

    def _run(
        self, release: Release, cases: tuple[Case, ...], before: tuple[Release, Mapping[Key, CaseResult]] | None
    ) -> dict[Key, CaseResult]:
        """Run the cases that were edited, and those that may be answered otherwise than before."""
        kept = before[1] if before is not None else {}
        changed = None if before is None else changed_rules(before[0], release)
        found = {(case.rule, case.name): kept.get((case.rule, case.name)) for case in cases}
        affected = None if changed is None else Affected(release, changed)
        again = [case for case in cases if _is_to_run(found[case.rule, case.name], case, affected)]
        engine = self._engine(release)
        try:
            fresh = {(result.case.rule, result.case.name): result for result in run_cases(release, engine, again)}
        finally:
            engine.close()
        return {key: fresh.get(key) or result for key, result in found.items() if key in fresh or result is not None}  # type: ignore[misc] # one of the two is there


def _is_to_run(result: CaseResult | None, case: Case, affected: Affected | None) -> bool:
    if result is None or result.decision is None or affected is None or not _same(result, case):
        return True
    return affected.may_differ(case, result.decision)


def _same(result: CaseResult | None, case: Case) -> bool:
    """Return whether a case is as it was; it may have moved in its file."""
    return result is not None and replace(result.case, line=0) == replace(case, line=0)


def _changes(before: CaseResult, after: CaseResult) -> Iterator[Change]:
    old, new = _answers(before), _answers(after)
    for about in (*old, *(name for name in new if name not in old)):
        was, now = old.get(about, GONE), new.get(about, GONE)
        if was != now:
            yield Change(after.case, about, was, now)


def _answers(result: CaseResult) -> dict[str, str]:
    """Return what became of each rule, finding, conclusion and advice."""
    decision = result.decision
    if decision is None:
        return {}
    return {
        **{rule: outcome.words for rule, outcome in decision.outcomes.items()},
        **{name: state.value for name, state in decision.findings},
        **{name: verdict.certainty.value for name, verdict in decision.conclusions},
        **{
            name: f"{urgency.word}, within {within['text']}" if (within := due(decision, rules)) else urgency.word
            for name, urgency, rules in decision.advice
        },
    }


def on_each_change(state: Callable[[], Hashable], wait: Callable[[], None]) -> Iterator[None]:
    """
    Yield at once, and then whenever a state has changed and holds still.

    Args:
        state: What is watched, such as the times of files.

        wait: Waits a moment; whatever it raises ends the watching.

    Yields:
        Nothing; the caller looks.
    """
    seen = state()
    yield
    while True:
        wait()
        now = state()
        if now == seen:
            continue
        while True:
            wait()
            if (after := state()) == now:
                break
            now = after
        seen = now
        yield
