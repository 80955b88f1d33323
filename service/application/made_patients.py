"""
Make patients for a rule: on both sides of each limit that it compares with.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING

from service.application.generated.chosen import value_in
from service.domain.figures import exact_text
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.rules import AttributeTest, Comparison, FindingTest, Verb
from service.domain.scales import State
from service.domain.thresholds import Side, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.nodes import Plain
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule
    from service.domain.thresholds import Row, Threshold

Said = dict[str, "Plain"]
"""What is said of a patient, as it stands under ``given``."""
GROWN_UP = Fraction(34 * 12)
AND = " and "
LIMITS = 32
"""Combinations of rows that are tried for one patient."""
WAYS = 6
"""Ways in which a finding is given that are tried."""
DEPTH = 2
"""Rules behind a rule that are followed."""


def made(release: Release, profile: Profile, rule: Rule, source: str = "") -> Iterator[Said]:
    """
    Make patients: of each age at which a limit of the rule begins, and of each kind.

    Args:
        release: The rule set.

        profile: In which it is read.

        rule: For whom they are made; the findings that it asks for are given by the rules that give them.

        source: Whose limits are tried first.

    Yields:
        What is said of each.
    """
    rows = [row for one in _comparisons(rule) for row in _rows(release, profile, one) if not row.is_hole]
    ages = [_age_in(release, profile, row.band(AGE)) for row in rows]
    attributes = release.vocabulary.attributes
    cited = {age for age, row in zip(ages, rows, strict=True) if row.cites.source == source}
    for age in sorted(dict.fromkeys(ages or [GROWN_UP]), key=lambda one: (one not in cited, one != GROWN_UP)):
        for chosen in product(*(one.values for one in attributes.values())):
            said: Said = {AGE: _age(age or Fraction(0))}
            words = dict(zip(attributes, chosen, strict=True))
            said |= {
                name: word
                for name, word in words.items()
                if all(words.get(other) in values for other, values in attributes[name].applies_to.items())
                and _applies(attributes[name].applies_age, age)
            }
            yield from _founded(release, profile, rule, said, DEPTH)


def _age_in(release: Release, profile: Profile, band: Interval) -> Fraction | None:
    """Return an age of a row: a grown-up's, else where the row begins, or the scope inside of it."""
    begins = [
        row.limit
        for one in release.ruleset.scope.conditions()
        if isinstance(one, Comparison) and one.measure == AGE
        for row in _rows(release, profile, one)
        if row.limit is not None and one.word in {Word.AT_LEAST, Word.ABOVE}
    ]
    fitting = [age for age in (GROWN_UP, *begins) if band.meets(Interval.exactly(age))]
    return next(iter(fitting), band.low.value)


def _founded(release: Release, profile: Profile, rule: Rule, base: Said, depth: int) -> Iterator[Said]:
    """Yield a patient with what other rules need to give the findings that a rule asks for."""
    findings = release.vocabulary.findings
    asked = [
        one for one in rule.when.conditions() if isinstance(one, FindingTest) and not findings[one.finding].observed
    ]
    if not asked or not depth:
        yield base
        return
    ways = [list(islice(_ways(release, profile, one, base, depth), WAYS)) or [base] for one in asked]
    for chosen in product(*ways):
        said = dict(base)
        for one in chosen:
            said |= one
        yield said


def _ways(release: Release, profile: Profile, asked: FindingTest, base: Said, depth: int) -> Iterator[Said]:
    """Yield patients to whom a rule gives a finding, or for whom the rule that would establish it does not fire."""
    given = {State.PRESENT: Verb.ESTABLISH, State.ABSENT: Verb.RULE_OUT}.get(asked.state)
    closed = asked.state is State.ABSENT and release.vocabulary.findings[asked.finding].closes
    for giver in release.rules.values():
        if giver.then.name == asked.finding and (giver.then.verb is given or closed):
            for said in _founded(release, profile, giver, base, depth - 1):
                for fires, others in islice(sides(release, profile, giver, said), 2):
                    yield from (other for _, other in others) if giver.then.verb is not given else (fires,)


def _applies(ages: Interval | None, age: Fraction | None) -> bool:
    return ages is None or ages.meets(Interval.exactly(age or 0))


