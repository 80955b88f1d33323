"""
Reading a panel by the reference semantics alone, for questions that are asked of thousands of panels.

It is the road of `service.application.decide` without the engine; what is found on it is asked of the engine
before it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.doubts import doubted
from service.domain.facts import resolve, resolve_moved
from service.domain.intake import take_in
from service.domain.samples import Asked, about, samples, strongest
from service.domain.semantics import Outcome, interpret, interpret_doubts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.facts import Facts
    from service.domain.given import GivenPanel
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release
    from service.domain.samples import Sample
    from service.domain.semantics import Meaning, Verdict


def read_given(release: Release, profile: Profile, given: GivenPanel) -> tuple[Meaning, Facts]:
    """Return what a release means for a panel as it is given, and the facts that it means it for."""
    panel = take_in(release, profile, given)
    return read_panel(release, profile, panel, resolve(release, profile, panel))


def read_panel(release: Release, profile: Profile, panel: Panel, received: Facts) -> tuple[Meaning, Facts]:
    """
    Say what a release means for a panel.

    Args:
        release: The rules, all or those that bear on a conclusion.

        profile: How they are read.

        panel: As it was received.

        received: Its facts.

    Returns:
        What follows once doubts about results are settled, and the facts it follows from.
    """
    fired, only = doubting(release, profile, panel, received)
    facts = received
    if fired:
        panel = doubted(release, panel, fired, only=only, computed=received.values)
        moved = frozenset(doubt.measure for rule in fired for doubt in release.rules[rule].then.doubts)
        facts = resolve_moved(release, profile, panel, received, moved)
    return interpret(release, facts), facts


def doubting(
    release: Release, profile: Profile, panel: Panel, received: Facts
) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """
    Return the rules about results that fire.

    Args:
        release: The rules.

        profile: How they are read.

        panel: As it was received.

        received: Its facts.

    Returns:
        Their ids; and, for those asked sample by sample, the measures for whose results they fired.
    """
    outcomes = interpret_doubts(release, received)
    only: dict[str, frozenset[str]] = {}
    if release.timed_doubts:
        asked = tuple(_ask(release, profile, received, one) for one in samples(release, panel, received.values))
        for rule in release.timed_doubts:
            answers = about(rule, asked)
            if answers:
                outcomes[rule.id] = strongest(rule, answers).outcomes[rule.id]
                firing = [one for one in answers if one.outcomes[rule.id] is Outcome.FIRED]
                only[rule.id] = frozenset().union(*(one.sample.measures for one in firing))
    return frozenset(rule for rule, outcome in outcomes.items() if outcome is Outcome.FIRED), only


def _ask(release: Release, profile: Profile, received: Facts, sample: Sample) -> Asked:
    facts = resolve_moved(release, profile, sample.panel, received, release.timed)
    return Asked(sample, facts, {}, interpret_doubts(release, facts))


def told(meaning: Meaning, conclusion: str) -> Verdict | None:
    """Return what is told of a conclusion: nothing unless the patient is surely one the rules are for."""
    return meaning.verdicts.get(conclusion) if meaning.scope is True else None


__all__ = ["doubting", "read_given", "read_panel", "told"]
