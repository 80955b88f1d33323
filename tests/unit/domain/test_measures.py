from fractions import Fraction

import pytest

from service.domain.intervals import Interval
from service.domain.measures import Measure, MeasureKind
from tests import small
from tests.strategies import knowledge


class TestMeasure:
    def test_factor(self):
        """
        An accepted unit has its exact factor; a unit that would convert and is not accepted has none.
        """
        hemoglobin = small.release().vocabulary.measures["hemoglobin"]

        assert hemoglobin.accepted_units == ("g/L", "g/dL", "mmol/L")
        assert hemoglobin.factor("mmol/L") == Fraction("16.1145")
        assert hemoglobin.factor("mg/L") is None


class TestOneStep:
    @pytest.mark.parametrize(
        ("told", "usual", "step"),
        [
            pytest.param("0.5", (50, 130), "0.5", id="what the vocabulary says"),
            pytest.param(None, (30, 220), "1", id="the power of ten under a hundredth of what is usual"),
            pytest.param(None, (0, 5), "0.01", id="the same for small numbers"),
            pytest.param(None, None, "1", id="one, where nothing is known of the measure"),
        ],
    )
    def test_steps(self, told, usual, step):
        """
        One step is what the vocabulary says; else it follows from the usual values.
        """
        measure = Measure(
            "a",
            "A",
            MeasureKind.LABORATORY,
            "g/L",
            usual=Interval.of(*usual) if usual else None,
            smallest_change=Fraction(told) if told else None,
        )

        assert measure.one_step == Fraction(step)

    def test_of_the_vocabulary(self):
        """
        Each result of a laboratory has a step that the project proposes, in its own unit.
        """
        measures = knowledge().vocabulary.measures

        assert measures["hemoglobin"].smallest_change == 1
        assert measures["rbc"].smallest_change == Fraction("0.1")
