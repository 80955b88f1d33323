"""
Canonical JSON: one sequence of bytes for one document.

The part of RFC 8785 that our documents need: they hold text, booleans, null,
small integers, lists and objects, and never a floating-point number.
"""

from __future__ import annotations

import json
from typing import Any

LAST_OF_ONE_UNIT = "\uffff"
"""Up to here one character is one code unit of UTF-16."""


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """
    Write a JSON value canonically.

    Args:
        value: Text, booleans, null, integers, lists and objects.

    Returns:
        UTF-8, keys sorted by UTF-16 code units, no white space.

    Raises:
        TypeError: If a floating-point number is inside; measured numbers are text.
    """
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    if max(text) > LAST_OF_ONE_UNIT:
        # Python sorts by code point; beyond the basic plane UTF-16 sorts otherwise.
        text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _refuse_floats(value: Any) -> None:  # noqa: ANN401 - any JSON value
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if type(one) is dict:
            waiting.extend(one.values())
        elif type(one) is list or type(one) is tuple:
            waiting.extend(one)
        elif isinstance(one, float):
            message = "a floating-point number has no canonical form here; write measured numbers as text"
            raise TypeError(message)


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value
