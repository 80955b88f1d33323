"""
Doubts behind what was compared: in chains, at inputs, and where they leave rules open.
"""

import pytest

from service.application.answer import document
from service.domain.left_open import leaving_open
from service.web.answered_trace import TraceAnswer
from tests.unit.domain.test_doubts import decided, release

SAID = {"age": "40 a", "sex": "male", "hemoglobin": "100 g/L", "crp": "20 mg/L"}


class TestBehind:
    def test_chain(self):
        """
        A doubt that changed what was compared is a link of the chain, and tells its reason.
        """
        told = document(decided(release("reads high: [ferritin]"), **SAID, ferritin="5 ug/L"))
        (cause,) = (one for one in told["conclusions"] if one["conclusion"] == "iron-anemia")

        assert cause["chain"] == ["DBT-010", "ANE-010", "INF-010", "IRN-010", "IDA-010"]
        assert cause["because"].endswith("C-reactive protein 20 mg/L is above 5 mg/L.")
        (read,) = (one for one in told["trace"]["conditions"] if one["text"] == "ferritin: below low-ferritin")
        assert (read["value"], read["doubted_by"]) == ("at most 5 ug/L", ["DBT-010"])

    def test_chain_of_others(self):
        """
        A doubt is no link of what rests on other results, nor of another doubt.
        """
        told = document(decided(release("reads high: [crp]"), **SAID, ferritin="5 ug/L"))
        (cause,) = (one for one in told["conclusions"] if one["conclusion"] == "iron-anemia")

        assert cause["chain"] == ["ANE-010", "IRN-010", "IDA-010"]

    def test_computed(self):
        """
        A doubt about an operand stands behind what is computed from it, and behind what is not for want of it.
        """
        said = {**SAID, "iron": "5 umol/L", "tibc": "60 umol/L"}
        opened = decided(release("reads high: [iron]"), **said)
        aside = decided(release("set aside: [iron]"), **said)

        assert opened.doubts_behind("saturation") == ("DBT-010",)
        assert aside.doubts_behind("saturation") == ("DBT-010",)
        assert opened.doubts_behind("ferritin") == ()


class TestLeavingOpen:
    def test_left_open(self):
        """
        A conclusion tells the doubts for which rules about it stay undecided, though no link rests on them.
        """
        told = document(decided(release("set aside: [ferritin]"), **SAID, ferritin="5 ug/L"))
        said = {one["conclusion"]: (one["chain"], one["left_open_by"]) for one in told["conclusions"]}

        assert said == {"blood-disorder": (["ANE-010", "BLD-010"], [])}
        decision = decided(release("set aside: [ferritin]"), **SAID, ferritin="5 ug/L")
        assert leaving_open(decision, "iron-anemia") == ("DBT-010",)


class TestInputs:
    @pytest.mark.parametrize(
        ("then", "used"),
        [
            pytest.param("set aside: [ferritin]", None, id="set aside"),
            pytest.param("reads high: [ferritin]", {"text": "at most 5 ug/L", "unit": "ug/L", "high": "5"}, id="high"),
            pytest.param("reads low: [ferritin]", {"text": "at least 5 ug/L", "unit": "ug/L", "low": "5"}, id="low"),
        ],
    )
    def test_input(self, then, used):
        """
        A doubted result is shown as it was read, with what it was before and which rule changed it.
        """
        trace = document(decided(release(then), **SAID, ferritin="5 ug/L"))["trace"]
        (ferritin,) = (one for one in trace["inputs"] if one["measure"] == "ferritin")

        assert ferritin.get("used") == used
        assert ferritin["received"] == {"text": "5 ug/L", "unit": "ug/L", "low": "5", "high": "5"}
        assert ferritin["doubted_by"] == [{"rule": "DBT-010", "effect": then.partition(":")[0]}]
        assert all("doubted_by" not in one for one in trace["inputs"] if one["measure"] != "ferritin")
        assert TraceAnswer(only=["inputs"]).validate({"inputs": trace["inputs"]}) == {}
