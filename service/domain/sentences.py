"""
Sentences filled from a decision: placeholders become values with units.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.came_about import came_about
from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.rules import PLACEHOLDER, Comparison, placeholder
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.semantics import Verdict
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
            value = _value(decision, rule, condition.measure)
            failed.append(f"{title} {value} is {falls_short(decision, condition)}.")
    return " ".join(failed)


def reason(decision: Decision, conclusion: str, verdict: Verdict) -> str:
    """
    Return why a conclusion is as sure as it is, the deciding fact first.

    Args:
        decision: The decision.

        conclusion: Its name.

        verdict: What its claims left of it.

    Returns:
        The sentences of the rules that claim as much as the verdict, then of those that they rest on, the
        nearest first; each once. What claims less adds nothing and is left to the chain. Where both sides
        claim as much, each is told by itself.
    """
    if not verdict.contested:
        return _side(decision, conclusion, speaking_for=verdict.certainty.is_for)
    sides = (_side(decision, conclusion, speaking_for=side) for side in (True, False))
    return " ".join(f"{begins} {side}" for begins, side in zip(("For it:", "Against it:"), sides, strict=True))


def _side(decision: Decision, conclusion: str, *, speaking_for: bool) -> str:
    rules = decision.release.rules
    claims = [rules[rule] for rule in decision.claims(conclusion, speaking_for=speaking_for)]
    most = max((claim.then.certainty.force for claim in claims if claim.then.certainty), default=0)
    deciding = [rule.id for rule in claims if rule.then.certainty and rule.then.certainty.force == most]
    grounds = [rule for rule in reversed(decision.chain(deciding)) if rule not in deciding]
    sentences = (because(decision, rules[rule]) for rule in (*deciding, *grounds))
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))


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
    """Return the value compared, with how it came about where that is not plain."""
    values, unit = decision.facts.values, decision.release.vocabulary.measures[measure].unit
    compared = measure
    limits: set[Fraction] = set()
    for condition in rule.when.conditions():
        if isinstance(condition, Comparison) and condition.measure == measure:
            compared = decision.facts.standings[condition.threshold].choice.compares
            limits |= limits_in_force(decision, condition.threshold)
    used = values.get(compared)
    told = in_prose(interval_text(used.interval, unit, limits)) if used is not None else "unknown"
    how = came_about(decision, measure, compared)
    return f"{told} ({in_prose(how)})" if how else told


def in_prose(text: str) -> str:
    """Return a quantity as it reads inside a sentence: words for the units of age, signs for a value beyond an end."""
    text = ages_in_words(text)
    return re.sub(r"^above (?=[\d.-])", ">", re.sub(r"^below (?=[\d.-])", "<", text))


def ages_in_words(text: str) -> str:
    """Return a text with words for the units of age."""
    return re.sub(r"(?<=\d) mo\b", " months", re.sub(r"(?<=\d) a\b", " years", text))


def rows_in_force(decision: Decision, threshold: str) -> tuple[Row, ...]:
    """Return the rows that the patient allows, under the state of the finding they are keyed by."""
    standing = decision.facts.standings[threshold]
    state = None if standing.finding is None else state_of(standing.finding, decision.facts, decision.meaning)
    return standing.rows_under(state)


def limit_text(decision: Decision, threshold: str) -> str:
    """Return the limit in force, with its unit, or those that are still possible."""
    texts = list(dict.fromkeys(limit for _, limit in _told(decision, None, threshold)))
    if not texts:
        return "no limit"
    return texts[0] if len(texts) == 1 else f"every limit still possible ({' or '.join(texts)})"


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
    told = _told(decision, word, threshold)
    words = {one for one, _ in told}
    if len(words) <= 1:
        return f"{next(iter(words), word).value} {limit_text(decision, threshold)}"
    return f"{' or '.join(f'{one.value} {limit}' for one, limit in told)}, whichever holds"


def falls_short(decision: Decision, condition: Comparison) -> str:
    """Return how a comparison failed: ``not below 15 ug/L``, ``below none of the limits still possible (...)``."""
    told = _told(decision, condition.word, condition.threshold)
    if len(told) <= 1:
        return f"not {compared_text(decision, condition.word, condition.threshold)}"
    if len({one for one, _ in told}) > 1:
        return f"neither {' nor '.join(f'{one.value} {limit}' for one, limit in told)}"
    return f"{told[0][0].value} none of the limits still possible ({' or '.join(limit for _, limit in told)})"


def _told(decision: Decision, word: Word | None, threshold: str) -> list[tuple[Word, str]]:
    """Return the word and the limit of each row that the patient allows, each once, the lowest first."""
    standing = decision.facts.standings[threshold]
    rows = sorted(
        (row for row in rows_in_force(decision, threshold) if not row.is_hole),
        key=lambda row: (row.laboratory, row.limit or 0),
    )
    return list(dict.fromkeys((standing.threshold.said_of(row, word), row_limit_text(standing, row)) for row in rows))


def row_limit_text(standing: Standing, row: Row) -> str:
    """Return the limit of a row for one patient: ``120 g/L``, ``the laboratory's lower limit 120 g/L``."""
    unit = standing.threshold.unit
    if not row.laboratory:
        return "no limit" if row.limit is None else in_prose(interval_text(Interval.exactly(row.limit), unit))
    own, reference = f"the laboratory's {standing.threshold.side.of_range}", standing.reference
    if reference is None:
        return own
    limit = reference.limit(standing.threshold.side)
    return f"{own} (flag {reference.flag})" if limit is None else f"{own} {laboratory_limit_text(standing, limit)}"


def laboratory_limit_text(standing: Standing, limit: Fraction) -> str:
    """Return a laboratory's limit with its unit; as converted it may need more figures to lie beside the value."""
    value = standing.value
    return interval_text(Interval.exactly(limit), standing.threshold.unit, value.interval.bounds if value else ())


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
