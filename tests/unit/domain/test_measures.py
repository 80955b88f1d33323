from fractions import Fraction

from tests import small


class TestMeasure:
    def test_factor(self):
        """
        An accepted unit has its exact factor; a unit that would convert and is not accepted has none.
        """
        hemoglobin = small.release().vocabulary.measures["hemoglobin"]

        assert hemoglobin.accepted_units == ("g/L", "g/dL", "mmol/L")
        assert hemoglobin.factor("mmol/L") == Fraction("16.1145")
        assert hemoglobin.factor("mg/L") is None
