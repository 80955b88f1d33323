"""
The language in words: titles instead of names, numbers with units instead of thresholds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.intervals import Interval
from service.domain.quantities import interval_text
from service.domain.rules import AttributeTest, Comparison, DoubtTest, FindingTest, KnownTest, Verb
from service.domain.thresholds import Side, Word

if TYPE_CHECKING:
    from service.domain.release import Release
    from service.domain.rules import Condition, Then
    from service.domain.thresholds import Row, Threshold

OPPOSITE = {
    Word.BELOW: Word.AT_LEAST,
    Word.AT_LEAST: Word.BELOW,
    Word.ABOVE: Word.AT_MOST,
    Word.AT_MOST: Word.ABOVE,
}
"""The word that is true exactly where another is false."""

_OF_ROW = {
    (Side.LOW, False): Word.BELOW,
    (Side.LOW, True): Word.AT_MOST,
    (Side.HIGH, False): Word.ABOVE,
    (Side.HIGH, True): Word.AT_LEAST,
}


def title_of(release: Release, name: str) -> str:
    """Return the title of a measure, attribute, finding, conclusion, advice or event; the name itself if it is none."""
    words = release.vocabulary
    for kind in (words.measures, words.attributes, words.findings, words.conclusions, words.advice, words.events):
        if name in kind:
            return kind[name].title
    return name


def row_word(threshold: Threshold, row: Row) -> Word:
    """Return the word of a row as its source prints it: equality that counts makes ``below`` an ``at most``."""
    return _OF_ROW[threshold.side, row.equal_is_abnormal]


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
    return f"{said_of(threshold, row, word).value} {limit}"


def said_of(threshold: Threshold, row: Row, word: Word | None = None) -> Word:
    """Return the word of a row, or its exact opposite where a condition asks for the other side."""
    said = row_word(threshold, row)
    return OPPOSITE[said] if word in {Word.AT_LEAST, Word.AT_MOST} else said


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
