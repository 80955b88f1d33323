from service.application.searching import Searching
from service.domain.explanation.questions import Found, Impossible, Input, Kind, Question, Sets, Undecided


class Told:
    """A search that tells what it was given, and remembers that it was asked."""

    def __init__(self, answer, sets=None):
        self.answer, self.every, self.asked, self.closed = answer, sets, 0, False

    def nearest(self, question):
        self.asked += 1
        return self.answer

    def sets(self, question):
        self.asked += 1
        return self.every

    def warm(self):
        self.asked += 0

    def close(self):
        self.closed = True


FOUND = Found((), None, 1)
NONE = Impossible((), 1, 9, "solver")


def question(inputs, most=1):
    free = tuple(Input(f"m{place}", Kind.RESULT) for place in range(inputs))
    return Question(None, None, None, "answer", frozenset(), free, most)


class TestSearching:
    def test_few_cells(self):
        """
        Where cells are few they are tried, and nobody asks the solver.
        """
        cells, solver = Told(FOUND), Told(NONE)

        assert Searching(cells, solver).nearest(question(3)) is FOUND
        assert solver.asked == 0

    def test_many_cells(self):
        """
        Where they are many, the solver is asked at once.
        """
        cells, solver = Told(FOUND), Told(NONE)

        assert Searching(cells, solver).nearest(question(12, most=3)) is NONE
        assert cells.asked == 0

    def test_cells_that_do_not_tell(self):
        """
        Where the cells do not show it exactly, the solver says what is so.
        """
        incomplete, complete = Sets((), complete=False, checked=1, by="cells"), Sets((), True, 2, "solver")
        cells, solver = Told(Undecided("inexact"), incomplete), Told(NONE, complete)
        searching = Searching(cells, solver)

        assert searching.nearest(question(2)) is NONE
        assert searching.sets(question(2)) is complete

    def test_closed(self):
        """
        Both are closed together.
        """
        cells, solver = Told(FOUND), Told(NONE)

        Searching(cells, solver).close()

        assert cells.closed
        assert solver.closed
