"""
Mutants: the same rule set with one thing changed, to see whether a case notices.

What is changed is the domain's objects, never text. A limit is moved by one in
its last printed place, so that values between the old and the new change side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from service.application.connections import limits_read
from service.application.in_words import condition_words, effect_words, limit_words
from service.domain.figures import exact_text
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, FindingTest, Group, KnownTest
from service.domain.scales import Certainty, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.release import Release
    from service.domain.rules import Condition, Rule
    from service.domain.thresholds import Row, Threshold

_SWAPPED = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT, State.UNKNOWN: State.PRESENT}


@dataclass(frozen=True)
class Mutant:
    """
    A rule set with one thing changed.

    Attributes:
        rules: Ids of the rules that may behave differently at once, those among them that read a count of votes.

        file: Where what was changed stands.

        what: What was changed, in plain words, as it was.

        became: What it became.

        release: The rule set as it then is.

        threshold: The threshold of the rows that were changed, or empty where a rule was.

        rows: Those rows, as they were.

        span: The old and the new limit of those rows, the lower first; none where it is the laboratory's.

        table: The table of times of which a step was changed, or empty.
    """

    rules: tuple[str, ...]
    file: str
    what: str
    became: str
    release: Release
    threshold: str = ""
    rows: tuple[Row, ...] = ()
    span: tuple[Fraction, ...] = ()
    table: str = ""


def mutants(release: Release, rules: Iterable[Rule]) -> Iterator[Mutant]:
    """
    Make every mutant of some rules and of the thresholds they compare with.

    Args:
        release: The rule set.

        rules: Which rules to change.

    Yields:
        The mutants, rule by rule, then those of the thresholds.
    """
    chosen = list(rules)
    for rule in chosen:
        yield from _of_conditions(release, rule)
        yield from _of_certainty(release, rule)
    for name in dict.fromkeys(name for rule in chosen for name in limits_read(release, rule)):
        yield from _of_rows(release, release.numbers.thresholds[name])


# -- rules -------------------------------------------------------------------


def _with_rule(release: Release, rule: Rule, what: str, became: str) -> Mutant:
    return Mutant((rule.id,), rule.file, what, became, replace(release, rules={**release.rules, rule.id: rule}))


def _of_conditions(release: Release, rule: Rule) -> Iterator[Mutant]:
    for place, condition in enumerate(rule.when.conditions()):
        said = condition_words(release, condition)
        dropped = _rewritten(rule.when, place, None)
        yield _with_rule(release, replace(rule, when=dropped), said, "left out")
        for other in _changed(condition):
            when = _rewritten(rule.when, place, other)
            yield _with_rule(release, replace(rule, when=when), said, condition_words(release, other))


def _changed(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Comparison):
        yield replace(condition, word=condition.word.opposite)
    elif isinstance(condition, AttributeTest):
        yield replace(condition, negated=not condition.negated)
    elif isinstance(condition, FindingTest):
        yield replace(condition, state=_SWAPPED[condition.state])
    elif isinstance(condition, KnownTest):
        yield replace(condition, known=not condition.known)
    elif isinstance(condition, CertaintyTest):
        for certainty in _neighbors(condition.least):
            if certainty.is_for:
                yield replace(condition, least=certainty)


def _rewritten(group: Group, place: int, other: Condition | None) -> Group:
    """Return a group with the condition at a place, counted as they are written, replaced or left out."""
    members: list[Condition | Group] = []
    for member in group.members:
        size = len(tuple(member.conditions())) if isinstance(member, Group) else 1
        if not 0 <= place < size:
            members.append(member)
        elif isinstance(member, Group):
            inner = _rewritten(member, place, other)
            if inner.members:
                members.append(inner)
        elif other is not None:
            members.append(other)
        place -= size
    every = group.needed == len(group.members)
    return replace(group, needed=len(members) if every else min(group.needed, len(members)), members=tuple(members))


def _of_certainty(release: Release, rule: Rule) -> Iterator[Mutant]:
    if rule.then.certainty is None:
        return
    for certainty in _neighbors(rule.then.certainty):
        other = replace(rule, then=replace(rule.then, certainty=certainty))
        yield _with_rule(release, other, effect_words(release, rule.then), certainty.value)


def _neighbors(certainty: Certainty) -> tuple[Certainty, ...]:
    order = list(Certainty)
    place = order.index(certainty)
    return tuple(order[max(0, place - 1) : place] + order[place + 1 : place + 2])


# -- thresholds ----------------------------------------------------------------


def _of_rows(release: Release, threshold: Threshold) -> Iterator[Mutant]:
    """Yield the mutants of each row as it was authored: a row that other choices take over changes in all of them."""
    seen: list[Row] = []
    for row in (row for choice in threshold.choices.values() for row in choice.rows):
        if row.is_hole or row in seen:
            continue
        seen.append(row)
        for other in (*_moved(row), replace(row, equal_is_abnormal=not row.equal_is_abnormal)):
            yield _with_row(release, threshold, row, other)


def _moved(row: Row) -> tuple[Row, ...]:
    """Return a row with its limit moved by one either way; a laboratory's own limit is not ours to move."""
    if row.limit is None:
        return ()
    step = last_place(row.limit)
    return replace(row, limit=row.limit - step), replace(row, limit=row.limit + step)


def _with_row(release: Release, threshold: Threshold, row: Row, other: Row) -> Mutant:
    changed = tuple(one for choice in threshold.choices.values() for one in choice.rows if one == row)
    choices = {
        name: replace(choice, rows=tuple(other if one == row else one for one in choice.rows))
        for name, choice in threshold.choices.items()
    }
    numbers = replace(
        release.numbers,
        thresholds={**release.numbers.thresholds, threshold.name: replace(threshold, choices=choices)},
    )
    readers = [rule for rule in release.rules.values() if threshold.name in limits_read(release, rule)]
    folder = next(iter(release.rules.values())).file.partition("/rules/")[0]
    what = f"{threshold.name}, {row.text}: {limit_words(threshold, row)}"
    mutated = replace(release, numbers=numbers)
    span = tuple(sorted(one.limit for one in (row, other) if one.limit is not None))
    ids = tuple(rule.id for rule in readers)
    became = limit_words(threshold, other)
    return Mutant(ids, f"{folder}/thresholds.yaml", what, became, mutated, threshold.name, changed, span)


def last_place(limit: Fraction) -> Fraction:
    """Return one in the last decimal place that a limit is written with."""
    _, _, decimals = exact_text(limit).partition(".")
    return Fraction(1, 10 ** len(decimals))
