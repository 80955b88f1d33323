"""
Canonical JSON: one sequence of bytes for one document.

The part of RFC 8785 that our documents need: they hold text, booleans, null,
small integers, lists and objects, and never a floating-point number.
"""

from __future__ import annotations

import json
from typing import Any


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
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _refuse_floats(value: Any) -> None:  # noqa: ANN401 - any JSON value
    if isinstance(value, float):
        message = "a floating-point number has no canonical form here; write measured numbers as text"
        raise TypeError(message)
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value
