from datetime import timedelta

import pytest

from service.application.cases import run_cases
from service.application.why import why
from tests import small

FILE = "small/rules/blood/ane-010-anemia.cases.yaml"
WOMAN = {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant", "altitude": "0 m"}


def cases(*changes: small.Change):
    return small.read(small.changed(*changes))[1]


class TestWhy:
    def test_chain(self):
        """
        Each link of a conclusion's chain gives something, because of a value and a limit, by a source.
        """
        told = why(small.decide(**WOMAN, hemoglobin="100 g/L"))

        (conclusion,) = told["conclusions"]
        assert (conclusion["title"], conclusion["certainty"]) == ("Disorder of the blood", "confirmed")
        assert [link["rule"] for link in conclusion["chain"]] == ["ANE-010", "BLD-010"]
        assert conclusion["chain"][0]["gives"] == "Anemia is present"
        assert conclusion["chain"][0]["sources"] == ["book, Page 2: from 15 a to 66 a, female, not-pregnant"]

    def test_closed(self):
        """
        A finding that closes is absent, and the comparison that failed says why.
        """
        told = why(small.decide(**WOMAN, hemoglobin="130 g/L", complete=("history",)))

        (link,) = next(one for one in told["findings"] if one["title"] == "Anemia")["by"]
        assert link["gives"] == "Anemia is absent"
        assert "is not below 120 g/L" in link["because"]

    def test_outside_of_the_scope(self):
        """
        What keeps a patient outside of the scope is told, and that nothing else is told of such a patient.
        """
        told = why(small.decide(**WOMAN | {"age": "3 mo"}, hemoglobin="100 g/L"))

        assert told["says"] == (
            "These rules are not for this patient: Age 3 mo is not at least 6 months. "
            "So no finding and no conclusion is told."
        )
        assert (told["status"], told["findings"]) == ("not-applicable", [])

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            pytest.param({}, "Ferritin is missing", id="missing"),
            pytest.param(
                {"ferritin": "12 to 18 ug/L", "crp": "1 mg/L"},
                "Ferritin 12 to 18 ug/L may lie on either side of 15 ug/L",
                id="range",
            ),
            pytest.param(
                {"ferritin": "40 ug/L"},
                "Ferritin 40 ug/L does not lie on one side of every limit still possible (15 ug/L or 70 ug/L) "
                "while Inflammation is unknown",
                id="finding",
            ),
        ],
    )
    def test_undecided(self, said, reason):
        """
        What stayed undecided is told with what keeps it open.
        """
        told = why(small.decide(**WOMAN, **said))

        (one,) = [one for one in told["undecided"] if one["rule"] == "IRN-010"]
        assert one["open"] == [reason]

    def test_hole(self):
        """
        A value without a limit to be compared with is told with the reason of the hole.
        """
        told = why(small.decide(profile="book", **WOMAN | {"age": "70 a"}, hemoglobin="100 g/L"))

        (one,) = [one for one in told["undecided"] if one["rule"] == "ANE-010"]
        assert "has no limit to be compared with (The book ends at 65 years)" in one["open"][0]
        assert one["waits_for"] == []

    def test_attribute(self):
        """
        What was assumed, and what was set aside, is told.
        """
        told = why(small.decide(age="30 a", sex="female", hemoglobin="9 g/L"))

        assert [one["value"] for one in told["assumed"]] == ["0 m"]
        assert [one["used"] for one in told["quality"]] == [False]

    def test_failure(self):
        """
        An expectation that is not met is told with the rules that decide it and how their conditions stand.
        """
        of, read = small.read(small.changed((FILE, "findings: {anemia: absent}", "findings: {anemia: present}")))
        case = read[0]
        told = why(
            small.decide(
                age="30 a", sex="female", pregnancy="not-pregnant", hemoglobin="12 g/dL", complete=("history",)
            ),
            case,
        )

        (failure,) = told["fails"]
        assert failure["expected"] == "anemia is absent, expected present"
        assert failure["rules"][0]["rule"] == "ANE-010"
        assert failure["rules"][0]["outcome"] == "not-fired"
        assert failure["rules"][0]["conditions"][0].endswith("120 g/L is not below 120 g/L")
        assert of.rules


class TestDue:
    def test_within(self):
        """
        Advice tells within which time it is due, where a table says so.
        """
        signs = {"iron": "5 umol/L", "tibc": "60 umol/L", "ferritin": "40 ug/L"}
        decision = small.decide(age="30 a", transfusion=small.NOW - timedelta(days=10), **signs)

        assert [one["within"] for one in why(decision)["advice"]] == ["4 wk"]


class TestTouched:
    def test_case(self):
        """
        Of what stayed undecided, what the rule of a case rests on and what gives what it expects is told apart.
        """
        of, cases = small.read(small.files())
        second = next(run_cases(of, small.engine(), [cases[1]]))

        touched = {one["rule"]: one["touched"] for one in why(second.decision, cases[1])["undecided"]}

        assert touched["IRN-010"]
        assert not all(touched.values())

    def test_panel(self):
        """
        Without a case it is what decides the question.
        """
        decision = small.decide(age="30 a")

        touched = {one["rule"] for one in why(decision)["undecided"] if one["touched"]}

        assert touched == {rule.id for rule in decision.release.giving[decision.release.ruleset.question]}
