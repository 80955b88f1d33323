"""
What callers send wrong: one line for each mistake, from the bytes to the sentence.
"""

from __future__ import annotations

import json

import pytest
from _pytest.mark import ParameterSet

JSON = "application/json"


def result(**changes: object) -> bytes:
    """Return a panel with one result, changed."""
    good = {"measure": "ferritin", "value": 5, "unit": "ng/mL"}
    return json.dumps({"results": [good | changes]}).encode()


def patient(**fields: object) -> bytes:
    """Return a panel of one patient without results."""
    return json.dumps({"patient": fields}).encode()


def event(**when: str) -> bytes:
    """Return a panel with one event."""
    return json.dumps({"events": [{"event": "no-such-event", **when}]}).encode()


def with_value(token: str) -> bytes:
    """Return a panel whose one value is written as it stands."""
    return b'{"results":[{"measure":"ferritin","unit":"ng/mL","value":%s}]}' % token.encode()


def wrong(body: bytes, pointer: str, code: str, says: str, id: str) -> ParameterSet:  # noqa: A002 - as of pytest
    """Return a mistake with the place, word and part of the sentence that answer it."""
    return pytest.param(body, (pointer, code, says), id=id)


AGE = {"value": 34, "unit": "a"}

UNREADABLE = [
    wrong(b"", "", "empty", "send a JSON object", id="an empty body"),
    wrong(b" \n", "", "empty", "send a JSON object", id="nothing but white space"),
    wrong(b"{", "", "not-json", "line 1, column 2", id="half an object"),
    wrong(b"{} {}", "", "not-json", "Extra data", id="two objects"),
    wrong(b"[]", "", "not-an-object", "one JSON object", id="an array"),
    wrong(b'"x"', "", "not-an-object", "one JSON object", id="a text"),
    wrong(b"5", "", "not-an-object", "one JSON object", id="a number"),
    wrong(b"null", "", "not-an-object", "one JSON object", id="null"),
    wrong(b'{"a":"\xff"}', "", "not-utf-8", "send UTF-8", id="bytes that are not UTF-8"),
    wrong(b"\xef\xbb\xbf{}", "", "byte-order-mark", "without", id="a byte order mark"),
    wrong("{}".encode("utf-16"), "", "byte-order-mark", "UTF-8", id="UTF-16"),
    wrong(b'{"a":{"b":1,"b":2}}', "/a/b", "duplicate-key", "once", id="a key twice"),
    wrong(
        b'{"results":[{},{"value":1,"value":1}]}',
        "/results/1/value",
        "duplicate-key",
        "once",
        id="a key twice in a list",
    ),
    wrong(b'{"a~/b":1,"a~/b":2}', "/a~0~1b", "duplicate-key", "once", id="odd key twice"),
    wrong(b'{"a":"\\ud800"}', "/a", "not-unicode", "surrogate", id="half a surrogate pair"),
    wrong(b'{"\\udfff":1}', "", "not-unicode", "surrogate", id="such a key"),
    wrong(with_value("NaN"), "/results/0/value", "not-json", "such as 9.1", id="NaN"),
    wrong(with_value("Infinity"), "/results/0/value", "not-json", "9.1", id="infinity"),
    wrong(with_value("-Infinity"), "/results/0/value", "not-json", "9.1", id="-infinity"),
    wrong(with_value("0x10"), "", "not-json", "delimiter", id="a hexadecimal number"),
    wrong(with_value("09"), "", "not-json", "delimiter", id="a number with a leading zero"),
    wrong(with_value(".5"), "", "not-json", "value", id="a number without its zero"),
    wrong(with_value("+5"), "", "not-json", "value", id="a number with a plus"),
    wrong(b'{"a":' * 33 + b"1" + b"}" * 33, "", "too-deep", "32", id="one level deeper than allowed"),
    wrong(b"[" * 500_000, "", "too-deep", "32", id="half a million brackets"),
    wrong(b'{"a":' * 100_000, "", "too-deep", "32", id="a hundred thousand objects"),
    wrong(b'{"a":"' + b'\\"' * 500_000, "", "not-json", "string", id="an endless text"),
    wrong(b"{'a':1}", "", "not-json", "quotes", id="single quotation marks"),
    wrong(b'{"a":1,}', "", "not-json", "line 1", id="a comma too many"),
    wrong(b'{"a":1}//', "", "not-json", "Extra data", id="a comment"),
]

