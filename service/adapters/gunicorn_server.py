"""
The service's processes, run by gunicorn within the process that was started.

Whoever supervises the service sees one process, ``ferrule serve``, that takes
gunicorn's signals itself: TERM lets requests end, INT does not, HUP replaces the
workers, USR2 starts a new program beside the old.
"""

from __future__ import annotations

import http.client
import os
import re
import select
import shlex
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError, HaltServer
from gunicorn.util import import_app

from service.config import SettingError
from service.domain.errors import FerruleError

if TYPE_CHECKING:
    from service.config import Settings

APPLICATION = "service.wsgi:app"
WORKER = "service.adapters.gunicorn_worker.BoundedWorker"

THREADS = 32
"""Of each worker, so that some slow clients do not keep others waiting; against many, a proxy must buffer."""

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes its file there safely, and nameless
"""Where workers show that they live: on a disk, a slow write would look like a dead worker."""

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
"""Signals that end a worker."""

_BIND = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):(?P<port>[0-9]{1,5})")


def run(settings: Settings, example: str | None = None, application: str = APPLICATION) -> None:
    """
    Serve until a signal ends it, and say on standard output when requests are answered.

    Args:
        settings: Of the installation.

        example: JSON text of a panel for the line that users paste, or None.

        application: Module and name of the WSGI application, imported by each worker.

    Raises:
        SettingError: If the service cannot listen where it should.

        SystemExit: When the service ends.
    """
    if not {"GUNICORN_PID", "LISTEN_PID"} & os.environ.keys():
        _try_to_listen(settings.bind)
    sys.stdout.flush()
    os.register_at_fork(after_in_parent=_release_signals)
    _Server(settings, _Greeting(settings, example), application).run()


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """
    Gunicorn as this service runs it.

    Args:
        settings: Of the installation.

        greeting: Told when the port is open and when a worker has loaded.

        application: Module and name of the WSGI application.
    """

    def __init__(self, settings: Settings, greeting: _Greeting, application: str) -> None:
        self._settings, self._greeting, self._application = settings, greeting, application
        super().__init__()

    def run(self) -> None:
        """Run until a signal ends it, or no worker can load the application."""
        try:
            super().run()
        except HaltServer as error:
            # Gunicorn ends in a traceback when two workers fail at once.
            sys.exit(error.exit_status)

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        for name, value in self._options().items():
            # Which options there are depends on gunicorn's version.
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - a WSGI application
        """Return the application; each worker calls this once it has its own signal handlers."""
        _release_signals()
        try:
            return import_app(self._application)
        except FerruleError as error:
            message = f"ferrule: {error}"
            raise AppImportError(message) from error

    def _options(self) -> dict[str, Any]:
        return {
            "bind": self._settings.bind,
            "workers": self._settings.workers,
            "worker_class": WORKER,
            "threads": THREADS,
            # An engine and a database connection do not survive a fork.
            "preload_app": False,
            "worker_tmp_dir": SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None,
            # A worker gives its memory back now and then, and not all of them at once.
            "max_requests": 50_000,
            "max_requests_jitter": 10_000,
            # Less than the 30 s after which supervisors lose their patience.
            "graceful_timeout": 25,
            "timeout": 30,
            "keepalive": 5,
            # Whoever reaches the socket commands the service.
            "control_socket_disable": True,
            # The application logs its requests itself, without patient data.
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "ferrule",
            "pre_fork": _hold_signals,
            "when_ready": self._greeting.on_open,
            "post_worker_init": self._greeting.on_loaded,
        }


class _Greeting:
    """
    Says that the service is ready, once and only after it has said so itself.

    The first worker that gets an answer from ``/readyz`` takes the one byte out of
    a pipe that all of them inherit, and speaks. The question is asked over the port,
    since a worker that has loaded is not yet a service that can be reached.

    Args:
        settings: Of the installation.

        example: JSON text of a panel, or None.
    """

    def __init__(self, settings: Settings, example: str | None) -> None:
        self._settings, self._example = settings, example
        # The writing end stays open: a pipe without one is always readable.
        self._token, self._put = os.pipe()
        os.set_blocking(self._token, False)
        os.write(self._put, b"!")
        self._host, self._port = "", 0

    def on_open(self, arbiter: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter
        """Note where the service listens; port 0 has become a real one."""
        self._host, self._port = arbiter.LISTENERS[0].sock.getsockname()[:2]

    def on_loaded(self, _: object) -> None:
        """Wait for readiness, beside the worker's own loop."""
        if self._is_unsaid():
            threading.Thread(target=self._wait, name="greeting", daemon=True).start()

    def _wait(self) -> None:
        while self._is_unsaid():
            if self._is_ready():
                # Another worker may have been faster.
                with suppress(BlockingIOError):
                    os.read(self._token, 1)
                    self._say()
                return
            time.sleep(1)

    def _is_unsaid(self) -> bool:
        return bool(select.select([self._token], [], [], 0)[0])

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(self._near_host(), self._port, timeout=10)
        try:
            connection.request("GET", "/readyz", headers={"Connection": "close"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _near_host(self) -> str:
        # "Every address" is no address to go to.
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - compared, not bound

    def _say(self) -> None:
        host = self._near_host()
        address = f"http://{f'[{host}]' if ':' in host else host}:{self._port}"
        workers = self._settings.workers
        request = f"{address}/v1/rulesets"
        if self._example is not None:
            content = shlex.quote("Content-Type: application/json")
            request = f"-H {content} -d {shlex.quote(self._example)} {address}/v1/evaluations"
        with suppress(OSError):
            sys.stdout.write(
                f"Ferrule is ready on {address} with {workers} worker{'s' if workers > 1 else ''}; "
                f"decisions are kept in {self._settings.home}.\n"
                f"curl -sS {request}\n"
            )
            sys.stdout.flush()


def _hold_signals(_: object, __: object) -> None:
    """
    Let a signal that ends a worker wait until the worker can hear it.

    Until a fresh worker has handlers of its own it has the master's, which would take the signal
    and do nothing; the master would then wait for the worker as long as for a slow request.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _try_to_listen(bind: str) -> None:
    """Fail at once and in a sentence where gunicorn would try for five seconds."""
    matched = _BIND.fullmatch(bind)
    if matched is None:
        message = f"FERRULE_BIND is {bind!r}; it must be like 127.0.0.1:8000 or [::1]:8000."
        raise SettingError(message)
    host, port = matched["host"].strip("[]"), int(matched["port"])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "there is no such port"
            message = f"The service cannot listen on {bind}: {reason}. Set FERRULE_BIND to another address or port."
            raise SettingError(message) from None
