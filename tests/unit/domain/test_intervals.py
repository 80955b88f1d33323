from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.intervals import UNBOUNDED, End, Interval

TINY = Fraction(1, 10**6)
FAR = Fraction(10**9)
ends = st.sampled_from([Fraction(n, 2) for n in range(-8, 9)])


@st.composite
def intervals(draw) -> Interval:
    """
    Draw an interval with ends that are open, closed or missing; often with zero at or between them.
    """
    form = draw(st.integers(0, 7))
    if form == 0:
        return Interval.exactly(draw(ends))
    low, high = sorted(draw(st.lists(ends, min_size=2, max_size=2, unique=True)))
    return Interval.of(
        None if form in {1, 3} else low,
        None if form in {2, 3} else high,
        low_open=draw(st.booleans()),
        high_open=draw(st.booleans()),
    )


def holds(interval: Interval, value: Fraction) -> bool:
    low, high = interval.low, interval.high
    above = low.value is None or value > low.value or (value == low.value and not low.open)
    below = high.value is None or value < high.value or (value == high.value and not high.open)
    return above and below


def samples(interval: Interval) -> list[Fraction]:
    """
    Return values inside: near and on both ends, near and on zero, in the middle, and far out.
    """
    low = -FAR if interval.low.value is None else interval.low.value
    high = FAR if interval.high.value is None else interval.high.value
    near = (low, low + TINY, (low + high) / 2, high - TINY, high, -TINY, Fraction(0), TINY, Fraction(1, 3))
    return [value for value in near if holds(interval, value)]


def reaches(found: Interval, values: list[Fraction]) -> bool:
    """
    Return whether each end of an interval is one of some values, or lies close to one.
    """
    span = max(abs(value) for value in values)
    slack = TINY * 20 * max(span, 1)
    low = found.low.value is None or min(values) - found.low.value <= slack
    high = found.high.value is None or found.high.value - max(values) <= slack
    return low and high


class TestBounds:
    @given(intervals())
    def test_none_for_a_missing_end(self, one):
        """
        The bounds are the values of the ends that there are, the lower first; a missing end has none.
        """
        assert list(one.bounds) == sorted(one.bounds)
        assert len(one.bounds) == (one.low.value is not None) + (one.high.value is not None)
        assert {*one.bounds} == {one.low.value, one.high.value} - {None}


class TestArithmetic:
    @given(intervals(), intervals(), st.sampled_from("+-*"))
    def test_holds_every_value(self, one, other, sign):
        """
        Whatever two values the operands allow, their sum, difference and product is in the answer.
        """
        found = {"+": one + other, "-": one - other, "*": one * other}[sign]

        for a, b in product(samples(one), samples(other)):
            value = {"+": a + b, "-": a - b, "*": a * b}[sign]
            assert holds(found, value), (a, b, value)

    @given(intervals(), intervals(), st.sampled_from("+-*"))
    def test_is_no_wider_than_need_be(self, one, other, sign):
        """
        Each end of the answer is come close to, and an unbounded one is gone far towards.
        """
        found = {"+": one + other, "-": one - other, "*": one * other}[sign]
        values = [{"+": a + b, "-": a - b, "*": a * b}[sign] for a, b in product(samples(one), samples(other))]

        if not (one.low.value is None or one.high.value is None or other.low.value is None or other.high.value is None):
            assert reaches(found, values)
            for end in (found.low, found.high):
                assert end.open or end.value in values
        assert found.low.value is not None or min(values) < -100
        assert found.high.value is not None or max(values) > 100

    @given(intervals())
    def test_reciprocal(self, one):
        """
        One over each value is in the reciprocal; where zero lies inside there is none.
        """
        found = one.reciprocal()

        around = holds(one, -TINY) and holds(one, TINY)
        assert (found is None) is (around or one == Interval.exactly(0))
        for value in samples(one):
            if found is not None and value:
                assert holds(found, 1 / value)
        if found is not None:
            assert not holds(found, Fraction(0))

    @given(intervals(), intervals())
    def test_division(self, one, other):
        """
        Whatever two values the operands allow, their quotient is in the product with the reciprocal.
        """
        inverse = other.reciprocal()

        for a, b in product(samples(one), samples(other)):
            if inverse is not None and b:
                assert holds(one * inverse, a / b)

    @given(intervals())
    def test_absolute(self, one):
        """
        The distance of each value from zero is in the answer, and nothing under it or zero is.
        """
        found = one.absolute()
        distances = [abs(value) for value in samples(one)]

        assert all(holds(found, distance) for distance in distances)
        assert found.low.value is not None
        assert min(distances) - found.low.value <= TINY * 2
        assert found.low.open is (min(distances) != found.low.value)

    @given(intervals(), ends.filter(lambda value: value > 0))
    def test_scaled(self, one, factor):
        """
        A positive factor moves every value and opens or closes no end.
        """
        found = one.scaled(factor)

        assert all(holds(found, value * factor) for value in samples(one))
        assert found.scaled(1 / factor) == one

    def test_closed_zero_times_the_unbounded_is_zero(self):
        """
        Zero times anything is zero, so a product of [0, inf) and [0, 5) reaches its own zero and has no
        upper end.
        """
        found = Interval.of(0, None) * Interval.of(0, 5, high_open=True)

        assert found == Interval(End(Fraction(0), open=False), UNBOUNDED)


class TestSets:
    @given(intervals(), intervals())
    def test_hull(self, one, other):
        """
        The hull holds all of both, and its ends are ends of theirs.
        """
        found = one.hull(other)

        assert all(holds(found, value) for value in (*samples(one), *samples(other)))
        assert found.low in {one.low, other.low}
        assert found.high in {one.high, other.high}

    @given(intervals(), intervals())
    def test_intersection(self, one, other):
        """
        The intersection holds what is in both and nothing else; without such a value there is none.
        """
        found = one.intersection(other)
        values = {*samples(one), *samples(other)}

        assert one.meets(other) is (found is not None)
        for value in values:
            in_both = holds(one, value) and holds(other, value)
            assert in_both is (found is not None and holds(found, value))
        if found is not None:
            assert samples(found)

    @pytest.mark.parametrize(
        ("one", "other", "meets"),
        [
            pytest.param(Interval.of(0, 5), Interval.of(5, 9), True, id="both closed where they touch"),
            pytest.param(Interval.of(0, 5, high_open=True), Interval.of(5, 9), False, id="one open where they touch"),
            pytest.param(Interval.of(None, None), Interval.exactly(7), True, id="everything meets a point"),
        ],
    )
    def test_meets(self, one, other, meets):
        """
        Two intervals meet where a value lies in both; an open end does not reach its number.
        """
        assert one.meets(other) is meets
        assert other.meets(one) is meets


class TestWhatIsKnown:
    def test_exact(self):
        """
        One value only is exact; a range, a ray and everything are not.
        """
        assert Interval.exactly(5).is_exact
        assert not Interval.of(5, 6).is_exact
        assert not Interval.of(None, None).is_exact

    def test_unbounded(self):
        """
        Nothing is known where neither end is bounded; one end is something.
        """
        assert Interval.of(None, None).is_unbounded
        assert not Interval.of(0, None).is_unbounded
