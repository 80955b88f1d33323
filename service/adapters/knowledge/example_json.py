"""
The sample panels of a rule set: ``examples/*.json``.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from service.domain.errors import KnowledgeError, Problem

_KEYS: dict[str, type[Any]] = {"name": str, "about": str, "request": dict}
_KINDS: dict[type[Any], str] = {str: "a text", dict: "an object"}
_NOT_SPACE = re.compile(r"[^ \t\r\n]")


def read_example(raw: bytes, file: str) -> dict[str, Any]:
    """
    Read a sample panel.

    Args:
        raw: Bytes of its file.

        file: Its name, for messages.

    Returns:
        ``name``, ``about`` and ``request``.

    Raises:
        KnowledgeError: With every fault; none of them is about what the request asks.
    """
    text, found = _parsed(raw, file)
    if not isinstance(found, dict):
        raise KnowledgeError([Problem(file, 1, 1, "An example is one JSON object.")])
    places = _places(text)
    problems = []
    for key, kind in _KEYS.items():
        if key not in found:
            problems.append(Problem(file, 1, 1, f"The example has no {key!r}."))
        elif not isinstance(found[key], kind) or not found[key]:
            problems.append(Problem(file, *places[key], f"{key} must be {_KINDS[kind]} that is not empty."))
    strange = [key for key in found if key not in _KEYS]
    problems += [
        Problem(file, *places[key], f"{key!r} is not a key of an example. Accepted: {', '.join(_KEYS)}.")
        for key in strange
    ]
    if problems:
        raise KnowledgeError(problems)
    return found


def _parsed(raw: bytes, file: str) -> tuple[str, Any]:
    """Return the text and what it says, as strictly as JSON is defined."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        message = "The file is not UTF-8 from here on; save it as UTF-8."
        raise KnowledgeError([Problem(file, *_place(before, len(before)), message)]) from None
    try:
        found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise KnowledgeError([Problem(file, error.lineno, error.colno, f"This is not JSON: {error.msg}.")]) from None
    except UnicodeEncodeError as error:
        message = f"A text holds {error.object[error.start]!a}, half of a character."
        raise KnowledgeError([Problem(file, 1, 1, message)]) from None
    except RecursionError:
        raise KnowledgeError([Problem(file, 1, 1, "The file is nested too deep.")]) from None
    except ValueError as error:
        raise KnowledgeError([Problem(file, 1, 1, f"This is not JSON: {error}.")]) from None
    return text, found


def _refuse_constant(word: str) -> NoReturn:
    message = f"{word} is not a number"
    raise ValueError(message)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            message = f"{key!r} stands twice in one object"
            raise ValueError(message)
        found[key] = value
    return found


def _places(text: str) -> dict[str, tuple[int, int]]:
    """Return the line and the column of each value of an object; the text is known to be one."""
    decoder = json.JSONDecoder()
    found: dict[str, tuple[int, int]] = {}
    at = _after_space(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _after_space(text, _after_space(text, at) + 1)
        found[key] = _place(text, at)
        _, at = decoder.raw_decode(text, at)
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return found


def _after_space(text: str, at: int) -> int:
    return next(_NOT_SPACE.finditer(text, at)).start()


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
