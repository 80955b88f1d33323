"""
Which doubts about results leave a conclusion open: rules about it wait for what they set aside or opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.rule_needs import rule_needs, unknown_conditions
from service.domain.rules import FindingTest

if TYPE_CHECKING:
    from service.domain.decision import Decision


def leaving_open(decision: Decision, conclusion: str) -> tuple[str, ...]:
    """
    Return the doubts for which rules about a conclusion stay undecided.

    Args:
        decision: The decision.

        conclusion: Its name.

    Returns:
        Rules about results that set aside or opened what the undecided rules wait for, themselves or through
        the findings that they ask about.
    """
    if not decision.panel.doubted:
        return ()
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [conclusion]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for rule in decision.undecided(name):
            found.update(doubt for need in rule_needs(decision, rule) for doubt in decision.doubts_behind(need))
            asked = (one.finding for one in unknown_conditions(decision, rule) if isinstance(one, FindingTest))
            waiting += [finding for finding in asked if finding not in seen]
    return tuple(sorted(found))
