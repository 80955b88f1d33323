from __future__ import annotations

import re

import pytest

from service.web.problems import MEDIA_TYPE

OPERATIONS = {
    ("/v1/evaluations", "post"): {"201", "400", "404", "406", "413", "415", "422", "500", "503"},
    ("/v1/evaluations/{evaluation_id}", "get"): {"200", "400", "404", "406", "500", "503"},
    ("/v1/rulesets", "get"): {"200", "400", "406", "500", "503"},
    ("/v1/rulesets/{ruleset}", "get"): {"200", "400", "404", "406", "500", "503"},
    ("/v1/rulesets/{ruleset}/versions", "get"): {"200", "400", "404", "406", "500", "503"},
    ("/v1/rulesets/{ruleset}/versions/{version}", "get"): {"200", "400", "404", "406", "500", "503"},
    ("/v1/rulesets/{ruleset}/versions/{version}/vocabulary", "get"): {
        "200", "400", "404", "406", "500", "503",
    },
    ("/v1/rulesets/{ruleset}/versions/{version}/rules", "get"): {"200", "400", "404", "406", "500", "503"},
    ("/v1/rulesets/{ruleset}/versions/{version}/rules/{rule}", "get"): {
        "200", "400", "404", "406", "500", "503",
    },
    ("/healthz", "get"): {"200"},
    ("/readyz", "get"): {"200", "503"},
    ("/version", "get"): {"200", "500", "503"},
    ("/problems", "get"): {"200", "406"},
    ("/problems/{slug}", "get"): {"200", "404", "406"},
}  # fmt: skip


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


