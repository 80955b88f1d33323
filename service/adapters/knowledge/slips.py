"""
Slips of the keyboard, told in an author's words: what a parser of YAML says of them helps nobody.

Characters that look like others come in with text that is pasted from a word processor or a page of
the web. Signs, brackets and quotes mean something to YAML that an author did not mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.nodes import Place

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

_SPACES = "\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_HYPHENS = "\u2010\u2011"
_DISGUISED = re.compile(f"(?P<space>[{_SPACES}]+)|(?P<unseen>[{_UNSEEN}]+)|(?P<hyphen>[{_HYPHENS}])")
_REMEDIES = {
    "space": "looks like a space and is none; type a space",
    "unseen": "cannot be seen; delete it",
    "hyphen": "looks like a hyphen and is none; type one",
}
_LONG_TEXT = "while scanning a block scalar"
_BRACKETS = {"while parsing a flow mapping": "}", "while parsing a flow sequence": "]"}
_CLOSING = frozenset(_BRACKETS.values())
_BLOCKS = ("while parsing a block mapping", "while parsing a block collection")
_FOUND = re.compile(r"but (?:found|got) '(.+)'\Z")


def disguised(text: str, file: str) -> list[tuple[Place, str]]:
    """
    Find characters that look like others, or like nothing.

    Args:
        text: A file; a byte order mark may stand at its beginning.

        file: Its name, for places.

    Returns:
        For each, its place and what to do.
    """
    if text.isascii():
        return []
    return [
        (after(text[: one.start()], file), f"The character U+{ord(one[0][0]):04X} {_REMEDIES[str(one.lastgroup)]}.")
        for one in _DISGUISED.finditer(text)
        if one.start() or one[0] != "\ufeff"
    ]


def long_text(sign: str) -> str:
    """Return what to do where a sign begins a text of several lines, and nobody meant it to."""
    return (
        f"Here {sign!r} begins a text of several lines, and there is none. In a condition write a word for the "
        f'sign, such as above; anything else that begins with it stands in quotes: "{sign}5 mg/L".'
    )


def after(text: str, file: str) -> Place:
    """Return the place that follows a text."""
    return Place(file, text.count("\n") + 1, len(text) - text.rfind("\n"))


def slip(error: MarkedYAMLError, text: str, file: str) -> tuple[Place, str] | None:
    """
    Tell a complaint of the YAML parser in words of an author.

    Args:
        error: The complaint.

        text: The file.

        file: Its name, for places.

    Returns:
        Where the slip is and what to do, or None where the parser says it as well.
    """
    begun, met = error.context_mark, error.problem_mark
    if begun is None or met is None:
        return None
    context, problem = error.context or "", error.problem or ""
    found = _FOUND.search(problem)
    there = found[1] if found else ""
    sign = text.split("\n")[begun.line][begun.column : begun.column + 1]
    message = _of_what_began(context, there, sign, over_lines=met.line > begun.line)
    if message:
        return Place(file, begun.line + 1, begun.column + 1), message
    message = _of_what_was_met(context, there)
    return (Place(file, met.line + 1, met.column + 1), message) if message else None


def _of_what_began(context: str, there: str, sign: str, *, over_lines: bool) -> str:
    """Return what is wrong with what began before the parser gave up, or nothing."""
    if context == _LONG_TEXT:
        return long_text(sign)
    if context in _BRACKETS and sign and there and (over_lines or there in _CLOSING):
        return f"{sign!r} is never closed; write {_BRACKETS[context]!r} where it ends."
    if context == "while scanning an alias" and there == " ":
        return "A line of a list begins with a hyphen and a space, not with '*'."
    return ""


def _of_what_was_met(context: str, there: str) -> str:
    """Return what is wrong with what made the parser give up, or nothing."""
    if context in _BRACKETS and there:
        return "Inside brackets a comma parts two entries, and a text with a colon or a quote inside stands in quotes."
    if context in _BLOCKS and there in _CLOSING:
        return f"{there!r} closes nothing that is open; leave it out."
    if context in _BLOCKS and there == "<scalar>":
        return (
            "Nothing may stand behind the end of a quote or a bracket. Put the whole text in quotes; "
            "or is there a quote above that is never closed?"
        )
    return ""
