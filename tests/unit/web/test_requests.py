from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from service.domain.errors import PanelError
from service.domain.given import GivenFinding
from service.domain.intervals import Interval
from service.domain.scales import State
from service.web.requests import parse_question

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def parse(text: str):
    """Read a request as it was typed."""
    return parse_question(text.encode(), lambda: NOW)


class TestParseQuestion:
    def test_nothing(self):
        """
        An empty object is a question about a patient of whom nothing is known, now.
        """
        question = parse("{}")

        assert question.panel.as_of == NOW
        assert question.panel.results == ()
        assert (question.ruleset, question.version, question.profile) == (None, None, "default")
        assert question.subject is None
        assert question.request == b"{}"

    def test_names(self):
        """
        Whom it is about and what is to decide are taken as they are.
        """
        question = parse('{"subject": "p-7f3a", "ruleset": "r", "version": "1.0.0", "profile": "local.1"}')

        assert (question.subject, question.ruleset) == ("p-7f3a", "r")
        assert (question.version, question.profile) == ("1.0.0", "local.1")

    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-20T08:00:00Z",
            "2026-11-20T08:00Z",
            "2026-11-20t08:00:00.000z",
            "2026-11-20T09:00:00+01:00",
            "2026-11-19T22:00:00-10:00",
            "2026-11-20T13:30:00.000000000+05:30",
        ],
    )
    def test_instants(self, text):
        """
        An instant is the same whichever offset it is written with.
        """
        question = parse(f'{{"as_of": "{text}"}}')

        assert question.panel.as_of == datetime(2026, 11, 20, 8, tzinfo=UTC)

    def test_day_of_the_place(self):
        """
        The question keeps the day it has at its offset; a sample's time is one for all places.
        """
        question = parse(
            '{"as_of": "2026-11-20T20:00:00-06:00", '
            '"results": [{"measure": "a", "value": 1, "time": "2026-11-20T20:00:00-06:00"}]}'
        )

        assert question.panel.as_of.date() == date(2026, 11, 20)
        assert question.panel.results[0].time.isoformat() == "2026-11-21T02:00:00+00:00"

    def test_result(self):
        """
        A result keeps its exact number, its digits, its unit as it was spelled, and a pointer.
        """
        question = parse(
            '{"results": [{"code": "2276-4", "value": 0.10, "comparator": "<", "unit": "mcg/L", '
            '"time": "2026-11-20T08:00:00Z"}]}'
        )

        (result,) = question.panel.results
        assert (result.id, result.pointer) == ("r1", "/results/0")
        assert (result.code, result.measure) == ("2276-4", None)
        assert result.quantity.interval == Interval.of(0, Fraction(1, 10), high_open=True)
        assert (result.quantity.text, result.quantity.unit) == ("<0.10", "mcg/L")
        assert result.time == datetime(2026, 11, 20, 8, tzinfo=UTC)

    def test_ids_by_position(self):
        """
        A result without an id is called by its position, whatever the others are called.
        """
        question = parse('{"results": [{"id": "x", "measure": "a", "value": 1}, {"measure": "a", "value": 1}]}')

        assert [result.id for result in question.panel.results] == ["x", "r2"]

    def test_patient(self):
        """
        Words are attributes and numbers are quantities, by the vocabulary's names.
        """
        question = parse(
            '{"patient": {"age": {"value": 34, "unit": "years"}, "birth_date": "1992-03-31", '
            '"some_word": "yes", "some_number": 20.0}}'
        )

        panel = question.panel
        assert panel.birth_date == date(1992, 3, 31)
        assert panel.attributes == {"some-word": ("yes", "/patient/some_word")}
        age, age_pointer = panel.quantities["age"]
        number, number_pointer = panel.quantities["some-number"]
        assert (age.text, age.unit, age_pointer) == ("34", "years", "/patient/age")
        assert (number.text, number.unit, number_pointer) == ("20.0", "", "/patient/some_number")

    def test_findings_groups_and_assumptions(self):
        """
        Findings, complete groups and assumptions keep a pointer each.
        """
        question = parse(
            '{"findings": [{"finding": "f", "state": "unknown"}], "complete": ["film"], '
            '"assume": {"some_number": "0 m"}}'
        )

        panel = question.panel
        assert panel.findings == (GivenFinding("f", State.UNKNOWN, "/findings/0"),)
        assert panel.complete == (("film", "/complete/0"),)
        assert panel.assume == {"some-number": ("0 m", "/assume/some_number")}

    def test_refusal(self):
        """
        A request that cannot be read raises the error that commands and pages handle alike.
        """
        with pytest.raises(PanelError, match="/results: This is a number; send a JSON array"):
            parse('{"results": 5}')
