"""
Which undecided rules somebody would wait for: those that would change what is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.rules import Comparison, FindingTest, KnownTest, Verb
from service.domain.scales import Certainty, State
from service.domain.semantics import weigh
from service.domain.thresholds import Word
from service.domain.ways import ways_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule


def that_matter(decision: Decision) -> Iterator[Rule]:
    """
    Yield the undecided rules that would change what is told if they fired, and can.

    Args:
        decision: The decision.

    Yields:
        Rules about conclusions and advice.
    """
    for name in (*decision.release.vocabulary.conclusions, *decision.release.vocabulary.advice):
        for rule in decision.undecided(name):
            changes = changes_certainty if rule.then.verb is Verb.CONCLUDE else _changes_advice
            if changes(decision, rule) and ways_of(decision).fire(rule):
                yield rule


def changes_certainty(decision: Decision, rule: Rule) -> bool:
    """
    Return whether an undecided rule would change what is told of its conclusion if it fired.

    Args:
        decision: The decision.

        rule: A rule about a conclusion.

    Returns:
        Not where it claims no more than what is claimed already, nor where it speaks against what nothing speaks for.
    """
    name, claim = rule.then.name, rule.then.certainty
    speaking_for = decision.claims(name, speaking_for=True)
    if claim is None or not (claim.is_for or speaking_for or name == decision.release.ruleset.question):
        return False
    made = (decision.release.rules[one] for one in (*speaking_for, *decision.claims(name, speaking_for=False)))
    claims = [one.then.certainty for one in made if one.then.certainty is not None]
    if {Certainty.CONFIRMED, Certainty.EXCLUDED} <= {*claims, claim}:
        return False
    return weigh([*claims, claim]) != decision.inference.verdicts.get(name)


def _changes_advice(decision: Decision, rule: Rule) -> bool:
    given = {name: urgency for name, urgency, _ in decision.advice}
    urgency = rule.then.urgency
    return rule.then.name not in given or (urgency is not None and urgency < given[rule.then.name])


def bears_on_answer(decision: Decision, rule: Rule) -> bool:
    """
    Return whether anybody would wait for an undecided rule.

    Args:
        decision: The decision.

        rule: A rule about a conclusion or advice.

    Returns:
        Whether it answers the question itself, or something found in the patient raises what it could say.
    """
    if rule.then.name == decision.release.ruleset.question:
        return True
    return any(_is_found(decision, one) for one in rule.when.conditions())


def _is_found(decision: Decision, condition: Condition) -> bool:
    """Return whether a condition is something abnormal that was found in the patient."""
    if isinstance(condition, FindingTest):
        return condition.state is State.PRESENT and decision.truth(condition) is True
    if isinstance(condition, Comparison):
        return condition.word in {Word.BELOW, Word.ABOVE} and decision.truth(condition) is True
    return False


def called_for(decision: Decision) -> frozenset[str]:
    """
    Return the measures that advice is given for want of.

    Args:
        decision: The decision.

    Returns:
        Their names.
    """
    return frozenset(
        condition.measure
        for _, _, rules in decision.advice
        for rule in rules
        for condition in rule.when.conditions()
        if isinstance(condition, KnownTest) and not condition.known and decision.truth(condition)
    )