UNACCEPTED = [
    wrong(event(), "/events/0", "no-time", "exactly one of time, date, and state", id="an event without a time"),
    wrong(
        event(date="2026-11-01", state="never"), "/events/0", "no-time", "exactly one", id="an event on a day and never"
    ),
    wrong(event(time="2026-11-01"), "/events/0/time", "not-an-instant", "such as", id="an event at a day as a time"),
    wrong(event(date="soon"), "/events/0/date", "not-a-date", "such as", id="an event on no day"),
    wrong(event(state="absent"), "/events/0/state", "not-accepted", "never", id="an event in an unknown state"),
    wrong(b'{"events":[{"date":"2026-11-01"}]}', "/events/0", "required", "event is missing", id="an event unnamed"),
    wrong(event(state="never"), "/events/0/event", "unknown-event", "Known events", id="an unknown event"),
    # The list
    wrong(b'{"zzz":1}', "/zzz", "unknown-field", "known are: as_of", id="unknown field"),
    wrong(result(colour="red"), "/results/0/colour", "unknown-field", "known are: code", id="deeper"),
    wrong(
        result(unit="furlong"),
        "/results/0/unit",
        "unknown-unit",
        "accepted in ug/L, ng/mL",
        id="an unknown unit",
    ),
    wrong(
        result(unit="mm/h"),
        "/results/0/unit",
        "unit-of-another-dimension",
        "accepted in ug/L, ng/mL",
        id="a unit of another dimension",
    ),
    wrong(result(unit="g/L"), "/results/0/unit", "unit-not-accepted", "ug/L", id="an unusual unit"),
    wrong(
        result(value="9.1"),
        "/results/0/value",
        "number-as-text",
        "without quotation marks",
        id="a number as text",
    ),
    wrong(with_value("1e400"), "/results/0/value", "number-out-of-range", "-30 to 30", id="1e400"),
    wrong(
        with_value("9" * 5000),
        "/results/0/value",
        "number-out-of-range",
        "at most 30",
        id="a number of 5,000 digits",
    ),
    wrong(
        with_value("0." + "9" * 5000),
        "/results/0/value",
        "number-out-of-range",
        "at most 30",
        id="a fraction of 5,000 digits",
    ),
    wrong(
        b'{"findings":[{"finding":"anemia","state":"present"}]}',
        "/findings/0/finding",
        "derived-finding",
        "cannot be stated",
        id="a derived finding",
    ),
    wrong(
        patient(age=AGE, birth_date="2020-01-01"),
        "/patient/age",
        "age-and-birth-date-disagree",
        "give one of the two",
        id="age and birth date disagree",
    ),
    wrong(
        b'{"as_of":"2026-11-20T08:00:00"}',
        "/as_of",
        "no-offset",
        "2026-11-20T08:00:00Z",
        id="an instant without offset",
    ),
    # What the laboratory says beside a result
    wrong(
        result(reference={"low": 300, "high": 30}), "/results/0/reference/low", "range-reversed", "above", id="range"
    ),
    wrong(result(reference={}), "/results/0/reference", "no-limits", "low, high", id="a range without limits"),
    wrong(result(reference={"low": "30"}), "/results/0/reference/low", "number-as-text", "9.1", id="a limit as text"),
    wrong(
        result(reference={"low": 3, "sex": "woman"}),
        "/results/0/reference/sex",
        "unknown-value",
        "female",
        id="a range for a strange sex",
    ),
    wrong(
        result(reference={"low": 3, "age_from": AGE, "age_to": AGE}),
        "/results/0/reference/age_to",
        "range-reversed",
        "age_from",
        id="a range for no age",
    ),
    wrong(result(flag="<"), "/results/0/flag", "not-accepted", "with its comparator", id="off the scale"),
    wrong(result(flag="hh"), "/results/0/flag", "not-accepted", "L, LL, LU, N, H, HH, HU, A, AA", id="a strange flag"),
    # Instants and days
    wrong(result(time="2026-11-20T08:00"), "/results/0/time", "no-offset", "Z", id="time, no offset"),
    wrong(b'{"as_of":"2026-02-30T08:00:00Z"}', "/as_of", "not-an-instant", "Z", id="February 30"),
    wrong(b'{"as_of":"2026-11-20"}', "/as_of", "not-an-instant", "T08", id="a day"),
    wrong(b'{"as_of":1763625600}', "/as_of", "not-an-instant", "text", id="Unix time"),
    wrong(
        b'{"as_of":"0001-01-01T00:00:00+10:00"}',
        "/as_of",
        "not-an-instant",
        "no such instant",
        id="before the first year",
    ),
    wrong(
        b'{"as_of":"2026-11-22T10:06:00Z"}',
        "/as_of",
        "in-the-future",
        "5 minutes",
        id="six minutes ahead",
    ),
    wrong(patient(birth_date="31.03.1992"), "/patient/birth_date", "not-a-date", "1992", id="a date"),
    wrong(
        patient(birth_date="2027-01-01"),
        "/patient/birth_date",
        "birth-after-as-of",
        "after",
        id="born tomorrow",
    ),
    # Results
    wrong(
        result(measure="feritin"),
        "/results/0/measure",
        "unknown-measure",
        "Did you mean ferritin?",
        id="a misspelled measure",
    ),
    wrong(
        b'{"results":[{"value":1,"unit":"g/L"}]}',
        "/results/0",
        "no-measure",
        "code (LOINC) or measure",
        id="neither code nor measure",
    ),
    wrong(result(code="x"), "/results/0/code", "not-accepted", "2345-7", id="not LOINC"),
    wrong(result(code="99999-9"), "/results/0/code", "unknown-code", "leave", id="unknown LOINC"),
    wrong(
        result(code="718-7"),
        "/results/0/measure",
        "code-and-measure-disagree",
        "one of the two",
        id="code and measure disagree",
    ),
    wrong(
        result(measure="adjusted-hemoglobin"),
        "/results/0/measure",
        "computed-measure",
        "operands",
        id="a computed measure",
    ),
    wrong(result(measure="age"), "/results/0/measure", "patient-quantity", "/patient", id="age there"),
    wrong(
        b'{"results":[{"measure":"ferritin","value":5}]}',
        "/results/0/unit",
        "missing-unit",
        "ug/L",
        id="no unit",
    ),
    wrong(
        b'{"results":[{"measure":"ferritin","unit":"ng/mL"}]}',
        "/results/0",
        "required",
        "value is missing",
        id="no value",
    ),
    wrong(result(value=None), "/results/0/value", "null", "leave", id="null for a value"),
    wrong(result(value=True), "/results/0/value", "not-a-number", "9.1", id="true"),
    wrong(result(value={}), "/results/0/value", "not-a-number", "9.1", id="an object"),
    wrong(result(comparator="~"), "/results/0/comparator", "not-accepted", "<, <=", id="comparator"),
    wrong(result(unit=3), "/results/0/unit", "not-text", "as text", id="a unit as number"),
    wrong(result(unit="g" * 65), "/results/0/unit", "too-long", "64", id="a unit of 65 characters"),
    wrong(result(id="a b"), "/results/0/id", "not-accepted", "hyphens", id="an id"),
    wrong(b'{"results":{}}', "/results", "not-a-list", "array", id="results as an object"),
    wrong(b'{"results":[5]}', "/results/0", "not-an-object", "object", id="a bare number"),
    wrong(
        json.dumps({"results": [{}] * 501}).encode(),
        "/results",
        "too-many",
        "at most 500",
        id="501 results",
    ),
    wrong(
        b'{"results":[{"id":"r2","measure":"mcv","value":80,"unit":"fL"},{"measure":"crp","value":1,"unit":"mg/L"}]}',
        "/results/1",
        "duplicate-id",
        "by position",
        id="an id by position twice",
    ),
    wrong(
        b'{"results":[{"measure":"mcv","value":80,"unit":"fL"},{"id":"r1","measure":"crp","value":1,"unit":"mg/L"}]}',
        "/results/1/id",
        "duplicate-id",
        "by position",
        id="an id twice",
    ),
    # The patient
    wrong(
        patient(age=34),
        "/patient/age",
        "not-an-object",
        "This is a number; send a JSON object such as",
        id="a bare age",
    ),
    wrong(patient(age={"value": 34}), "/patient/age", "required", "unit is missing", id="age, no unit"),
    wrong(
        patient(age={"value": 34, "unit": "kg"}),
        "/patient/age/unit",
        "unit-of-another-dimension",
        "accepted in mo, a",
        id="an age in kilograms",
    ),
    wrong(
        patient(age={"value": 340, "unit": "a"}),
        "/patient/age/value",
        "impossible-value",
        "1560 mo",
        id="an age of 340",
    ),
    wrong(patient(sex="F"), "/patient/sex", "unknown-value", "female, male", id="a word not known"),
    wrong(patient(sex=1), "/patient/sex", "not-a-word", "female, male", id="sex in numbers"),
    wrong(patient(sex=None), "/patient/sex", "not-accepted", "leave it out", id="null for a word"),
    wrong(
        patient(altitude="1600"),
        "/patient/altitude",
        "not-a-quantity",
        "JSON number",
        id="an altitude as text",
    ),
    wrong(
        patient(altitude={"value": 1, "unit": "m", "x": 1}),
        "/patient/altitude/x",
        "unknown-field",
        "unit, value",
        id="an unknown field of a quantity",
    ),
    wrong(patient(altitude=[1]), "/patient/altitude", "not-accepted", "a word", id="a list"),
    wrong(patient(name="Jane"), "/patient/name", "unknown-attribute", "Known fields of a patient: sex", id="a name"),
    wrong(patient(mrn=5), "/patient/mrn", "unknown-patient-quantity", "sex, pregnancy, age", id="a number"),
    wrong(
        patient(**{"birth-date": "1992-03-31"}),
        "/patient/birth-date",
        "unknown-attribute",
        "Did you mean birth_date?",
        id="a hyphen in a field",
    ),
    wrong(patient(**{"a.b": 1}), "/patient/a.b", "not-a-name", "underscores or hyphens", id="a dot in a field"),
    wrong(
        patient(**{"cigarettes_per_day": 1, "cigarettes-per-day": 2}),
        "/patient/cigarettes-per-day",
        "stated-twice",
        "one of them",
        id="one name in two spellings",
    ),
    wrong(
        patient(**{f"a{n}": 1 for n in range(51)}),
        "/patient",
        "too-many",
        "at most 50",
        id="51 attributes",
    ),
    wrong(b'{"patient":[]}', "/patient", "not-an-object", "object", id="patient as a list"),
    # Findings and the rest
    wrong(
        b'{"findings":[{"finding":"cancer","state":"maybe"}]}',
        "/findings/0/state",
        "not-accepted",
        "present, absent, unknown",
        id="an unknown state",
    ),
    wrong(
        b'{"findings":[{"finding":"cancr","state":"present"}]}',
        "/findings/0/finding",
        "unknown-finding",
        "Did you mean cancer?",
        id="a misspelled finding",
    ),
    wrong(
        b'{"findings":[{"finding":"cancer","state":"present"},{"finding":"cancer","state":"absent"}]}',
        "/findings/1/state",
        "stated-twice",
        "cancer is absent here and present at /findings/0; a finding is of the whole panel, so state it once.",
        id="stated twice",
    ),
    wrong(b'{"complete":["kitchen"]}', "/complete/0", "unknown-group", "history", id="unknown group"),
    wrong(b'{"complete":[1]}', "/complete/0", "not-text", "group", id="group as number"),
    wrong(b'{"assume":{"sex":"male"}}', "/assume/sex", "not-assumable", "altitude", id="assumed sex"),
    wrong(
        b'{"assume":{"altitude":"high"}}',
        "/assume/altitude",
        "not-a-quantity",
        "for example",
        id="an assumption that is no quantity",
    ),
    wrong(b'{"assume":{"altitude":0}}', "/assume/altitude", "not-text", "text", id="as number"),
    wrong(b'{"assume":[]}', "/assume", "not-an-object", "object", id="assume as a list"),
    wrong(b'{"subject":"Jane Doe"}', "/subject", "not-accepted", "pseudonym", id="a name as subject"),
    wrong(b'{"subject":7}', "/subject", "not-text", "as text", id="a number as subject"),
    wrong(b'{"profile":"defalt"}', "/profile", "unknown-profile", "mean default", id="a profile"),
    wrong(b'{"version":null}', "/version", "null", "leave", id="null for a version"),
]


