"""
What intake does with results on both sides of every plausible limit, in every unit, and as real feeds spell them.
"""

from dataclasses import replace
from fractions import Fraction

import pytest

from service.domain.errors import PanelError
from service.domain.given import GivenPanel, GivenResult
from service.domain.intake import take_in
from service.domain.intervals import Interval
from service.domain.measures import MeasureKind
from service.domain.quantities import Quantity, parse_quantity
from tests.strategies import AS_OF, knowledge

KNOWLEDGE = knowledge()
MEASURES = KNOWLEDGE.vocabulary.measures
REPORTED = [one for one in MEASURES.values() if one.kind is MeasureKind.LABORATORY]
PATIENT = GivenPanel(AS_OF, {}, {"age": (parse_quantity("40 a"), "/patient/age")})
STEP = Fraction(1, 1000)

# Impossible below and above, implausible below and above: the limits of each measure, in its unit, as proposed.
# A measure of percent has no implausible end where 0 and 100 are usual.
TIERS = {
    "hemoglobin": ("10", "270", "30", "220"),
    "hematocrit": ("3", "80", "10", "65"),
    "rbc": ("0.3", "12", "1", "8"),
    "mcv": ("25", "160", "50", "130"),
    "mch": ("8", "55", "14", "42"),
    "mchc": ("180", "480", "260", "380"),
    "rdw-cv": ("8", "60", "10", "40"),
    "rdw-sd": ("15", "200", "30", "110"),
    "platelets": ("0", "5000", "5", "1500"),
    "wbc": ("0", "1500", "0.2", "200"),
    "reticulocyte-percentage": ("0", "70", "0", "30"),
    "reticulocyte-hemoglobin": ("5", "60", "12", "45"),
    "ferritin": ("0.3", "200000", "1", "20000"),
    "iron": ("0.2", "400", "1", "90"),
    "tibc": ("3", "200", "20", "120"),
    "transferrin": ("0.01", "10", "0.5", "6"),
    "transferrin-saturation": ("0", "150", "1", "100"),
    "stfr": ("0.1", "200", "0.5", "50"),
    "crp": ("0", "1000", "0", "500"),
    "agp": ("0.05", "8", "0.2", "4"),
    "esr": ("0", "200", "0", "150"),
    "zinc-protoporphyrin": ("0", "3000", "10", "1500"),
    "bilirubin-total": ("0", "1000", "1", "400"),
    "creatinine": ("5", "4000", "20", "1500"),
}


def taken(measure, quantity):
    """
    Return the panel with one result.
    """
    result = GivenResult("r1", "/results/0", quantity, measure=measure)
    return take_in(KNOWLEDGE, KNOWLEDGE.profiles["default"], replace(PATIENT, results=(result,)))


def of(measure, value):
    """
    Return a value of a measure in its own unit, as a laboratory would send it.
    """
    return Quantity(Interval.exactly(value), MEASURES[measure].unit, str(float(value)))


def remarks(measure, text):
    """
    Return what is remarked on a result as it is written, and whether it is used.
    """
    panel = taken(measure, parse_quantity(text))
    return [(note.issue, note.used, note.detail) for note in panel.notes], measure in panel.values


class TestTiers:
    def test_everything_has_a_limit(self):
        """
        Every result that a laboratory can send has a possible range, and its usual one lies inside.
        """
        open_ended = [one.name for one in REPORTED if one.possible is None]
        wider = [
            one.name for one in REPORTED if one.usual and one.possible and one.usual.hull(one.possible) != one.possible
        ]

        assert (open_ended, wider) == ([], [])

    @pytest.mark.parametrize("measure", TIERS)
    def test_limits(self, measure):
        """
        At each limit a result is still of the better tier; beyond it is not.
        """
        least, most, low, high = map(Fraction, TIERS[measure])
        inner, outer = (low, high), (least, most)

        def tier(value):
            panel = taken(measure, of(measure, value))
            issues = {note.issue for note in panel.notes}
            assert measure in panel.values or issues
            return issues & {"impossible", "implausible"}

        assert [tier(value) for value in inner] == [set(), set()]
        assert tier(high + STEP) == {"implausible"}
        assert tier(low - STEP) == {"implausible"} if low > least else True
        assert [tier(value) - {"implausible"} for value in outer] == [set(), set()]
        assert tier(most + STEP) == {"impossible"}
        assert tier(least - STEP) == {"impossible"} if least > 0 else True

    @pytest.mark.parametrize("measure", TIERS)
    def test_impossible_is_never_read(self, measure):
        """
        What is impossible is set aside and named; no rule reads it.
        """
        beyond = Fraction(TIERS[measure][1]) * 2
        panel = taken(measure, of(measure, beyond))

        assert measure not in panel.values
        assert [(note.measure, note.issue, note.used) for note in panel.notes] == [(measure, "impossible", False)]


