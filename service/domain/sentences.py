"""
Sentences filled from a decision: placeholders become values with units.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.intervals import Interval
from service.domain.quantities import interval_ends, interval_text
from service.domain.rules import PLACEHOLDER, Comparison, placeholder
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.standing import Standing
    from service.domain.thresholds import Row, Word


def because(decision: Decision, rule: Rule) -> str:
    """
    Return a rule's reason for this patient.

    Args:
        decision: For values and limits.

        rule: A rule that fired, or that was refuted.

    Returns:
        The rule's own sentence with its placeholders filled where it fired;
        else one made of the comparisons that failed.
    """
    decision = decision.seen_by(rule)
    if rule.id in decision.fired:
        return PLACEHOLDER.sub(lambda match: _filled(decision, rule, match[1]), rule.then.because)
    failed = []
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison) and decision.truth(condition) is False:
            title = decision.release.vocabulary.measures[condition.measure].title
            limit = compared_text(decision, condition.word, condition.threshold)
            failed.append(f"{title} {_value(decision, rule, condition.measure)} is not {limit}.")
    return " ".join(failed)


def _filled(decision: Decision, rule: Rule, text: str) -> str:
    vocabulary = decision.release.vocabulary
    word, name = placeholder(text)
    if word is not None:
        return compared_text(decision, word, name)
    if name in vocabulary.measures:
        return _value(decision, rule, name)
    if name in decision.facts.standings:
        return limit_text(decision, name)
    return " or ".join(sorted(decision.facts.attributes[name]))


def _value(decision: Decision, rule: Rule, measure: str) -> str:
    """Return the value compared, with the measured one beside it where they differ."""
    measured = decision.facts.values.get(measure)
    unit = decision.release.vocabulary.measures[measure].unit
    text = interval_text(measured.interval, unit) if measured else "unknown"
    compared = None
    limits: set[Fraction] = set()
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison) and condition.measure == measure:
            compared = decision.facts.standings[condition.threshold].value
            limits |= limits_in_force(decision, condition.threshold)
    if compared is None:
        return _in_prose(text)
    told = interval_text(compared.interval, unit, limits)
    differs = measured is not None and compared.interval != measured.interval
    return _in_prose(f"{told} (measured {text})" if differs else told)


def _in_prose(text: str) -> str:
    """Return a quantity with words for the units of age."""
    return re.sub(r"(?<=\d) mo\b", " months", re.sub(r"(?<=\d) a\b", " years", text))


def rows_in_force(decision: Decision, threshold: str) -> tuple[Row, ...]:
    """Return the rows that the patient allows, under the state of the finding they are keyed by."""
    standing = decision.facts.standings[threshold]
    state = None if standing.finding is None else state_of(standing.finding, decision.facts, decision.meaning)
    return standing.rows_under(state)


def limit_text(decision: Decision, threshold: str) -> str:
    """Return the limit in force, with its unit, or those that are still possible."""
    standing = decision.facts.standings[threshold]
    rows = sorted(
        (row for row in rows_in_force(decision, threshold) if not row.is_hole),
        key=lambda row: (row.laboratory, row.limit or 0),
    )
    texts = list(dict.fromkeys(row_limit_text(standing, row) for row in rows))
    if not texts:
        return "no limit"
    return texts[0] if len(texts) == 1 else f"every limit that is still possible ({', '.join(texts)})"


def compared_text(decision: Decision, word: Word, threshold: str) -> str:
    """
    Return what a value is compared with, in the words of the rows in force: ``below 15 ug/L``.

    Equality belongs to the row and the side to the rule, so a rule's ``above`` is an ``at least`` where a
    row says that, and the negation of one is the negation of the other.

    Args:
        decision: For the rows.

        word: Of a rule.

        threshold: Its name.

    Returns:
        Word and limit; each word with its limits where rows differ in it.
    """
    standing = decision.facts.standings[threshold]
    rows = [row for row in rows_in_force(decision, threshold) if not row.is_hole]
    said = [standing.threshold.said_of(row, word) for row in rows] or [word]
    if len({*said}) == 1:
        return f"{said[0].value} {limit_text(decision, threshold)}"
    told = (f"{one.value} {row_limit_text(standing, row)}" for one, row in zip(said, rows, strict=True))
    return f"{' or '.join(dict.fromkeys(told))}, whichever holds"


def row_limit_text(standing: Standing, row: Row) -> str:
    """Return the limit of a row for one patient: ``120 g/L``, ``the laboratory's lower limit 120 g/L``."""
    unit = standing.threshold.unit
    if not row.laboratory:
        return "no limit" if row.limit is None else _in_prose(interval_text(Interval.exactly(row.limit), unit))
    own, reference = f"the laboratory's {standing.threshold.side.of_range}", standing.reference
    if reference is None:
        return own
    limit = reference.limit(standing.threshold.side)
    return f"{own} (flag {reference.flag})" if limit is None else f"{own} {laboratory_limit_text(standing, limit)}"


def laboratory_limit_text(standing: Standing, limit: Fraction) -> str:
    """Return a laboratory's limit with its unit; as converted it may need more figures to lie beside the value."""
    value = standing.value
    ends = [end.value for end in interval_ends(value.interval) if end.value is not None] if value else []
    return interval_text(Interval.exactly(limit), standing.threshold.unit, ends)


def limits_in_force(decision: Decision, threshold: str) -> set[Fraction]:
    """Return the numbers that a value is compared with, for telling it apart from each: as they are, and as told."""
    standing = decision.facts.standings[threshold]
    limits = set()
    for row in rows_in_force(decision, threshold):
        limit = standing.limit(row)
        if limit is not None:
            limits.add(limit)
            if row.laboratory:
                limits.add(Fraction(laboratory_limit_text(standing, limit).partition(" ")[0]))
    return limits
