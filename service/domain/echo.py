"""
Saying that a word was not understood, without repeating what may be of a patient.

Free text can stand wherever a caller sends a word. A message repeats it only where it looks like a name and is
near to a known one, as misspellings are; anything else is told by its place and by what is accepted there.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.vocabulary import Attribute

LISTED = 12
"""Most known names listed in one message."""

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?\Z")
_UNIT = re.compile(r"[A-Za-z0-9%/.*^\[\]{}()+-]{1,16}\Z")
_NEAR = 0.6


def nearest(given: str, known: Collection[str]) -> str:
    """Return the known name that a word is most likely a misspelling of, or an empty text."""
    near = get_close_matches(given.lower().replace("_", "-"), list(known), 1, _NEAR) if _NAME.match(given) else []
    return near[0] if near else ""


def unknown(given: str, known: Collection[str], what: str) -> str:
    """
    Say that a name is unknown.

    Args:
        given: As it was sent.

        known: Names that would be accepted.

        what: What they are names of, in the plural.

    Returns:
        Two sentences: with the nearest known name, or with a list of them.
    """
    near = nearest(given, known)
    if near:
        return f"{given!r} is not in the vocabulary. Did you mean {near}?"
    listed = ", ".join(list(known)[:LISTED]) + (" ..." if len(known) > LISTED else "")
    return f"This is not known here. Known {what}: {listed or 'none'}."


def not_a_value(attribute: Attribute, given: str, otherwise: str = "") -> str:
    """
    Say that a word is no value of an attribute.

    Args:
        attribute: It.

        given: As it was sent.

        otherwise: What to do where none of its values is meant.

    Returns:
        A sentence with the values that are accepted.
    """
    accepted = (*attribute.values, *attribute.groups)
    what = repr(given) if nearest(given, accepted) else "This"
    return f"{what} is not a value of {attribute.name}; use one of {', '.join(accepted)}{otherwise}."


def unit_told(given: str) -> str:
    """Return a unit as it may be repeated: it, where it is short and written in the characters of units."""
    return repr(given) if _UNIT.match(given) else "This"
