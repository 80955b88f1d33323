"""
The OpenAPI document, and the page that shows it.

The page's files come with the package flask-swagger-ui and are served from here: a hospital's
network need not, and this page may not, ask any other origin for anything.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import NotFound

from service.domain.measures import MeasureKind
from service.web.responses import CHANGING, json_response
from service.web.schemas import BEYOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apispec import APISpec

    from service.domain.vocabulary import Vocabulary

OPENAPI = "openapi"
"""Where the application keeps what writes the document."""

ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
"""Files of the package that the page needs; no other is served."""

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The page sets styles of its elements in line and draws icons from data; scripts are files."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ferrule: the API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<main id="swagger-ui"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

START = """window.onload = () => SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""

blueprint = Blueprint("docs", "docs")


def document(
    spec: APISpec, examples: Mapping[str, Mapping[str, Any]], vocabularies: Iterable[Vocabulary] = ()
) -> dict[str, Any]:
    """
    Return the OpenAPI document.

    Args:
        spec: What the blueprints said.

        examples: Sample panels by name, each with name, about and request.

        vocabularies: Of the newest releases, for what may be said of a patient.

    Returns:
        The document, the panels beside the request that they are examples of.
    """
    written: dict[str, Any] = json.loads(json.dumps(spec.to_dict()))
    for name, said in BEYOND.items():
        written["components"]["schemas"][name] |= said
    fields = written["components"]["schemas"]["PatientRequest"]["properties"]
    for vocabulary in vocabularies:
        for name, described in _of_patients(vocabulary).items():
            fields.setdefault(name, described)
    if examples:
        body = written["paths"]["/v1/evaluations"]["post"]["requestBody"]
        body["content"]["application/json"]["examples"] = {
            name: {
                "summary": one["name"],
                "description": one["about"],
                "value": one["request"],
            }
            for name, one in examples.items()
        }
    return written


def _of_patients(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the fields of a patient that a vocabulary has, by the names of requests."""
    found: dict[str, Any] = {}
    for attribute in vocabulary.attributes.values():
        words = (*attribute.values, *attribute.groups)
        said = f"{attribute.title}: one of {', '.join(words)}, or several joined by ' or '. Left out, it is unknown."
        found[attribute.name] = {"type": "string", "maxLength": 64, "description": said, "examples": list(words)}
    for measure in vocabulary.measures.values():
        if measure.kind is MeasureKind.PATIENT:
            said = (
                f"{measure.title}. A bare number is in {measure.unit}; accepted: {', '.join(measure.accepted_units)}."
            )
            kinds = [{"type": "number"}, {"$ref": "#/components/schemas/QuantityRequest"}]
            found[measure.name] = {"description": said, "anyOf": kinds}
    return {name.replace("-", "_"): described for name, described in found.items()}


@blueprint.get("/")
def start_here() -> Response:
    """Lead whoever opens the bare address to the page."""
    return Response(status=302, headers={"Location": "docs"})


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Answer the OpenAPI document."""
    write: Callable[[], bytes] = current_app.extensions[OPENAPI]
    return json_response(write(), CHANGING)


@blueprint.get("/docs")
def page() -> Response:
    """Answer the page."""
    return _file(PAGE.encode(), "text/html; charset=utf-8")


@blueprint.get("/docs/start.js")
def start() -> Response:
    """Answer the script that starts the page."""
    return _file(START.encode(), "text/javascript")


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    """Answer a file of the page."""
    if name not in ASSETS:
        raise NotFound
    return _file(files("flask_swagger_ui").joinpath("dist", name).read_bytes(), ASSETS[name])


def _file(body: bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = CHANGING
    return response
