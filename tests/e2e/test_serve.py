import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests

from tests.running import BIN, ROOT, environment, running

EXAMPLES = ROOT / "knowledge" / "microcytic-anemia" / "examples"
IRON_DEFICIENCY = json.loads((EXAMPLES / "iron-deficiency-anemia.json").read_text())["request"]
PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}


def post(service, body=None, **headers):
    content = json.dumps(IRON_DEFICIENCY if body is None else body) if not isinstance(body, bytes) else body
    return requests.post(f"{service.address}/v1/evaluations", data=content, headers=JSON | headers, timeout=20)


def answers_again(service, seconds=10.0):
    """Return whether the service answers within a time that is generous to a busy machine."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if post(service).status_code == 201:
                return True
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    return False


def connect(service):
    where = urlsplit(service.address)
    return socket.create_connection((where.hostname, where.port), timeout=20)


class TestStart:
    def test_ready(self, service, record_property):
        """
        `ferrule serve` is ready within seconds and says so with a line to paste; the limit is generous,
        the measured time is printed.
        """
        record_property("seconds to ready", service.seconds)
        print(f"ready after {service.seconds:.2f} s")

        assert service.seconds < 10
        assert requests.get(f"{service.address}/readyz", timeout=20).status_code == 200
        assert requests.get(f"{service.address}/healthz", timeout=20).status_code == 200

    @pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
    def test_paste(self, service):
        """
        The line that is printed can be pasted into a shell as it stands, and gets a decision.
        """
        until = time.monotonic() + 10
        while not (lines := [line for line in service.said if line.startswith("curl ")]) and time.monotonic() < until:
            time.sleep(0.05)

        pasted = subprocess.run(["bash", "-c", lines[0]], capture_output=True, text=True, timeout=30, check=True)

        assert json.loads(pasted.stdout)["conclusions"]

    def test_without_release(self, tmp_path):
        """
        Without any release the service does not start, and says in one sentence what to do.
        """
        env = environment(tmp_path, tmp_path / "none", FERRULE_WORKERS="1")

        ended = subprocess.run(
            [str(BIN / "ferrule"), "serve"],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1
        assert "ferrule publish" in ended.stderr


class TestEvaluation:
    def test_answer(self, service):
        """
        The first example is answered with iron deficiency anemia and a chain in which every rule has a
        value, a threshold and a source.
        """
        answered = post(service)

        assert answered.status_code == 201
        body = answered.json()
        concluded = {one["conclusion"]: one for one in body["conclusions"]}
        decided = concluded["iron-deficiency-anemia"]
        assert (decided["certainty"], decided["contested"]) == ("likely", False)
        assert decided["chain"][-1] == decided["for"][0]
        rules = {rule["rule"]: rule for rule in body["trace"]["rules"]}
        conditions = {one["id"]: one for one in body["trace"]["conditions"]}
        for link in decided["chain"]:
            assert rules[link]["outcome"] == "fired"
            assert rules[link]["sources"]
            for one in (conditions[ref] for ref in rules[link]["conditions"]):
                assert one["result"] == "true"
                assert one["value"]
                assert one.get("by") or all(row["value"] and row["source"] for row in one["threshold"])

    def test_read_again(self, service):
        """
        What is read under the address of an evaluation is byte for byte what was answered.
        """
        answered = post(service)

        again = requests.get(service.address + answered.headers["Location"], timeout=20)

        assert again.status_code == 200
        assert again.content == answered.content

    def test_one_key_many_requests(self, service):
        """
        Sixteen requests at once with one Idempotency-Key get one answer, whichever worker they reach.
        """
        answers = []

        def ask():
            answers.append(post(service, **{"Idempotency-Key": "one-visit"}))

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1

    @pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
    def test_examples(self, service, example):
        """
        Every example that authors keep is answered.
        """
        body = json.loads(example.read_text())["request"]

        assert post(service, body).status_code == 201


class TestStop:
    def test_term(self, versions, tmp_path):
        """
        TERM ends the service with code 0, and what it answered can be read after the next start.
        """
        with running(tmp_path, versions) as first:
            answered = post(first)
            code = first.stop(signal.SIGTERM)
        with running(tmp_path, versions) as second:
            again = requests.get(second.address + answered.headers["Location"], timeout=20)

        assert code == 0
        assert again.content == answered.content

    def test_killed_worker(self, versions, tmp_path):
        """
        A worker that is killed is replaced, and the service answers again.
        """
        with running(tmp_path, versions, workers=1) as service:
            (worker,) = service.workers()

            os.kill(worker, signal.SIGKILL)

            assert answers_again(service)
            assert worker not in service.workers()

    def test_kill_after_answer(self, versions, tmp_path):
        """
        What was answered before the whole service was killed is in the record.
        """
        with running(tmp_path, versions) as service:
            answered = post(service)
            service.stop(signal.SIGKILL)
        with running(tmp_path, versions) as service:
            again = requests.get(service.address + answered.headers["Location"], timeout=20)

        assert again.content == answered.content


class TestSlowClients:
    @pytest.mark.parametrize(
        "sent",
        [
            pytest.param(b"", id="which sends nothing"),
            pytest.param(b"POST /v1/evaluations HTTP/1.1\r\nHost: here\r\nContent-", id="which stops in the headers"),
            pytest.param(
                b"POST /v1/evaluations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                b'Content-Length: 900\r\n\r\n{"patient": ',
                id="which stops in the body",
            ),
        ],
    )
    def test_others_are_served(self, versions, tmp_path, sent):
        """
        Four clients that keep one worker waiting do not keep other callers waiting.
        """
        with running(tmp_path, versions, workers=1) as service:
            slow = [connect(service) for _ in range(4)]
            for client in slow:
                client.sendall(sent)
            before = time.monotonic()

            statuses = [post(service).status_code for _ in range(10)]

            assert statuses == [201] * 10
            assert time.monotonic() - before < 10
            for client in slow:
                client.close()

    @pytest.mark.slow
    def test_more_slow_clients_than_threads(self, service):
        """
        Clients that send half a request and stop cannot stop the service, however many they are:
        each is given up after ten seconds, and others are answered then.
        """
        slow = [connect(service) for _ in range(40)]
        for client in slow:
            client.sendall(b"POST /v1/evaluations HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{")

        answered = requests.post(
            f"{service.address}/v1/evaluations", data=json.dumps(IRON_DEFICIENCY), headers=JSON, timeout=60
        )

        assert answered.status_code == 201
        for client in slow:
            client.close()


def deep(levels):
    return b'{"patient": ' + b"[" * levels + b"]" * levels + b"}"


def with_result(**changes):
    result = {"measure": "hemoglobin", "value": 9.1, "unit": "g/dL"} | changes
    return {"patient": {"sex": "female"}, "results": [result]}


def with_number(text):
    return json.dumps(with_result(value=12345)).replace("12345", text).encode()


WRONG = [
    pytest.param({"pateint": {}}, "/pateint", id="an unknown field"),
    pytest.param(with_result(unit="furlong"), "/results/0/unit", id="an unknown unit"),
    pytest.param(with_result(unit="mm/h"), "/results/0/unit", id="a unit of another dimension"),
    pytest.param(with_result(value="9.1"), "/results/0/value", id="a number as text"),
    pytest.param(with_number("NaN"), None, id="NaN"),
    pytest.param(with_number("1e400"), "/results/0/value", id="1e400"),
    pytest.param(with_number("9" * 5000), "/results/0/value", id="a number of 5,000 digits"),
    pytest.param(b'{"results": "' + b"a" * 10_000_000 + b'"}', None, id="a body of 10 MB"),
    pytest.param(deep(100_000), None, id="JSON of 100,000 levels"),
    pytest.param(
        {"findings": [{"finding": "anemia", "state": "present"}]}, "/findings/0/finding", id="a derived finding"
    ),
    pytest.param(
        {"patient": {"age": {"value": 34, "unit": "a"}, "birth_date": "2019-01-01"}},
        "/patient/age",
        id="an age and a birth date that disagree",
    ),
    pytest.param({"as_of": "2026-01-01T10:00:00"}, "/as_of", id="an instant without offset"),
    pytest.param(b"\xff\xfe{}", None, id="bytes that are no text"),
    pytest.param(b"", None, id="nothing"),
    pytest.param(b'{"results": [{"value": 1', None, id="half of a request"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def refusing(home, versions):
    with running(home, versions) as service:
        yield service


def recorded(home):
    with closing(sqlite3.connect(home / "ferrule.sqlite3")) as record:
        return record.execute("select count(*) from evaluation").fetchone()[0]


class TestWrongInput:
    @pytest.mark.parametrize(("body", "pointer"), WRONG)
    def test_refused(self, refusing, home, body, pointer):
        """
        A wrong request is refused as a problem that points to its fault; the workers live on and
        nothing is recorded.
        """
        workers = refusing.workers()

        refused = post(refusing, body)

        problem = refused.json()
        assert refused.status_code in {400, 413, 422}
        assert refused.headers["Content-Type"] == PROBLEM
        if pointer is not None:
            assert pointer in [error["pointer"] for error in problem["errors"]]
        assert all(error["detail"] for error in problem.get("errors", ()))
        assert refusing.workers() == workers
        assert recorded(home) == 0

    def test_alive(self, refusing):
        """
        After all of that a good request is answered by the same service.
        """
        assert post(refusing).status_code == 201
