"""
The reference semantics in the place of an engine, for questions asked thousands of times.

That the engine answers the same is shown for every decision that is told, and by
the tests of agreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.inference import Inference
from service.domain.semantics import Outcome, interpret, interpret_doubts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.facts import Facts
    from service.domain.inference import Basis
    from service.domain.release import Release


class SemanticsAlone:
    """The reference semantics in the place of an engine; its firings name no facts."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def doubt(self, received: Facts) -> Mapping[str, frozenset[Basis]]:
        """Return the rules about results that fire."""
        outcomes = interpret_doubts(self._release, received)
        return {rule: frozenset() for rule, outcome in outcomes.items() if outcome is Outcome.FIRED}

    def infer(self, facts: Facts) -> Inference:
        """Return what fires."""
        meaning = interpret(self._release, facts)
        none: frozenset[Basis] = frozenset()
        fired = {rule: none for rule, outcome in meaning.outcomes.items() if outcome is Outcome.FIRED}
        return Inference(fired, {}, meaning.states, meaning.verdicts, meaning.scope)

    def close(self) -> None:
        """Do nothing; there is nothing to free."""
