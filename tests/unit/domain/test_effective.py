from datetime import timedelta
from fractions import Fraction
from graphlib import CycleError

import pytest

from service.domain.effective import look_up
from service.domain.formulas import parse_formula
from service.domain.intervals import Interval
from service.domain.measures import Measure, MeasureKind
from service.domain.needs import needs
from service.domain.panel import Origin
from service.domain.release import computing_order
from tests import small

BOOK = small.release().profiles["book"]
ALWAYS_COMPUTED = (
    "vocabulary.yaml",
    'laboratory\n    unit: "%"\n    together: 24 h\n    step: 2\n    when not reported: [iron / tibc * 100]',
    'computed\n    unit: "%"\n    together: 24 h\n    step: 2\n    formula: iron / tibc * 100',
)


class TestEffectiveValues:
    def test_always_computed(self):
        """
        A measure with a formula is computed with what it rests on: results, assumptions, tables.
        """
        value = small.facts(hemoglobin="120 g/L").values["adjusted-hemoglobin"]

        assert value.interval == Interval.exactly(120)
        assert value.origin is Origin.COMPUTED
        assert value.refs == ("r1", "patient/altitude")
        assert value.operands == ("hemoglobin", "altitude-adjustment")
        assert value.formula == "hemoglobin - altitude-adjustment"

    def test_when_not_reported(self):
        """
        A hematocrit alone gives an interval of hemoglobin, and that goes on into what rests on it.
        """
        values = small.facts(hematocrit="25 %", altitude="2000 m").values

        assert values["hemoglobin"].interval == Interval.of(70, Fraction("92.5"))
        assert values["adjusted-hemoglobin"].interval == Interval.of(60, Fraction("82.5"))

    def test_reported_stands(self):
        """
        A value that was reported is never replaced by a computed one.
        """
        assert small.facts(hemoglobin="120 g/L", hematocrit="25 %").values["hemoglobin"].origin is Origin.REPORTED

    def test_set_aside_stays_missing(self):
        """
        A result that was set aside is not replaced by a computed value either.
        """
        values = small.facts(hemoglobin="13 g/L", hematocrit="25 %").values

        assert "hemoglobin" not in values
        assert "adjusted-hemoglobin" not in values

    @pytest.mark.parametrize(
        ("apart", "known"),
        [
            pytest.param(timedelta(hours=24), True, id="as far as it may be"),
            pytest.param(timedelta(hours=24, seconds=1), False, id="a second too far"),
        ],
    )
    def test_one_sample(self, apart, known):
        """
        Operands come from one sample, or from within the hours that the measure allows; else it is missing.
        """
        values = small.facts(iron=("5 umol/L", small.NOW - apart), tibc=("50 umol/L", small.NOW)).values

        assert ("saturation" in values) is known
        if known:
            assert values["saturation"].time == small.NOW

    def test_without_times(self):
        """
        Operands whose times are not told are taken as one sample.
        """
        values = small.facts(iron="5 umol/L", tibc=("50 umol/L", small.NOW)).values

        assert values["saturation"].interval == Interval.exactly(10)

    def test_exact(self):
        """
        A quotient is exact.
        """
        assert small.facts(iron="7 umol/L", tibc="61 umol/L").values["saturation"].interval == Interval.exactly(
            Fraction(700, 61)
        )

    def test_division_by_zero(self):
        """
        A divisor of zero leaves the measure missing.
        """
        assert "saturation" not in small.facts(iron="7 umol/L", tibc="0 umol/L").values


class TestLookUp:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            pytest.param(Interval.exactly(999), Interval.exactly(0), id="before a step"),
            pytest.param(Interval.exactly(1000), Interval.exactly(10), id="at a step"),
            pytest.param(Interval.of(500, 1500), Interval.of(0, 10), id="over two steps"),
            pytest.param(Interval.of(500, 1000, high_open=True), Interval.exactly(0), id="open at a step"),
            pytest.param(Interval.exactly(3000), None, id="where the table ends"),
            pytest.param(Interval.of(2000, None), None, id="over its end"),
        ],
    )
    def test_steps(self, value, found):
        """
        A table gives what every step that is possible gives, and nothing where one gives no value.
        """
        of = small.release()

        assert look_up(of, of.profiles["default"], "altitude-adjustment", value) == found


class TestComputingOrder:
    def test_after_operands(self):
        """
        A measure is computed after those that it needs.
        """
        order = small.release().computing_order

        assert order.index("hemoglobin") < order.index("adjusted-hemoglobin")

    def test_circle(self):
        """
        Measures that need each other have no order.
        """
        measures = {
            name: Measure(name, name, MeasureKind.COMPUTED, "1", formula=parse_formula(other))
            for name, other in (("a", "b"), ("b", "a"))
        }

        with pytest.raises(CycleError):
            computing_order(measures, {}, {})


class TestNeeds:
    def test_of_a_reported_measure(self):
        """
        What a laboratory reports is asked for itself, even where it could be computed.
        """
        panel = small.panel()

        assert needs(small.release(), BOOK, panel, panel.values, "saturation") == ("saturation",)

    def test_of_a_computed_measure(self):
        """
        For what is computed only, the operands are asked for that are missing or not exact.
        """
        panel = small.panel(hemoglobin="<120 g/L", altitude="5 m")

        assert needs(small.release(), BOOK, panel, panel.values, "adjusted-hemoglobin") == ("hemoglobin",)

    @pytest.mark.parametrize(
        ("altitude", "expected"),
        [
            pytest.param("3500 m", (), id="where it ends"),
            pytest.param(">3500 m", (), id="beyond its end"),
            pytest.param(">2000 m", ("altitude", "hemoglobin"), id="perhaps where it ends"),
        ],
    )
    def test_where_a_table_ends(self, altitude, expected):
        """
        Where a table gives no number no measurement helps, so nothing is asked for; least of all what is computed.
        """
        panel = small.panel(altitude=altitude)

        assert set(needs(small.release(), BOOK, panel, panel.values, "adjusted-hemoglobin")) == set(expected)

    def test_of_different_samples(self):
        """
        Of operands that are too far apart in time the older is asked for.
        """
        of = small.release(ALWAYS_COMPUTED)
        panel = small.panel(
            ALWAYS_COMPUTED, iron=("5 umol/L", small.NOW - timedelta(days=2)), tibc=("50 umol/L", small.NOW)
        )

        assert needs(of, of.profiles["book"], panel, panel.values, "saturation") == ("iron",)
