"""
Reading JSON strictly and exactly.

A number is kept as the text that was sent, so that no result moves across a limit
on its way through a binary float, and no number is too long to be refused politely.
What other readers let pass in silence (a key given twice, NaN, half a surrogate
pair) is refused here, because two systems would read it differently.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service.domain.errors import Fault, PanelError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 32
"""How deep arrays and objects may stand in each other; a panel needs four."""

MAX_NAME = 64
"""Longest key that is repeated in a message; no field has a longer one."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class BodyError(PanelError):
    """The body is not a JSON object that can be read in one way only."""


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number, as it was sent."""

    text: str


@dataclass(frozen=True, slots=True)
class _Constant:
    """NaN or an infinity, which JSON does not have."""

    text: str


class _Object(dict[str, Any]):
    """An object that remembers which keys were given twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = tuple({key for key, _ in pairs if key in seen or seen.add(key)})  # type: ignore[func-returns-value] # remembers and goes on


@dataclass
class _Tree:
    """Collects what is wrong in a tree that could be parsed."""

    faults: list[Fault] = field(default_factory=list)

    def plain(self, value: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, _Object):
            for key in value.twice:
                self.faults.append(
                    Fault(
                        join(pointer, key),
                        "duplicate-key",
                        "This field is given twice in one object; give it once.",
                    )
                )
            return {self.text(key, pointer): self.plain(item, join(pointer, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item, f"{pointer}/{place}") for place, item in enumerate(value)]
        if isinstance(value, str):
            return self.text(value, pointer)
        if isinstance(value, _Constant):
            self.faults.append(
                Fault(
                    pointer,
                    "not-json",
                    f"{value.text} is not JSON; send a number such as 9.1, or leave the field out.",
                )
            )
        return value

    def text(self, value: str, pointer: str) -> str:
        if _SURROGATE.search(value):
            self.faults.append(Fault(pointer, "not-unicode", "Half a surrogate pair is no character; send Unicode."))
        return value


def read_object(raw: bytes) -> dict[str, Any]:
    """
    Read the bytes of a JSON object.

    Args:
        raw: What was sent.

    Returns:
        The object; numbers are `JsonNumber`.

    Raises:
        BodyError: If it is not one JSON object, in UTF-8, with every key once.
    """
    text = _decoded(raw)
    if max(_depths(text), default=0) > MAX_DEPTH:
        raise _refused("too-deep", f"Arrays and objects may stand {MAX_DEPTH} deep in each other.")
    try:
        value = json.loads(
            text,
            parse_int=JsonNumber,
            parse_float=JsonNumber,
            parse_constant=_Constant,
            object_pairs_hook=_Object,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refused("not-json", f"This is not JSON ({where}: {error.msg}).") from None
    except RecursionError:
        raise _refused("too-deep", f"At most {MAX_DEPTH} levels are read.") from None
    if not isinstance(value, dict):
        raise _refused("not-an-object", "The body must be one JSON object: {...}.")
    tree = _Tree()
    plain: dict[str, Any] = tree.plain(value, "")
    if tree.faults:
        raise BodyError(tree.faults)
    return plain


def write_exact(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """
    Write what `read_object` gave: sorted keys, no white space, numbers as they were sent.

    Args:
        value: Objects, lists, text, booleans, null and `JsonNumber`.

    Returns:
        UTF-8; `read_object` reads the same value from it.
    """
    return _written(value).encode()


def join(pointer: str, key: str) -> str:
    """
    Return the JSON Pointer to a key of the object that *pointer* points to.

    A key that is longer than any field's is no field, and is not repeated: then
    the pointer is to the object.
    """
    if len(key) > MAX_NAME:
        return pointer
    safe = _SURROGATE.sub("\ufffd", key)
    return f"{pointer}/{safe.replace('~', '~0').replace('/', '~1')}"


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_dumped(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(item) for item in value) + "]"
    return value.text if isinstance(value, JsonNumber) else _dumped(value)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise _refused("empty", "The body is empty; send a JSON object.")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _refused("byte-order-mark", "Send UTF-8 without a byte order mark.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _refused("not-utf-8", f"Byte {error.start} is not UTF-8; send UTF-8.") from None


def _depths(text: str) -> Iterator[int]:
    """Yield the depth after each opening bracket that stands outside of text."""
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[0] in "[{":
            depth += 1
            yield depth
        elif match[0] in "]}":
            depth -= 1


def _refused(code: str, detail: str) -> BodyError:
    return BodyError([Fault("", code, detail)])
