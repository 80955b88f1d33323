from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from contextlib import closing
from types import SimpleNamespace

import pytest

from service import __version__
from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.application.canonical import canonical_json
from service.domain.inference import Inference
from service.web.answers import EvaluationAnswer

POST = "/v1/evaluations"


class TestEvaluate:
    def test_answer(self, client, record, panel):
        """
        A panel is answered with 201, its address, and the very bytes that were recorded.
        """
        response = client.post(POST, json=panel)

        (evaluation,) = record.evaluations.values()
        assert response.status_code == 201
        assert response.content_type == "application/json"
        assert response.headers["Location"] == f"/v1/evaluations/{evaluation.id}"
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.data == evaluation.answer
        assert response.data == canonical_json(response.json)
        assert response.json["status"] == "concluded"

    def test_program(self, client, record, panel):
        """
        The answer and the record name the program that decided, and its engine.
        """
        response = client.post(POST, json=panel)

        (evaluation,) = record.evaluations.values()
        expected = {"name": "ferrule", "version": __version__, "engine": "durable-rules 2.0.28"}
        assert response.json["program"] == expected
        assert json.loads(evaluation.document)["program"] == expected
        assert evaluation.program == f"ferrule {__version__}, durable-rules 2.0.28"

    def test_request_is_recorded_exactly(self, client, record):
        """
        What is recorded of a request has every digit that was sent.
        """
        sent = b'{"results": [{"value": 9.10, "unit": "g/dL", "measure": "hemoglobin"}]}'

        client.post(POST, data=sent, content_type="application/json; charset=utf-8")

        (evaluation,) = record.evaluations.values()
        expected = b'{"results":[{"measure":"hemoglobin","unit":"g/dL","value":9.10}]}'
        assert evaluation.request == expected

    def test_profiles(self, client, record, panel):
        """
        Several profiles are one answer and one record: the first in full, and in what each other one differs.
        """
        result = {"measure": "hemoglobin", "value": 115, "unit": "g/L", "reference": {"low": 110}}
        given = {"profiles": ["default", "bsg-2021", "who-2024"], "patient": panel["patient"], "results": [result]}

        response = client.post(POST, json=given)

        (evaluation,) = record.evaluations.values()
        assert response.status_code == 201
        assert json.loads(evaluation.document)["compared"] == response.json["compared"]
        assert response.json["ruleset"]["profile"] == "default"
        first, second = response.json["compared"]
        assert (first["profile"], second["profile"]) == ("bsg-2021", "who-2024")
        anemia = next(one for one in first["differs"] if one["name"] == "anemia")
        assert (anemia["here"], anemia["there"]) == ("present", "absent")
        # BSG compares what was reported, so that the adjustments are not shared either.
        numbers = {one["number"]: (one["here"], one["there"]) for one in anemia["numbers"]}
        assert sorted(numbers) == ["altitude-adjustment", "anemia-hemoglobin", "smoking-adjustment"]
        assert numbers["altitude-adjustment"][1] == []
        assert EvaluationAnswer().validate(response.json) == {}
        assert "compared" not in client.post(POST, json=panel).json

    def test_unknown_profile_of_several(self, client, record, panel):
        """
        A profile that is not known is refused at its place, and nothing is recorded.
        """
        response = client.post(POST, json=panel | {"profiles": ["default", "defalt"]})

        assert response.status_code == 422
        assert response.json["errors"][0]["pointer"] == "/profiles/1"
        assert record.evaluations == {}

    @pytest.mark.parametrize(
        ("flag", "state"),
        [("LL", "present"), ("LU", "present"), ("HH", "absent"), ("N", "absent"), ("A", "present"), ("AA", "present")],
    )
    def test_flags(self, client, panel, flag, state):
        """
        What is critically low is low; a flag that tells no side is noted and not used; the trace shows each as sent.
        """
        result = {"measure": "hemoglobin", "value": 118, "unit": "g/L", "flag": flag}
        given = {"profile": "bsg-2021", "patient": panel["patient"], "results": [result]}

        answer = client.post(f"{POST}?trace=full", json=given).json

        states = {one["finding"]: one["state"] for one in answer["findings"]}
        assert states["anemia"] == state
        assert answer["trace"]["inputs"][0]["given"]["flag"] == flag
        issues = [one["issue"] for one in answer["quality"]]
        assert issues == (["flag-without-side"] if flag in {"A", "AA"} else [])

    @pytest.mark.parametrize("spelling", ["cigarettes_per_day", "cigarettes-per-day"])
    def test_spellings(self, client, panel, spelling):
        """
        A name of the vocabulary is accepted as it is told, and with underscores.
        """
        of_patient = client.post(POST, json={"patient": panel["patient"] | {spelling: 5}})
        assumed = client.post(POST, json=panel | {"assume": {spelling: "5 /d"}})

        assert (of_patient.status_code, assumed.status_code) == (201, 201)
        used = {one["attribute"]: one["value"] for one in assumed.json["assumed"]}
        assert used["cigarettes-per-day"] == "5 /d"

    def test_happened_nobody_knows_when(self, client, panel):
        """
        An event on a day that nobody knows doubts what it could have falsified, and the trace says so.
        """
        given = panel | {"events": [{"event": "red-cell-transfusion", "state": "happened"}]}

        answer = client.post(f"{POST}?trace=full", json=given).json

        doubted = {one["result"] for one in answer["quality"] if one["issue"] == "doubted"}
        rule = next(one for one in answer["trace"]["rules"] if one["rule"] == "CON-100")
        assert doubted == {"r1", "r2", "r3"}
        assert EvaluationAnswer().validate(answer) == {}
        assert [one["outcome"] for one in rule["samples"]] == ["fired", "not-fired"] * (len(rule["samples"]) // 2)
        assert all(event["undated"] for one in rule["samples"] for event in one["events"])

    @pytest.mark.parametrize("shown", ["chain", "full", "none"])
    def test_as_documented(self, client, panel, shown):
        """
        An answer has the fields that the OpenAPI document describes and no others.
        """
        response = client.post(f"{POST}?trace={shown}", json=panel)

        assert EvaluationAnswer().validate(response.json) == {}
        assert ("trace" in response.json) is (shown != "none")

    def test_every_example_as_documented(self, client, releases):
        """
        So has the answer to every sample panel.
        """
        samples = [text for path, text in releases.texts.items() if "/examples/" in path]

        for text in samples:
            response = client.post(f"{POST}?trace=full", json=json.loads(text)["request"])

            assert response.status_code == 201, response.text
            assert EvaluationAnswer().validate(response.json) == {}
        assert samples

    @pytest.mark.parametrize(
        ("query", "name", "code"),
        [
            pytest.param("trace=all", "trace", "unknown-value", id="a word not known"),
            pytest.param("trace=", "trace", "unknown-value", id="an empty word"),
            pytest.param("trace=full&trace=none", "trace", "unknown-value", id="two words"),
            pytest.param("patient=7", "patient", "unknown-parameter", id="a parameter not known"),
        ],
    )
    def test_query(self, client, record, panel, query, name, code):
        """
        A parameter that is not understood is refused, and nothing is evaluated.
        """
        response = client.post(f"{POST}?{query}", json=panel)

        assert response.status_code == 400
        (error,) = response.get_json(force=True)["errors"]
        assert (error["parameter"], error["code"]) == (name, code)
        assert not record.evaluations

    def test_unknown_release(self, client, record, panel):
        """
        A version that is not published is 404, with the field and the versions there are.
        """
        response = client.post(POST, json=panel | {"version": "9.9.9"})

        assert response.status_code == 404
        (error,) = response.get_json(force=True)["errors"]
        assert error["pointer"] == "/version"
        assert "known: 0.1.0" in error["detail"]
        assert not record.evaluations


class TestReadEvaluation:
    @pytest.mark.parametrize("shown", ["chain", "full", "none"])
    def test_byte_for_byte(self, client, panel, shown):
        """
        An evaluation is read as it was answered, byte for byte.
        """
        answered = client.post(f"{POST}?trace={shown}", json=panel)

        read = client.get(answered.headers["Location"])

        assert read.status_code == 200
        assert read.data == answered.data

    @pytest.mark.parametrize("shown", ["chain", "full", "none"])
    def test_other_view(self, client, panel, shown):
        """
        With `trace` it is the same decision with as much of its trace, whatever was answered.
        """
        plain = client.post(f"{POST}?trace=none", json=panel)

        read = client.get(f"{plain.headers['Location']}?trace={shown}").json

        assert {key: value for key, value in read.items() if key != "trace"} == plain.json
        assert ("trace" in read) is (shown != "none")

    def test_etag(self, client, panel):
        """
        The ETag is the digest of the bytes; who has them already gets 304 and no body.
        """
        answered = client.post(POST, json=panel)
        tag = answered.headers["ETag"]

        again = client.get(answered.headers["Location"], headers={"If-None-Match": tag})

        assert tag == f'"{hashlib.sha256(answered.data).hexdigest()}"'
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag

    @pytest.mark.parametrize("name", ["0192a000-0000-7000-8000-000000000000", "x", "a%00b", "é" * 9])
    def test_unknown(self, client, name):
        """
        An id under which nothing is recorded is a 404 that says so.
        """
        response = client.get(f"{POST}/{name}")

        assert response.status_code == 404
        assert response.get_json(force=True)["type"] == "/problems/evaluation-not-found"


class TestIdempotencyKey:
    def test_replay(self, client, record, panel):
        """
        The same request with the same key has the same bytes, says so, and is recorded once; the
        order of its fields does not matter.
        """
        other_order = dict(reversed(panel.items()))

        first = client.post(POST, json=panel, headers={"Idempotency-Key": "k-1"})
        second = client.post(POST, json=other_order, headers={"Idempotency-Key": "k-1"})

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.data == second.data
        assert first.headers["Location"] == second.headers["Location"]
        assert "Idempotency-Replayed" not in first.headers
        assert second.headers["Idempotency-Replayed"] == "true"
        assert len(record.evaluations) == 1

    @pytest.mark.parametrize(
        ("query", "changes"),
        [
            pytest.param("", {"subject": "other"}, id="another body"),
            pytest.param("?trace=none", {}, id="another view"),
        ],
    )
    def test_conflict(self, client, record, panel, query, changes):
        """
        Another request with the same key is refused.
        """
        client.post(POST, json=panel, headers={"Idempotency-Key": "k-1"})

        second = client.post(POST + query, json=panel | changes, headers={"Idempotency-Key": "k-1"})

        assert second.status_code == 422
        assert second.get_json(force=True)["type"] == "/problems/idempotency-key-reused"
        assert len(record.evaluations) == 1

    @pytest.mark.parametrize("key", ["", " ", "a b", "k" * 201, "clé"])
    def test_not_accepted(self, client, record, panel, key):
        """
        A key is 1 to 200 visible ASCII characters.
        """
        response = client.post(POST, json=panel, headers={"Idempotency-Key": key})

        assert response.status_code == 400
        (error,) = response.get_json(force=True)["errors"]
        assert error["header"] == "Idempotency-Key"
        assert "1 to 200" in error["detail"]
        assert not record.evaluations

    def test_race(self, app, record, panel):
        """
        Requests that race with one key all get the answer of the one that won.
        """
        start = threading.Barrier(8)
        answers: list[bytes] = []

        def post() -> None:
            start.wait()
            answered = app.test_client().post(POST, json=panel, headers={"Idempotency-Key": "k"})
            assert answered.status_code == 201
            answers.append(answered.data)

        threads = [threading.Thread(target=post) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(answers) == 8
        assert len(set(answers)) == 1
        assert len(record.evaluations) == 1


class TestAltered:
    def test_never_told(self, serve, engine, panel, tmp_path):
        """
        What was altered in the record is not answered, read or told again: it is a 503, and the log says why.
        """
        file = tmp_path / "ferrule.sqlite3"
        migrate(f"sqlite:///{file}")
        record = SqlRecord(f"sqlite:///{file}")
        app = serve(engine, record=record)
        client, key = app.test_client(), {"Idempotency-Key": "k"}
        address = client.post(POST, json=panel, headers=key).headers["Location"]
        forged = zlib.compress(b'{"conclusions":["canary"],"trace":{}}')
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DROP TRIGGER evaluation_refuses_update")
            connection.execute("UPDATE evaluation SET format = 'zlib', answer = ?, document = ?", (forged, forged))

        responses = [
            client.get(address),
            client.get(f"{address}?trace=full"),
            client.post(POST, json=panel, headers=key),
        ]

        record.close()
        logged = app.config["LOG_STREAM"].getvalue()
        assert [response.status_code for response in responses] == [503, 503, 503]
        assert not any("canary" in response.text for response in responses)
        assert logged.count("was altered after it was recorded") == 3


class TestDisagreement:
    def test_no_decision(self, serve, engine, record, panel):
        """
        An engine that loses a firing gets the caller a 500 with the id of the stored report, and
        neither a decision nor anything of the patient.
        """
        lost: list[str] = []

        def infer(facts):
            found = engine.infer(facts)
            lost.append(max(found.fired))
            fired = {rule: bases for rule, bases in found.fired.items() if rule != lost[0]}
            return Inference(fired, found.refuted, found.states, found.verdicts, found.scope)

        app = serve(SimpleNamespace(infer=infer, doubt=engine.doubt, close=lambda: None))

        response = app.test_client().post(POST, json=panel)

        (report,) = record.reports.values()
        problem = response.get_json(force=True)
        assert response.status_code == 500
        assert problem["type"] == "/problems/engine-disagreement"
        assert problem["report"] == report.id
        assert not record.evaluations
        assert lost[0] in report.report.decode()
        assert lost[0] not in response.text
        line = json.loads(app.config["LOG_STREAM"].getvalue())
        assert line["report"] == report.id
        assert line["differences"] == json.loads(report.report)["differences"]
        assert f"{lost[0]} fired in the semantics only" in line["differences"]
