from __future__ import annotations

import pytest

from service.web import published

RULESET = "/v1/rulesets/microcytic-anemia"
VERSION = f"{RULESET}/versions/0.1.0"

ADDRESSES = [
    ("/v1/rulesets", published.RulesetsAnswer, "no-cache"),
    (RULESET, published.RulesetAnswer, "no-cache"),
    (f"{RULESET}/versions", published.VersionsAnswer, "no-cache"),
    (VERSION, published.VersionAnswer, "public, max-age=86400, immutable"),
    (f"{VERSION}/vocabulary", published.VocabularyAnswer, "public, max-age=86400, immutable"),
    (f"{VERSION}/rules", published.RulesAnswer, "public, max-age=86400, immutable"),
    (f"{VERSION}/rules/IRN-110", published.RuleAnswer, "public, max-age=86400, immutable"),
]


class TestPublished:
    @pytest.mark.parametrize(("path", "schema", "kept"), ADDRESSES, ids=[path for path, _, _ in ADDRESSES])
    def test_as_documented(self, client, path, schema, kept):
        """
        What is published is answered as the OpenAPI document describes it, and may be kept as long
        as it cannot change.
        """
        response = client.get(path)
        again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})

        assert response.status_code == 200
        assert schema().validate(response.json) == {}
        assert response.headers["Cache-Control"] == kept
        assert again.status_code == 304

    @pytest.mark.parametrize(
        ("path", "slug", "known"),
        [
            ("/v1/rulesets/x", "release-not-found", "microcytic-anemia"),
            ("/v1/rulesets/x/versions", "release-not-found", "microcytic-anemia"),
            (f"{RULESET}/versions/9.9.9", "release-not-found", "0.1.0"),
            (f"{RULESET}/versions/9.9.9/rules", "release-not-found", "0.1.0"),
            (f"{VERSION}/rules/XXX-000", "rule-not-found", "IRN-110"),
        ],
    )
    def test_not_published(self, client, path, slug, known):
        """
        What is not published is 404, with what is.
        """
        response = client.get(path)

        problem = response.get_json(force=True)
        assert response.status_code == 404
        assert problem["type"] == f"/problems/{slug}"
        assert known in problem["detail"]


class TestRule:
    def test_every_rule(self, client, releases):
        """
        Every rule of the version can be read as documented, with its authored text.
        """
        listed = client.get(f"{VERSION}/rules").json["rules"]

        for line in listed:
            rule = client.get(f"{VERSION}/rules/{line['rule']}").json
            assert published.RuleAnswer().validate(rule) == {}
            assert f"id: {line['rule']}" in rule["authored"]
        assert {line["rule"] for line in listed} == set(releases.release.rules)

    def test_numbers_filled_in(self, client):
        """
        A rule tells the limits that each profile compares with, exact, with their sources.
        """
        rule = client.get(f"{VERSION}/rules/MOR-010").json

        (threshold,) = rule["thresholds"]
        rows = [row for choice in threshold["choices"] for row in choice["rows"]]
        assert {profile for choice in threshold["choices"] for profile in choice["profiles"]} == {
            "aap-2026",
            "adult-lead-3-5",
            "acog-2021",
            "aga-2020",
            "bsg-2021",
            "bsh-pregnancy-2019",
            "default",
            "ecco-2015",
            "esc-2021",
            "esc-2026",
            "icc-2022",
            "kdigo-2012",
            "kdigo-2026",
            "lab-local",
            "nice-ckd",
            "nice-ng12",
            "uk-sct",
            "weiss-2019",
            "who-2011",
            "who-2024",
        }
        assert all(row["source"] and row["where"] for row in rows)
        assert "80" in {row["limit"] for row in rows}


class TestVocabulary:
    def test_all_that_is_accepted(self, client, panel):
        """
        A panel made of nothing but what the vocabulary says is accepted.
        """
        words = client.get(f"{VERSION}/vocabulary").json
        results = [
            {**_named(measure), "value": 50, "unit": unit}
            for measure in words["measures"]
            for unit in measure["accepted_units"]
            if measure["accepted_in"] == "/results"
        ]
        patient = {
            attribute["accepted_in"].rpartition("/")[2]: attribute["values"][0] for attribute in words["attributes"]
        }
        findings = [
            {"finding": finding["finding"], "state": "present"}
            for finding in words["findings"]
            if finding["accepted_in"] == "/findings"
        ]

        response = client.post("/v1/evaluations", json={"patient": patient, "results": results, "findings": findings})

        assert response.status_code == 201, response.text


def _named(measure):
    """How a result says what was measured: by its code, or by name where LOINC has none."""
    return {"code": measure["loinc"][0]} if measure["loinc"] else {"measure": measure["measure"]}
