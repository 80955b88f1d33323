"""
Two searches as one: cells where they are few and exact, the solver for all else.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from service.domain.explanation.questions import Undecided

if TYPE_CHECKING:
    from service.application.ports import Search
    from service.domain.explanation.questions import Answer, Question, Sets

FEW = 60
"""Sets of inputs up to which all cells are tried; the solver is faster for more."""


class Searching:
    """
    Chooses who answers.

    Args:
        cells: Tries cells.

        solver: Proves.
    """

    def __init__(self, cells: Search, solver: Search) -> None:
        self._cells, self._solver = cells, solver

    def nearest(self, question: Question) -> Answer:
        """Return the fewest inputs that would do it, of these the nearest where steps are asked for."""
        if _sets(question) <= FEW:
            found = self._cells.nearest(question)
            if not isinstance(found, Undecided):
                return found
        return self._solver.nearest(question)

    def sets(self, question: Question) -> Sets:
        """Return every smallest set of inputs that would do it."""
        if _sets(question) <= FEW:
            found = self._cells.sets(question)
            if found.complete:
                return found
        return self._solver.sets(question)

    def warm(self) -> None:
        """Start what takes a while to start."""
        self._cells.warm()
        self._solver.warm()

    def close(self) -> None:
        """Free what both hold."""
        self._cells.close()
        self._solver.close()


def _sets(question: Question) -> int:
    """Return how many sets of inputs there are, a pair counted as much as the pairs of cells in it."""
    many = len(question.free)
    weight = 20
    return sum(comb(many, size) * weight ** (size - 1) for size in range(1, question.most + 1))


__all__ = ["Searching"]
