"""
A small WSGI application, and the program that serves it as `ferrule serve` serves the real one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

READY_AT = float(os.environ.get("READY_AT", "0"))
"""On the clock that all processes of a machine share."""


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Be ready a while after the start; be slow, read the body, or fail where asked to."""
    status, body = "200 OK", str(os.getpid())
    if environ["PATH_INFO"] == "/readyz" and time.monotonic() < READY_AT:
        status = "503 Service Unavailable"
    if environ["PATH_INFO"] == "/slow":
        Path(os.environ["FERRULE_HOME"], "asked").touch()
        time.sleep(1)
    if environ["PATH_INFO"] == "/read":
        try:
            body = environ["wsgi.input"].read().decode()
        except OSError:
            status, body = "400 Bad Request", "cut off"
    if environ["PATH_INFO"] == "/defect":
        raise RuntimeError("canary")
    start_response(status, [("Content-Length", str(len(body)))])
    return [body.encode()]


if __name__ == "__main__":
    from service.adapters.gunicorn_server import run
    from service.config import SettingError, Settings

    # What a busy machine does to a process that has only just been forked.
    os.register_at_fork(after_in_child=lambda: time.sleep(float(os.environ.get("SLOW_FORK", "0"))))
    try:
        run(Settings.from_env(), '{"note": "it\'s"}', sys.argv[1])
    except SettingError as error:
        sys.exit(f"ferrule: {error}")
