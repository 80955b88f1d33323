from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from service.application.explain import EXPLAINERS
from service.application.registers import REGISTERS
from service.web.answered_explanation import ExplanationAnswer

POST = "/v1/evaluations"


@pytest.fixture
def address(client, panel):
    """The address of the explanation of an evaluation that is recorded."""
    return f"{client.post(POST, json=panel).headers['Location']}/explanation"


def told(response):
    """Return the one error of a problem."""
    (error,) = response.json["errors"]
    return response.status_code, error["code"], error["detail"]


class TestExplain:
    @pytest.mark.parametrize("of", EXPLAINERS)
    @pytest.mark.parametrize("register", REGISTERS)
    def test_json(self, client, address, of, register):
        """
        Every question is answered in every register as the document describes, and every sentence names nodes
        that stand in the answer.
        """
        response = client.get(address, query_string={"of": of, "register": register})

        answer = response.json
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert ExplanationAnswer().validate(answer) == {}
        assert (answer["of"], answer["register"], answer["status"]) == (of, register, "concluded")
        assert answer["evaluation"] == address.split("/")[3]
        nodes = {node["id"] for node in answer["overview"]["nodes"]}
        assert {name for one in answer["says"] for name in one["nodes"]} <= nodes
        for conclusion in answer["conclusions"]:
            graphs = [conclusion.get("complete", {}), conclusion]
            nodes = {node["id"] for graph in graphs for node in graph.get("nodes", ())}
            said = [*conclusion["says"], *(one for rule in conclusion.get("could_be", ()) for one in rule["says"])]
            assert said
            assert {name for one in said for name in one["nodes"]} <= nodes

    def test_defaults(self, client, address):
        """
        Without parameters it is told why, to the clinician, about what the answer concludes.
        """
        answer = client.get(address).json

        assert (answer["of"], answer["register"], answer["conclusion"]) == ("why", "clinician", None)
        assert [one["conclusion"] for one in answer["conclusions"]] == ["iron-deficiency-anemia", "microcytic-anemia"]

    def test_one_conclusion(self, client, address):
        """
        A conclusion of which no rule claims anything has no derivation; asked why not, it has rules.
        """
        asked = {"conclusion": "beta-thalassemia-trait"}

        assert client.get(address, query_string=asked).json["conclusions"] == []
        (answer,) = client.get(address, query_string=asked | {"of": "why-not"}).json["conclusions"]
        assert answer["certainty"] is None
        assert [rule["rule"] for rule in answer["could_be"]] == ["THA-410", "THA-110", "THA-120", "THA-130", "THA-140"]

    def test_text(self, client, address):
        """
        The text is plain, headings with sentences below.
        """
        response = client.get(address, query_string={"format": "text", "register": "patient"})

        assert response.content_type == "text/plain; charset=utf-8"
        assert response.text.endswith("\nTalk to your clinician about what this means for you.\n")

    @pytest.mark.parametrize("of", EXPLAINERS)
    @pytest.mark.parametrize("graph", ["minimal", "complete"])
    def test_svg(self, client, address, of, graph):
        """
        The drawing is one well-formed SVG document, whatever the sender's list of media types.
        """
        response = client.get(
            address,
            query_string={"of": of, "graph": graph, "format": "svg", "conclusion": "iron-deficiency-anemia"},
            headers={"Accept": "image/svg+xml"},
        )

        assert response.status_code == 200
        assert response.content_type == "image/svg+xml"
        assert ET.fromstring(response.text).tag == "{http://www.w3.org/2000/svg}svg"

    def test_nothing_to_draw(self, client, address):
        """
        A conclusion without a derivation is refused as a drawing.
        """
        response = client.get(address, query_string={"format": "svg", "conclusion": "alpha-thalassemia-trait"})

        assert (response.status_code, response.json["type"]) == (400, "/problems/nothing-to-draw")

    def test_same_bytes(self, client, address):
        """
        One question has one answer, byte for byte, and whoever has it already is told so.
        """
        first = client.get(address)

        assert client.get(address).data == first.data
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    def test_not_acceptable(self, client, address):
        """
        A sender that accepts other media types than the one it asks for is refused.
        """
        assert client.get(address, headers={"Accept": "image/svg+xml"}).status_code == 406


class TestRefusals:
    @pytest.mark.parametrize("name", ["of", "register", "format", "graph"])
    def test_unknown_value(self, client, address, name):
        """
        A word that is not known is refused with those that are.
        """
        status, code, detail = told(client.get(address, query_string={name: "nonsense"}))

        assert (status, code) == (400, "unknown-value")
        assert detail.startswith(f"{name} is one of ")

    def test_unknown_parameter(self, client, address):
        """
        A parameter that is not known is refused, not passed over.
        """
        assert told(client.get(address, query_string={"colour": "red"}))[:2] == (400, "unknown-parameter")

    def test_unknown_conclusion(self, client, address):
        """
        A conclusion that is not in the vocabulary is refused with the nearest one that is.
        """
        status, code, detail = told(client.get(address, query_string={"conclusion": "iron-deficiency-anaemia"}))

        assert (status, code) == (400, "unknown-conclusion")
        assert detail == "'iron-deficiency-anaemia' is no conclusion here. Did you mean iron-deficiency-anemia?"

    @pytest.mark.parametrize("name", ["0192d3a4-7f3c-7000-8000-1c2d3e4f5a6b", "not.an.id"])
    def test_unknown_evaluation(self, client, name):
        """
        An evaluation that is not recorded is not found.
        """
        response = client.get(f"{POST}/{name}/explanation")

        assert (response.status_code, response.json["type"]) == (404, "/problems/evaluation-not-found")


class TestRecorded:
    def test_instant(self, client, panel):
        """
        A question without an instant is explained as of the one at which it was asked.
        """
        without = {key: value for key, value in panel.items() if key != "as_of"}
        where = client.post(POST, json=without).headers["Location"]

        assert client.get(f"{where}/explanation").status_code == 200

    @pytest.mark.parametrize(
        ("part", "change"),
        [
            ("status", lambda full: full.update(status="inconclusive")),
            ("conclusions", lambda full: full["conclusions"].pop()),
            ("advice", lambda full: full["advice"].pop()),
            ("outcomes", lambda full: full["trace"]["rules"][0].update(outcome="not-in-this-profile")),
            ("digest of the release", lambda full: full["ruleset"].update(digest="sha256:other")),
        ],
    )
    def test_decided_otherwise(self, client, record, address, part, change):
        """
        Where the recorded request comes out otherwise than recorded, nothing is explained, and the part is named.
        """
        (evaluation,) = record.evaluations.values()
        full = json.loads(evaluation.document)
        change(full)
        object.__setattr__(evaluation, "document", json.dumps(full).encode())

        response = client.get(address)

        assert (response.status_code, response.json["type"]) == (500, "/problems/decided-otherwise")
        assert response.json["detail"] == f"The recorded request is decided otherwise today: {part}."

    @pytest.mark.parametrize(
        ("before", "after"), [("9.1", "9.0"), ('"female"', '"male"'), ('"value":34', '"value":35')]
    )
    def test_altered_request(self, client, record, address, before, after):
        """
        A request that was altered after it was recorded explains nothing, even where every rule comes out the same.
        """
        (evaluation,) = record.evaluations.values()
        request = evaluation.request.decode()
        assert before in request
        object.__setattr__(evaluation, "request", request.replace(before, after).encode())

        response = client.get(address)

        assert (response.status_code, response.json["type"]) == (500, "/problems/decided-otherwise")
        assert "what was sent" in response.json["detail"]
