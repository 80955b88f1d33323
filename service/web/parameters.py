"""
Query parameters: those that an operation does not know are refused, not passed over.
"""

from __future__ import annotations

from flask import request

from service.web.refusals import Refused


def unknown_parameters(*known: str) -> list[Refused]:
    """Return a refusal for each parameter of the request in hand that is not known."""
    detail = f"Known here: {', '.join(known)}." if known else "No parameter is known here."
    return [Refused("parameter", name[:64], "unknown-parameter", detail) for name in request.args if name not in known]
