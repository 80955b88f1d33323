"""
What an answer would become with some inputs: one outcome for each stretch of their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER
from service.domain.explanation.questions import Kind
from service.domain.explanation.trying import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from service.domain.explanation.cells import Setting
    from service.domain.explanation.questions import Answered, Input, Sent
    from service.domain.explanation.trying import Trying


@dataclass(frozen=True, slots=True)
class Bound:
    """
    One end of a stretch.

    Attributes:
        limit: The number it ends at, in the canonical unit.

        inside: Whether that number itself belongs to it.

        thresholds: The thresholds that are met there, by themselves or by what is computed.
    """

    limit: Fraction
    inside: bool
    thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """
    What one input would be.

    Attributes:
        name: Of the input.

        low, high: Of a number: where the stretch begins and ends; None where it has no such end.

        sent: A value in it: a number, a word, a state, a flag.
    """

    name: str
    sent: Sent
    low: Bound | None = None
    high: Bound | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What would be told.

    Attributes:
        when: What each input would be; a value of each stands for all that it says.

        answer: Of the conclusion.
    """

    when: tuple[When, ...]
    answer: Answered

    @property
    def sent(self) -> tuple[Sent, ...]:
        """A value of each input."""
        return tuple(one.sent for one in self.when)


class TooManyOutcomesError(Exception):
    """More panels than are looked at for one set of inputs."""


class Outcomes:
    """
    Finds the outcomes of one set of inputs.

    Args:
        trying: The question.

        most: Panels that are looked at.

    Attributes:
        checked: How many were.

        flags: Whether the laboratory's flags are looked at too: only where results alone show nothing.
    """

    def __init__(self, trying: Trying, most: int) -> None:
        self.trying, self.most, self.checked = trying, most, 0
        self.flags = False

    def of(self, inputs: tuple[Input, ...]) -> tuple[Outcome, ...]:
        """
        Return every outcome of some inputs, in the order of their values.

        Args:
            inputs: Which are sent together.

        Returns:
            Stretches that follow each other and have the same answer are one.

        Raises:
            TooManyOutcomesError: If more panels than `most` would have to be looked at.
        """
        ordered = tuple(sorted(inputs, key=lambda one: ORDER.index(one.kind)))
        plain = tuple(self._of(self.trying.now, (), ordered))
        if any(one.flags for one in inputs) and all(one.answer == self.trying.answer for one in plain):
            self.flags = True
            return tuple(self._of(self.trying.now, (), ordered))
        return plain

    def _of(self, setting: Setting, sent: tuple[Sent, ...], rest: tuple[Input, ...]) -> Iterator[Outcome]:
        one, *others = rest
        groups: list[tuple[list[Sent], list[Outcome]]] = []
        for cell in _in_order(one, self.trying.cells_in(setting, one, sent)):
            if cell.flag is not None and not self.flags and one.at is None:
                continue
            following = self.trying.moved(setting, (*sent, cell))
            if following is None:
                continue
            if others:
                found = list(self._of(following, (*sent, cell), tuple(others)))
            else:
                self.checked += 1
                if self.checked > self.most:
                    raise TooManyOutcomesError
                found = [Outcome((), self.trying.answered(following)[1])]
            if groups and _alike(groups[-1][1], found) and _joins(one, groups[-1][0][-1], cell):
                groups[-1][0].append(cell)
            else:
                groups.append(([cell], found))
        cuts = _by_place(self.trying.cuts_in(setting, one, sent))
        for cells, found in groups:
            when = _when(one, cells, cuts)
            yield from (Outcome((when, *outcome.when), outcome.answer) for outcome in found)


def _in_order(one: Input, cells: tuple[Sent, ...]) -> list[Sent]:
    if one.kind in {Kind.ATTRIBUTE, Kind.FINDING}:
        return list(cells)
    flag = {None: 0, "L": 1, "N": 2, "H": 3}
    return sorted(cells, key=lambda cell: (flag[cell.flag.value if cell.flag else None], cell.number or 0))


def _alike(one: list[Outcome], other: list[Outcome]) -> bool:
    """Return whether outcomes are the same but for the values that stand for them."""
    return [_plain(outcome) for outcome in one] == [_plain(outcome) for outcome in other]


def _plain(outcome: Outcome) -> tuple[object, ...]:
    told = tuple(
        (when.name, when.low, when.high, when.sent.word, when.sent.state, when.sent.flag) for when in outcome.when
    )
    return (*told, outcome.answer)


def _joins(one: Input, before: Sent, cell: Sent) -> bool:
    if one.kind in {Kind.ATTRIBUTE, Kind.FINDING}:
        return False
    # What never happened is no number of days.
    ever = all(told.number is None or told.number < FOREVER for told in (before, cell))
    return ever and before.flag is cell.flag


def _by_place(cuts: Iterable[tuple[Fraction, str]]) -> dict[Fraction, tuple[str, ...]]:
    found: dict[Fraction, dict[str, None]] = {}
    for cut, threshold in cuts:
        found.setdefault(cut, {}).update({threshold: None} if threshold else {})
    return {cut: tuple(names) for cut, names in sorted(found.items())}


def _when(one: Input, cells: list[Sent], cuts: dict[Fraction, tuple[str, ...]]) -> When:
    """Return what an input would be, in the cells that follow each other."""
    middle = cells[len(cells) // 2]
    if not _joins(one, middle, middle):
        return When(one.name, middle)
    numbers = [cell.number for cell in cells if cell.number is not None]
    if not numbers:
        return When(one.name, middle)
    low, high = min(numbers), max(numbers)
    under = max((cut for cut in cuts if cut <= low), default=None)
    over = min((cut for cut in cuts if cut >= high), default=None)
    if one.values is not None:
        # An end of what is possible is no limit.
        under = None if low == one.values.low.value else under
        over = None if high == one.values.high.value else over
    return When(
        one.name,
        middle,
        None if under is None else Bound(under, under == low, cuts[under]),
        None if over is None else Bound(over, over == high, cuts[over]),
    )


__all__ = ["Bound", "Outcome", "Outcomes", "TooManyOutcomesError", "When"]
