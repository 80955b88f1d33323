from __future__ import annotations

import io
import json
import threading
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.client import Client, FerruleError, FerruleProblem, to_json


class Script:
    """A server that answers what it is told to, and remembers what it was sent."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes] | None) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, dict[str, str], bytes]] = []

    @contextmanager
    def serving(self):
        script = self

        class Answering(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                script.sent.append((self.command, self.path, dict(self.headers), body))
                told = script.answers.pop(0)
                if told is None:
                    # Closes without an answer, as a worker that was killed does.
                    self.close_connection = True
                    return
                status, headers, content = told
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(content)))
                if int(headers.get("Content-Length", 0)) > len(content):
                    self.close_connection = True
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 - as of http.server

            def log_message(self, *_) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        client = Client(f"http://127.0.0.1:{server.server_port}", wait=0.001)
        try:
            yield client
        finally:
            client.session.close()
            server.shutdown()
            server.server_close()
            thread.join()


GOOD = (201, {}, b'{"id": "x"}')
BUSY = (503, {"Content-Type": "application/problem+json"}, b'{"title": "Record unavailable"}')


class TestEvaluate:
    def test_sends_exactly(self):
        """
        A panel is sent as JSON, each number as it is, with a key of its own.
        """
        script = Script(GOOD, GOOD)

        with script.serving() as client:
            assert client.evaluate({"value": Decimal("9.10")}) == {"id": "x"}
            client.evaluate({}, trace="full", idempotency_key="mine")

        (method, path, headers, body), (_, second_path, second, _) = script.sent
        assert (method, path) == ("POST", "/v1/evaluations?trace=chain")
        assert headers["Content-Type"] == "application/json"
        assert len(headers["Idempotency-Key"]) == 36
        assert body == b'{"value":9.10}'
        assert (second_path, second["Idempotency-Key"]) == ("/v1/evaluations?trace=full", "mine")

    @pytest.mark.parametrize(
        "failure",
        [
            pytest.param(None, id="a lost answer"),
            pytest.param((201, {"Content-Length": "20"}, b'{"id":'), id="half an answer"),
            pytest.param(BUSY, id="503"),
            pytest.param((502, {}, b"<html>"), id="502 of a proxy"),
            pytest.param((429, {"Retry-After": "0"}, b"{}"), id="429"),
        ],
    )
    def test_tries_again(self, failure):
        """
        What may pass is tried again, with the same key and the same bytes.
        """
        script = Script(failure, failure, GOOD)

        with script.serving() as client:
            assert client.evaluate({"a": 1}) == {"id": "x"}

        assert len(script.sent) == 3
        assert len({(sent[2]["Idempotency-Key"], sent[3]) for sent in script.sent}) == 1

    def test_gives_up(self):
        """
        After the last attempt the problem is raised.
        """
        script = Script(BUSY, BUSY, BUSY, BUSY)

        with script.serving() as client, pytest.raises(FerruleProblem, match="503 Record unav"):
            client.evaluate({})

        assert len(script.sent) == 4

    def test_no_answer(self):
        """
        Where nothing answers, the address is named.
        """
        script = Script()
        with script.serving() as client:
            pass

        with pytest.raises(FerruleError, match=f"{client.base_url} gave no answer in 4 attempts"):
            client.evaluate({})
        client.session.close()

    def test_refusal(self):
        """
        What was refused is not tried again; status, type and places are there for programs, and
        the message for people.
        """
        problem = {
            "type": "/problems/panel-not-accepted",
            "title": "Panel not accepted",
            "status": 422,
            "detail": "1 fault: see errors.",
            "errors": [{"pointer": "/results/0/unit", "code": "unknown-unit", "detail": "Use g/L."}],
        }
        script = Script((422, {}, json.dumps(problem).encode()))

        with script.serving() as client, pytest.raises(FerruleProblem) as caught:
            client.evaluate({})

        assert (caught.value.status, caught.value.type) == (422, "/problems/panel-not-accepted")
        assert caught.value.errors == problem["errors"]
        assert str(caught.value) == ("422 Panel not accepted: 1 fault: see errors.\n  /results/0/unit: Use g/L.")

    def test_waits_as_asked(self, monkeypatch):
        """
        The service may ask for more time, within reason.
        """
        waited: list[float] = []
        monkeypatch.setattr("service.client.time.sleep", waited.append)
        script = Script((503, {"Retry-After": "7"}, b"{}"), (503, {"Retry-After": "9999"}, b"{}"), GOOD)

        with script.serving() as client:
            client.evaluate({})

        assert waited == [7.0, 30.0]

    @pytest.mark.parametrize("errors", [1, "x", {"a": 1}, [1], None], ids=repr)
    def test_odd_problem(self, errors):
        """
        A problem whose list of places is none, as a proxy's may be, is raised all the same.
        """
        script = Script((422, {}, json.dumps({"title": "No", "errors": errors}).encode()))

        with script.serving() as client, pytest.raises(FerruleProblem, match="422 No") as caught:
            client.evaluate({})

        assert caught.value.errors == []

    @pytest.mark.parametrize("key", ["a\nb", "\u20ac"])
    def test_not_sent(self, key):
        """
        A request that cannot be sent is not tried again, and raises no error of other libraries.
        """
        script = Script()

        with script.serving() as client, pytest.raises(FerruleError):
            client.evaluate({}, idempotency_key=key)

        assert script.sent == []

    @pytest.mark.parametrize(
        "base_url", ["", "127.0.0.1:1", "ftp://x", "http://", "http://[", "http://x:y", "http://.x"]
    )
    def test_no_address(self, base_url):
        """
        Neither does what is no address.
        """
        with pytest.raises(FerruleError):
            Client(base_url, wait=0).rulesets()

    def test_no_list(self):
        """
        An object of someone else's is not taken for a list of rule sets.
        """
        with Script((200, {}, b"{}")).serving() as client, pytest.raises(FerruleError, match="Ferrule service"):
            client.rulesets()

    @pytest.mark.parametrize(
        "answer", [(200, {}, b"<html>"), (302, {"Location": "/x"}, b""), (200, {}, b"[]"), (200, {}, b"null")]
    )
    def test_not_ours(self, answer):
        """
        An answer that is no JSON object is not taken for one.
        """
        with Script(answer).serving() as client, pytest.raises(FerruleError, match="Ferrule service"):
            client.evaluation("x")


class TestOthers:
    def test_addresses(self):
        """
        Names are escaped in addresses.
        """
        script = Script(GOOD, GOOD, (200, {}, b'{"rulesets": []}'), GOOD)

        with script.serving() as client:
            client.evaluation("a/b?c")
            client.evaluation("x", trace="none")
            assert client.rulesets() == []
            client.rule("r", "1.0.0", "A-1")

        assert [path for _, path, _, _ in script.sent] == [
            "/v1/evaluations/a%2Fb%3Fc",
            "/v1/evaluations/x?trace=none",
            "/v1/rulesets",
            "/v1/rulesets/r/versions/1.0.0/rules/A-1",
        ]


class TestToJson:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (Decimal("9.10"), "9.10"),
            (Decimal("1E+3"), "1000"),
            (Decimal("1E-7"), "0.0000001"),
            (0.1, "0.1"),
            (34, "34"),
            (10**40, "1" + 40 * "0"),
            (True, "true"),
            (None, "null"),
            ("é", '"\\u00e9"'),
            ({"a": [Decimal(1), {"b": ()}]}, '{"a":[1,{"b":[]}]}'),
        ],
    )
    def test_exact(self, value, written):
        """
        Every number is written with all of its digits and none besides.
        """
        assert to_json(value) == written.encode()

    @pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("-Infinity"), float("nan")])
    def test_no_number(self, value):
        """
        What is no JSON number is refused before it is sent.
        """
        with pytest.raises(ValueError, match="JSON"):
            to_json({"value": value})

    @pytest.mark.parametrize("value", [{1: 2}, {"a": {3}}, io.StringIO()])
    def test_no_json(self, value):
        """
        So is what JSON does not have.
        """
        with pytest.raises(TypeError):
            to_json(value)
