"""
HTTP as integrators check it first.
"""

from __future__ import annotations

import io
import json

import pytest
from _pytest.mark import ParameterSet
from flask import abort

POST = "/v1/evaluations"
JSON = {"Content-Type": "application/json"}


def refused(  # noqa: PLR0917 - one line of the table
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    slug: str | None,
    id: str,  # noqa: A002 - as of pytest
) -> ParameterSet:
    """Return a request with the status and the type of problem that answer it."""
    sent = {"method": method, "path": path, "headers": headers, "data": body}
    return pytest.param(sent, status, slug, id=id)


REFUSED = [
    refused("GET", "/nowhere", {}, b"", 404, "no-such-resource", id="an unknown address"),
    refused("GET", "/docs/", {}, b"", 404, "no-such-resource", id="a slash too many"),
    refused("GET", "/docs/../app.py", {}, b"", 404, "no-such-resource", id="a way out"),
    refused("GET", "/docs/index.css", {}, b"", 404, "no-such-resource", id="another file"),
    refused("GET", POST, {}, b"", 405, "method-not-allowed", id="GET where POST is"),
    refused("HEAD", POST, {}, b"", 405, None, id="HEAD where POST is"),
    refused("DELETE", f"{POST}/x", {}, b"", 405, "method-not-allowed", id="DELETE"),
    refused("PATCH", "/version", {}, b"", 405, "method-not-allowed", id="PATCH"),
    refused("TRACE", "/version", {}, b"", 405, "method-not-allowed", id="TRACE"),
    refused("GET", "/problems", {"Accept": "text/html"}, b"", 406, "not-acceptable", id="HTML wanted"),
    refused(
        "POST",
        POST,
        JSON | {"Accept": "application/xml"},
        b"{}",
        406,
        "not-acceptable",
        id="XML wanted",
    ),
    refused("POST", POST, {}, b"{}", 415, "unsupported-media-type", id="no media type"),
    refused(
        "POST",
        POST,
        {"Content-Type": "text/plain"},
        b"{}",
        415,
        "unsupported-media-type",
        id="plain text",
    ),
    refused(
        "POST",
        POST,
        {"Content-Type": "application/json; charset=latin-1"},
        b"{}",
        415,
        "unsupported-media-type",
        id="Latin 1",
    ),
    refused(
        "POST",
        POST,
        JSON | {"Content-Encoding": "gzip"},
        b"{}",
        415,
        "unsupported-media-type",
        id="compressed",
    ),
    refused("POST", POST, JSON, b'{"a":"' + b"x" * 10_000_000, 413, "body-too-large", id="10 MB"),
]


class TestRefusals:
    @pytest.mark.parametrize(("sent", "status", "slug"), REFUSED)
    def test_problem(self, client, record, sent, status, slug):
        """
        What HTTP refuses is a problem like any other, and nothing is recorded.
        """
        response = client.open(**sent)

        assert response.status_code == status
        assert response.content_type == "application/problem+json"
        if slug is not None:
            assert response.get_json(force=True)["type"] == f"/problems/{slug}"
        assert not record.evaluations

    def test_allow(self, client):
        """
        A method that is refused is answered with those that are not.
        """
        response = client.put("/version")

        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}

    def test_largest_body(self, client):
        """
        A body of exactly 1 MiB is read; a byte more is not.
        """
        body = b'{"a":"' + b"x" * (1024 * 1024 - 8) + b'"}'

        assert client.post(POST, data=body, headers=JSON).status_code == 422
        assert client.post(POST, data=body + b" ", headers=JSON).status_code == 413

    @pytest.mark.parametrize(("size", "status"), [(1024 * 1024 - 1, 422), (1024 * 1024 + 1, 413)])
    def test_body_in_chunks(self, client, size, status):
        """
        A body that does not tell its length is refused all the same when it is too large; it is
        not cut and then read as if it were whole.
        """
        body = b'{"a":1}'.ljust(size)

        response = client.post(
            POST,
            input_stream=io.BytesIO(body),
            headers=JSON,
            environ_overrides={"wsgi.input_terminated": True},
        )

        assert response.status_code == status

    @pytest.mark.parametrize("body", [b"{}", b""], ids=["a part", "nothing"])
    def test_body_cut_off(self, client, record, body):
        """
        A body that ends before the length it told is refused, though what came may be JSON.
        """
        response = client.post(
            POST,
            input_stream=io.BytesIO(body),
            headers=JSON,
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "20"},
        )

        assert response.status_code == 400
        assert response.get_json(force=True)["errors"][0]["code"] == "incomplete"
        assert not record.evaluations

    def test_unreadable_stream(self, client, record):
        """
        A body of which the server gives up reading is the client's fault.
        """

        class Broken(io.BytesIO):
            def read(self, *_):
                raise ConnectionResetError

            readinto = read

        response = client.post(
            POST, input_stream=Broken(), headers=JSON, environ_overrides={"wsgi.input_terminated": True}
        )

        assert response.status_code == 400
        assert response.get_json(force=True)["type"] == "/problems/bad-request"
        assert not record.evaluations