def sides(release: Release, profile: Profile, rule: Rule, base: Said) -> Iterator[tuple[Said, list[tuple[str, Said]]]]:
    """
    Say of a patient what each condition needs.

    Args:
        release: The rule set.

        profile: In which it is read.

        rule: The rule with the conditions.

        base: What is said besides.

    Yields:
        A patient for whom each condition holds that can be said, with those who
        differ from it in what is named.
    """
    words = release.vocabulary
    held: Said = dict(base)
    turned: dict[str, Plain] = {}
    for one in rule.when.conditions():
        if isinstance(one, FindingTest) and words.findings[one.finding].observed:
            held[one.finding] = one.state.value
            turned[one.finding] = "absent" if one.state.value == "present" else "present"
        elif isinstance(one, AttributeTest):
            every = words.attributes[one.attribute].values
            fitting = [value for value in every if (value in one.values) is not one.negated]
            held |= {one.attribute: held[one.attribute] if held.get(one.attribute) in fitting else fitting[0]}
    limits = [[(one, row) for row in _rows(release, profile, one) if not row.is_hole] for one in _comparisons(rule)]
    for chosen in islice(product(*limits), LIMITS):
        values = {one.measure: _values(release, one, row) for one, row in chosen}
        fires = held | _of_rows(release, [row for _, row in chosen]) | {name: pair[0] for name, pair in values.items()}
        others = [(name, fires | {name: pair[1]}) for name, pair in values.items()]
        others += [(name, fires | {name: state}) for name, state in turned.items()]
        if len(values) + len(turned) > 1:
            # Where one of several conditions is enough, none may hold.
            others.append(
                (AND.join((*values, *turned)), fires | {name: pair[1] for name, pair in values.items()} | turned)
            )
        yield fires, others


def _of_rows(release: Release, rows: list[Row]) -> Said:
    """Say of a patient the quantities that rows are keyed by, age aside, which is said already."""
    measures = release.vocabulary.measures
    bands = {name: band for row in rows for name, band in row.bands.items() if name != AGE}
    values = {name: value_in(measures[name], band) for name, band in bands.items()}
    return {name: f"{exact_text(value)} {measures[name].unit}" for name, value in values.items() if value is not None}


def _comparisons(rule: Rule) -> list[Comparison]:
    return [one for one in rule.when.conditions() if isinstance(one, Comparison)]


def _rows(release: Release, profile: Profile, one: Comparison) -> tuple[Row, ...]:
    return release.numbers.thresholds[one.threshold].choices[profile.choices[one.threshold]].rows


def _values(release: Release, one: Comparison, row: Row) -> tuple[Plain, Plain]:
    """Return the value next to a limit for which a comparison holds, and the one for which it does not."""
    threshold = release.numbers.thresholds[one.threshold]
    limit = row.limit if row.limit is not None else _made_limit(release, threshold)
    digits = exact_text(limit).partition(".")[2]
    step = Fraction(1, 10 ** len(digits)) * (-1 if threshold.side is Side.LOW else 1)
    abnormal, normal = (limit, limit - step) if row.equal_is_abnormal else (limit + step, limit)
    unit = "" if threshold.unit == "1" else f" {threshold.unit}"
    texts = (f"{exact_text(abnormal)}{unit}", f"{exact_text(normal)}{unit}")
    found: tuple[Plain, Plain] = texts
    if row.laboratory:
        own = f"{'>=' if threshold.side is Side.LOW else '<='}{exact_text(limit)}{unit}"
        found = ({"value": texts[0], "laboratory": own}, {"value": texts[1], "laboratory": own})
    return found if one.word in {Word.BELOW, Word.ABOVE} else (found[1], found[0])


def _made_limit(release: Release, threshold: Threshold) -> Fraction:
    """Return a limit that a laboratory could print: one that another choice has, or the middle of what is usual."""
    numbers = [row.limit for choice in threshold.choices.values() for row in choice.rows if row.limit is not None]
    measure = release.vocabulary.measures[threshold.of]
    usual = measure.usual or measure.possible
    ends = usual.bounds if usual else ()
    return numbers[0] if numbers else Fraction(round(sum(ends, Fraction(0)) / max(len(ends), 1))) or Fraction(1)


def _age(months: Fraction) -> str:
    return f"{exact_text(months / 12)} a" if months >= 24 and months % 12 == 0 else f"{exact_text(months)} mo"  # noqa: PLR2004 - people count months up to two years
