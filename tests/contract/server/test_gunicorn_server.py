from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[3]
APP = "tests.contract.server.served:app"

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children: list[subprocess.Popen[str]] = []

    def start_server(application: str = APP, **variables: str) -> subprocess.Popen[str]:
        given = {"FERRULE_BIND": "127.0.0.1:0", "FERRULE_WORKERS": "2", "FERRULE_HOME": str(tmp_path)}
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.contract.server.served", application],
            cwd=ROOT,
            # HOME, so that nothing is made in the real one unseen.
            env=os.environ | {"HOME": str(tmp_path)} | given | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield start_server
    for child in children:
        # Unlike KILL, it ends the workers too.
        child.send_signal(signal.SIGINT)
        child.communicate()


def greeting(child: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the address and the line to paste, once the server has said them."""
    assert child.stdout is not None
    ready, paste = child.stdout.readline(), child.stdout.readline()
    matched = re.match(r"Ferrule is ready on (http://\S+) with 2 workers; ", ready)
    assert matched is not None, ready
    return matched[1], paste.rstrip("\n")


class TestRun:
    def test_ready(self, start: Start):
        """
        From the ready line on the service answers.
        """
        address, _ = greeting(start())

        assert requests.get(f"{address}/readyz", timeout=5).status_code == 200

    def test_not_before_ready(self, start: Start):
        """
        While the service says of itself that it is not ready, so does the silence.
        """
        ready_at = time.monotonic() + 2
        address, _ = greeting(start(READY_AT=str(ready_at)))

        assert time.monotonic() >= ready_at
        assert requests.get(f"{address}/readyz", timeout=5).status_code == 200

    def test_paste(self, start: Start):
        """
        The second line is a command of curl that a shell reads as it is meant.
        """
        address, paste = greeting(start())

        assert shlex.split(paste) == [
            "curl", "-sS", "-H", "Content-Type: application/json", "-d", '{"note": "it\'s"}',
            f"{address}/v1/evaluations",
        ]  # fmt: skip

    def test_said_once(self, start: Start):
        """
        Two workers say it once, and those that replace them say nothing.
        """
        child = start()
        address, _ = greeting(child)
        first = {requests.get(address, timeout=5).text for _ in range(20)}
        child.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while requests.get(address, timeout=5).text in first and time.monotonic() < deadline:
            time.sleep(0.1)
        child.terminate()
        output, errors = child.communicate(timeout=10)

        assert output == ""
        assert errors == ""

    def test_every_address(self, start: Start):
        """
        A service that listens everywhere names an address that one can go to.
        """
        address, _ = greeting(start(FERRULE_BIND="0.0.0.0:0"))

        assert address.startswith("http://127.0.0.1:")

    def test_term(self, start: Start, tmp_path: Path):
        """
        The process that was started ends on TERM with success, after the requests in hand.
        """
        child = start()
        address, _ = greeting(child)
        answered: list[int] = []
        request = threading.Thread(
            target=lambda: answered.append(requests.get(f"{address}/slow", timeout=5).status_code)
        )
        request.start()
        while not (tmp_path / "asked").exists():
            time.sleep(0.01)
        child.terminate()
        request.join()

        assert answered == [200]
        assert child.wait(10) == 0

    @pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
    def test_early_end(self, start: Start, ending: signal.Signals):
        """
        Workers that have only just been forked hear that they are to end; nobody waits for the 25
        seconds that requests may take.
        """
        child = start(SLOW_FORK="1")
        children = Path(f"/proc/{child.pid}/task/{child.pid}/children")
        while len(children.read_text().split()) < 2:
            time.sleep(0.01)
        child.send_signal(ending)

        assert child.wait(8) == 0

    def test_killed_worker(self, start: Start):
        """
        A worker that dies is replaced.
        """
        child = start()
        address, _ = greeting(child)
        killed = int(requests.get(address, timeout=5).text)
        os.kill(killed, signal.SIGKILL)
        time.sleep(0.5)
        found = {int(requests.get(address, timeout=5).text) for _ in range(20)}

        assert found
        assert killed not in found

    def test_no_control_socket(self, start: Start, tmp_path: Path):
        """
        No socket is left about through which others could command the service.
        """
        greeting(start(XDG_RUNTIME_DIR=str(tmp_path)))
        time.sleep(0.5)

        assert list(tmp_path.rglob("*")) == []

    def test_tampered(self, start: Start):
        """
        An application that cannot be loaded ends the service with the reason and no traceback.
        """
        child = start("tests.contract.server.tampered:app")
        output, errors = child.communicate(timeout=10)

        assert child.returncode == 4
        assert output == ""
        assert "ferrule: a.yaml is not as published: its digest differs." in errors
        assert "Traceback" not in errors


def say(address: str, *parts: bytes) -> tuple[bytes, bytes]:
    """Send bytes to the server, end, and return the head and the body of what it answers."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        for part in parts:
            client.sendall(part)
        client.shutdown(socket.SHUT_WR)
        answered = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answered.partition(b"\r\n\r\n")
    return head, body


HEAD = b"POST /read HTTP/1.1\r\nHost: x\r\n"

MALFORMED = [
    pytest.param(b"canary\r\n\r\n", 400, id="no request line"),
    pytest.param(b"GET /canary\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="a control character"),
    pytest.param(HEAD + b"Content-Length: canary\r\n\r\n", 400, id="no length"),
    pytest.param(HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400, id="two lengths"),
    pytest.param(HEAD + b"Transfer-Encoding: canary\r\n\r\n", 501, id="an unknown coding"),
    pytest.param(HEAD + b"X: canary" + b"y" * 10_000 + b"\r\n\r\n", 431, id="a long header"),
    pytest.param(b"GET /canary" + b"y" * 10_000 + b" HTTP/1.1\r\n\r\n", 414, id="a long address"),
    pytest.param(b"GET /defect HTTP/1.1\r\nHost: x\r\n\r\n", 500, id="a defect"),
]


class TestWorker:
    def test_malformed(self, start: Start):
        """
        What never reaches the application is answered with a problem and logged on one line, and
        nothing of it is repeated.
        """
        child = start()
        address, _ = greeting(child)
        for malformed in MALFORMED:
            sent, status = malformed.values
            head, body = say(address, sent)

            assert head.startswith(b"HTTP/1.1 %d " % status), malformed.id
            assert b"Content-Type: application/problem+json" in head
            problem = json.loads(body)
            assert (problem["type"], problem["status"]) == ("about:blank", status)
            assert b"canary" not in head + body
        child.terminate()
        output, errors = child.communicate(timeout=10)

        lines = [json.loads(line) for line in output.splitlines()]
        assert [line["status"] for line in lines] == [malformed.values[1] for malformed in MALFORMED]
        assert "canary" not in output
        assert errors == ""

    def test_bad_chunks(self, start: Start):
        """
        A body whose chunks cannot be told apart is to the application a client that went away;
        the connection is closed and nothing is logged.
        """
        child = start()
        address, _ = greeting(child)
        for chunks in (b"zz\r\n{}\r\n", b"-2\r\n{}\r\n", b"2\r\n{}0\r\n\r\n", b"2\r\n{}\r\n0\r\n"):
            for path, status in ((b"/read", b"400"), (b"/", b"200")):
                request = b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % path
                head, body = say(address, request + chunks)

                assert head.startswith(b"HTTP/1.1 %s " % status)
                assert b"HTTP/1.1" not in body
        child.terminate()
        output, errors = child.communicate(timeout=10)

        assert (output, errors) == ("", "")

    def test_good_chunks(self, start: Start):
        """
        Chunks that fit are put together.
        """
        address, _ = greeting(start())

        assert requests.post(f"{address}/read", data=iter([b"{", b"}"]), timeout=5).text == "{}"

    def test_silent_clients(self, start: Start):
        """
        Clients that connect and say nothing, more of them than threads, keep nobody waiting.
        """
        address, _ = greeting(start())
        host, _, port = address.removeprefix("http://").rpartition(":")
        silent = [socket.create_connection((host, int(port))) for _ in range(100)]
        try:
            began = time.monotonic()
            for _ in range(5):
                assert requests.get(address, timeout=5).status_code == 200
            assert time.monotonic() - began < 1
        finally:
            for client in silent:
                client.close()

    def test_lingering_clients(self, start: Start):
        """
        Clients that were answered for the last time, and do not go, keep nobody waiting.
        """
        address, _ = greeting(start())
        host, _, port = address.removeprefix("http://").rpartition(":")
        lingering = [socket.create_connection((host, int(port))) for _ in range(20)]
        try:
            for client in lingering:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            time.sleep(0.2)
            began = time.monotonic()
            for _ in range(5):
                assert requests.get(address, timeout=5).status_code == 200
            assert time.monotonic() - began < 1
            for client in lingering:
                client.settimeout(5)
                assert b"".join(iter(lambda one=client: one.recv(4096), b"")).startswith(b"HTTP/1.1 200 ")
        finally:
            for client in lingering:
                client.close()

    def test_end_with_silent_clients(self, start: Start):
        """
        Neither do they keep the service from ending.
        """
        child = start()
        address, _ = greeting(child)
        host, _, port = address.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port))):
            time.sleep(0.2)
            child.terminate()

            assert child.wait(5) == 0


