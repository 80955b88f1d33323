"""
Canonical JSON: one sequence of bytes for one document.

The part of RFC 8785 that our documents need: they hold text, booleans, null,
small integers, lists and objects, and never a floating-point number.
"""

from __future__ import annotations

import json
from typing import Any

BYTES_OF_A_UNIT = 2
"""Of a code unit of UTF-16; a character beyond the basic plane has two units."""

# That no document holds itself is known before it is written: to look for floats goes through all of it.
_SORTED, _AS_IT_STANDS = (
    json.JSONEncoder(
        ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=sort_keys, separators=(",", ":")
    )
    for sort_keys in (True, False)
)


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
    text = _SORTED.encode(value)
    if not text.isascii() and len(text.encode("utf-16-le")) > BYTES_OF_A_UNIT * len(text):
        # Python sorts by code point; beyond the basic plane UTF-16 sorts otherwise.
        text = _AS_IT_STANDS.encode(_sorted(value))
    return text.encode()


def _refuse_floats(value: Any) -> None:  # noqa: ANN401 - any JSON value
    kind = type(value)
    inside = value.values() if kind is dict else value if kind is list or kind is tuple else ()
    for one in inside:
        # Most of a document is text, which is passed over without a further look.
        if type(one) is not str:
            _refuse_floats(one)
    if isinstance(value, float):
        message = "a floating-point number has no canonical form here; write measured numbers as text"
        raise TypeError(message)


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value
