"""
Sentences filled from a decision: placeholders become values with units.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.intervals import Interval
from service.domain.quantities import interval_text
from service.domain.rules import Comparison
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from fractions import Fraction

    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.thresholds import Row

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


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
        return _PLACEHOLDER.sub(lambda match: _filled(decision, rule, match[1]), rule.then.because)
    failed = []
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison) and decision.truth(condition) is False:
            title = decision.release.vocabulary.measures[condition.measure].title
            value, limit = _value(decision, rule, condition.measure), limit_text(decision, condition.threshold)
            failed.append(f"{title} {value} is not {condition.word.value} {limit}.")
    return " ".join(failed)


def _filled(decision: Decision, rule: Rule, name: str) -> str:
    vocabulary = decision.release.vocabulary
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
            limits.update(row.limit for row in rows_in_force(decision, condition.threshold) if row.limit is not None)
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
    limits = sorted({row.limit for row in rows_in_force(decision, threshold) if row.limit is not None})
    if not limits:
        return "no limit"
    unit = decision.release.numbers.thresholds[threshold].unit
    texts = [_in_prose(interval_text(Interval.exactly(limit), unit)) for limit in limits]
    return texts[0] if len(texts) == 1 else f"every limit that is still possible ({', '.join(texts)})"
