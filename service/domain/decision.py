"""
The decision: what the engine's firings conclude for one panel.

Chains are read from the firings, never from the rules' intentions: a rule is in
a chain because the engine named a fact that another rule gave. Pure data; how it
is told is the matter of `service.application.answer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from service.domain.inference import BasisKind
from service.domain.rules import Verb
from service.domain.semantics import Outcome, truth
from service.domain.vocabulary import Certainty, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.facts import Facts
    from service.domain.inference import Basis, Inference
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release
    from service.domain.rules import Condition, Rule
    from service.domain.semantics import Meaning, Truth, Verdict
    from service.domain.vocabulary import Urgency


class Status(StrEnum):
    """How far the question of the rule set is answered."""

    CONCLUDED = "concluded"
    MORE_DATA_NEEDED = "more-data-needed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True)
class Decision:
    """
    One evaluation, decided.

    Attributes:
        release, profile: What was asked.

        panel: The patient, doubts about results settled.

        facts: The facts of the panel, which all rules see that are not about results.

        inference: What the engine answered.

        meaning: What the reference semantics answered; equal, or there is no decision.

        received: The facts of the panel as it was received, which rules about results see;
            None where they are the same.

        doubts: Rules about results that fired in the engine, with their facts.

        doubt_outcomes: What the reference semantics says of the rules about results.
    """

    release: Release
    profile: Profile
    panel: Panel
    facts: Facts
    inference: Inference
    meaning: Meaning
    received: Facts | None = None
    doubts: Mapping[str, frozenset[Basis]] = field(default_factory=dict)
    doubt_outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    @cached_property
    def as_received(self) -> Decision:
        """The same patient before any doubt, for what rules about results saw."""
        return self if self.received is None else replace(self, facts=self.received, received=None)

    def seen_by(self, rule: Rule) -> Decision:
        """Return the decision with the facts that a rule saw."""
        return self.as_received if rule.then.verb is Verb.DOUBT else self

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of every rule."""
        return {**self.doubt_outcomes, **self.meaning.outcomes}

    @cached_property
    def fired(self) -> dict[str, frozenset[Basis]]:
        """Every rule that fired in the engine, with its facts."""
        return {**self.doubts, **self.inference.fired}

    @cached_property
    def _truths(self) -> dict[Condition, Truth]:
        return {}

    @cached_property
    def reached(self) -> dict[str, bool]:
        """Whether a rule can fire at all, remembered by `service.domain.reach`."""
        return {}

    def truth(self, condition: Condition) -> Truth:
        """Return whether a condition holds for this patient, by the reference semantics; None for unknown."""
        if condition not in self._truths:
            self._truths[condition] = truth(condition, self.facts, self.meaning)
        return self._truths[condition]

    # -- what is told ----------------------------------------------------

    @cached_property
    def in_scope(self) -> bool | None:
        """Whether the patient is one the rules are for; None when unknown."""
        return self.inference.scope

    @cached_property
    def conclusions(self) -> tuple[tuple[str, Verdict], ...]:
        """Conclusions with a claim, the surest first; none unless the patient is in scope."""
        if self.in_scope is not True:
            return ()
        order = list(Certainty)
        kinds = ("cause", "mimic", "frame", "state")
        conclusions = self.release.vocabulary.conclusions

        def place(item: tuple[str, Verdict]) -> tuple[int, int, str]:
            return order.index(item[1].certainty), kinds.index(conclusions[item[0]].kind), item[0]

        return tuple(sorted(self.inference.verdicts.items(), key=place))

    @cached_property
    def advice(self) -> tuple[tuple[str, Urgency, tuple[Rule, ...]], ...]:
        """Advice given, the most urgent first, with the rules that give it."""
        given: dict[str, list[Rule]] = {}
        for rule_id in sorted(self.inference.fired):
            rule = self.release.rules[rule_id]
            if rule.then.verb is Verb.ADVISE and (self.in_scope or rule.then.any_scope):
                given.setdefault(rule.then.name, []).append(rule)
        items = [
            (
                name,
                min(rule.then.urgency for rule in rules if rule.then.urgency is not None),
                tuple(rules),
            )
            for name, rules in given.items()
        ]
        steps = self.release.vocabulary.advice
        return tuple(sorted(items, key=lambda item: (item[1], steps[item[0]].step, steps[item[0]].title)))

    @cached_property
    def findings(self) -> tuple[tuple[str, State], ...]:
        """Every derived finding with its state, in the order of the vocabulary."""
        if self.in_scope is False:
            return ()
        return tuple(
            (name, self.inference.states[name])
            for name in self.release.vocabulary.findings
            if name in self.inference.states
        )

    def claims(self, conclusion: str, *, speaking_for: bool) -> tuple[str, ...]:
        """Return the rules that fired for, or against, a conclusion."""
        return tuple(
            rule.id
            for rule in self.release.giving.get(conclusion, ())
            if rule.id in self.inference.fired
            and rule.then.certainty is not None
            and rule.then.certainty.is_for is speaking_for
        )

    # -- chains ----------------------------------------------------------

    def by(self, finding: str) -> tuple[str, ...]:
        """Return the rules that decided a finding: fired, or refuted where it closed."""
        rules = self.release.giving.get(finding, ())
        state = self.inference.states.get(finding, State.UNKNOWN)
        fired = [rule for rule in rules if rule.id in self.inference.fired]
        wanted = {State.PRESENT: {Verb.ESTABLISH}, State.ABSENT: {Verb.RULE_OUT}}.get(
            state, {Verb.ESTABLISH, Verb.RULE_OUT}
        )
        decided = tuple(rule.id for rule in fired if rule.then.verb in wanted)
        if decided or state is not State.ABSENT:
            return decided
        return tuple(rule.id for rule in rules if rule.id in self.inference.refuted)

    def chain(self, rules: Iterable[str]) -> tuple[str, ...]:
        """Return the rules that *rules* rest on, themselves included, by dependency level and id."""
        found: set[str] = set()
        waiting = list(rules)
        while waiting:
            rule = waiting.pop()
            if rule in found:
                continue
            found.add(rule)
            for basis in self.fired.get(rule) or self.inference.refuted.get(rule, frozenset()):
                waiting.extend(self._givers(basis))
        return tuple(sorted(found, key=lambda rule: (self.release.levels[rule], rule)))

    def _givers(self, basis: Basis) -> tuple[str, ...]:
        if basis.kind is BasisKind.FINDING:
            return self.by(basis.name)
        if basis.kind is BasisKind.CERTAINTY:
            return self.claims(basis.name, speaking_for=True)
        return (basis.name,) if basis.name in self.facts.doubts else ()

    # -- status ----------------------------------------------------------

    @cached_property
    def is_concluded(self) -> bool:
        """Whether the question is answered: excluded, or likely with a likely cause."""
        verdicts = self.inference.verdicts
        frame = verdicts.get(self.release.ruleset.question)
        if frame is None or frame.contested or not self.in_scope:
            return False
        if frame.certainty is Certainty.EXCLUDED:
            return True
        kinds = self.release.vocabulary.conclusions
        return _at_least_likely(frame) and any(
            kinds[name].kind in {"cause", "mimic"} and _at_least_likely(verdict) for name, verdict in verdicts.items()
        )

    def undecided(self, name: str) -> tuple[Rule, ...]:
        """Return the rules that could give a finding or a conclusion and are undecided."""
        rules = self.release.giving.get(name, ())
        return tuple(rule for rule in rules if self.meaning.outcomes[rule.id] is Outcome.UNDECIDED)


def _at_least_likely(verdict: Verdict) -> bool:
    return verdict.certainty in {Certainty.CONFIRMED, Certainty.LIKELY} and not verdict.contested


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
