"""
Decide: the one road from what is given to a decision, read twice and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.agreement import differences, doubt_differences
from service.domain.decision import Decision
from service.domain.doubts import doubted
from service.domain.facts import resolve
from service.domain.intake import take_in
from service.domain.semantics import interpret, interpret_doubts

if TYPE_CHECKING:
    from service.application.ports import Engine
    from service.domain.given import GivenPanel
    from service.domain.release import Profile, Release


def decide(release: Release, profile: Profile, engine: Engine, given: GivenPanel) -> tuple[Decision, tuple[str, ...]]:
    """
    Decide a panel.

    Args:
        release: The rules.

        profile: How they are read.

        engine: An engine that has compiled the release.

        given: What is said of the patient.

    Returns:
        The decision, and a sentence for each difference between the engine and
        the reference semantics; with any, the decision may not be used.

    Raises:
        PanelError: If the panel cannot be evaluated as it stands.

        EngineError: If the engine fails.
    """
    panel = take_in(release, profile, given)
    received = facts = resolve(release, profile, panel)
    doubts = engine.doubt(received)
    if doubts:
        panel = doubted(release, panel, doubts)
        facts = resolve(release, profile, panel)
    seen_apart = received if doubts else None
    inference = engine.infer(facts)
    meaning = interpret(release, facts)
    outcomes = interpret_doubts(release, received)
    found = (*doubt_differences(doubts, outcomes), *differences(inference, meaning, facts))
    return Decision(release, profile, panel, facts, inference, meaning, seen_apart, doubts, outcomes), found