class TestBody:
    @pytest.mark.parametrize(("body", "expected"), UNREADABLE)
    def test_unreadable(self, client, record, panel, body, expected):
        """
        What is not one JSON object that every reader reads alike is refused with 400, and the
        sentence says what would be accepted.
        """
        self.check(client, record, panel, body, (400, *expected))

    @pytest.mark.parametrize(("body", "expected"), UNACCEPTED)
    def test_unaccepted(self, client, record, panel, body, expected):
        """
        What is JSON and not a panel is refused with 422, a pointer to the field and what would be
        accepted there.
        """
        self.check(client, record, panel, body, (422, *expected))

    @staticmethod
    def check(client, record, panel, body, expected):
        status, pointer, code, says = expected

        response = client.post("/v1/evaluations", data=body, content_type=JSON)

        problem = response.get_json(force=True)
        assert response.content_type == "application/problem+json"
        assert (response.status_code, problem["status"]) == (status, status)
        assert (pointer, code) in {(e["pointer"], e["code"]) for e in problem["errors"]}
        (told,) = [e["detail"] for e in problem["errors"] if (e["pointer"], e["code"]) == (pointer, code)]
        assert says in told
        assert not record.evaluations
        assert not record.reports
        assert client.post("/v1/evaluations", json=panel).status_code == 201


