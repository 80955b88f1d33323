"""
The language in words: titles instead of names, numbers with units instead of thresholds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.rules import AttributeTest, Comparison, DoubtTest, FindingTest, KnownTest, Verb

if TYPE_CHECKING:
    from service.domain.release import Release
    from service.domain.rules import Condition, Then
    from service.domain.thresholds import Row, Step, Table, Threshold, Word


def title_of(release: Release, name: str) -> str:
    """Return the title of a measure, attribute, finding, conclusion, advice or event; the name itself if it is none."""
    words = release.vocabulary
    for kind in (words.measures, words.attributes, words.findings, words.conclusions, words.advice, words.events):
        if name in kind:
            return kind[name].title
    return name


def limit_words(threshold: Threshold, row: Row, word: Word | None = None) -> str:
    """
    Return what a row compares with: ``below 15 ug/L``.

    Args:
        threshold: Of the row.

        row: The row.

        word: The word of a condition; of the row itself by default. A condition
            that asks for the other side gets the exact opposite of the row's word.

    Returns:
        Word, number and unit; that the limit is the laboratory's; why there is no
        limit, where there is none.
    """
    if row.is_hole:
        return f"no limit: {row.no_limit}"
    if row.limit is None:
        limit = f"the laboratory's {threshold.side.of_range}"
    else:
        limit = interval_text(Interval.exactly(row.limit), threshold.unit)
    return f"{threshold.said_of(row, word).value} {limit}"


def condition_words(release: Release, condition: Condition, limit: str = "") -> str:
    """
    Return a condition as a sentence without its full stop.

    Args:
        release: For titles.

        condition: The condition.

        limit: What a comparison compares with; the title of its threshold by default.

    Returns:
        For example ``Ferritin is below 15 ug/L``.
    """
    if isinstance(condition, Comparison):
        title = release.numbers.thresholds[condition.threshold].title
        return f"{title_of(release, condition.measure)} is {limit or f'{condition.word.value} the limit ({title})'}"
    if isinstance(condition, AttributeTest):
        return f"{title_of(release, condition.attribute)} is {'not ' if condition.negated else ''}{condition.words}"
    if isinstance(condition, FindingTest):
        return f"{title_of(release, condition.finding)} is {condition.state.value}"
    if isinstance(condition, KnownTest):
        return f"{title_of(release, condition.measure)} is {'known' if condition.known else 'missing'}"
    if isinstance(condition, DoubtTest):
        effect = effect_words(release, release.rules[condition.rule].then)
        return f"{condition.rule} cast its doubt ({effect})"
    return f"{title_of(release, condition.conclusion)} is at least {condition.least.value}"


def step_words(release: Release, table: Table, step: Step) -> str:
    """Return a step of a table as a sentence without its full stop: ``from 3.5 ug/dL to 10 ug/dL: 90 d``."""
    unit = release.vocabulary.measures[table.of].unit
    ends = [(word, end.value) for word, end in (("from", step.over.low), ("to", step.over.high))]
    said = " ".join(f"{word} {interval_text(Interval.exactly(at), unit)}" for word, at in ends if at is not None)
    if step.number is None:
        return f"{said}: {step.value or f'none, {step.no_value}'}"
    return f"{said}: {interval_text(Interval.exactly(step.number), table.unit)}"


def effect_words(release: Release, then: Then) -> str:
    """Return what a rule does as a sentence without its full stop: ``Iron deficiency is present``."""
    if then.verb in {Verb.ESTABLISH, Verb.RULE_OUT}:
        state = "present" if then.verb is Verb.ESTABLISH else "absent"
        return f"{title_of(release, then.name)} is {state}"
    if then.certainty is not None:
        return f"{title_of(release, then.name)} is {then.certainty.value}"
    if then.urgency is not None:
        due = f"; {release.numbers.tables[then.within].title}" if then.within else ""
        return f"{title_of(release, then.name)} ({then.urgency.word}{due})"
    doubts = [f"{title_of(release, one.measure)} {_doubt(one.effect.value)}" for one in then.doubts]
    return " and ".join(doubts)


def _doubt(effect: str) -> str:
    return "is set aside" if effect == "set aside" else effect
