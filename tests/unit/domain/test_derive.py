from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from service.domain.derivations import NEVER
from service.domain.doubts import doubted
from service.domain.facts import resolve
from service.domain.given import GivenEvent, GivenPanel
from service.domain.intake import take_in
from service.domain.intervals import Interval
from service.domain.needs import needs
from tests import small

SIGNS = {"iron": "5 umol/L", "tibc": "60 umol/L", "ferritin": "40 ug/L"}
DAY = timedelta(days=1)
FRESH = (
    "vocabulary.yaml",
    "    slips: [g/dL, mmol/L]\n    step: 1\n",
    "    slips: [g/dL, mmol/L]\n    fresh for: 30 d\n    step: 1\n",
)
IN_A_WINDOW = ("vocabulary.yaml", "    since: iron-start\n", "    since: iron-start\n    within: 7 d\n")
SETS_ASIDE = (
    "small/rules/next/nxt-010-ferritin.yaml",
    "    - anemia: present\n    - ferritin: missing\nthen:\n  advise: measure-ferritin\n  urgency: soon\n",
    "    - days-since-transfusion: below transfusion-window\nthen:\n  set aside: [crp, hemoglobin]\n",
)


def interval(name: str, *changes: small.Change, **said) -> Interval | None:
    value = small.facts(*changes, **said).values.get(name)
    return value and value.interval


def ago(text: str, days: float) -> tuple[str, datetime]:
    return text, small.NOW - days * DAY


class TestIndex:
    def test_numbers_in_stated_units(self):
        """
        A published index takes numbers in the units it was published for, whatever is kept or sent.
        """
        found = interval("iron-index", iron="55.845 ug/dL", ferritin="100 ng/mL")

        assert found == Interval.exactly(Fraction("55.845") / 2 - Fraction("3.4"))


class TestCount:
    @pytest.mark.parametrize(
        ("said", "found"),
        [
            pytest.param({}, None, id="nothing known"),
            pytest.param({**SIGNS, "crp": "2 mg/L"}, Interval.exactly(3), id="every vote"),
            pytest.param({**SIGNS, "crp": "9 mg/L"}, Interval.exactly(2), id="one against"),
            pytest.param(SIGNS, Interval.of(2, 3), id="one unknown"),
            pytest.param({"crp": "9 mg/L"}, Interval.of(0, 2), id="two unknown"),
            pytest.param({"crp": "<9 mg/L"}, Interval.of(0, 3), id="known, and no vote of it"),
        ],
    )
    def test_holds_what_is_possible(self, said, found):
        """
        A count is from the votes that are true to those that are not false; without any value it is missing.
        """
        assert interval("iron-votes", **said) == found

    def test_of_different_samples(self):
        """
        What is counted comes from one sample, as the operands of a formula do.
        """
        assert interval("iron-votes", saturation=ago("10 %", 1), crp=ago("2 mg/L", 0)) is None

    def test_needs(self):
        """
        For a count that is open the votes that are unknown are asked for.
        """
        of = small.release()
        panel = small.panel(saturation="10 %", iron="5 umol/L")

        assert set(needs(of, of.profiles["book"], panel, panel.values, "iron-votes")) == {"ferritin", "crp"}

    def test_after_a_doubt(self):
        """
        A result that was set aside votes no more.
        """
        of = small.release(SETS_ASIDE)
        said = {**SIGNS, "crp": "2 mg/L", "transfusion": small.NOW - DAY}
        panel = doubted(of, small.panel(SETS_ASIDE, **said), ["NXT-010"])

        assert interval("iron-votes", SETS_ASIDE, **said) == Interval.exactly(3)
        assert resolve(of, of.profiles["default"], panel).values["iron-votes"].interval == Interval.of(2, 3)


class TestElapsed:
    @pytest.mark.parametrize(
        ("told", "found"),
        [
            pytest.param(small.NOW - 10 * DAY, Interval.exactly(10), id="instant"),
            pytest.param(small.NOW - timedelta(hours=6), Interval.exactly(Fraction(1, 4)), id="part of a day"),
            pytest.param(small.NOW + timedelta(minutes=4), Interval.exactly(0), id="as far as clocks differ"),
            pytest.param("never", NEVER, id="never"),
            pytest.param(
                date(2026, 11, 12), Interval.of(Fraction(113, 12), Fraction(125, 12), low_open=True), id="day"
            ),
            pytest.param(date(2026, 11, 22), Interval.of(0, Fraction(5, 12)), id="today"),
        ],
    )
    def test_days(self, told, found):
        """
        An instant gives one number of days, a day those that its hours allow, never more than any limit.
        """
        assert interval("days-since-transfusion", transfusion=told) == found

    def test_not_told(self):
        """
        What is not told is unknown, and asked for.
        """
        of, panel = small.release(), small.panel()

        assert interval("days-since-transfusion") is None
        assert needs(of, of.profiles["book"], panel, {}, "days-since-transfusion") == ("transfusion",)

    def test_day_of_the_place(self):
        """
        A day is that of the place where the question is asked.
        """
        of = small.release()
        east = small.NOW.astimezone(timezone(timedelta(hours=9)))
        given = GivenPanel(east, events=(GivenEvent("transfusion", "/events/0", date(2026, 11, 22)),))

        days = take_in(of, of.profiles["default"], given).events["transfusion"].days_ago

        assert days == Interval.of(0, Fraction(19, 24))


