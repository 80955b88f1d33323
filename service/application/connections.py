"""
What a rule reads and who reads what it gives: the links between rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.derivations import CountOf
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, KnownTest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.derivations import CountOf
    from service.domain.release import Profile, Release
from service.domain.rules import Condition, Rule


@dataclass(frozen=True, slots=True)
class Reads:
    """
    What a rule reads, each once and in the order of its conditions.

    Attributes:
        measures: Measures compared or asked for; the adjusted one where a limit is for that.

        attributes: Attributes tested, and those that rows are keyed by; age among them.

        findings: Findings tested, and those that rows are keyed by.

        conclusions: Conclusions asked for, in advice.
    """

    measures: tuple[str, ...]
    attributes: tuple[str, ...]
    findings: tuple[str, ...]
    conclusions: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every name."""
        return (*self.measures, *self.attributes, *self.findings, *self.conclusions)


def reads(release: Release, rule: Rule, profiles: Iterable[Profile] | None = None) -> Reads:
    """
    Return what a rule reads.

    Args:
        release: Of the rule.

        rule: The rule.

        profiles: In which; in all by default.

    Returns:
        Names by kind.
    """
    chosen = tuple(release.profiles.values() if profiles is None else profiles)
    found: tuple[dict[str, None], ...] = ({}, {}, {}, {})
    for condition in _conditions(release, rule):
        for kind, name in _read(release, condition, chosen):
            found[kind][name] = None
    return Reads(*(tuple(names) for names in found))


def _conditions(release: Release, rule: Rule) -> Iterable[Condition]:
    """Yield the conditions of a rule; what a doubt rests on, advice that follows from it rests on too."""
    for condition in rule.when.conditions():
        doubt = release.rules.get(condition.rule) if isinstance(condition, DoubtTest) else None
        yield from (condition,) if doubt is None else doubt.when.conditions()


MEASURE, ATTRIBUTE, FINDING, CONCLUSION = range(4)


def _read(release: Release, condition: Condition, profiles: tuple[Profile, ...]) -> Iterable[tuple[int, str]]:
    if isinstance(condition, AttributeTest):
        yield ATTRIBUTE, condition.attribute
    elif isinstance(condition, FindingTest):
        yield FINDING, condition.finding
    elif isinstance(condition, CertaintyTest):
        yield CONCLUSION, condition.conclusion
    elif isinstance(condition, KnownTest):
        yield MEASURE, condition.measure
    elif isinstance(condition, Comparison):
        for choice in (one for profile in profiles for one in release.choices(profile, condition.threshold)):
            yield MEASURE, choice.compares
            yield from ((ATTRIBUTE, name) for name in sorted(choice.key_quantities - {choice.compares}))
            yield from ((ATTRIBUTE, name) for name in sorted(choice.key_attributes))
            if choice.keyed_by:
                yield FINDING, choice.keyed_by


def given_by(rule: Rule) -> tuple[str, ...]:
    """Return the names that a rule decides or changes: one finding, conclusion or advice, or the measures it doubts."""
    return (rule.then.name,) if rule.then.name else tuple(doubt.measure for doubt in rule.then.doubts)


def readers(release: Release, name: str) -> tuple[Rule, ...]:
    """Return the rules that read a name, in the order they are told in a trace."""
    found = (rule for rule in release.rules.values() if name in reads(release, rule).all)
    return tuple(sorted(found, key=lambda rule: (release.levels[rule.id], rule.id)))


def limits_read(release: Release, rule: Rule) -> Iterator[str]:
    """
    Yield the thresholds that a rule compares with, and those of the votes that are counted in what it compares.

    Args:
        release: Of the rule.

        rule: The rule.

    Yields:
        Their names; one may come twice.
    """
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison):
            yield condition.threshold
            for choice in release.numbers.thresholds[condition.threshold].choices.values():
                yield from _voted(release, choice.compares)


def _voted(release: Release, name: str) -> Iterator[str]:
    measure = release.vocabulary.measures.get(name)
    if measure is None:
        return
    votes = measure.derivation.votes if isinstance(measure.derivation, CountOf) else ()
    for vote in votes:
        yield vote.threshold
        for choice in release.numbers.thresholds[vote.threshold].choices.values():
            yield from _voted(release, choice.compares)
    for operand in (operand for formula in measure.formulas for operand in formula.names):
        yield from _voted(release, operand)


def rests_on(release: Release, rules: Iterable[Rule]) -> list[Rule]:
    """Return rules and all that they rest on, with the doubts about results that they read."""
    found: dict[str, Rule] = {}
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        if rule.id not in found:
            found[rule.id] = rule
            names = reads(release, rule)
            waiting.extend(giver for name in names.all for giver in release.giving.get(name, ()))
            waiting.extend(one for one in release.doubts if {doubt.measure for doubt in one.then.doubts} & {*names.all})
    return list(found.values())