class TestTogether:
    def test_every_fault_at_once(self, client):
        """
        A caller learns of every fault of the fields in one answer.
        """
        body = {
            "zzz": 1,
            "as_of": "yesterday",
            "patient": {"age": 3, "altitude": True},
            "results": [{"value": "1"}, {"measure": "mcv", "value": 1, "comparator": "="}],
        }

        problem = client.post("/v1/evaluations", json=body).get_json(force=True)

        assert {error["pointer"] for error in problem["errors"]} == {
            "/zzz",
            "/as_of",
            "/patient/age",
            "/patient/altitude",
            "/results/0",
            "/results/0/value",
            "/results/1/comparator",
        }

    def test_every_fault_of_the_vocabulary_at_once(self, client):
        """
        The same holds for what only the rule set's words can tell.
        """
        body = {
            "patient": {"sex": "F", "shoe_size": 43},
            "results": [{"measure": "x", "value": 1}, {"measure": "mcv", "value": 80, "unit": "g"}],
            "findings": [{"finding": "y", "state": "present"}],
        }

        problem = client.post("/v1/evaluations", json=body).get_json(force=True)

        assert {error["pointer"] for error in problem["errors"]} == {
            "/patient/sex",
            "/patient/shoe_size",
            "/results/0/measure",
            "/results/1/unit",
            "/findings/0/finding",
        }

    def test_a_flood_of_faults(self, client):
        """
        At most a hundred faults are listed, and the detail says how many there are.
        """
        body = {f"field{number}": 1 for number in range(20_000)}

        response = client.post("/v1/evaluations", json=body)

        problem = response.get_json(force=True)
        assert len(problem["errors"]) == 100
        assert "20000" in problem["detail"]
        assert len(response.data) < 50_000


