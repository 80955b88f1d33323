"""
One JSON line for each request, of fields on a list: no bodies, no paths, no queries.

A path may hold the id of an evaluation and a query whatever a caller puts there, so
the line has the template of the route. A field that is not on the list is dropped.
"""

from __future__ import annotations

import re
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import structlog
from flask import g, request

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import TextIO

    from flask import Flask, Response

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "method", "route", "status", "duration_ms", "request_id",
        "problem", "report", "exception", "cause", "reason", "at", "differences",
    }
)  # fmt: skip
"""Every field that a line may have."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
"""What a caller may call a request: anything freer could hold a patient's number, and is logged."""


def log_requests(app: Flask, stream: TextIO | None = None) -> None:
    """
    Log every request of an application.

    Args:
        app: The application.

        stream: Where to; standard output by default.
    """
    log = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stdout),
        processors=[
            _allowed,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given.lower() if _UUID.match(given) else str(uuid.uuid4())
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        line: dict[str, Any] = {
            "method": request.method if request.method in METHODS else "other",
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - g.began) * 1000, 2),
            "request_id": g.request_id,
            "problem": g.get("problem"),
            **g.get("failure", {}),
        }
        tell = log.error if response.status_code >= 500 else log.info  # noqa: PLR2004 - ours from here on
        tell("request", **{name: value for name, value in line.items() if value is not None})
        return response


def _allowed(_: object, __: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name in FIELDS}