def references(node: object) -> set[str]:
    """Return every reference inside a document."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


class TestOpenApi:
    def test_operations(self, document):
        """
        Every operation lists every status that it answers.
        """
        found = {
            (path, method): set(operation["responses"])
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

        assert document["openapi"] == "3.1.0"
        assert found == {
            (path, method): statuses | {"304"} if method == "get" else statuses
            for (path, method), statuses in OPERATIONS.items()
        }

    def test_levels_of_reading(self, document):
        """
        Wherever an answer says how far a source was read, the description has each word with its meaning.
        """
        levels = {
            name: schema["properties"]["read"]
            for name, schema in document["components"]["schemas"].items()
            if "read" in schema.get("properties", {})
        }

        assert set(levels) == {
            "CodeWord", "ComparedNumberAnswer", "EvidenceAnswer", "LimitAnswer", "OperandAnswer", "RowAnswer",
            "SafetyAnswer", "UnverifiedAnswer", "WithinAnswer",
        }  # fmt: skip
        assert levels.pop("UnverifiedAnswer")["enum"] == ["memory", "own"]
        for level in levels.values():
            assert level["enum"] == ["primary", "secondary", "memory", "computed", "own"]
            assert "`secondary`: read where others quote them" in level["description"]

    def test_remarks(self, document):
        """
        Every word for what may be remarked on what was sent is listed.
        """
        issue = document["components"]["schemas"]["QualityAnswer"]["properties"]["issue"]

        assert {"impossible", "stale", "later-than-as-of", "doubted", "not-together"} <= set(issue["enum"])

    def test_every_route_is_described(self, app, document):
        """
        No route but the page's own is missing.
        """
        routes = {
            re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            for rule in app.url_map.iter_rules()
            if not rule.endpoint.startswith("docs.")
        }

        assert routes == set(document["paths"])

    def test_errors_are_problems(self, document):
        """
        Every error is described as a problem that names its types.
        """
        for item in document["paths"].values():
            for method, operation in item.items():
                if method == "parameters":
                    continue
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        schema = response["content"][MEDIA_TYPE]["schema"]
                        assert schema == {"$ref": "#/components/schemas/ProblemAnswer"}
                        assert "/problems/" in response["description"]

    @pytest.mark.parametrize(
        ("path", "method", "kinds"),
        [
            ("/v1/evaluations", "post", ["release-not-found"]),
            ("/v1/evaluations/{evaluation_id}", "get", ["evaluation-not-found"]),
            ("/v1/rulesets/{ruleset}", "get", ["release-not-found"]),
            (
                "/v1/rulesets/{ruleset}/versions/{version}/rules/{rule}",
                "get",
                ["release-not-found", "rule-not-found"],
            ),
            ("/problems/{slug}", "get", ["no-such-resource"]),
        ],
    )
    def test_not_found(self, document, path, method, kinds):
        """
        An operation names what it may not find, and nothing that it does not look for.
        """
        told = document["paths"][path][method]["responses"]["404"]["description"]

        assert re.findall(r"/problems/([a-z-]+)", told) == kinds

    def test_references_resolve(self, document):
        """
        Every reference leads to a part of the document.
        """
        for reference in references(document):
            node = document
            for step in reference.removeprefix("#/").split("/"):
                node = node[step]

    def test_no_schema_is_left_over(self, document):
        """
        Every schema is used: what a generated client has is what the service answers.
        """
        used = {reference.rpartition("/")[2] for reference in references(document)}

        assert set(document["components"]["schemas"]) == used

    def test_operations_have_names(self, document):
        """
        Generated clients get a name for each operation, and each has a summary.
        """
        operations = [
            operation
            for item in document["paths"].values()
            for method, operation in item.items()
            if method != "parameters"
        ]

        assert len({operation["operationId"] for operation in operations}) == len(operations)
        assert all(operation["summary"] for operation in operations)

    def test_path_parameters_are_described(self, document):
        """
        Each parameter of a path is required, and text.
        """
        for path, item in document["paths"].items():
            described = {
                parameter["name"]: parameter
                for method, operation in item.items()
                for parameter in (operation if method == "parameters" else operation.get("parameters", []))
            }
            for name in re.findall(r"{(\w+)}", path):
                assert described[name]["required"] is True
                assert described[name]["schema"]["type"] == "string"

    def test_requests_are_strict(self, document):
        """
        Unknown fields are refused, and the document says so; the patient's are the vocabulary's.
        """
        schemas = document["components"]["schemas"]

        assert schemas["EvaluationRequest"]["additionalProperties"] is False
        assert schemas["ResultRequest"]["additionalProperties"] is False
        assert schemas["ResultRequest"]["properties"]["value"]["type"] == "number"
        assert schemas["ResultRequest"]["anyOf"] == [{"required": ["code"]}, {"required": ["measure"]}]
        kinds = schemas["PatientRequest"]["additionalProperties"]["anyOf"]
        assert [kind.get("type", kind.get("$ref")) for kind in kinds] == [
            "string", "number", "#/components/schemas/QuantityRequest",
        ]  # fmt: skip

    def test_fields_of_a_patient(self, client, document):
        """
        Every attribute and quantity of the vocabulary is a field of its own, with its words or units; each is accepted.
        """
        fields = document["components"]["schemas"]["PatientRequest"]["properties"]

        assert fields.keys() >= {"age", "birth_date", "sex", "pregnancy", "altitude", "cigarettes_per_day"}
        assert fields["pregnancy"]["examples"][0] == "not-pregnant"
        assert "pregnant" in fields["pregnancy"]["examples"]
        assert "A bare number is in m; accepted: m, [ft_i]." in fields["altitude"]["description"]
        words = {name: field["examples"][0] for name, field in fields.items() if "examples" in field}
        numbers = {name: 20 for name, field in fields.items() if "anyOf" in field}
        response = client.post("/v1/evaluations", json={"patient": words | numbers})
        assert response.status_code == 201

    def test_requests_have_bounds(self, document):
        """
        What is refused for its length or type, the document says so of.
        """
        fields = document["components"]["schemas"]["EvaluationRequest"]["properties"]

        assert {name: field["maxItems"] for name, field in fields.items() if field.get("type") == "array"} == {
            "profiles": 20, "results": 500, "findings": 200, "complete": 50, "events": 50,
        }  # fmt: skip
        assert fields["assume"]["additionalProperties"] == {"type": "string", "maxLength": 64}

    def test_request_ids(self, document):
        """
        Every operation takes and tells the request's id.
        """
        for item in document["paths"].values():
            for method, operation in item.items():
                if method != "parameters":
                    assert "X-Request-Id" in {parameter["name"] for parameter in operation["parameters"]}
                    for response in operation["responses"].values():
                        assert "X-Request-Id" in response["headers"]

    def test_status_words(self, document):
        """
        Each word of the status is explained.
        """
        status = document["components"]["schemas"]["EvaluationAnswer"]["properties"]["status"]

        assert all(f"`{word}`" in status["description"] for word in status["enum"])

    def test_examples(self, serve, engine, panel):
        """
        Sample panels stand beside the request.
        """
        examples = {"one": {"name": "One", "about": "A sample.", "request": panel}}

        document = serve(engine, EXAMPLES=examples).test_client().get("/openapi.json").json

        body = document["paths"]["/v1/evaluations"]["post"]["requestBody"]["content"]
        shown = body["application/json"]["examples"]["one"]
        assert shown == {"summary": "One", "description": "A sample.", "value": panel}


class TestMargins:
    @pytest.mark.parametrize("text", ["+0", "-0", "-29", "3.5", "-0.25", "1/3", "-7/3", "120"])
    def test_accepted(self, document, text):
        """
        An end of a margin is described so that a client can parse it: a zero carries its side.
        """
        ends = document["components"]["schemas"]["MarginAnswer"]["properties"]

        for end in ("low", "high"):
            assert re.search(ends[end]["pattern"], text)
            assert "Zero carries the side that it lies on" in ends[end]["description"]

    @pytest.mark.parametrize("text", ["+1", "0.", ".5", "1e3", "00", "1/0", "--0", ""])
    def test_not_accepted(self, document, text):
        """
        Nothing else is promised: no exponent, no other plus sign.
        """
        ends = document["components"]["schemas"]["MarginAnswer"]["properties"]

        assert not re.search(ends["low"]["pattern"], text)

    def test_exact(self, document):
        """
        A value is an exact number without the signs of a margin.
        """
        for schema in ("ExactAnswer", "IntervalAnswer"):
            pattern = document["components"]["schemas"][schema]["properties"]["low"]["pattern"]

            assert re.search(pattern, "0")
            assert not re.search(pattern, "+0")


class TestPage:
    def test_bare_address(self, client):
        """
        Whoever opens the bare address is led to the page, wherever the service is mounted.
        """
        response = client.get("/")

        assert (response.status_code, response.headers["Location"]) == (302, "docs")

    def test_own_origin_only(self, client):
        """
        The page and its script name no other origin, and every file they name is there.
        """
        page = client.get("/docs")

        files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(files) == 4
        for file in files:
            assert client.get(f"/{file}").status_code == 200
        assert "//" not in page.text + client.get("/docs/start.js").text
        assert "<script>" not in page.text

    def test_no_validator(self, client):
        """
        The page does not send the document to the validator of its makers.
        """
        assert "validatorUrl: null" in client.get("/docs/start.js").text
