"""
Hold a decision against the safety properties of its rule set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.safety import AlwaysAdvise, NeverTogether, NeverUnless
from service.domain.scales import Certainty
from service.domain.semantics import truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Group
    from service.domain.safety import Form


def broken(decision: Decision) -> Iterator[str]:
    """
    Yield a sentence for each safety property that a decision breaks.

    Two forms are not asked about here: which rules may exclude is refused on reading, and that a
    result never weakens a conclusion takes two decisions to break.

    Args:
        decision: The decision.

    Yields:
        The property as written, and why it matters.
    """
    for one in decision.release.ruleset.safety:
        if _is_broken(decision, one.form):
            yield f"a safety property is broken, {one.form.text}: {one.because}"


def _is_broken(decision: Decision, form: Form) -> bool:
    if isinstance(form, NeverTogether):
        given = {name for name, _, _ in decision.advice}
        given |= {name for name, _ in decision.conclusions if _force(decision, name) >= Certainty.LIKELY.force}
        return given >= set(form.names)
    if isinstance(form, NeverUnless):
        return _force(decision, form.conclusion) >= form.certainty.force and not _surely(decision, form.asks)
    if isinstance(form, AlwaysAdvise):
        given = {name for name, _, _ in decision.advice}
        return form.advice not in given and _surely(decision, form.asks)
    return False


def _surely(decision: Decision, group: Group) -> bool:
    return truth(group, decision.facts, decision.meaning) is True


def _force(decision: Decision, conclusion: str) -> int:
    """Return how sure a conclusion is that is told; 0 where it is not told, or spoken against."""
    verdict = dict(decision.conclusions).get(conclusion)
    return verdict.certainty.force if verdict is not None and verdict.certainty.is_for else 0
