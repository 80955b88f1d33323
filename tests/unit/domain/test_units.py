from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.units import UnitError, conversion, parse_unit

# What laboratories print, with what one of it is in a unit whose size is plain.
SAME = [
    ("g/dL", "10", "g/L"),
    ("mg/dL", "0.01", "g/L"),
    ("ng/mL", "1", "ug/L"),
    ("ug/mL", "1", "mg/L"),
    ("pg/mL", "1", "ng/L"),
    ("L/L", "100", "%"),
    ("1", "100", "%"),
    ("10*6/uL", "1", "10*12/L"),
    ("10*3/uL", "1", "10*9/L"),
    ("10^9/L", "1", "10*9/L"),
    ("/uL", "0.000001", "10*12/L"),
    ("10*12/L", "1", "/pL"),
    ("fL", "0.000000001", "uL"),
    ("mmol/L", "1000", "umol/L"),
    ("mm/h", "24", "mm/d"),
    ("wk", "7", "d"),
    ("a", "12", "mo"),
    ("a", "365.25", "d"),
    ("h", "60", "min"),
    ("[ft_i]", "0.3048", "m"),
    ("m[IU]/L", "1", "u[IU]/mL"),
    ("ukat/L", "60", "U/L"),
    ("g/mol", "1", "mg/mmol"),
    ("mL/min/{1.73_m2}", "60", "mL/h"),
    ("kg/m2", "0.1", "g/cm2"),
    ("[ppth]", "0.1", "%"),
    ("m.s-1", "3600", "m/h"),
    ("10*-3/uL", "0.001", "/uL"),
    ("m/s/s", "1", "m.s-2"),
    ("g/L.m", "1", "g.m/L"),
]
REFUSED = [
    "",
    " ",
    "g / L",
    "g/l/",
    "gg",
    "foo",
    "ml per min",
    "10+3/ul",
    "10*/L",
    "m//s",
    "m./s",
    "/",
    "//m",
    ".m",
    "m.",
    "{x}2",
    "m{x}2",
    "m2+3",
    "00",
    "1/00",
    "0",
    "m99",
    "10*99",
    "g/\N{ARABIC-INDIC DIGIT THREE}L",
    "[unknown]",
    "k%",
    "kmin",
    "g]",
    "m" * 50,
    "(g)/L",
    "mc",
    "cd/m2",
    "deg",
    "{a",
]


class TestParseUnit:
    @pytest.mark.parametrize(("unit", "factor", "other"), SAME, ids=str)
    def test_same_quantity(self, unit, factor, other):
        """
        One unit is exactly so many of another, and the other way round.
        """
        there, back = parse_unit(unit), parse_unit(other)

        assert there.factor_to(back) == Fraction(factor)
        assert back.factor_to(there) == 1 / Fraction(factor)

    @pytest.mark.parametrize("code", REFUSED)
    def test_refused(self, code):
        """
        A text that is not UCUM as laboratories use it is refused with one kind of error.
        """
        with pytest.raises(UnitError):
            parse_unit(code)

    @given(st.text("gmLsl.0123/*^+-{}[]% IUx\u0663", max_size=9))
    def test_any_text(self, code):
        """
        Whatever is written for a unit is read with a scale that divides, or refused as a unit.
        """
        try:
            unit = parse_unit(code)
        except UnitError:
            return

        assert unit.scale > 0

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("g/L", "mol/L"),
            ("g/L", "g"),
            ("[IU]/L", "U/L"),
            ("[IU]/L", "[arb'U]/L"),
            ("fL", "pg"),
            ("m", "s"),
        ],
    )
    def test_dimensions_that_differ(self, one, other):
        """
        Units of different dimensions have no factor; units of activity are each of their own kind.
        """
        assert parse_unit(one).factor_to(parse_unit(other)) is None


class TestConversion:
    @pytest.mark.parametrize(
        ("given_unit", "canonical", "molar_mass", "factor"),
        [
            pytest.param("g/dL", "g/L", None, "10", id="mass to mass"),
            pytest.param("mmol/L", "g/L", "16114.5", "16.1145", id="amount to mass"),
            pytest.param("g/L", "mmol/L", "16114.5", "20000/322290", id="mass to amount"),
            pytest.param("ug/dL", "umol/L", "55.845", "2000/11169", id="iron"),
            pytest.param("fmol", "pg", "16114.5", "16.1145", id="content of a cell"),
        ],
    )
    def test_factor(self, given_unit, canonical, molar_mass, factor):
        """
        Mass and amount convert by the molar mass, exactly.
        """
        mass = None if molar_mass is None else Fraction(molar_mass)

        assert conversion(given_unit, canonical, mass) == Fraction(factor)

    def test_no_factor(self):
        """
        Without a molar mass, or across other dimensions, there is no factor.
        """
        assert conversion("mmol/L", "g/L", None) is None
        assert conversion("fL", "g/L", Fraction(100)) is None

    def test_not_a_unit(self):
        """
        A text that is no unit is an error, not a missing factor.
        """
        with pytest.raises(UnitError):
            conversion("parsec", "m", None)