class TestSlips:
    @pytest.mark.parametrize(
        ("measure", "given", "proposed"),
        [
            ("hemoglobin", "13.2 g/L", "as g/dL the same number would be 132 g/L"),
            ("hemoglobin", "8.7 mg/dL", "is impossible"),
            ("hematocrit", "0.39 %", "as L/L the same number would be 39 %"),
            ("rbc", "4500 10*12/L", "as 10*9/L the same number would be 4.5 10*12/L"),
            ("rbc", "4500000 10*12/L", "as /uL the same number would be 4.5 10*12/L"),
            ("mch", "1.86 pg", "as fmol the same number would be 29.97"),
            ("mchc", "33 g/L", "as g/dL the same number would be 330 g/L"),
            ("mchc", "20.5 g/L", "as mmol/L the same number would be 330"),
            ("reticulocyte-hemoglobin", "1.8 pg", "as fmol the same number would be 29"),
            ("ferritin", "0.03 ug/L", "as mg/L the same number would be 30 ug/L"),
            ("iron", "110 umol/L", "as ug/dL the same number would be 19.7"),
            ("tibc", "350 umol/L", "as ug/dL the same number would be 62.67"),
            ("transferrin", "260 g/L", "as mg/dL the same number would be 2.6 g/L"),
            ("transferrin-saturation", "0.15 %", "as 1 the same number would be 15 %"),
            ("stfr", "60 mg/L", "as nmol/L the same number would be 5.08"),
            ("agp", "90 g/L", "as mg/dL the same number would be 0.9 g/L"),
            ("hemoglobin-a2", "0.05 %", "as 1 the same number would be 5 %"),
        ],
    )
    def test_proposed(self, measure, given, proposed):
        """
        A number that another unit explains is not read; the unit is proposed, and the result is to be sent again.
        """
        told, used = remarks(measure, given)

        assert not used
        assert any(proposed in detail for *_, detail in told)

    @pytest.mark.parametrize("given", ["30 mg/dL", "17.5 mg/dL"])
    def test_dangerous_and_true(self, given):
        """
        A value that is far from usual and true is not set aside for a unit that would make it usual.
        """
        measure = "bilirubin-total" if given.startswith("30") else "creatinine"
        told, used = remarks(measure, given)

        assert used
        assert [issue for issue, *_ in told] == ["implausible"]


class TestConversions:
    @pytest.mark.parametrize(
        ("measure", "given", "canonical"),
        [
            ("hemoglobin", "7.8 mmol/L", "125.6931"),
            ("hemoglobin", "12.5 g/dL", "125"),
            ("hematocrit", "0.39 L/L", "39"),
            ("mch", "2 fmol", "32.229"),
            ("mchc", "20 mmol/L", "322.29"),
            ("ferritin", "67 pmol/L", "29.815"),
            ("iron", "100 ug/dL", "17.9066"),
            ("tibc", "350 ug/dL", "62.6735"),
            ("transferrin", "260 mg/dL", "2.6"),
            ("transferrin", "25 umol/L", "1.98925"),
            ("stfr", "29.5 nmol/L", "2.5"),
            ("crp", "0.8 mg/dL", "8"),
            ("agp", "90 mg/dL", "0.9"),
            ("bilirubin-total", "1 mg/dL", "17.104"),
            ("creatinine", "1 mg/dL", "88.40"),
            ("reticulocyte-percentage", "12 [ppth]", "1.2"),
            ("platelets", "250000 /uL", "250"),
            ("zinc-protoporphyrin", "80 umol/mol{heme}", "80"),
        ],
    )
    def test_factor(self, measure, given, canonical):
        """
        Each unit converts by its constant to what is printed, to four digits.
        """
        panel = taken(measure, parse_quantity(given))
        value = panel.values[measure].interval.low.value

        assert float(value) == pytest.approx(float(canonical), rel=5e-4)


