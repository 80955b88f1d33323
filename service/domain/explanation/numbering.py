"""
The numbers of conditions: one name for each in the trace and in every explanation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.rules import Verb
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule

Asked = tuple["Condition", int]
"""A condition, and the identity of the decision that its rule saw: a doubt may have changed that."""

_SHOWN = {Outcome.FIRED: (True, False, None), Outcome.NOT_FIRED: (False,), Outcome.UNDECIDED: (None,)}


def in_full(decision: Decision) -> list[Rule]:
    """
    Return the rules of which a trace tells in full, by level, then by id.

    Args:
        decision: The decision.

    Returns:
        Those that made the answer, by firing or by being refuted where that closed a finding, and those that were
        asked about samples.
    """
    telling = _telling(decision)
    return [rule for rule in _in_order(decision) if rule.id in telling or decision.asked_about(rule)]


def in_brief(decision: Decision) -> list[Rule]:
    """Return the other rules, of which a trace tells in brief, by level, then by id."""
    telling = _telling(decision)
    return [rule for rule in _in_order(decision) if not (rule.id in telling or decision.asked_about(rule))]


def shown(decision: Decision, rule: Rule) -> list[Condition]:
    """
    Return the conditions that made what became of a rule.

    Args:
        decision: The decision.

        rule: The rule.

    Returns:
        All of one that fired, and of one that doubts unless it had no say; else those that held it up.
    """
    seen, wanted = decision.seen_by(rule), _SHOWN.get(decision.outcomes[rule.id], ())
    whole = bool(wanted) and rule.then.verb is Verb.DOUBT
    return [condition for condition in rule.when.conditions() if whole or seen.truth(condition) in wanted]


class Numbering:
    """
    Names the conditions of one decision.

    Args:
        decision: Whose trace has the numbers.
    """

    def __init__(self, decision: Decision) -> None:
        self._numbers: dict[Asked, str] = {}
        for condition, seen in _referred(decision):
            self._numbers.setdefault((condition, id(seen)), f"c{len(self._numbers) + 1}")

    def of(self, condition: Condition, seen: Decision) -> str:
        """Return the number of a condition in the trace; its text with hyphens, where the trace has no need of it."""
        return self._numbers.get((condition, id(seen))) or re.sub(r"[^a-zA-Z0-9]+", "-", condition.text)


def numbering(decision: Decision) -> Numbering:
    """Return the numbers of a decision, counted once."""
    found: Numbering | None = decision.remembered.get("numbering")
    if found is None:
        found = decision.remembered["numbering"] = Numbering(decision)
    return found


def _in_order(decision: Decision) -> list[Rule]:
    release = decision.release
    return sorted(release.rules.values(), key=lambda rule: (release.levels[rule.id], rule.id))


def _telling(decision: Decision) -> set[str]:
    return {*decision.fired, *(rule for name in decision.inference.states for rule in decision.by(name))}


def _referred(decision: Decision) -> Iterator[tuple[Condition, Decision]]:
    """Yield what the trace refers to, in its order."""
    for rule in in_full(decision):
        seen = decision.seen_by(rule)
        for condition in shown(decision, rule):
            yield condition, seen
        for one in decision.asked_about(rule):
            for condition in rule.when.conditions():
                yield condition, decision.as_asked(one)
    for condition in decision.release.ruleset.scope.conditions():
        yield condition, decision
    for rule in in_brief(decision):
        seen = decision.seen_by(rule)
        for condition in shown(decision, rule):
            yield condition, seen
