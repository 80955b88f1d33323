"""
Making responses: the services at hand, ETags, how long an answer may be kept.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, request

from service.application.canonical import canonical_json

if TYPE_CHECKING:
    from service.application.services import Services

EXTENSION = "ferrule"

PRIVATE = "private, no-store"
"""A decision about a patient: the caller may keep it, nobody on the way may."""

CHANGING = "no-cache"
"""Ask each time whether it is still so."""

IMMUTABLE = "public, max-age=86400, immutable"
"""What a published version says never changes; a day, because a newer program may tell more of it."""


def services() -> Services:
    """Return the use cases of the application that answers."""
    return cast("Services", current_app.extensions[EXTENSION])


def json_response(content: bytes | dict[str, Any], kept: str, status: int = 200, location: str = "") -> Response:
    """
    Return JSON with an ETag, or 304 where the caller has it already.

    Args:
        content: Bytes to answer as they are, or a document.

        kept: How long it may be kept: one of the constants above.

        status: HTTP status.

        location: Address of what was made, or empty.

    Returns:
        The response.
    """
    body = content if isinstance(content, bytes) else canonical_json(content)
    response = body_response(body, "application/json", kept, status)
    if location:
        response.headers["Location"] = location
    return response


def body_response(body: bytes, content_type: str, kept: str, status: int = 200) -> Response:
    """
    Return bytes with an ETag, or 304 where the caller has them already.

    Args:
        body: As they are answered.

        content_type: Of the body.

        kept: How long they may be kept: one of the constants above.

        status: HTTP status.

    Returns:
        The response.
    """
    response = Response(body, status, content_type=content_type)
    response.headers["Cache-Control"] = kept
    response.set_etag(hashlib.sha256(body).hexdigest())
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response
