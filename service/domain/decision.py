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
from typing import TYPE_CHECKING, Any

from service.domain.doubts_behind import doubts_behind
from service.domain.inference import BasisKind
from service.domain.rules import Verb
from service.domain.samples import about, strongest
from service.domain.scales import Certainty, State
from service.domain.semantics import Outcome, truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.facts import Facts
    from service.domain.inference import Basis, Inference
    from service.domain.panel import Panel
    from service.domain.release import Profile, Release
    from service.domain.rules import Condition, Rule
    from service.domain.samples import Asked
    from service.domain.scales import Urgency
    from service.domain.semantics import Meaning, Truth, Verdict


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

        asked: What those of them that ask for elapsed times answered, sample by sample.
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
    asked: tuple[Asked, ...] = ()

    @cached_property
    def as_received(self) -> Decision:
        """The same patient before any doubt, for what rules about results saw."""
        return self if self.received is None else replace(self, facts=self.received, received=None)

    @cached_property
    def _as_asked(self) -> dict[int, Decision]:
        """The same patient as each sample was seen, by its place."""
        return {
            place: replace(self, facts=one.facts, panel=one.sample.panel, received=None, asked=())
            for place, one in enumerate(self.asked)
        }

    def as_asked(self, one: Asked) -> Decision:
        """Return the decision with the facts that were known of a sample."""
        return self._as_asked[next(place for place, other in enumerate(self.asked) if other is one)]

    def asked_about(self, rule: Rule) -> tuple[Asked, ...]:
        """Return what a rule answered sample by sample; nothing for rules that do not ask for elapsed times."""
        return about(rule, self.asked) if self.asked and rule in self.release.timed_doubts else ()

    def seen_by(self, rule: Rule) -> Decision:
        """Return the decision with the facts that a rule saw; where it saw several samples, those that tell most."""
        if rule.then.verb is not Verb.DOUBT:
            return self
        asked = self.asked_about(rule)
        return self.as_asked(strongest(rule, asked)) if asked else self.as_received

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
    def remembered(self) -> dict[str, Any]:
        """What others found out about the decision, by a name of theirs, so that it is found out once."""
        return {}

    def truth(self, condition: Condition) -> Truth:
        """Return whether a condition holds for this patient, by the reference semantics; None for unknown."""
        try:
            return self._truths[condition]
        except KeyError:
            found = self._truths[condition] = truth(condition, self.facts, self.meaning)
            return found

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

    @cached_property
    def _deciding(self) -> dict[str, tuple[str, ...]]:
        return {}

    def by(self, finding: str) -> tuple[str, ...]:
        """Return the rules that decided a finding: fired, or refuted where it closed."""
        if finding not in self._deciding:
            self._deciding[finding] = self._by(finding)
        return self._deciding[finding]

    def _by(self, finding: str) -> tuple[str, ...]:
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
        """Return the rules that *rules* rest on, doubts about what they compared among them, by level and id."""
        found: set[str] = set()
        waiting = list(rules)
        while waiting:
            rule = waiting.pop()
            if rule in found:
                continue
            found.add(rule)
            for basis in self.fired.get(rule) or self.inference.refuted.get(rule, frozenset()):
                waiting.extend(self._givers(basis))
                if rule not in self.doubts and basis.kind in {BasisKind.MARGIN, BasisKind.KNOWN}:
                    waiting.extend(self.doubts_behind(self._measure_of(basis)))
        return tuple(sorted(found, key=lambda rule: (self.release.levels[rule], rule)))

    def doubts_behind(self, measure: str) -> tuple[str, ...]:
        """Return the doubts that changed what was read of a measure, or of what it is computed from."""
        return doubts_behind(self.release, self.panel, self.facts, measure)

    def _measure_of(self, basis: Basis) -> str:
        """Return the measure that a fact about a margin, or about what is known, is of."""
        return self.facts.standings[basis.name].choice.compares if basis.kind is BasisKind.MARGIN else basis.name

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
