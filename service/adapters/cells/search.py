"""
The search by cells: every set of inputs, the smallest first, at every cell of each.

It is exact where no computed measure needs two of the inputs that vary; where one does, it says that it does not know.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from service.domain.explanation.cells import together
from service.domain.explanation.questions import Found, Impossible, Sets, Undecided
from service.domain.explanation.trying import Trying

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.explanation.questions import Answer, Input, Question, Sent

MOST_CELLS = 100_000
LIMIT, INEXACT = "limit", "inexact"


class _LimitError(Exception):
    """More cells than may be tried."""


class CellSearch:
    """
    Tries cells.

    Args:
        most: Cells that one question may take.
    """

    def __init__(self, most: int = MOST_CELLS) -> None:
        self._most = most

    def warm(self) -> None:
        """Do nothing; there is nothing to start."""

    def close(self) -> None:
        """Do nothing; there is nothing to free."""

    def nearest(self, question: Question) -> Answer:
        """Return the fewest inputs that would do it, of these the nearest where steps are asked for."""
        run = _Run(question, self._most)
        try:
            return run.nearest()
        except _LimitError:
            return Undecided(LIMIT, run.checked)

    def sets(self, question: Question) -> Sets:
        """Return every smallest set of inputs that would do it."""
        run = _Run(question, self._most)
        return run.sets()


class _Run:
    def __init__(self, question: Question, most: int) -> None:
        self.question, self.most, self.checked = question, most, 0
        self.trying = Trying(question)

    def nearest(self) -> Answer:
        question = self.question
        for size in range(1, question.most + 1):
            best: Found | None = None
            inexact = False
            for inputs in combinations(question.free, size):
                inexact = inexact or self.shared(inputs)
                for found in self.tried(inputs, _total(best)):
                    best = found
                    if not question.steps:
                        return best
            if inexact:
                return Undecided(INEXACT, self.checked)
            if best is not None:
                return Found(best.sent, best.answer, self.checked)
        return Impossible(tuple(one.name for one in question.free), question.most, self.checked, "cells")

    def sets(self) -> Sets:
        found: list[Found] = []
        complete = True
        try:
            for size in range(1, self.question.most + 1):
                for inputs in combinations(self.question.free, size):
                    names = frozenset(one.name for one in inputs)
                    if any(one.names <= names for one in found):
                        continue
                    first = next(self.tried(inputs, None), None)
                    if first is not None:
                        found.append(first)
                    elif self.shared(inputs):
                        complete = False
        except _LimitError:
            complete = False
        return Sets(tuple(found), complete, self.checked, "cells")

    def shared(self, inputs: Iterable[Input]) -> bool:
        return together(self.trying.cone, self.question.profile, (one.name for one in inputs))

    def tried(self, inputs: tuple[Input, ...], under: Fraction | None) -> Iterator[Found]:
        """Yield what does it, each nearer than the one before where steps are asked for."""
        for sent, setting in self.trying.panels(inputs, under):
            steps = _steps(sent)
            if under is not None and steps is not None and steps >= under:
                continue
            self.checked += 1
            if self.checked > self.most:
                raise _LimitError
            does, answer = self.trying.answered(setting)
            if does:
                under = steps if self.question.steps else under
                yield Found(sent, answer, self.checked)


def _steps(sent: Iterable[Sent]) -> Fraction | None:
    steps = [one.steps for one in sent]
    known = [one for one in steps if one is not None]
    return sum(known, Fraction(0)) if len(known) == len(steps) else None


def _total(found: Found | None) -> Fraction | None:
    return None if found is None else _steps(found.sent)


__all__ = ["INEXACT", "LIMIT", "CellSearch"]
