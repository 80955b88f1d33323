"""
Gunicorn's threaded worker, with an end to a client's time, and errors told as the service tells them.

The stock worker waits for the rest of a request for as long as the client likes;
as many half-sent requests as there are threads would stop the service. What it cannot
parse it repeats, to the client as HTML and in the log; it may be a patient's.
"""

from __future__ import annotations

import errno
import json
import selectors
import sys
import time
import traceback
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gunicorn.http import errors
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

SECONDS = 10
"""For the whole of a request to arrive, and for each part of the answer to be taken."""

LINGER = 1
"""For a client to close its side too, so that the end of the answer is not lost on the way."""

STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    (errors.ForbiddenProxyRequest, HTTPStatus.FORBIDDEN),
    (errors.ConfigurationProblem, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.InvalidResponseHeader, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.InvalidResponseHeaderName, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.ParseException, HTTPStatus.BAD_REQUEST),
    (Exception, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""What an error before or beside the application is over HTTP; the first row that fits."""


class BoundedSocket:
    """
    A client's socket whose reads share one deadline, restarted with each request.

    Args:
        sock: The accepted socket.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until = 0.0

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as of sockets
        """Switch as sockets do; a worker thread does so when it begins with a request."""
        if self._sock.fileno() == -1:
            # Gunicorn closes a second time what was closed in a thread.
            return
        self._until = time.monotonic() + SECONDS
        self._sock.settimeout(SECONDS if flag else 0)

    def shutdown(self, how: int) -> None:
        """Say that no more is sent; what the client still has to say is waited for a moment."""
        self._until = time.monotonic() + LINGER
        self._sock.shutdown(how)

    def recv(self, size: int) -> bytes:
        """Receive before the deadline, or end as if the client had gone."""
        received: bytes = self._bounded(lambda: self._sock.recv(size), self._until - time.monotonic())
        return received

    def send(self, data: bytes) -> int:
        """Send a part of the answer, or end as if the client had gone."""
        sent: int = self._bounded(lambda: self._sock.send(data), SECONDS)
        return sent

    def sendall(self, data: bytes) -> None:
        """Send a part of the answer whole, or end as if the client had gone."""
        self._bounded(lambda: self._sock.sendall(data), SECONDS)

    def _bounded(self, act: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401 - what sockets return
        gone = ConnectionResetError(errno.ECONNRESET, "the client was too slow")
        if seconds <= 0:
            raise gone
        self._sock.settimeout(seconds)
        try:
            return act()
        except TimeoutError:
            raise gone from None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is the socket's
        return getattr(self._sock, name)


class CheckedReader:
    """
    Reads a body, and ends one whose chunks cannot be told apart as if the client had gone.

    Applications know that of any server, and gunicorn closes the connection.

    Args:
        reader: Gunicorn's, which raises errors of its own.
    """

    def __init__(self, reader: Any) -> None:  # noqa: ANN401 - gunicorn has no types
        self._reader = reader

    def read(self, size: int) -> bytes:
        """Read at most so many bytes."""
        try:
            part: bytes = self._reader.read(size)
        except errors.ParseException:
            raise ConnectionResetError(errno.ECONNRESET, "the body cannot be taken apart") from None
        return part


class BoundedWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's threaded worker over bounded sockets."""

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's connection
        """Give a connection to a thread; a new one only once its client has said something."""
        if isinstance(conn.sock, BoundedSocket):
            super().enqueue_req(conn)
            return
        conn.sock = BoundedSocket(conn.sock)
        conn.sock.setblocking(flag=False)
        conn.timeout = time.monotonic() + SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def murder_pending(self) -> None:
        """Close new connections whose clients have said nothing; sooner when the worker is to end."""
        if not self.alive:
            soon = time.monotonic() + STOP_KEEPALIVE_LINGER
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, soon)
        super().murder_pending()

    def handle(self, conn: Any) -> Any:  # noqa: ANN401 - gunicorn's
        """Handle a connection, and wait for its end here: gunicorn would do so where it watches all the others."""
        kept = super().handle(conn)
        if not kept:
            conn.close(graceful=True)
        return kept

    def handle_request(self, req: Any, conn: Any) -> bool:  # noqa: ANN401 - gunicorn's
        """Answer a request whose body may be in pieces that do not fit."""
        req.body.reader = CheckedReader(req.body.reader)
        return bool(super().handle_request(req, conn))

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:  # noqa: ANN401 - gunicorn's
        """Answer and log what never reached the application, or escaped it, without repeating any of it."""
        status = next(status for kind, status in STATUSES if isinstance(exc, kind))
        request_id = str(uuid.uuid4())
        problem = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status,
            "detail": "Tell the operator the instance." if status == STATUSES[-1][1] else "Send well-formed HTTP/1.1.",
            "instance": f"urn:request:{request_id}",
            "errors": [],
        }
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\n"
            f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
            f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: {request_id}\r\n\r\n"
        )
        line = {
            "event": "request",
            "status": status,
            "request_id": request_id,
            "exception": type(exc).__name__,
            "level": "info",
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        if status == STATUSES[-1][1]:
            places = traceback.extract_tb(exc.__traceback__)[-8:]
            line |= {
                "level": "error",
                "at": [f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in places],
            }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        with suppress(OSError):
            client.sendall(head.encode() + body)
