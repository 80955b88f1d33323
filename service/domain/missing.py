"""
What is missing: the tests whose results could change the answer.

Only what bears on a conclusion is asked for, walking back from undecided rules
through unknown findings to measures, attributes and observations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.decision import Status
from service.domain.measures import AGE
from service.domain.needs import needs_range, standing_needs
from service.domain.reach import matters
from service.domain.rules import AttributeTest, Comparison, FindingTest
from service.domain.scales import State
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
    from service.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Missing:
    """
    What would decide one finding or conclusion.

    Attributes:
        name: The finding or conclusion.

        tests: Alternatives, the easiest first; each is what must be known together.

        rules: The undecided rules that would then be decided.

        waits_for: Findings that some of the rules wait for besides.

        with_range: Measures among the tests whose results must carry the laboratory's range.
    """

    name: str
    tests: tuple[tuple[str, ...], ...]
    rules: tuple[str, ...]
    waits_for: tuple[str, ...] = ()
    with_range: tuple[str, ...] = ()


def missing(decision: Decision) -> tuple[Missing, ...]:
    """
    Return what could change the answer, conclusions first.

    Args:
        decision: The decision.

    Returns:
        One entry for each finding or conclusion that a test could still move.
    """
    return tuple(_missing(decision))


def _missing(decision: Decision) -> Iterator[Missing]:
    if decision.in_scope is False:
        return
    if decision.in_scope is None:
        needs = {
            name: None for c in decision.release.ruleset.scope.conditions() for name in condition_needs(decision, c)
        }
        yield Missing("scope", (tuple(needs),), ())
        return
    waiting = [
        name
        for name in decision.release.vocabulary.conclusions
        if any(matters(decision, rule) for rule in decision.undecided(name))
    ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        rules = [rule for rule in decision.undecided(name) if matters(decision, rule)]
        unknown = {finding: None for rule in rules for finding in _unknown_findings(decision, rule)}
        waiting.extend(unknown)
        tests = _alternatives(decision, rules)
        if tests:
            decided = tuple(rule.id for rule in rules if rule_needs(decision, rule))
            ranges = {measure: None for rule in rules for measure in rule_needs_ranges(decision, rule)}
            yield Missing(name, tests, decided, tuple(unknown), tuple(ranges))


def status(decision: Decision) -> Status:
    """Return how far the question is answered."""
    if decision.in_scope is False:
        return Status.NOT_APPLICABLE
    if decision.is_concluded:
        return Status.CONCLUDED
    return Status.MORE_DATA_NEEDED if any(_missing(decision)) else Status.INCONCLUSIVE


def unknown_conditions(decision: Decision, rule: Rule) -> Iterator[Condition]:
    """Yield the conditions of a rule that are neither true nor false."""
    for condition in rule.when.conditions():
        if decision.truth(condition) is None:
            yield condition


def _unknown_findings(decision: Decision, rule: Rule) -> Iterator[str]:
    for condition in unknown_conditions(decision, rule):
        finding = condition.finding if isinstance(condition, FindingTest) else None
        if isinstance(condition, Comparison):
            finding = decision.facts.standings[condition.threshold].finding
        if finding is not None and decision.inference.states.get(finding) is State.UNKNOWN:
            yield finding


def rule_needs(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return what must be known, besides derived findings, before a rule is decided."""
    return tuple(
        {
            name: None
            for condition in unknown_conditions(decision, rule)
            for name in condition_needs(decision, condition)
        }
    )


def rule_needs_ranges(decision: Decision, rule: Rule) -> tuple[str, ...]:
    """Return the measures whose results must carry the laboratory's range before a rule is decided."""
    found: dict[str, None] = {}
    for condition in unknown_conditions(decision, rule):
        if isinstance(condition, Comparison):
            standing = decision.facts.standings[condition.threshold]
            if needs_range(standing, _key_state(decision, standing)):
                found[standing.choice.compares] = None
    return tuple(found)


def _key_state(decision: Decision, standing: Standing) -> State | None:
    """Return the state of the finding that rows are keyed by, or None where there is none."""
    return state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None


def condition_needs(decision: Decision, condition: Condition) -> tuple[str, ...]:
    """Return the measures, attributes and observations that an unknown condition waits for."""
    if isinstance(condition, Comparison):
        standing = decision.facts.standings[condition.threshold]
        state = _key_state(decision, standing)
        return standing_needs(decision.release, decision.panel, decision.facts.values, standing, state)
    if isinstance(condition, AttributeTest):
        return (condition.attribute,)
    if isinstance(condition, FindingTest) and condition.finding not in decision.inference.states:
        known = state_of(condition.finding, decision.facts, decision.meaning)
        return (condition.finding,) if known is State.UNKNOWN else ()
    return ()


def _alternatives(decision: Decision, rules: list[Rule]) -> tuple[tuple[str, ...], ...]:
    measures = decision.release.vocabulary.measures

    def effort(test: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
        steps = (0 if name == AGE or name not in measures else measures[name].step for name in test)
        return max(steps, default=0), len(test), test

    found = {needs: None for rule in rules if (needs := rule_needs(decision, rule))}
    return tuple(sorted((t for t in found if not any(set(o) < set(t) for o in found)), key=effort))