class TestEcho:
    def test_nothing_of_the_patient(self, client, app):
        """
        A refusal tells the one field it is about and nothing else that was sent; neither does the
        log.
        """
        body = {
            "subject": "canary-subject",
            "patient": {"age": {"value": 43.21, "unit": "a"}, "sex": "female"},
            "results": [
                {"id": "canary-id", "measure": "hemoglobin", "value": 98.7654, "unit": "g/L"},
                {"measure": "ferritin", "value": 12.3456, "unit": "furlong"},
            ],
        }

        response = client.post("/v1/evaluations", json=body, headers={"Idempotency-Key": "canary-key"})

        told = response.text + app.config["LOG_STREAM"].getvalue()
        assert "furlong" in response.text
        for canary in ("canary", "43.21", "98.7654", "12.3456", "female"):
            assert canary not in told

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(result(measure="CANARY HIV positive"), id="a measure"),
            pytest.param(result(unit="CANARY HIV positive"), id="a unit"),
            pytest.param(result(reference={"low": 3, "sex": "CANARY"}), id="for whom a range was given"),
            pytest.param(result(code="718-7", measure="canary"), id="a measure beside a code"),
            pytest.param(b'{"findings":[{"finding":"CANARY HIV positive","state":"present"}]}', id="a finding"),
            pytest.param(b'{"events":[{"event":"CANARY HIV positive","state":"never"}]}', id="an event"),
            pytest.param(b'{"complete":["canary"]}', id="a group"),
            pytest.param(b'{"assume":{"altitude":"CANARY HIV positive"}}', id="an assumed quantity"),
            pytest.param(b'{"assume":{"pregnancy":"CANARY HIV positive"}}', id="an assumed word"),
            pytest.param(b'{"profile":"Canary.Jane"}', id="a profile"),
            pytest.param(patient(sex="CANARY HIV positive"), id="a word"),
            pytest.param(patient(pregnancy="canary"), id="a short word"),
        ],
    )
    def test_no_free_text(self, client, app, body):
        """
        What cannot be understood is repeated only where it is near to a known name; the pointer tells the place.
        """
        response = client.post("/v1/evaluations", data=body, content_type=JSON)

        assert response.status_code == 422
        assert "canary" not in (response.text + app.config["LOG_STREAM"].getvalue()).lower()

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            pytest.param(
                result(measure="Feritin"), "'Feritin' is not in the vocabulary. Did you mean ferritin?", id="case"
            ),
            pytest.param(result(measure="hemoglobin_a2"), "Did you mean hemoglobin-a2?", id="underscores"),
            pytest.param(patient(sex="femal"), "'femal' is not a value of sex", id="a word"),
            pytest.param(result(unit="mg/dL"), "'mg/dL' is not accepted", id="a unit"),
        ],
    )
    def test_misspellings_are_repeated(self, client, body, says):
        """
        A misspelling is told as it was sent, with what it was meant for.
        """
        assert says in client.post("/v1/evaluations", data=body, content_type=JSON).get_data(as_text=True)

    def test_long_names_are_not_repeated(self, client):
        """
        A field whose name is longer than any field's is pointed to by its object.
        """
        response = client.post("/v1/evaluations", json={"patient": {"canary" * 1000: 1}})

        assert response.status_code == 422
        assert "canary" not in response.text
        assert response.get_json(force=True)["errors"][0]["pointer"] == "/patient"