class TestChange:
    def test_from_previous(self):
        """
        The newest result less the one before it, with both as what it rests on.
        """
        results = [ago("101 g/L", 30), ago("91 g/L", 0), ago("120 g/L", 60)]
        value = small.facts(hemoglobin=results).values["hemoglobin-change"]

        assert value.interval == Interval.exactly(-10)
        assert value.refs == ("r2", "r1")
        assert interval("hemoglobin-days", hemoglobin=results) == Interval.exactly(30)

    @pytest.mark.parametrize(
        "results",
        [
            pytest.param([ago("91 g/L", 0)], id="one result"),
            pytest.param(["101 g/L", ago("91 g/L", 0)], id="one without a time"),
            pytest.param([ago("101 g/L", 100), ago("91 g/L", 0)], id="too long ago"),
            pytest.param([ago("101 g/L", 60), ago("9 g/L", 30), ago("91 g/L", 0)], id="one before was set aside"),
            pytest.param([ago("101 g/L", 30), ago("9 g/L", 0)], id="the newest was set aside"),
        ],
    )
    def test_not_known(self, results):
        """
        Where the previous result, or its order, is not certain, nothing is known of the change.
        """
        assert interval("hemoglobin-change", hemoglobin=results) is None

    def test_one_instant(self):
        """
        Two earlier results of one instant are read as one range.
        """
        results = [ago("95 g/L", 30), ago("101 g/L", 30), ago("91 g/L", 0)]

        assert interval("hemoglobin-change", hemoglobin=results) == Interval.of(-10, -4)

    @pytest.mark.parametrize(
        ("told", "found"),
        [
            pytest.param(small.NOW - 60 * DAY, Interval.exactly(5), id="the last before"),
            pytest.param(small.NOW - 80 * DAY, Interval.exactly(5), id="at it"),
            pytest.param(small.NOW - 90 * DAY, None, id="none before"),
            pytest.param((small.NOW - 20 * DAY).date(), Interval.of(2, 5), id="perhaps after the one of that day"),
            pytest.param((small.NOW - 80 * DAY).date(), None, id="perhaps before the first"),
            pytest.param(small.NOW, None, id="not before the newest"),
            pytest.param("never", None, id="never"),
        ],
    )
    def test_since(self, told, found):
        """
        The newest result less the last one at or before an event; every one that may be it, and none if none may be.
        """
        results = [ago("95 g/L", 80), ago("98 g/L", 20), ago("100 g/L", 0)]

        assert interval("hemoglobin-rise", hemoglobin=results, iron_start=told) == found

    @pytest.mark.parametrize(("days", "found"), [(86, Interval.exactly(5)), (72, None)])
    def test_window_before_an_event(self, days, found):
        """
        A result that lies further before the event than the window says nothing of it.
        """
        results = [ago("95 g/L", 80 if days < 80 else 88), ago("100 g/L", 0)]
        said = {"hemoglobin": results, "iron_start": small.NOW - days * DAY}

        assert interval("hemoglobin-rise", IN_A_WINDOW, **said) == found

    def test_freshness(self):
        """
        A result that is too old to speak of the patient now may still tell what it was then.
        """
        panel = small.panel(FRESH, hemoglobin=[ago("101 g/L", 60), ago("91 g/L", 0)])

        assert [note.issue for note in panel.notes] == ["earlier"]
        assert interval("hemoglobin-change", FRESH, hemoglobin=[ago("101 g/L", 60), ago("91 g/L", 0)]) == (
            Interval.exactly(-10)
        )

    def test_freshness_alone(self):
        """
        Alone it is too old, as that of any measure.
        """
        panel = small.panel(FRESH, hemoglobin=[ago("101 g/L", 60)])

        assert [note.issue for note in panel.notes] == ["stale"]
        assert panel.set_aside == {"hemoglobin"}

    def test_of_what_was_computed(self):
        """
        What was not reported itself has not changed: a formula may differ from what was measured.
        """
        assert interval("hemoglobin-change", hematocrit=[ago("25 %", 30), ago("27 %", 0)]) is None

    def test_after_a_doubt(self):
        """
        A result that was set aside has no change.
        """
        of = small.release(SETS_ASIDE)
        said = {"hemoglobin": [ago("101 g/L", 30), ago("91 g/L", 0)], "transfusion": small.NOW - DAY}
        panel = doubted(of, small.panel(SETS_ASIDE, **said), ["NXT-010"])

        assert "hemoglobin-change" not in resolve(of, of.profiles["default"], panel).values

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param({}, ("hemoglobin", "iron-start"), id="nothing told"),
            pytest.param({"hemoglobin": [ago("95 g/L", 80), ago("98 g/L", 20)]}, ("iron-start",), id="only the event"),
            pytest.param({"iron_start": small.NOW - DAY}, ("hemoglobin",), id="only results"),
            pytest.param({"iron_start": "never"}, (), id="never"),
        ],
    )
    def test_needs(self, said, expected):
        """
        A result or the event is asked for; nothing where there never was one.
        """
        of, panel = small.release(), small.panel(**said)

        assert needs(of, of.profiles["book"], panel, panel.values, "hemoglobin-rise") == expected


class TestInstants:
    def test_order_of_offsets(self):
        """
        Instants are ordered as instants, at whatever offset they were sent.
        """
        west = (small.NOW - 30 * DAY).astimezone(timezone(-timedelta(hours=8)))
        results = [("101 g/L", west), ("91 g/L", small.NOW.astimezone(UTC))]

        assert interval("hemoglobin-days", hemoglobin=results) == Interval.exactly(30)
