"""
The application: blueprints, error handlers, headers, in that order.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, NotAcceptable

from service import __version__
from service.domain.errors import FerruleError
from service.web import docs, evaluations, explanations, operations, problems, rulesets
from service.web.fields import Day, Instant, Number, Text, Words
from service.web.request_log import log_requests
from service.web.responses import EXTENSION

if TYPE_CHECKING:
    from apispec import APISpec
    from flask import Response

    from service.application.services import Services
    from service.domain.release import Release

MAX_BODY = 1024 * 1024
"""Largest body read: a panel of 500 results is a tenth of it."""

DEFAULTS: dict[str, Any] = {
    "API_TITLE": "Ferrule",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "MAX_CONTENT_LENGTH": MAX_BODY,
    "PROPAGATE_EXCEPTIONS": False,
    "LOG_STREAM": None,
    "EXAMPLES": {},
}

DESCRIPTION = """
Post a panel of laboratory results; get conclusions, each with the chain of rules that fired, their
thresholds and sources, and what is missing. Every error is an RFC 9457 problem whose type can be
looked up here. Output is decision support for professionals: patterns consistent with a condition,
never a diagnosis or a prescription.
""".strip()

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Headers of every response that does not say otherwise itself."""

BLUEPRINTS = (evaluations.blueprint, explanations.blueprint, rulesets.blueprint, operations.blueprint)


class Documentation(Api):  # type: ignore[misc] # flask-smorest ships no types
    """flask-smorest without what it says of itself: errors are problems, nothing is paged yet."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to `service.web.problems`."""

    def _register_responses(self) -> None:
        """Describe no errors but problems."""

    def _register_pagination_header(self) -> None:
        """Describe no pages."""


def create_app(services: Services, **overrides: Any) -> Flask:  # noqa: ANN401 - settings of Flask
    """
    Make the application.

    Args:
        services: The use cases.

        overrides: Settings of Flask and of `DEFAULTS`, for tests and mounts.

    Returns:
        The WSGI application.
    """
    app = Flask("service.web", static_folder=None, template_folder=None)
    app.config.update(DEFAULTS)
    app.config.update(overrides)
    app.extensions[EXTENSION] = services
    app.url_map.merge_slashes = False
    log_requests(app, app.config["LOG_STREAM"])
    app.before_request(_refuse_unacceptable)
    app.after_request(_add_headers)
    app.register_error_handler(FerruleError, problems.on_error)
    app.register_error_handler(HTTPException, problems.on_http_error)
    app.register_error_handler(Exception, problems.on_defect)
    api = Documentation(app, spec_kwargs={"info": {"description": DESCRIPTION, "x-program": __version__}})
    for field, kind, form in (
        (Text, "string", None),
        (Number, "number", None),
        (Instant, "string", "date-time"),
        (Day, "string", "date"),
        (Words, "object", None),
    ):
        api.register_field(field, kind, form)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
    app.extensions[docs.OPENAPI] = _Described(api.spec, services, app.config["EXAMPLES"])
    return app


class _Described:
    """
    Writes the OpenAPI document, anew when a release is published: its words and samples are the newest ones.

    Args:
        spec: What the blueprints said.

        services: For the releases.

        examples: In the place of the sample panels of releases.
    """

    def __init__(self, spec: APISpec, services: Services, examples: dict[str, Any]) -> None:
        self._spec, self._services, self._examples = spec, services, examples
        self._written: tuple[object, bytes] = (None, b"")

    def __call__(self) -> bytes:
        """Return the document; without what releases tell while they cannot be read."""
        releases: list[Release] = []
        examples: dict[str, Any] = {}
        with suppress(FerruleError):
            catalog = self._services.catalog
            for ruleset in catalog.releases.rulesets():
                release = catalog.choose(ruleset, None).release
                examples |= catalog.releases.examples(ruleset, release.version)
                releases.append(release)
        of = tuple((release.ruleset.id, release.version) for release in releases)
        if self._written[0] != of:
            words = [release.vocabulary for release in releases]
            described = docs.document(self._spec, self._examples or examples, words)
            self._written = (of, json.dumps(described).encode())
        return self._written[1]


def _refuse_unacceptable() -> None:
    """Refuse a request whose sender does not accept what there is, mostly JSON; probes take no part in this."""
    accepted = request.accept_mimetypes
    if request.blueprint == "docs" or request.path in operations.PROBES or not accepted:
        return
    told = explanations.media_type() if request.endpoint == explanations.ENDPOINT else "application/json"
    if not accepted.best_match([told, problems.MEDIA_TYPE]):
        raise NotAcceptable


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS" and not response.content_length:
        # Flask says HTML of its empty answer.
        response.headers.pop("Content-Type", None)
    return response
