"""
Whether the engine and the reference semantics agree; where they do not, there is no decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.inference import BasisKind
from service.domain.scales import State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.facts import Facts
    from service.domain.inference import Basis, Inference
    from service.domain.semantics import Meaning


def differences(inference: Inference, meaning: Meaning, facts: Facts) -> tuple[str, ...]:
    """
    Compare the engine's answer with the reference semantics.

    Args:
        inference: What the engine answered.

        meaning: What the semantics answered.

        facts: What both were given.

    Returns:
        One sentence for each difference, with names of rules and findings and
        no patient data; none where they agree.
    """
    found: list[str] = []
    fired = {rule for rule, outcome in meaning.outcomes.items() if outcome is Outcome.FIRED}
    found += [f"{rule} fired in the engine only" for rule in sorted(inference.fired.keys() - fired)]
    found += [f"{rule} fired in the semantics only" for rule in sorted(fired - inference.fired.keys())]
    refutable = {Outcome.NOT_FIRED, Outcome.OTHER_PROFILE}
    found += [
        f"{rule} was refuted by the engine only"
        for rule in sorted(inference.refuted)
        if meaning.outcomes.get(rule) not in refutable
    ]
    for name in sorted(meaning.states.keys() | inference.states.keys()):
        if meaning.states.get(name) is not inference.states.get(name):
            found.append(f"the state of {name} differs")
    for name in sorted(meaning.verdicts.keys() | inference.verdicts.keys()):
        if meaning.verdicts.get(name) != inference.verdicts.get(name):
            found.append(f"the certainty of {name} differs")
    if meaning.scope is not inference.scope:
        found.append("the scope differs")
    for rule, bases in sorted({**inference.fired, **inference.refuted}.items()):
        found += [
            f"{rule} rests on {basis.name}, which was not given"
            for basis in sorted(bases)
            if not _given(basis, inference, facts)
        ]
    return tuple(found)


def doubt_differences(doubts: Mapping[str, frozenset[Basis]], outcomes: Mapping[str, Outcome]) -> tuple[str, ...]:
    """
    Compare the engine's doubts about results with the reference semantics.

    Args:
        doubts: Rules about results that fired in the engine.

        outcomes: What the semantics says of every rule about results.

    Returns:
        One sentence for each difference.
    """
    fired = {rule for rule, outcome in outcomes.items() if outcome is Outcome.FIRED}
    only_engine = (f"{rule} fired in the engine only" for rule in sorted(doubts.keys() - fired))
    return (*only_engine, *(f"{rule} fired in the semantics only" for rule in sorted(fired - doubts.keys())))


def _given(basis: Basis, inference: Inference, facts: Facts) -> bool:
    """Return whether a fact that a firing names belongs to the panel or to a fired rule."""
    if basis.kind is BasisKind.MARGIN:
        state = basis.detail.rpartition(" ")[2]
        return (State(state) if state else None) in facts.standings[basis.name].margins
    if basis.kind is BasisKind.FINDING:
        state_now = inference.states.get(basis.name) or facts.observed.get(basis.name, State.UNKNOWN)
        return state_now.value == basis.detail
    if basis.kind is BasisKind.KNOWN:
        if basis.name in facts.doubts:
            return basis.detail == Outcome.FIRED
        known = "refuted" if basis.name in inference.refuted else "known" if basis.name in facts.known else "missing"
        return known == basis.detail
    among = {
        BasisKind.CERTAINTY: inference.verdicts,
        BasisKind.PROFILE: (facts.profile,),
        BasisKind.ATTRIBUTE: facts.attributes,
    }
    return basis.name in among[basis.kind]
