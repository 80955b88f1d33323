"""
What a chain of rules rests on: publications for and against, numbers not verified, assumptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.panel import of_patient
from service.domain.rules import AttributeTest, Comparison
from service.domain.sentences import rows_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.thresholds import Citation

UNVERIFIED = ("memory", "own")
"""Levels of reading at which nobody has seen the number in a source."""


def citations(decision: Decision, rules: Iterable[str]) -> Iterator[tuple[str, Citation]]:
    """
    Yield every number that rules compared or computed with, and where it stands.

    Args:
        decision: The decision.

        rules: Ids of its rules.

    Yields:
        Name of the threshold, table or constant, with its citation.
    """
    for name in rules:
        rule = decision.release.rules[name]
        seen = decision.seen_by(rule)
        for condition in rule.when.conditions():
            if not isinstance(condition, Comparison):
                continue
            yield from _compared(seen, condition.threshold)
        if rule.then.within:
            yield rule.then.within, seen.release.table(seen.profile, rule.then.within).cites
            yield from _computed(seen, seen.release.numbers.tables[rule.then.within].of)


def _compared(decision: Decision, threshold: str) -> Iterator[tuple[str, Citation]]:
    attributes = decision.panel.attributes
    for row in rows_in_force(decision, threshold):
        yield threshold, row.cites
        for table in {attributes[key].table for key in row.attributes} - {""}:
            yield table, decision.release.table(decision.profile, table).cites
    yield from _computed(decision, decision.facts.standings[threshold].choice.compares)


def _computed(decision: Decision, measure: str) -> Iterator[tuple[str, Citation]]:
    value = decision.facts.values.get(measure)
    numbers = decision.release.numbers
    for operand in value.operands if value else ():
        if operand in numbers.constants:
            yield operand, decision.release.constant(decision.profile, operand).cites
        elif operand in numbers.tables:
            yield operand, decision.release.table(decision.profile, operand).cites
        elif operand in numbers.thresholds:
            yield from _compared(decision, operand)
        else:
            yield from _computed(decision, operand)


def sources(decision: Decision, rules: Iterable[str]) -> list[str]:
    """Return the publications that support rules, and those that their numbers come from."""
    chain = tuple(rules)
    evidence = (item for rule in chain for item in decision.release.rules[rule].evidence)
    supporting = {item.source for item in evidence if item.supports}
    return sorted(supporting | {cites.source for _, cites in citations(decision, chain)})


def contrary(decision: Decision, rules: Iterable[str]) -> list[str]:
    """Return the publications that the authors of rules list as speaking against them."""
    evidence = (item for rule in rules for item in decision.release.rules[rule].evidence)
    return sorted({item.source for item in evidence if not item.supports})


def unverified(decision: Decision, rules: Iterable[str]) -> list[Document]:
    """Return the numbers used that nobody has seen in a source yet."""
    found = {
        (name, cites.source, cites.where, cites.read): None
        for name, cites in citations(decision, rules)
        if cites.read in UNVERIFIED
    }
    return [
        {"number": name, "source": source, "where": where, "read": read} for name, source, where, read in sorted(found)
    ]


def overdue(decision: Decision, rules: Iterable[str]) -> list[Document]:
    """Return the rules that were due for review before the day of the question, and when."""
    day = decision.panel.as_of.date()
    found = (decision.release.rules[name] for name in sorted(set(rules)))
    return [{"rule": rule.id, "due": rule.review.next} for rule in found if rule.review.is_overdue(day)]


def changed_by(decision: Decision, name: str) -> list[str]:
    """
    Return the rules that an assumption bears on.

    Args:
        decision: The decision.

        name: The attribute or patient quantity assumed.

    Returns:
        Rules that fired or were refuted with a condition that rests on it, and
        all that rest on these.
    """
    decided = {**decision.fired, **decision.inference.refuted}
    direct = {rule for rule in decided if _rests_on(decision, rule, name)}
    return sorted(rule for rule in decided if direct & set(decision.chain([rule])))


def _rests_on(decision: Decision, rule_id: str, name: str) -> bool:
    rule = decision.release.rules[rule_id]
    facts = decision.seen_by(rule).facts
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison):
            standing = facts.standings[condition.threshold]
            refs = standing.value.refs if standing.value is not None else ()
            if of_patient(name) in refs or name in _keys(decision, condition.threshold):
                return True
        elif isinstance(condition, AttributeTest) and condition.attribute == name:
            return True
    return False


def _keys(decision: Decision, threshold: str) -> frozenset[str]:
    """Return what chooses the rows of a threshold, and of those that are counted in its value."""
    standing, numbers = decision.facts.standings[threshold], decision.release.numbers
    value = standing.value
    counted = (operand for operand in (value.operands if value else ()) if operand in numbers.thresholds)
    return standing.keys.union(*(_keys(decision, operand) for operand in counted))
