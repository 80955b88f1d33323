"""
Laboratory ranges with whom they were given for, through the web.
"""

from __future__ import annotations

import pytest

POST = "/v1/evaluations"
WOMAN = {"age": {"value": 30, "unit": "a"}, "sex": "female", "pregnancy": "not-pregnant"}
RANGE = {"low": 11.5, "high": 15.5}
"""Hers, in the unit of the result; by the book a hemoglobin of 11.8 g/dL is anemia, by this range it is none."""


def years(number):
    return {"value": number, "unit": "a"}


def asked(client, reference, patient=WOMAN):
    """
    Return whether a woman is anemic by the limit of her laboratory, and what was remarked on her result.
    """
    result = {"id": "hb", "measure": "hemoglobin", "value": 11.8, "unit": "g/dL", "reference": reference}
    response = client.post(POST, json={"profile": "bsg-2021", "patient": patient, "results": [result]})
    assert response.status_code == 201, response.json
    states = {one["finding"]: one["state"] for one in response.json["findings"]}
    return states["anemia"], [one["issue"] for one in response.json["quality"] if one["result"] == "hb"]


class TestForWhom:
    @pytest.mark.parametrize(
        "whom",
        [
            pytest.param({}, id="nobody in particular"),
            pytest.param({"sex": "female"}, id="her sex"),
            pytest.param({"age_from": years(18), "age_to": years(65)}, id="her age"),
            pytest.param({"age_from": years(30)}, id="the age begins with hers"),
            pytest.param({"age_to": years(31)}, id="the age ends after hers"),
            pytest.param({"age_from": {"value": 216, "unit": "mo"}, "sex": "female"}, id="an age in months"),
        ],
    )
    def test_hers(self, client, whom):
        """
        A range that was given for such a patient holds.
        """
        assert asked(client, RANGE | whom) == ("absent", [])

    @pytest.mark.parametrize(
        "whom",
        [
            pytest.param({"sex": "male"}, id="another sex"),
            pytest.param({"age_from": years(65)}, id="older people"),
            pytest.param({"age_to": years(30)}, id="the age ends where hers begins"),
            pytest.param({"age_from": years(18), "age_to": years(65), "sex": "male"}, id="her age, another sex"),
        ],
    )
    def test_of_another(self, client, whom):
        """
        A range that was given for another patient is not used, and that is remarked.
        """
        state, issues = asked(client, RANGE | whom)

        assert (state, issues) != ("absent", [])
        assert issues == ["contradiction"]

    @pytest.mark.parametrize("left_out", ["age", "sex"])
    def test_unknown(self, client, left_out):
        """
        What is not known of the patient contradicts no range.
        """
        patient = {name: value for name, value in WOMAN.items() if name != left_out}
        _, issues = asked(client, RANGE | {"sex": "female", "age_from": years(18)}, patient)

        assert "contradiction" not in issues
