"""
Decide: the one road from what is given to a decision, read twice and compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.agreement import differences, doubt_differences
from service.domain.decision import Decision
from service.domain.doubts import doubted
from service.domain.drawn_apart import drawn_apart
from service.domain.facts import resolve, resolve_moved
from service.domain.intake import take_in
from service.domain.samples import Asked, about, samples, strongest
from service.domain.semantics import interpret, interpret_doubts
from service.domain.together import apart

if TYPE_CHECKING:
    from service.application.ports import Engine
    from service.domain.facts import Facts
    from service.domain.given import GivenPanel
    from service.domain.release import Profile, Release
    from service.domain.samples import Sample


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
    doubts = dict(engine.doubt(received))
    outcomes = interpret_doubts(release, received)
    found = doubt_differences(doubts, outcomes)
    asked = tuple(
        _ask(release, profile, engine, received, sample) for sample in samples(release, panel, received.values)
    )
    only: dict[str, frozenset[str]] = {}
    for rule in release.timed_doubts:
        answers = about(rule, asked)
        if answers:
            outcomes[rule.id] = strongest(rule, answers).outcomes[rule.id]
            firing = [one for one in answers if rule.id in one.fired]
            only[rule.id] = frozenset().union(*(one.sample.measures for one in firing))
            doubts.pop(rule.id, None)
            if firing:
                doubts[rule.id] = frozenset().union(*(one.fired[rule.id] for one in firing))
    if doubts:
        panel = doubted(release, panel, doubts, only=only, computed=received.values)
        moved = frozenset(doubt.measure for rule in doubts for doubt in release.rules[rule].then.doubts)
        facts = resolve_moved(release, profile, panel, received, moved)
    panel = replace(panel, notes=(*panel.notes, *apart(release, panel, facts.values)))
    inference = engine.infer(facts)
    meaning = interpret(release, facts)
    for one in asked:
        found += doubt_differences(one.fired, one.outcomes)
    found += differences(inference, meaning, facts)
    seen_apart = received if doubts else None
    decision = Decision(release, profile, panel, facts, inference, meaning, seen_apart, doubts, outcomes, asked)
    long_apart = () if found else drawn_apart(decision)
    if long_apart:
        decision = replace(decision, panel=replace(panel, notes=(*panel.notes, *long_apart)))
    return decision, found


def _ask(release: Release, profile: Profile, engine: Engine, received: Facts, sample: Sample) -> Asked:
    """Ask both readers which results of one sample are doubted."""
    facts = resolve_moved(release, profile, sample.panel, received, release.timed)
    return Asked(sample, facts, engine.doubt(facts), interpret_doubts(release, facts))
