"""
Which conclusions are told: those that somebody or something has raised.

Most of what a rule set knows is spoken against in most patients, and nobody asked. A conclusion
that is unlikely or excluded is told where it answers the question, where a rule speaks for it as
well, or where a rule that could speak for it failed by one condition alone, so that all else known
of the patient pointed to it. The trace has every claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.rules import Group
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Condition
    from service.domain.semantics import Verdict

_OPEN = 1 << 16
"""As many conditions as no rule has: what is unknown does not fall short by a number."""


def told(decision: Decision) -> tuple[tuple[str, Verdict], ...]:
    """
    Return the conclusions that the answer tells.

    Args:
        decision: The decision.

    Returns:
        Names with verdicts, the surest first.
    """
    return tuple((name, verdict) for name, verdict in decision.conclusions if _is_told(decision, name, verdict))


def _is_told(decision: Decision, name: str, verdict: Verdict) -> bool:
    return (
        verdict.certainty.is_for
        or name == decision.release.ruleset.question
        or bool(decision.claims(name, speaking_for=True))
        or _fell_short_by_one(decision, name)
    )


def _fell_short_by_one(decision: Decision, conclusion: str) -> bool:
    return any(
        _short_by(decision, rule.when) == 1
        for rule in decision.release.giving.get(conclusion, ())
        if rule.then.certainty is not None
        and rule.then.certainty.is_for
        and decision.outcomes[rule.id] is Outcome.NOT_FIRED
    )


def _short_by(decision: Decision, node: Group | Condition) -> int:
    """Return how many conditions that are false would have to be true."""
    if isinstance(node, Group):
        return sum(sorted(_short_by(decision, member) for member in node.members)[: node.needed])
    return {True: 0, False: 1, None: _OPEN}[decision.truth(node)]
