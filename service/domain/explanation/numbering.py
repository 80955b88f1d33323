"""
The numbers of conditions: one name for each in the trace and in every explanation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule

Asked = tuple["Condition", int]
"""A condition, and the identity of the decision that its rule saw: a doubt may have changed that."""

_SHOWN = {Outcome.FIRED: (True, False, None), Outcome.NOT_FIRED: (False,), Outcome.UNDECIDED: (None,)}


def in_order(decision: Decision) -> list[Rule]:
    """Return the rules as traces list them: by level, then by id."""
    release = decision.release
    return sorted(release.rules.values(), key=lambda rule: (release.levels[rule.id], rule.id))


def shown(decision: Decision, rule: Rule) -> list[Condition]:
    """Return the conditions that made what became of a rule: all of one that fired, else those that held it up."""
    seen, wanted = decision.seen_by(rule), _SHOWN.get(decision.outcomes[rule.id], ())
    return [condition for condition in rule.when.conditions() if seen.truth(condition) in wanted]


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


def _referred(decision: Decision) -> Iterator[tuple[Condition, Decision]]:
    """Yield what the trace refers to, in its order."""
    for rule in in_order(decision):
        seen = decision.seen_by(rule)
        for condition in shown(decision, rule):
            yield condition, seen
        for one in decision.asked_about(rule):
            for condition in rule.when.conditions():
                yield condition, decision.as_asked(one)
    for condition in decision.release.ruleset.scope.conditions():
        yield condition, decision
