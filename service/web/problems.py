"""
RFC 9457 problems, made of errors by the table of `service.web.problem_kinds`.

A detail tells the caller's own mistakes; of ours it tells nothing but that they were.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from service.application.evaluate import DisagreementReportedError
from service.application.readiness import FOR_OPERATORS
from service.domain import errors
from service.web.problem_kinds import HTTP, INTERNAL, Kind, kind_of
from service.web.refusals import NotReadyError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
MAX_LISTED = 100
"""Most faults listed in one problem."""


def problem(kind: Kind, detail: str = "", faults: list[dict[str, str]] | None = None, **more: str) -> Response:
    """
    Return a problem.

    Args:
        kind: Its kind.

        detail: What is particular to this one; the remedy by default.

        faults: Where, with a code and a sentence each.

        more: Further members.

    Returns:
        The response, ``application/problem+json``.
    """
    g.problem = kind.slug or None
    body: dict[str, Any] = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.remedy,
        "instance": f"urn:request:{g.request_id}",
        "errors": (faults or [])[:MAX_LISTED],
    }
    if faults and len(faults) > MAX_LISTED:
        body["detail"] += f" The first {MAX_LISTED} of {len(faults)} are listed."
    response = Response(json.dumps(body | more), kind.status, content_type=MEDIA_TYPE)
    if kind.status == 503:  # noqa: PLR2004 - Service Unavailable
        response.headers["Retry-After"] = "5"
    return response


def on_error(error: errors.FerruleError) -> Response:
    """Answer an error that the service raises on purpose."""
    kind = kind_of(error)
    faults = list(_faults(error))
    detail = str(error) if kind.told else ""
    if isinstance(error, errors.PanelError):
        detail = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}: see errors."
    more = {"report": error.report} if isinstance(error, DisagreementReportedError) else {}
    g.failure = {"exception": type(error).__name__, **more}
    if isinstance(error, errors.EngineDisagreementError):
        # They name rules and findings, and nothing of the patient.
        g.failure["differences"] = error.differences[:MAX_LISTED]
    if kind.status >= 500 and isinstance(error, FOR_OPERATORS):  # noqa: PLR2004 - ours from here on
        g.failure["reason"] = str(error)
    if error.__cause__ is not None:
        g.failure["cause"] = type(error.__cause__).__name__
    return problem(kind, detail, faults, **more)


def on_http_error(error: HTTPException) -> HTTPException | Response:
    """Answer what HTTP itself refuses; a redirection passes."""
    if error.code is None or error.code < 400:  # noqa: PLR2004 - the first status of an error
        return error
    kind = HTTP.get(error.code)
    if kind is None:
        kind = Kind(error.code, "", error.name, "See the status.")
    response = problem(kind)
    allowed = error.get_response().headers.get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def on_defect(error: Exception) -> Response:
    """Answer an error that nobody foresaw; the log has its place, and neither has its message."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    g.failure = {"exception": type(error).__name__, "at": places[-8:]}
    return problem(INTERNAL)


def _faults(error: errors.FerruleError) -> Iterator[dict[str, str]]:
    if isinstance(error, RequestError):
        for part in error.refused:
            yield {part.place: part.name, "code": part.code, "detail": part.detail}
    elif isinstance(error, errors.PanelError):
        for fault in error.faults:
            yield {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
    elif isinstance(error, errors.ReleaseNotFoundError) and request.method == "POST":
        pointer = "/version" if error.version else "/ruleset" if error.ruleset else ""
        yield {"pointer": pointer, "code": "not-published", "detail": str(error)}
    elif isinstance(error, NotReadyError):
        for check, detail in error.failed.items():
            yield {"check": check, "code": "failed", "detail": detail}
