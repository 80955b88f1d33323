"""
What comparisons must answer, found by trying every patient that is still possible.

`service.domain.standing` reasons with ends of intervals and sets of rows. This does not: it lists
concrete patients (one sex, one age, one value of everything), asks each which one row is theirs and
which side of its limit their value is on, and looks whether they all say the same. It is slow, and
plain enough to be right. It shares no code with what it judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

from service.domain.derivations import Change, CountOf
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.panel import Panel
from service.domain.release import Profile, Release
from service.domain.scales import State
from service.domain.thresholds import Choice, Row, Side, Word
from service.domain.vocabulary import Vocabulary


def holds(interval: Interval, value: Fraction) -> bool:
    """
    Return whether *value* is one of the values of *interval*.
    """
    low, high = interval.low, interval.high
    if low.value is not None and (value < low.value or (value == low.value and low.open)):
        return False
    return not (high.value is not None and (value > high.value or (value == high.value and high.open)))


def samples(interval: Interval, edges: Iterable[Fraction]) -> list[Fraction]:
    """
    Return values of *interval* on each edge, between each two, and beyond the outermost.
    """
    ends = [end.value for end in (interval.low, interval.high) if end.value is not None]
    marks = sorted({*edges, *ends, Fraction(0)})
    tried = [
        *marks,
        *((one + other) / 2 for one, other in pairwise(marks)),
        marks[0] - 1,
        marks[-1] + 1,
    ]
    return [value for value in tried if holds(interval, value)]


def exists(vocabulary: Vocabulary, attributes: Mapping[str, str], age: Fraction) -> bool:
    """
    Return whether there can be a patient of these attributes and this age in months.
    """
    for name, attribute in vocabulary.attributes.items():
        if attribute.otherwise in {None, attributes[name]}:
            continue
        if any(attributes[other] not in some for other, some in attribute.applies_to.items()):
            return False
        if attribute.applies_age is not None and not holds(attribute.applies_age, age):
            return False
    return True


def edges_of(choice: Choice, quantity: str) -> set[Fraction]:
    """
    Return where rows begin or end that are keyed by a patient quantity.
    """
    bands = [row.bands[quantity] for row in choice.rows if quantity in row.bands]
    return {end.value for band in bands for end in (band.low, band.high) if end.value is not None}


Who = tuple[dict[str, str], dict[str, Fraction]]
"""
One patient: a value of each attribute, and a number for each patient quantity that matters.
"""


def patients(
    release: Release, panel: Panel, values: Mapping[str, Interval], edges: Mapping[str, set[Fraction]]
) -> Iterator[Who]:
    """
    Yield every patient that the panel still allows, with a value from each band of each quantity.
    """
    vocabulary = release.vocabulary
    domains = [a.applies_age for a in vocabulary.attributes.values() if a.applies_age]
    ends = {end.value for one in domains for end in (one.low, one.high) if end.value is not None}
    least = {name: vocabulary.measures[name].possible for name in edges}
    tried = {
        name: [
            one
            for one in samples(values.get(name, Interval.of(None, None)), cuts | ends if name == AGE else cuts)
            if (span := least[name]) is None or span.low.value is None or one >= span.low.value
        ]
        for name, cuts in edges.items()
    }
    names = list(vocabulary.attributes)
    for words in product(*(sorted(panel.attributes[name].values) for name in names)):
        attributes = dict(zip(names, words, strict=True))
        for numbers in product(*tried.values()):
            quantities = dict(zip(tried, numbers, strict=True))
            if exists(vocabulary, attributes, quantities[AGE]):
                yield attributes, quantities


def rows_of(
    choice: Choice, attributes: Mapping[str, str], quantities: Mapping[str, Fraction], state: State | None
) -> list[Row]:
    """
    Return the rows that speak of one patient, whose key finding is in *state*.
    """
    return [
        row
        for row in choice.rows
        if all(holds(band, quantities[name]) for name, band in row.bands.items())
        and all(attributes[name] in allowed for name, allowed in row.attributes.items())
        and (row.finding is None or row.finding[1] is state)
    ]


def word_is_true(word: Word, side: Side, row: Row, value: Fraction) -> bool:
    """
    Return whether a rule's word is true of one value against one row.
    """
    assert row.limit is not None
    if side is Side.LOW:
        abnormal = value <= row.limit if row.equal_is_abnormal else value < row.limit
        return abnormal if word is Word.BELOW else not abnormal
    abnormal = value >= row.limit if row.equal_is_abnormal else value > row.limit
    return abnormal if word is Word.ABOVE else not abnormal


class Oracle:
    """
    Answers comparisons for one panel.

    Args:
        release: For the rows and the domains of attributes.

        profile: For the choice of rows.

        panel: For the possible values of attributes.

        values: The interval of each measure that is known.
    """

    def __init__(self, release: Release, profile: Profile, panel: Panel, values: Mapping[str, Interval]) -> None:
        self.release, self.profile, self.values = release, profile, values
        self.ranges = {name: value.reference for name, value in panel.values.items() if value.reference}
        self.panel = panel
        self._patients: dict[tuple[str, ...], list[Who]] = {}

    def patients(self, choice: Choice) -> list[Who]:
        """
        Return every patient that the panel still allows, as far as the rows of a choice tell them apart.
        """
        edges = {name: edges_of(choice, name) for name in sorted({AGE, *(n for row in choice.rows for n in row.bands)})}
        key = tuple(f"{name}: {sorted(cuts)}" for name, cuts in edges.items())
        if key not in self._patients:
            self._patients[key] = list(patients(self.release, self.panel, self.values, edges))
        return self._patients[key]

    def has_limit(self, measure: str, side: Side) -> bool:
        """
        Return whether the result of a measure tells anything of the laboratory's limit on a side.
        """
        told = self.ranges.get(measure)
        return told is not None and bool(told.flag or (told.low if side is Side.LOW else told.high) is not None)

    def choice(self, threshold: str) -> Choice:
        """
        Return the choice that holds: the other one where every patient waits for a range that is not there.
        """
        of = self.release.numbers.thresholds[threshold]
        choice = self.release.choice(self.profile, threshold)
        if not choice.otherwise or choice.compares not in self.values or self.has_limit(choice.compares, of.side):
            return choice
        rows = [row for who in self.patients(choice) for row in rows_of(choice, *who, None)]
        return of.choices[choice.otherwise] if all(row.laboratory for row in rows) else choice

    def pairs(self, measure: str, side: Side) -> Iterator[tuple[Fraction, Fraction]]:
        """
        Yield each value with each limit on a side that the laboratory's numbers and flags allow.
        """
        told, value = self.ranges[measure], self.values[measure]
        known = [limit for limit in (told.low, told.high) if limit is not None]
        tried = samples(value, known)
        anywhere = samples(Interval.of(None, None), {*known, *tried})
        for low, high in product(*([one] if one is not None else anywhere for one in (told.low, told.high))):
            if low <= high:
                for one in tried:
                    flag = "L" if one < low else "H" if one > high else "N"
                    if flag in told.flags:
                        yield one, low if side is Side.LOW else high

    def answers(self, threshold: str, state: State | None) -> dict[Word, bool | None]:
        """
        Return what each word answers about a threshold, when its key finding is in *state*.

        Args:
            threshold: Its name.

            state: Present or absent, or None where the finding may be either.

        Returns:
            For each word of the threshold's side, true, false, or None for unknown.
        """
        side = self.release.numbers.thresholds[threshold].side
        choice = self.choice(threshold)
        words = [word for word in Word if word.side is side]
        value = self.values.get(choice.compares)
        unknown = dict.fromkeys(words)
        if value is None:
            return unknown
        states = (state,) if state is not None else (State.PRESENT, State.ABSENT)
        found: list[Row] = []
        for who in self.patients(choice):
            for one in states:
                rows = rows_of(choice, *who, one)
                if len(rows) != 1 or rows[0].no_limit:
                    return unknown
                if rows[0].laboratory and not self.has_limit(choice.compares, side):
                    return unknown
                if rows[0] not in found:
                    found.append(rows[0])
        plain = [row for row in found if row.limit is not None]
        compared = [(row, one) for row in plain for one in samples(value, [row.limit for row in plain])]
        for row in found:
            if row.laboratory:
                compared += [(replace(row, limit=limit), one) for one, limit in self.pairs(choice.compares, side)]
        answers: dict[Word, bool | None] = {}
        for word in words:
            truths = {word_is_true(word, side, row, one) for row, one in compared}
            answers[word] = truths.pop() if len(truths) == 1 else None
        return answers

    def count(self, how: CountOf) -> Interval | None:
        """
        Return how many votes may be true, or None where no vote has a value.
        """
        choices = [self.choice(vote.threshold) for vote in how.votes]
        if not any(choice.compares in self.values for choice in choices):
            return None
        votes = [self.answers(vote.threshold, None)[Word(vote.word)] for vote in how.votes]
        return Interval.of(sum(vote is True for vote in votes), sum(vote is not False for vote in votes))


def change(panel: Panel, how: Change) -> Interval | None:
    """
    Return what a change may be, found by trying every instant at which its event may have been.

    None where it is not known: one of the instants leaves no two results, or one that was set aside.
    """
    now, history = panel.values.get(how.of), panel.earlier.get(how.of)
    if now is None or now.time is None or history is None:
        return None
    results = [(one.time, one.interval) for one in history]
    instants: list[datetime | None] = [None]
    if how.since:
        told = panel.events.get(how.since)
        if told is None or told.days_ago.high.value is None:
            return None
        ago = samples(told.days_ago, [_days(time, panel.as_of) for time, _ in (*results, (now.time, None))])
        instants = [panel.as_of - timedelta(microseconds=float(one * 86_400_000_000)) for one in ago]
    found: Interval | None = None
    for instant in instants:
        before = [(time, value) for time, value in results if time <= (instant or now.time)]
        if not before or (instant is not None and now.time <= instant):
            return None
        time, value = max(before, key=lambda one: one[0])
        if value is None or (how.within_days is not None and _days(time, instant or now.time) > how.within_days):
            return None
        one = Interval.exactly(_days(time, now.time)) if how.in_days else now.interval - value
        found = one if found is None else found.hull(one)
    return None if found is None or found.is_unbounded else found


def _days(start: datetime, end: datetime) -> Fraction:
    passed = end - start
    return Fraction(passed.days) + Fraction(passed.seconds, 86_400) + Fraction(passed.microseconds, 86_400_000_000)
