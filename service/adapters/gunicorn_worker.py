"""
Gunicorn's threaded worker, with an end to a client's time.

The stock worker waits for the rest of a request for as long as the client likes;
as many half-sent requests as there are threads would stop the service.
"""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

SECONDS = 10
"""For the whole of a request to arrive, and for each part of the answer to be taken."""


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
        self._until = time.monotonic() + SECONDS
        self._sock.settimeout(SECONDS if flag else 0)

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


class BoundedWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's threaded worker over bounded sockets."""

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's connection
        """Bound the socket of a new connection before a thread takes it."""
        if not isinstance(conn.sock, BoundedSocket):
            conn.sock = BoundedSocket(conn.sock)
        super().enqueue_req(conn)
