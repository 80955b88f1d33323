"""
Fields of requests: each refusal has a word for programs and a sentence for people.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields

from service.domain.quantities import QuantityError, parse_number
from service.web.complaints import Complaint, not_this, refused
from service.web.json_body import JsonNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
"""Ids of callers, and names of rule sets, versions and profiles."""

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?\Z",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


_MESSAGES: dict[str, Any] = {
    "required": Complaint("required", "This field is missing."),
    "null": Complaint("null", "null is not a value; leave the field out when it is unknown."),
}


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - options of marshmallow
        super().__init__(**options)
        names = ", ".join(sorted(self.fields))
        self.error_messages: dict[str, Any] = {
            "unknown": Complaint("unknown-field", f"This is no field here; known are: {names}."),
            "type": Complaint("not-an-object", f"Send a JSON object with any of: {names}."),
        }


class Text(fields.Field[str]):
    """
    A text of limited length.

    Args:
        what: What it is, for messages: ``a name such as default``.

        pattern: What it must match.

        longest: The most characters.
    """

    default_error_messages = _MESSAGES

    def __init__(
        self,
        what: str,
        *,
        pattern: re.Pattern[str] | None = None,
        longest: int = 64,
        **options: Any,  # noqa: ANN401 - options of marshmallow
    ) -> None:
        said: dict[str, Any] = {"maxLength": longest, **options.pop("metadata", {})}
        if pattern is not None:
            said.setdefault("pattern", f"^{pattern.pattern.removesuffix(chr(92) + 'Z')}$")
        super().__init__(metadata=said, **options)
        self.what, self.pattern, self.longest = what, pattern, longest

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - marshmallow's signature
        if not isinstance(value, str):
            raise refused("not-text", f"{not_this(value)} {self.what}, as text.")
        if len(value) > self.longest:
            raise refused("too-long", f"Send {self.what}, of at most {self.longest} characters.")
        if self.pattern is not None and not self.pattern.match(value):
            raise refused("not-accepted", f"Send {self.what}.")
        return value


class Word(Text):
    """
    One of a few words.

    Args:
        words: The words.

        hint: What to do with others, for messages.
    """

    def __init__(self, *words: str, hint: str = "", **options: Any) -> None:  # noqa: ANN401 - options of marshmallow
        pattern = re.compile("(" + "|".join(map(re.escape, words)) + r")\Z")
        options.setdefault("metadata", {})["enum"] = list(words)
        super().__init__(f"one of {', '.join(words)}{hint and '; '}{hint}", pattern=pattern, **options)


class Number(fields.Field[JsonNumber]):
    """A JSON number that can be read exactly."""

    default_error_messages = _MESSAGES

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> JsonNumber:  # noqa: ANN401 - marshmallow's signature
        return checked_number(value)


def checked_number(value: Any) -> JsonNumber:  # noqa: ANN401 - whatever was sent
    """Return a JSON number, or raise the error that says why it is none."""
    if isinstance(value, str):
        beside = "; a sign before it goes into comparator" if value.lstrip().startswith(("<", ">")) else ""
        message = f"{not_this(value)} a JSON number, such as 9.1, without quotation marks{beside}."
        raise refused("number-as-text", message)
    if not isinstance(value, JsonNumber):
        raise refused("not-a-number", f"{not_this(value)} a JSON number, such as 9.1.")
    try:
        parse_number(value.text)
    except QuantityError as error:
        message = f"This is not a number that can be read: {error}; send one such as 9.1."
        raise refused("number-out-of-range", message) from None
    return value


class Instant(fields.Field[datetime]):
    """An instant with its offset, which tells what day it is where the patient is."""

    default_error_messages = _MESSAGES

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:  # noqa: ANN401 - marshmallow's signature
        example = "2026-11-20T08:00:00Z or 2026-11-20T09:00:00+01:00"
        if not isinstance(value, str):
            raise refused("not-an-instant", f"{not_this(value)} an instant as text, such as {example}.")
        match = _INSTANT.match(value)
        if match is None:
            raise refused("not-an-instant", f"This text is no instant; send one such as {example}.")
        if match["offset"] is None:
            raise refused("no-offset", f"This instant has no offset; send one such as {example}.")
        try:
            instant = datetime.fromisoformat(value.upper())
            instant.astimezone(UTC)
        except (ValueError, OverflowError):
            message = f"There is no such instant; send one such as {example}."
            raise refused("not-an-instant", message) from None
        return instant


class Day(fields.Field[date]):
    """A calendar day."""

    default_error_messages = _MESSAGES

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:  # noqa: ANN401 - marshmallow's signature
        if not isinstance(value, str):
            raise refused("not-a-date", f"{not_this(value)} a day as text, such as 1992-03-31.")
        if _DAY.match(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise refused("not-a-date", "This text is no day; send one such as 1992-03-31.")


class Each(fields.List[Any]):
    """A list of limited length; the length is looked at first."""

    default_error_messages = _MESSAGES

    def __init__(self, inner: fields.Field[Any], most: int, **options: Any) -> None:  # noqa: ANN401 - options of marshmallow
        metadata = {"maxItems": most, **options.pop("metadata", {})}
        super().__init__(inner, metadata=metadata, **options)
        self.most = most

    def _deserialize(
        self,
        value: Any,  # noqa: ANN401 - marshmallow's signature
        attr: str | None,
        data: Mapping[str, Any] | None,
        **options: Any,  # noqa: ANN401 - marshmallow's signature
    ) -> list[Any]:
        if not isinstance(value, list):
            raise refused("not-a-list", f"{not_this(value)} a JSON array: [...].")
        if len(value) > self.most:
            raise refused("too-many", f"{len(value)} are too many; send at most {self.most}.")
        return super()._deserialize(value, attr, data, **options)


class Part(fields.Nested):
    """
    An object inside another.

    Args:
        schema: Its shape.

        example: One of them, for messages; its fields are named where there is none.
    """

    default_error_messages = _MESSAGES

    def __init__(self, schema: type[Schema], *, example: str = "", **options: Any) -> None:  # noqa: ANN401 - options of marshmallow
        super().__init__(schema, **options)
        self.example = example

    def _deserialize(
        self,
        value: Any,  # noqa: ANN401 - marshmallow's signature
        attr: str | None,
        data: Mapping[str, Any] | None,
        partial: Any = None,  # noqa: ANN401 - marshmallow's signature
        **options: Any,  # noqa: ANN401 - marshmallow's signature
    ) -> Any:  # noqa: ANN401 - marshmallow's signature
        if not isinstance(value, dict):
            wanted = (
                f"such as {self.example}" if self.example else f"with any of: {', '.join(sorted(self.schema.fields))}"
            )
            raise refused("not-an-object", f"{not_this(value)} a JSON object {wanted}.")
        return super()._deserialize(value, attr, data, partial=partial, **options)


class Words(fields.Dict):
    """An object whose values are texts, such as ``{"name": "0 m"}``."""

    default_error_messages = _MESSAGES

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - options of marshmallow
        said = {"additionalProperties": {"type": "string", "maxLength": 64}, **options.pop("metadata", {})}
        super().__init__(metadata=said, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str]:  # noqa: ANN401 - marshmallow's signature
        if not isinstance(value, dict):
            raise refused("not-an-object", f'{not_this(value)} a JSON object, such as {{"name": "0 m"}}.')
        checked_keys(value, Text("a text such as 0 m").deserialize)
        return value


_KEY = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*\Z")


def checked_key(key: str) -> str:
    """Return the vocabulary's name for a key, underscores read as hyphens, or raise why there is none."""
    if len(key) > 64 or not _KEY.match(key):  # noqa: PLR2004 - as of NAME
        raise refused("not-a-name", "Names are lower-case words with underscores or hyphens between them.")
    return key.replace("_", "-")


def checked_keys(given: Mapping[str, Any], check: Callable[[Any], object]) -> None:
    """
    Check an object whose keys are names of the vocabulary.

    Args:
        given: It.

        check: Checks a value.

    Raises:
        ValidationError: For each key that is no name, or is one that another key spells too, and each value refused.
    """
    errors: dict[str, Any] = {}
    spelt: dict[str, str] = {}
    for key, item in given.items():
        try:
            first = spelt.setdefault(checked_key(key), key)
            if first != key:
                raise refused("stated-twice", "This is one name with another field, spelt otherwise; send one of them.")
            check(item)
        except ValidationError as error:
            errors[key] = error.messages
    if errors:
        raise ValidationError(errors)
