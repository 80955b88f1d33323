"""
Why a field of a request is refused: a word for programs, and a sentence for people.
"""

from __future__ import annotations

from dataclasses import dataclass

from marshmallow import ValidationError

from service.web.json_body import JsonNumber


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a field is refused, before its place is known."""

    code: str
    detail: str


def refused(code: str, detail: str) -> ValidationError:
    """Return the error to raise for a field."""
    return ValidationError([Complaint(code, detail)])


_SENT: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (JsonNumber, "a number"),
    (list, "an array"),
    (dict, "an object"),
)


def not_this(value: object) -> str:
    """Return how a message begins that says of which kind the value is that was sent, and never the value."""
    return f"This is {next((kind for types, kind in _SENT if isinstance(value, types)), 'null')}; send"
