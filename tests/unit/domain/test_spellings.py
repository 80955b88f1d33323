import pytest

from service.domain.spellings import SPELLINGS, normal_unit
from service.domain.units import UnitError, parse_unit


class TestNormalUnit:
    def test_spellings_are_units(self):
        """
        Each spelling that feeds use stands for a code that is read.
        """
        for code in SPELLINGS.values():
            assert parse_unit(code)

    def test_spellings_change_no_size(self):
        """
        A spelling that is a code itself stands for the same size.
        """
        for spelling, code in SPELLINGS.items():
            try:
                unit = parse_unit(spelling)
            except UnitError:
                continue
            # Of activity only the kind differs: laboratories print U for international units.
            assert unit.factor_to(parse_unit(code)) in {1, None}, spelling

    @pytest.mark.parametrize(
        ("written", "code"),
        [("\u00b5g/L", "ug/L"), ("\u03bcmol/L", "umol/L"), (" g/L ", "g/L"), ("mm\u00b3", "mm3"), ("K/uL", "10*3/uL")],
    )
    def test_as_feeds_write(self, written, code):
        """
        Both micro signs, a raised three and usual spellings are the UCUM code.
        """
        assert normal_unit(written) == code

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("10*9/l", "10*9/L"),
            ("10^9/l", "10*9/L"),
            ("10*12/l", "10*12/L"),
            ("x10^9/L", "10*9/L"),
            ("10e12/L", "10*12/L"),
            ("x10E6/ul", "10*6/uL"),
            ("G/L", "10*9/L"),
            ("T/L", "10*12/L"),
            ("ug/ml", "ug/mL"),
            ("mcg/l", "ug/L"),
            ("l/l", "L/L"),
            ("fl", "fL"),
        ],
    )
    def test_by_rule(self, written, code):
        """
        Powers of ten and the liter are read however they are spelled.
        """
        assert normal_unit(written) == code

    @pytest.mark.parametrize("code", ["mmol/mol", "[ppth]", "mL/min/{1.73_m2}", "10*-3", "100", "mol", "{cell}/g", "%"])
    def test_left_alone(self, code):
        """
        A code that is spelled as UCUM spells it stays as it is.
        """
        assert normal_unit(code) == code
