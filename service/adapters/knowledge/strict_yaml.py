"""
Strict YAML: text in, a tree of text with places out.

YAML 1.2 events of ruamel.yaml, composed here, so that no value is ever typed by
its looks and nothing an author writes can run. Refused with line and column:
anchors, aliases, tags, a second document, duplicate keys, keys that are not
text, a file over 64 KB, a tree deeper than 12.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from service.adapters.knowledge.plain_yaml import read_plainly
from service.adapters.knowledge.slips import after, disguised, long_text, slip
from service.domain.errors import KnowledgeError, Problem
from service.domain.nodes import Mapping, Place, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.events import Event

    from service.domain.nodes import Node

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
_HINTS = {
    "version minor part": " Leave the line that begins with % out.",
    "\\t": " Indent with spaces, not with tabs.",
    "mapping values are not allowed": " A text with a colon and a space inside must stand in quotes; "
    "a new key begins a line of its own, indented like its neighbors.",
    "end of stream": " Is there a quote or a bracket that is never closed?",
    "expected ':'": " A key ends with a colon and a space.",
    "expected <block end>": " Is the line indented like its neighbors?",
    "cannot start any token": " A text that begins with a sign must stand in quotes.",
    "are not allowed here": " A text that begins with a sign must stand in quotes.",
}
_BEGUN = ("end of stream", "expected ':'")
"""Complaints about what began before: its beginning is the line that must be mended."""

_ESCAPED = re.compile(r"\\U([0-9A-Fa-f]{8})")


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
        raise _refusal(Place(file), f"The file has {len(raw)} bytes; at most {MAX_BYTES} are read. Split it.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        raise _refusal(after(before, file), "The file is not UTF-8 from here on; save it as UTF-8.") from None
    pasted = disguised(text, file)
    if pasted:
        raise KnowledgeError([Problem(at.file, at.line, at.column, message) for at, message in pasted])
    plainly = read_plainly(text, file, MAX_DEPTH)
    if plainly is not None:
        return plainly
    yaml = YAML(typ="safe", pure=True)
    try:
        return _Composer(yaml.parse(text), file).document()
    except MarkedYAMLError as error:
        told = slip(error, text, file)
        if told is not None:
            raise _refusal(*told) from None
        what = error.problem or error.context or "it cannot be read"
        begun = error.context_mark if any(words in what for words in _BEGUN) else None
        mark = begun or error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        hint = next((hint for words, hint in _HINTS.items() if words in what), "")
        raise _refusal(place, f"This is not YAML: {what}.{hint}") from None
    except ReaderError as error:
        where = after(text[: error.position], file)
        raise _refusal(where, f"The character U+{ord(text[error.position]):04X} may not stand in a file.") from None
    except (YAMLError, ArithmeticError, AssertionError, ValueError) as error:
        # What the parser does not expect itself: a version or a character that there is not.
        escape = next((one for one in _ESCAPED.finditer(text) if int(one[1], 16) > sys.maxunicode), None)
        if escape is not None:
            where = after(text[: escape.start()], file)
            raise _refusal(where, f"There is no character {escape[0]}; the last one is \\U0010FFFF.") from None
        what = (str(error).splitlines() or ["?"])[0]
        hint = next((hint for words, hint in _HINTS.items() if words in what), "")
        raise _refusal(Place(file), f"This is not YAML: {what}.{hint}") from None


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
                        "A second document begins here; one file holds one. Leave the line --- out.",
                    )
                tree = self.node(next(self.events), 1)
        if tree is None:
            raise _refusal(Place(self.file), "The file is empty; write what belongs into it, or delete it.")
        return tree

    def node(self, event: Event, depth: int) -> Node:
        place = self.place(event)
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise _refusal(
                place,
                "Anchors (&) and aliases (*) are not read; write the value out, or quote the text.",
            )
        if getattr(event, "tag", None) is not None or getattr(event, "ctag", None) is not None:
            raise _refusal(place, "Tags (!) are not read; leave it out, or quote the text.")
        if depth > MAX_DEPTH:
            raise _refusal(
                place,
                f"The file is nested deeper than {MAX_DEPTH} levels, which nothing in it needs. "
                "Is there a bracket or an indent too many?",
            )
        if isinstance(event, ScalarEvent):
            if event.style in {">", "|"} and not event.value.strip():
                raise _refusal(place, long_text(event.style))
            return Scalar(event.value, place)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(place, depth)
        # Nothing else begins a value.
        return self.mapping(place, depth)

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
                raise _refusal(key.place, "A key must be one text, without brackets.")
            if key.text in seen:
                raise _refusal(
                    key.place,
                    f"{key.text!r} stands twice; it is already on line {seen[key.text].line}.",
                )
            seen[key.text] = key.place
            entries.append((key, self.node(next(self.events), depth + 1)))
        return Mapping(tuple(entries), place)