class TestBind:
    def test_taken(self, start: Start):
        """
        A port that is taken is refused at once, with the setting to change.
        """
        with socket.create_server(("127.0.0.1", 0)) as taken:
            bind = f"127.0.0.1:{taken.getsockname()[1]}"
            child = start(FERRULE_BIND=bind)
            output, errors = child.communicate(timeout=5)

        assert child.returncode == 1
        assert output == ""
        assert errors == (
            f"ferrule: The service cannot listen on {bind}: Address already in use. "
            f"Set FERRULE_BIND to another address or port.\n"
        )

    @pytest.mark.parametrize(
        "bind",
        [
            pytest.param("8000", id="a port alone"),
            pytest.param("localhost", id="a host alone"),
            pytest.param("127.0.0.1:65536", id="no such port"),
            pytest.param("http://127.0.0.1:8000", id="a URL"),
            pytest.param("unix:ferrule.sock", id="a file"),
            pytest.param("::1:8000", id="IPv6 without brackets"),
            pytest.param("nowhere.invalid:8000", id="an unknown name"),
        ],
    )
    def test_unusable(self, start: Start, bind: str):
        """
        What is no address and port of this machine is refused, with the setting to change.
        """
        child = start(FERRULE_BIND=bind)
        _, errors = child.communicate(timeout=10)

        assert child.returncode == 1
        assert errors.startswith("ferrule: ")
        assert "FERRULE_BIND" in errors
        assert errors.count("\n") == 1
