"""
The numbers of conditions: one name for each in the trace and in every explanation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from service.domain.rules import Verb
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule

Asked = tuple["Condition", int]
"""A condition, and the identity of the decision that its rule saw: a doubt may have changed that."""

_SHOWN = {Outcome.FIRED: (True, False, None), Outcome.NOT_FIRED: (False,), Outcome.UNDECIDED: (None,)}


class Told(NamedTuple):
    """
    A rule as a trace tells of it.

    Attributes:
        rule: The rule.

        seen: The decision as it saw it.

        conditions: Those that made what became of it.
    """

    rule: Rule
    seen: Decision
    conditions: tuple[Condition, ...]


class Numbering:
    """
    Names the conditions of one decision.

    Args:
        decision: Whose trace has the numbers.

    Attributes:
        full: By level, then by id, the rules of which a trace tells in full: those that made the answer, by firing or
            by being refuted where that closed a finding, and those that were asked about samples.

        brief: The other rules, of which it tells in brief.
    """

    def __init__(self, decision: Decision) -> None:
        release = decision.release
        telling = {*decision.fired, *(rule for name in decision.inference.states for rule in decision.by(name))}
        self.full: list[Told] = []
        self.brief: list[Told] = []
        for rule in sorted(release.rules.values(), key=lambda one: (release.levels[one.id], one.id)):
            told = Told(rule, decision.seen_by(rule), _shown(decision, rule))
            (self.full if rule.id in telling or decision.asked_about(rule) else self.brief).append(told)
        self._numbers: dict[Asked, str] = {}
        for condition, seen in self._referred(decision):
            self._numbers.setdefault((condition, id(seen)), f"c{len(self._numbers) + 1}")

    def of(self, condition: Condition, seen: Decision) -> str:
        """Return the number of a condition in the trace; its text with hyphens, where the trace has no need of it."""
        return self._numbers.get((condition, id(seen))) or re.sub(r"[^a-zA-Z0-9]+", "-", condition.text)

    def _referred(self, decision: Decision) -> Iterator[tuple[Condition, Decision]]:
        """Yield what the trace refers to, in its order."""
        for rule, seen, conditions in self.full:
            yield from ((condition, seen) for condition in conditions)
            for one in decision.asked_about(rule):
                sample = decision.as_asked(one)
                yield from ((condition, sample) for condition in rule.when.conditions())
        yield from ((condition, decision) for condition in decision.release.ruleset.scope.conditions())
        for _, seen, conditions in self.brief:
            yield from ((condition, seen) for condition in conditions)


def numbering(decision: Decision) -> Numbering:
    """Return the numbers of a decision, counted once."""
    found: Numbering | None = decision.remembered.get("numbering")
    if found is None:
        found = decision.remembered["numbering"] = Numbering(decision)
    return found


def _shown(decision: Decision, rule: Rule) -> tuple[Condition, ...]:
    """
    Return the conditions that made what became of a rule.

    Args:
        decision: The decision.

        rule: The rule.

    Returns:
        All of one that fired, and of one that doubts unless it had no say; else those that held it up.
    """
    seen, wanted = decision.seen_by(rule), _SHOWN.get(decision.outcomes[rule.id], ())
    conditions = rule.when.conditions() if wanted else ()
    if len(wanted) > 1 or rule.then.verb is Verb.DOUBT:
        return tuple(conditions)
    return tuple(condition for condition in conditions if seen.truth(condition) in wanted)