class TestSpellings:
    @pytest.mark.parametrize(
        ("measure", "value", "units"),
        [
            ("hemoglobin", "12.5", ["g/dL", "gm/dL", "g%", "G/DL", "gm/dl", "g/dl"]),
            ("rbc", "4.5", ["10*6/uL", "10^6/uL", "x10E6/uL", "M/uL", "10*12/L", "x10E12/L", "T/L"]),
            ("wbc", "7", ["10*3/uL", "10^3/uL", "K/uL", "x10E3/uL", "10*9/L", "G/L"]),
            ("mcv", "80", ["fL", "fl", "um3", "\u00b5m3", "\u03bcm\u00b3", "cu microns"]),
            ("mch", "28", ["pg", "uug"]),
            ("hematocrit", "0.4", ["L/L", "l/l", "{ratio}", "1"]),
            ("ferritin", "30", ["ng/mL", "ug/L", "mcg/L", "\u00b5g/L", "\u03bcg/L", "ng/ml"]),
            ("iron", "60", ["ug/dL", "mcg/dL", "\u03bcg/dL"]),
            ("iron", "12", ["umol/L", "\u00b5mol/L", "\u03bcmol/L", "umol/l"]),
            ("esr", "12", ["mm/h", "mm/hr"]),
            ("transferrin-saturation", "12", ["%"]),
        ],
    )
    def test_read(self, measure, value, units):
        """
        What real feeds send for one unit is the same amount.
        """
        number = Fraction(value)
        read = {
            taken(measure, Quantity(Interval.exactly(number), unit, value)).values[measure].interval for unit in units
        }

        assert len(read) == 1

    @pytest.mark.parametrize(
        ("measure", "unit", "hint"),
        [
            ("hemoglobin", "", "use one of g/L"),
            ("hemoglobin", "gramm", "accepted in g/L"),
            ("hemoglobin", "fL", "measures something else"),
            ("rdw-cv", "fL", "accepted in %"),
            ("rdw-sd", "%", "accepted in fL"),
            ("ferritin", "[IU]/L", "accepted in ug/L"),
            ("crp", "nmol/L", "accepted in mg/L"),
            ("zinc-protoporphyrin", "ug/dL", "accepted in umol/mol"),
        ],
    )
    def test_refused_with_a_hint(self, measure, unit, hint):
        """
        A unit that is missing, unknown or of something else is refused at its field, with those that are accepted.
        """
        quantity = Quantity(Interval.exactly(Fraction(12)), unit, "12")

        with pytest.raises(PanelError) as refused:
            taken(measure, quantity)

        ((pointer, detail),) = [(fault.pointer, fault.detail) for fault in refused.value.faults]
        assert pointer == "/results/0/unit"
        assert hint in detail


class TestContext:
    @pytest.mark.parametrize(
        ("patient", "about"),
        [
            ({"sex": "male", "pregnancy": "second-trimester"}, "40 a"),
            ({"sex": "female", "pregnancy": "second-trimester"}, "9 a"),
            ({"sex": "female", "pregnancy": "third-trimester"}, "60 a"),
        ],
    )
    def test_contradictions(self, patient, about):
        """
        A pregnancy of a man, of a child under 10 or of a woman from 56 years is noted and not read.
        """
        attributes = {name: (word, f"/patient/{name}") for name, word in patient.items()}
        age = {"age": (parse_quantity(about), "/patient/age")}
        panel = take_in(KNOWLEDGE, KNOWLEDGE.profiles["default"], GivenPanel(AS_OF, attributes, age))

        assert "contradiction" in {note.issue for note in panel.notes}

    def test_trimester_against_weeks(self):
        """
        A trimester that the weeks contradict is noted.
        """
        attributes = {
            "sex": ("female", "/patient/sex"),
            "pregnancy": ("first-trimester", "/patient/pregnancy"),
        }
        quantities = {
            "age": (parse_quantity("29 a"), "/patient/age"),
            "gestational-age": (parse_quantity("30 weeks"), "/patient/gestational-age"),
        }
        panel = take_in(KNOWLEDGE, KNOWLEDGE.profiles["default"], GivenPanel(AS_OF, attributes, quantities))

        assert "contradiction" in {note.issue for note in panel.notes}
