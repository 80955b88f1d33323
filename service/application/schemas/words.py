"""
The parts of which schemas are made.

Editors type what they read by its looks, so that ``15`` is a number to them where
the readers of the language see a text. Free texts may therefore be numbers and
truths too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.reader import MAX_TEXT, NAME
from service.domain.measures import AGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.application.ports import Document
    from service.domain.vocabulary import Attribute

TEXT: Document = {"type": ["string", "number", "boolean"], "minLength": 1, "maxLength": MAX_TEXT}
NUMBER: Document = {"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"}
SPAN: Document = {"type": ["number", "string"], "pattern": r"\d"}
DATE: Document = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
BAND: Document = {"type": "string", "pattern": r"^(from \S+ \S+)?( ?to \S+ \S+)?$"}
NAMED = NAME.pattern.removesuffix(r"\Z")


def one_of(words: Iterable[str]) -> Document:
    """Return what accepts one of several words; a word that looks like a number, as a number too."""
    found = [str(word) for word in words]
    return {"enum": [*found, *(int(word) for word in found if word.isdigit())]}


def some_of(words: Iterable[str]) -> Document:
    """Return what accepts a list of words, or one alone."""
    return some(one_of(words))


def some(schema: Document) -> Document:
    """Return what accepts a list, or one member alone."""
    return {"anyOf": [{"type": "array", "minItems": 1, "items": schema}, schema]}


def shape(properties: Mapping[str, Document], required: Iterable[str] = (), about: str = "") -> Document:
    """
    Return what accepts an object with these keys and no others.

    Args:
        properties: The schema of each key.

        required: Keys that must be there.

        about: What it is, for whoever points at it.

    Returns:
        The schema.
    """
    found: Document = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    needed = list(required)
    return found | ({"required": needed} if needed else {}) | ({"description": about} if about else {})


def named(schema: Document) -> Document:
    """Return what accepts an object whose keys are names."""
    return {"type": "object", "additionalProperties": False, "patternProperties": {f"^{NAMED}$": schema}}


def told(schema: Document, about: str) -> Document:
    """Return a schema that says what it is about."""
    return schema | {"description": about}


def values(attribute: Attribute, before: str = "") -> Document:
    """Return what accepts a value of an attribute, a group of values, or several joined by ``or``."""
    words = (*attribute.values, *attribute.groups)
    either = "|".join(words)
    start = f"{before}(not )?" if before else ""
    nots = [f"{before}not {word}" for word in words] if before else []
    return {
        "anyOf": [
            {"enum": [*(f"{before}{word}" for word in words), *nots]},
            {"type": "string", "pattern": f"^{start}({either})( or ({either}))*$"},
        ]
    }


def keyed_rows(attributes: Mapping[str, Attribute]) -> dict[str, Document]:
    """Return the properties of what a row may be keyed by, findings aside."""
    return {AGE: BAND, **{name: values(attribute) for name, attribute in attributes.items()}}
