from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.cells import cells, cuts
from service.domain.intervals import Interval
from tests.unit.domain.test_intervals import intervals

ROWS = (Interval.of(None, 6, high_open=True), Interval.of(6, 12), Interval.of(12, None, low_open=True))


class TestCuts:
    def test_order(self):
        """
        Each end stands once, in order; a missing end is none.
        """
        assert cuts(reversed(ROWS)) == (6, 12)


class TestCells:
    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            pytest.param(Interval.of(None, None), (0, 4), id="anything"),
            pytest.param(Interval.exactly(3), (0, 0), id="under all"),
            pytest.param(Interval.exactly(6), (1, 1), id="at an end"),
            pytest.param(Interval.of(6, 12, low_open=True, high_open=True), (2, 2), id="just between"),
            pytest.param(Interval.of(6, 12), (1, 3), id="between, ends included"),
            pytest.param(Interval.of(7, 13), (2, 4), id="across one"),
            pytest.param(Interval.exactly(Fraction(25, 2)), (4, 4), id="over all"),
        ],
    )
    def test_example(self, interval: Interval, expected: tuple[int, int]):
        """
        The places are cells with odd numbers, the stretches between them have even ones.
        """
        assert cells(cuts(ROWS), interval) == expected

    @given(st.lists(intervals(), min_size=1, max_size=5), intervals(), intervals())
    def test_no_row_tells_apart(self, rows: list[Interval], one: Interval, other: Interval):
        """
        Of two values in the same cells, every row and every overlap of two rows meets both or neither.
        """
        places = cuts(rows)
        overlaps = [overlap for row in rows for two in rows if (overlap := row.intersection(two)) is not None]
        met = [[overlap.meets(value) for overlap in overlaps] for value in (one, other)]

        if cells(places, one) == cells(places, other):
            assert met[0] == met[1]

    @given(st.lists(intervals(), max_size=5), intervals(), intervals())
    def test_meets(self, rows: list[Interval], row: Interval, value: Interval):
        """
        A row meets a value exactly where the cells of the two do.
        """
        places = cuts((*rows, row))
        (first, last), (low, high) = cells(places, row), cells(places, value)

        assert row.meets(value) == (first <= high and low <= last)