class TestMethods:
    @pytest.mark.parametrize("path", ["/healthz", "/version", "/v1/rulesets", "/openapi.json", "/docs"])
    def test_head(self, client, path):
        """
        HEAD answers what GET does, without the body.
        """
        head, get = client.head(path), client.get(path)

        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(get.data))
        assert head.headers.get("ETag") == get.headers.get("ETag")

    def test_options(self, client):
        """
        OPTIONS tells the methods.
        """
        response = client.options(POST)

        assert response.status_code == 200
        assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
        assert "Content-Type" not in response.headers

    @pytest.mark.parametrize(
        "accepted",
        ["*/*", "application/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json"],
    )
    def test_accept(self, client, accepted):
        """
        Whoever accepts JSON among others gets it.
        """
        assert client.get("/problems", headers={"Accept": accepted}).status_code == 200

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
    def test_probes_accept_anything(self, client, path):
        """
        A probe is answered whatever Accept its program sends.
        """
        assert client.get(path, headers={"Accept": "text/plain"}).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/v1/rulesets", "/v1/rulesets/x", "/v1/rulesets/x/versions/1/rules", "/v1/evaluations/x"]
    )
    def test_unknown_parameters(self, client, path):
        """
        A parameter that would be passed over is refused, and its value not repeated.
        """
        response = client.get(f"{path}?limit=canary")

        assert response.status_code == 400
        assert [error["parameter"] for error in response.get_json(force=True)["errors"]] == ["limit"]
        assert "canary" not in response.text

    @pytest.mark.parametrize(
        "path", ["{long}", "microcytic-anemia/versions/{long}", "{long}/versions/{long}/rules/{long}"]
    )
    def test_long_names(self, client, path):
        """
        A name of any length is repeated in part.
        """
        response = client.get(f"/v1/rulesets/{path}".format(long="x" * 3000))

        assert response.status_code == 404
        assert "x" * 60 + "..." in response.text
        assert "x" * 61 not in response.text

    def test_other_statuses(self, app):
        """
        A status that has no kind of its own has no address of one.
        """

        @app.get("/gone")
        def gone():
            abort(410)

        problem = app.test_client().get("/gone").get_json(force=True)

        assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Gone", 410)


class TestHeaders:
    @pytest.mark.parametrize("path", ["/version", "/nowhere", "/docs", "/openapi.json", "/v1/rulesets"])
    def test_security(self, client, path):
        """
        Every response forbids frames, guessing of types, and content of other origins.
        """
        headers = client.get(path).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src '")
        assert "http" not in headers["Content-Security-Policy"]

    def test_problems_are_not_kept(self, client):
        """
        A problem is not kept by caches.
        """
        assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


class TestRequestId:
    @pytest.mark.parametrize("given", ["01234567-89ab-cdef-0123-456789abcdef", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
    def test_taken(self, client, given):
        """
        A UUID of the caller is the request's.
        """
        response = client.get("/version", headers={"X-Request-Id": given})

        assert response.headers["X-Request-Id"] == given

    @pytest.mark.parametrize("given", ["", "x" * 65, "a b c d e f", "<script>alert", "MRN-12345678", "0" * 32])
    def test_made(self, client, app, given):
        """
        Any other is replaced, and neither repeated nor logged.
        """
        response = client.get("/version", headers={"X-Request-Id": given})

        assert len(response.headers["X-Request-Id"]) == 36
        assert not given or given not in app.config["LOG_STREAM"].getvalue()


class TestLog:
    def test_a_line_for_each_request(self, client, app, panel):
        """
        A line has the route and not the path, and fields of the list only.
        """
        location = client.post(f"{POST}?trace=full", json=panel).headers["Location"]
        client.get(location)
        client.get("/canary?canary=1")

        lines = [json.loads(line) for line in app.config["LOG_STREAM"].getvalue().splitlines()]
        assert [(line["method"], line.get("route"), line["status"]) for line in lines] == [
            ("POST", "/v1/evaluations", 201),
            ("GET", "/v1/evaluations/<evaluation_id>", 200),
            ("GET", None, 404),
        ]
        assert {key for line in lines for key in line} == {
            "event", "level", "timestamp", "method", "route", "status", "duration_ms",
            "request_id", "problem",
        }  # fmt: skip
        logged = app.config["LOG_STREAM"].getvalue()
        assert "canary" not in logged
        assert location.rpartition("/")[2] not in logged

    def test_odd_methods(self, client, app):
        """
        A method that HTTP does not know is logged as other.
        """
        client.open("/version", method="CANARY")

        assert json.loads(app.config["LOG_STREAM"].getvalue())["method"] == "other"
