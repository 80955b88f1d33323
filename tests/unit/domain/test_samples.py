"""
Doubts that ask how long ago something was, result by result.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.application.answer import document
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.release import Release
from service.domain.semantics import Outcome
from tests import small
from tests.strategies import examples
from tests.unit.domain.test_doubts import decided, release


def timed(*measures: str) -> Release:
    """
    Return the small rule set with a rule that sets measures aside after a transfusion.
    """
    condition = "days-since-transfusion: below transfusion-window"
    return release(f"set aside: [{', '.join(measures)}]", condition, "There was a transfusion.")


TIMED = timed("ferritin", "crp")
EVERY = timed("ferritin", "crp", "hemoglobin")
PATIENT = {"age": "30 a", "sex": "female"}
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    """
    Return an instant some days before the question.
    """
    return small.NOW - days * DAY


def set_aside(**said: object) -> set[str]:
    """
    Return which of the results are set aside.
    """
    return set(decided(TIMED, **PATIENT, **said).panel.set_aside)


class TestOrder:
    @pytest.mark.parametrize(
        ("drawn", "happened", "doubted"),
        [
            pytest.param(132, ago(134), True, id="two days after, long ago"),
            pytest.param(14, ago(134), False, id="120 days after"),
            pytest.param(14, ago(133.9), True, id="a little less"),
            pytest.param(2, ago(1), False, id="before"),
            pytest.param(1, ago(1), True, id="at the same time"),
            pytest.param(1, ago(1).date(), True, id="on the same day, the order not known"),
            pytest.param(2, ago(1).date(), False, id="the day before"),
            pytest.param(300, "happened", True, id="nobody knows when"),
            pytest.param(1, "never", False, id="never"),
        ],
    )
    def test_one_result(self, drawn, happened, doubted):
        """
        What counts lies between the event and the result; where their order is not known, the result is doubted.
        """
        assert set_aside(ferritin=("8 ug/L", ago(drawn)), transfusion=happened) == ({"ferritin"} if doubted else set())

    def test_each_by_its_own_time(self):
        """
        Of two results only the one that was drawn after the event is doubted.
        """
        said = {"ferritin": ("8 ug/L", ago(3)), "crp": ("2 mg/L", ago(1)), "transfusion": ago(2)}

        assert set_aside(**said) == {"crp"}

    def test_without_a_time(self):
        """
        A result without a time is as of the question.
        """
        assert set_aside(ferritin="8 ug/L", transfusion=ago(100)) == {"ferritin"}
        assert set_aside(ferritin="8 ug/L", transfusion=ago(130)) == set()

    def test_read_together(self):
        """
        Of results that are read together one that is doubted is enough.
        """
        results = [("8 ug/L", ago(3)), "9 ug/L"]

        assert set_aside(ferritin=results, transfusion=ago(2)) == {"ferritin"}

    def test_nothing_told(self):
        """
        An event that nobody mentioned doubts nothing, and stays open.
        """
        decision = decided(TIMED, **PATIENT, ferritin=("8 ug/L", ago(3)))

        assert decision.outcomes["DBT-010"] is Outcome.UNDECIDED
        assert decision.asked == ()

    def test_other_rules_ask_at_the_question(self):
        """
        What asks how long ago something was, and is not about results, means the question.
        """
        decision = decided(TIMED, **PATIENT, ferritin=("8 ug/L", ago(3)), transfusion=ago(2))

        (value,) = [one for name, one in decision.facts.values.items() if name == "days-since-transfusion"]
        assert value.interval.low.value == 2


class TestComputed:
    def test_set_aside_too(self):
        """
        A value that stands in for one that was not reported is set aside like a report, and is noted by its name.
        """
        decision = decided(timed("hemoglobin"), **PATIENT, hematocrit="30 %", transfusion=ago(2))

        assert "hemoglobin" not in decision.facts.values
        assert ("hemoglobin", "doubted", False) in {(one.about, one.issue, one.used) for one in decision.panel.notes}


class TestTrace:
    def test_each_sample(self):
        """
        The trace tells of each sample what the rule answered, and how long before it the event was.
        """
        said = {"ferritin": ("8 ug/L", ago(3)), "crp": ("2 mg/L", ago(1)), "transfusion": ago(2)}

        trace = document(decided(TIMED, **PATIENT, **said))["trace"]

        (rule,) = [one for one in trace["rules"] if one["rule"] == "DBT-010"]
        told = {one["measures"][0]: (one["outcome"], one["events"][0]["before"]) for one in rule["samples"]}
        assert told == {"crp": ("fired", "1 d"), "ferritin": ("not-fired", "never")}
        assert rule["outcome"] == "fired"
        conditions = {one["id"]: one for one in trace["conditions"]}
        values = [conditions[one["conditions"][0]].get("value") for one in rule["samples"]]
        assert sorted(values) == ["1 d", "never"]


class TestEveryOrder:
    @examples(300)
    @given(
        st.lists(st.integers(0, 20 * 130), min_size=1, max_size=3),
        st.one_of(st.integers(0, 20 * 130), st.dates(date(2026, 6, 1), date(2026, 11, 22))),
    )
    def test_by_trying_instants(self, drawn, happened):
        """
        A result is doubted exactly if the event may lie before it, and wherever it does lies within the window.
        """
        names = ["ferritin", "crp", "hemoglobin"][: len(drawn)]
        times = dict(zip(names, (ago(hours / 20) for hours in drawn), strict=True))
        event = happened if isinstance(happened, date) else ago(happened / 20)
        values = {"ferritin": "8 ug/L", "crp": "2 mg/L", "hemoglobin": "90 g/L"}
        said = small.given(EVERY, **PATIENT, **{n: (values[n], times[n]) for n in names}, transfusion=event)

        decision, found = decide(EVERY, EVERY.profiles["default"], SemanticsAlone(EVERY), said)

        assert found == ()
        for name, drawn_at in times.items():
            before = [one for one in instants(event) if one <= drawn_at]
            expected = bool(before) and all((drawn_at - one) < 120 * DAY for one in before)
            assert (name in decision.panel.set_aside) is expected


def instants(event: date) -> list[datetime]:
    """
    Return instants at which an event may have been: each hour of a day that has come, and the ends.
    """
    if isinstance(event, datetime):
        return [event]
    begins = datetime.combine(event, time(), small.NOW.tzinfo)
    hours = [begins + timedelta(minutes=3 * minute) for minute in range(480)]
    return [one for one in (*hours, begins + DAY - timedelta(microseconds=1)) if one <= small.NOW]
