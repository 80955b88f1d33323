"""
Reaching: for whom a condition holds, solved backward over the rules.

A condition on a finding is what one of the rules that give it asks; a comparison
is a row for the patient and a side of its limit. What is found are sketches,
whose patients the reference semantics is asked about; so nothing here need be
exact, and where it finds nobody that proves nothing.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING

from service.application.generated.chosen import GROWN_UP
from service.application.generated.solving import Solving
from service.domain.intervals import Interval
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Group, Verb
from service.domain.thresholds import ALWAYS, Side
from service.domain.vocabulary import AGE, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.application.generated.sketch import Sketch
    from service.domain.release import Profile, Release
    from service.domain.rules import Condition, Rule
    from service.domain.thresholds import Row, Threshold

Goal = tuple["Group | Condition", bool]
"""What is to be decided, and how."""
STEPS = 600
"""Steps that are taken for one question."""
FEW = 4
"""Ways in which the operands of a computed measure are chosen."""


class _EnoughError(Exception):
    """As many sketches as may be drawn for one question have been."""


class Reaching:
    """
    Draws sketches of patients in one profile.

    Args:
        release: The rule set.

        profile: In which it is read.
    """

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release, self.profile = release, profile
        self._solving = Solving(release, profile)
        self._steps = 0

    def begin(self) -> None:
        """Begin another question, with as many steps as the one before had."""
        self._steps = STEPS

    def all_of(self, goals: Sequence[Goal], sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches in which each of several goals is met."""
        with suppress(_EnoughError):
            yield from self._all_of(goals, sketch)

    def meet(self, node: Group | Condition, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        """Yield sketches in which a condition, or a group of them, is true or false."""
        with suppress(_EnoughError):
            yield from self._meet(node, sketch, wanted=wanted)

    def stand(self, threshold: str, row: Row, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches of patients whom a row of a threshold is for, with a value inside a bound."""
        with suppress(_EnoughError):
            yield from self._stand(threshold, row, bound, sketch)

    def placed(self, row: Row, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches of patients whom a row is for."""
        with suppress(_EnoughError):
            yield from self._placed(row, sketch)

    # -- a step each -------------------------------------------------------

    def _all_of(self, goals: Sequence[Goal], sketch: Sketch) -> Iterator[Sketch]:
        if not goals:
            yield sketch
            return
        (node, wanted), *rest = goals
        for found in self._meet(node, sketch, wanted=wanted):
            yield from self._all_of(rest, found)

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _EnoughError

    def _meet(self, node: Group | Condition, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        self._step()
        if isinstance(node, Group):
            yield from self._group(node, sketch, wanted=wanted)
        elif isinstance(node, Comparison):
            yield from self._compare(node, sketch, wanted=wanted)
        elif isinstance(node, AttributeTest):
            every = frozenset(self.release.vocabulary.attributes[node.attribute].values)
            values = node.values if wanted is not node.negated else every - node.values
            yield from _some(sketch.stated(node.attribute, values))
        elif isinstance(node, FindingTest):
            for state in (node.state,) if wanted else _others(node.state):
                yield from self._find(node.finding, state, sketch)
        elif isinstance(node, CertaintyTest):
            yield from self._claim(node, sketch, wanted=wanted)
        elif isinstance(node, DoubtTest):
            yield from self._meet(self.release.rules[node.rule].when, sketch, wanted=wanted)
        else:
            yield from self._know(node.measure, sketch, known=node.known is wanted)

    def _find(self, finding: str, state: State, sketch: Sketch) -> Iterator[Sketch]:
        about = self.release.vocabulary.findings[finding]
        if about.observed:
            yield from _some(sketch.observed(finding, state))
        elif state is State.UNKNOWN:
            yield sketch
        else:
            verb = Verb.ESTABLISH if state is State.PRESENT else Verb.RULE_OUT
            for rule in self._giving(finding, verb):
                yield from self._meet(rule.when, sketch, wanted=True)
            if state is State.ABSENT and about.closes:
                failing = [(rule.when, False) for rule in self._giving(finding, Verb.ESTABLISH)]
                yield from self._all_of(failing, sketch)

    def _stand(self, threshold: str, row: Row, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        self._step()
        compares = self.release.choice(self.profile, threshold).compares
        for placed in self._placed(row, sketch):
            yield from islice(self._solving.solved(compares, bound, placed), FEW)

    def _placed(self, row: Row, sketch: Sketch) -> Iterator[Sketch]:
        found: Sketch | None = sketch
        for attribute, values in row.attributes.items():
            found = found and found.stated(attribute, values)
        if row.age != ALWAYS:
            found = found and found.bounded(AGE, row.age)
        if found is not None:
            yield from self._find(*row.finding, found) if row.finding else (found,)

    def _group(self, group: Group, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        needed = group.needed if wanted else len(group.members) - group.needed + 1
        for chosen in combinations(group.members, needed):
            yield from self._all_of([(member, wanted) for member in chosen], sketch)

    def _compare(self, one: Comparison, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        threshold = self.release.numbers.thresholds[one.threshold]
        rows = [row for row in self.release.choice(self.profile, one.threshold).rows if row.limit is not None]
        for row in sorted(rows, key=lambda row: not row.age.meets(Interval.exactly(GROWN_UP))):
            bound = side_of(threshold, row, under=one.word.holds_under is wanted)
            yield from self._stand(one.threshold, row, bound, sketch)

    def _know(self, measure: str, sketch: Sketch, *, known: bool) -> Iterator[Sketch]:
        if not known:
            yield from _some(sketch.without(measure))
            return
        for bound in (*self._between(measure), ALWAYS):
            yield from islice(self._solving.solved(measure, bound, sketch), FEW)

    def _between(self, measure: str) -> Iterator[Interval]:
        """Yield what lies between two limits of a measure that follow each other: there most is left open."""
        choices = (self.release.choice(self.profile, name) for name in self.release.thresholds_in_use)
        rows = (row for choice in choices if choice.compares == measure for row in choice.rows)
        limits = sorted({row.limit for row in rows if row.limit is not None})
        yield from (Interval.of(*ends, low_open=True, high_open=True) for ends in pairwise(limits))

    def _claim(self, one: CertaintyTest, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        if not wanted:
            yield sketch
        for rule in self._giving(one.conclusion, Verb.CONCLUDE):
            claim = rule.then.certainty
            if claim is not None and (claim.is_for and claim.force >= one.least.force) is wanted:
                yield from self._meet(rule.when, sketch, wanted=True)

    def _giving(self, name: str, verb: Verb) -> list[Rule]:
        rules = (rule for rule in self.release.giving.get(name, ()) if rule.then.verb is verb)
        return [rule for rule in rules if not rule.profiles or self.profile.id in rule.profiles]


def side_of(threshold: Threshold, row: Row, *, under: bool) -> Interval:
    """Return the values on one side of a row's limit."""
    equal_is_under = (threshold.side is Side.LOW) is row.equal_is_abnormal
    if under:
        return Interval.of(None, row.limit, high_open=not equal_is_under)
    return Interval.of(row.limit, None, low_open=equal_is_under)


def _some(sketch: Sketch | None) -> Iterator[Sketch]:
    if sketch is not None:
        yield sketch


def _others(state: State) -> tuple[State, ...]:
    if state is State.UNKNOWN:
        return State.PRESENT, State.ABSENT
    return (State.ABSENT if state is State.PRESENT else State.PRESENT,)
