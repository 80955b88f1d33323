"""
What a rule means: the reference semantics.

Small and plain on purpose. It shares the parsed rules and the margins with the
compiler of the engine, and nothing else; both run for every decision and must
agree. Strong Kleene logic over three values: True, False, and None for unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from service.domain.errors import ContradictionError
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Group, Verb
from service.domain.scales import Certainty, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.facts import Facts
    from service.domain.release import Release
    from service.domain.rules import Condition, KnownTest, Rule

Truth = bool | None


class Outcome(StrEnum):
    """What became of a rule."""

    FIRED = "fired"
    NOT_FIRED = "not-fired"
    UNDECIDED = "undecided"
    OTHER_PROFILE = "not-in-this-profile"

    @property
    def words(self) -> str:
        """The outcome as case files say it: ``not fired``."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    A conclusion as its claims leave it.

    Attributes:
        certainty: The word of the greatest force; ``possible`` on a tie.

        contested: Whether both sides have the same force.
    """

    certainty: Certainty
    contested: bool


@dataclass(slots=True)
class Meaning:
    """
    What a release says about a panel.

    Attributes:
        scope: Whether the patient is one the rules are for.

        outcomes: Of every rule.

        states: Of every derived finding.

        verdicts: Of every conclusion that some rule claimed.
    """

    scope: Truth = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)


def interpret_doubts(release: Release, received: Facts) -> dict[str, Outcome]:
    """
    Say which results a release doubts.

    Args:
        release: The rules.

        received: The facts of the panel as it was received.

    Returns:
        The outcome of every rule about results.
    """
    return {rule.id: outcome(rule, received, Meaning()) for rule in release.doubts}


def interpret(release: Release, facts: Facts) -> Meaning:
    """
    Say what a release means for a panel, doubts about results settled.

    Args:
        release: The rules.

        facts: Margins, decided attribute tests, observed findings, known measures.

    Returns:
        The outcome of every rule that is not about results, and what follows from them.
    """
    meaning = Meaning()
    for finding in release.finding_order:
        rules = release.giving.get(finding, ())
        for rule in rules:
            meaning.outcomes[rule.id] = outcome(rule, facts, meaning)
        meaning.states[finding] = _state(rules, meaning.outcomes, closes=release.vocabulary.findings[finding].closes)
    meaning.scope = truth(release.ruleset.scope, facts, meaning)
    for conclusion in release.vocabulary.conclusions:
        rules = release.giving.get(conclusion, ())
        for rule in rules:
            meaning.outcomes[rule.id] = outcome(rule, facts, meaning)
        fired = [rule.then.certainty for rule in rules if meaning.outcomes[rule.id] is Outcome.FIRED]
        verdict = weigh([claim for claim in fired if claim is not None])
        if verdict is not None:
            meaning.verdicts[conclusion] = verdict
    for rule in release.rules.values():
        if rule.then.verb is Verb.ADVISE:
            meaning.outcomes[rule.id] = outcome(rule, facts, meaning)
    return meaning


def outcome(rule: Rule, facts: Facts, meaning: Meaning) -> Outcome:
    """Return what becomes of a rule, where the stages before it are decided."""
    if rule.profiles and facts.profile not in rule.profiles:
        return Outcome.OTHER_PROFILE
    return _OUTCOMES[truth(rule.when, facts, meaning)]


_OUTCOMES = {True: Outcome.FIRED, False: Outcome.NOT_FIRED, None: Outcome.UNDECIDED}


def _state(rules: tuple[Rule, ...], outcomes: Mapping[str, Outcome], *, closes: bool) -> State:
    established = [outcomes[rule.id] for rule in rules if rule.then.verb is Verb.ESTABLISH]
    ruled_out = [outcomes[rule.id] for rule in rules if rule.then.verb is Verb.RULE_OUT]
    if Outcome.FIRED in established:
        return State.CONFLICTING if Outcome.FIRED in ruled_out else State.PRESENT
    if Outcome.FIRED in ruled_out:
        return State.ABSENT
    if closes and established and Outcome.UNDECIDED not in established:
        return State.ABSENT
    return State.UNKNOWN


def weigh(claims: list[Certainty]) -> Verdict | None:
    """
    Weigh the claims about one conclusion by force.

    Args:
        claims: The certainty of each rule that fired.

    Returns:
        The verdict, or None without a claim.

    Raises:
        ContradictionError: If it is both confirmed and excluded, which publishing rules out.
    """
    if not claims:
        return None
    if {Certainty.CONFIRMED, Certainty.EXCLUDED} <= set(claims):
        raise ContradictionError
    strongest = max(claim.force for claim in claims)
    words = {claim for claim in claims if claim.force == strongest}
    if len(words) > 1:
        return Verdict(Certainty.POSSIBLE, contested=True)
    return Verdict(words.pop(), contested=False)


def truth(node: Group | Condition, facts: Facts, meaning: Meaning) -> Truth:
    """
    Return the truth of a condition or of a group of them.

    Args:
        node: What is asked.

        facts: What is known of the patient.

        meaning: What the stages before have decided.

    Returns:
        True, False, or None for unknown.
    """
    if not isinstance(node, Group):
        return _condition(node, facts, meaning)
    holding, possible = 0, len(node.members)
    for member in node.members:
        value = truth(member, facts, meaning)
        holding += value is True
        possible -= value is False
        # Once so many are false, or true, the others cannot change it.
        if possible < node.needed:
            return False
        if holding >= node.needed:
            return True
    return None


def _condition(condition: Condition, facts: Facts, meaning: Meaning) -> Truth:
    if isinstance(condition, Comparison):
        return _compare(condition, facts, meaning)
    if isinstance(condition, AttributeTest):
        possible = facts.attributes[condition.attribute]
        inside = True if possible <= condition.values else None if possible & condition.values else False
        return inside if inside is None else inside is not condition.negated
    if isinstance(condition, FindingTest):
        return _is_in(state_of(condition.finding, facts, meaning), condition.state)
    if isinstance(condition, CertaintyTest):
        return _at_least(condition, meaning)
    if isinstance(condition, DoubtTest):
        return condition.rule in facts.doubts
    return _known(condition, facts)


def state_of(finding: str, facts: Facts, meaning: Meaning) -> State:
    """Return the state of a finding, observed or derived."""
    return meaning.states.get(finding) or facts.observed.get(finding, State.UNKNOWN)


def _compare(condition: Comparison, facts: Facts, meaning: Meaning) -> Truth:
    standing = facts.standings[condition.threshold]
    if standing.finding is None:
        margin = standing.margins.get(None)
        return None if margin is None else margin.decides(condition.word)
    state = state_of(standing.finding, facts, meaning)
    possible = (state,) if state in {State.PRESENT, State.ABSENT} else (State.PRESENT, State.ABSENT)
    answers = {standing.margins[one].decides(condition.word) if one in standing.margins else None for one in possible}
    return answers.pop() if len(answers) == 1 else None


def _is_in(state: State, asked: State) -> Truth:
    """Return whether a finding is in a state; every condition on a conflicting one is unknown."""
    if state is State.CONFLICTING or (state is State.UNKNOWN and asked is not State.UNKNOWN):
        return None
    return state is asked


def _at_least(condition: CertaintyTest, meaning: Meaning) -> bool:
    verdict = meaning.verdicts.get(condition.conclusion)
    return verdict is not None and verdict.certainty.is_for and verdict.certainty.force >= condition.least.force


def _known(condition: KnownTest, facts: Facts) -> bool:
    return (condition.measure in facts.known) is condition.known
