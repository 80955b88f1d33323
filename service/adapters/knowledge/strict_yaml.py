"""
Strict YAML: text in, a tree of text with places out.

YAML 1.2 events of ruamel.yaml, composed here, so that no value is ever typed by
its looks and nothing an author writes can run. Refused with line and column:
anchors, aliases, tags, a second document, duplicate keys, keys that are not
text, a file over 64 KB, a tree deeper than 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from service.domain.errors import KnowledgeError, Problem
from service.domain.nodes import Mapping, Place, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.events import Event

    from service.domain.nodes import Node

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12


def parse_yaml(raw: bytes, file: str) -> Node:
    """
    Read one YAML file.

    Args:
        raw: Its bytes, UTF-8.

        file: Its name, for places.

    Returns:
        The tree.

    Raises:
        KnowledgeError: With the place and the remedy.
    """
    if len(raw) > MAX_BYTES:
        raise _refusal(
            Place(file), f"The file has {len(raw)} bytes; at most {MAX_BYTES} are read. Split it."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(Place(file), f"The file is not UTF-8 from byte {error.start} on.") from None
    yaml = YAML(typ="safe", pure=True)
    try:
        return _Composer(yaml.parse(text), file).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise _refusal(place, f"This is not YAML: {error.problem or error.context}.") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise _refusal(
            Place(file),
            f"This is not YAML: {str(error).splitlines()[0] if str(error) else 'too deep'}.",
        ) from None


def _refusal(place: Place, message: str) -> KnowledgeError:
    return KnowledgeError([Problem(place.file, place.line, place.column, message)])


class _Composer:
    def __init__(self, events: Iterator[Event], file: str) -> None:
        self.events, self.file = events, file

    def place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def document(self) -> Node:
        tree: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if tree is not None:
                    raise _refusal(
                        self.place(event),
                        "A second document begins here; one file holds one document.",
                    )
                tree = self.node(next(self.events), 1)
        if tree is None:
            raise _refusal(Place(self.file), "The file is empty.")
        return tree

    def node(self, event: Event, depth: int) -> Node:
        place = self.place(event)
        if isinstance(event, AliasEvent) or (
            isinstance(event, NodeEvent) and event.anchor is not None
        ):
            raise _refusal(
                place,
                "Anchors (&) and aliases (*) are not read; write the value out, or quote the text.",
            )
        if getattr(event, "tag", None) is not None or getattr(event, "ctag", None) is not None:
            raise _refusal(place, "Tags (!) are not read; leave it out, or quote the text.")
        if depth > MAX_DEPTH:
            raise _refusal(place, f"The file is nested deeper than {MAX_DEPTH} levels.")
        if isinstance(event, ScalarEvent):
            return Scalar(event.value, place)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(place, depth)
        if isinstance(event, MappingStartEvent):
            return self.mapping(place, depth)
        raise _refusal(place, "This is not YAML as it is read here.")

    def sequence(self, place: Place, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(tuple(items), place)

    def mapping(self, place: Place, depth: int) -> Node:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Place] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise _refusal(key.place, "A key must be one text.")
            if key.text in seen:
                raise _refusal(
                    key.place,
                    f"{key.text!r} stands twice; it is already on line {seen[key.text].line}.",
                )
            seen[key.text] = key.place
            entries.append((key, self.node(next(self.events), depth + 1)))
        return Mapping(tuple(entries), place)
