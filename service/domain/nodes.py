"""
A file as a tree of text with places: what the readers of the language read.

The YAML adapter makes such trees from what authors write, the release store
from ``release.json``; the readers do not know which. Every scalar is text
until its field types it, so ``no``, ``010`` and ``1.10`` mean what they say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Plain = str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and column, counted from 1; line 0 is the whole file."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order written."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place
    index: dict[str, Node] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.index.update((key.text, value) for key, value in self.entries)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        return self.index.get(key)


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Plain:
    """Return the tree without its places, for ``release.json``."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node}


def node_of(value: Plain, file: str) -> Node:
    """Return the tree of a plain value; *file* is its place."""
    place = Place(file)
    if isinstance(value, str):
        return Scalar(value, place)
    if isinstance(value, list):
        return Sequence(tuple(node_of(item, file) for item in value), place)
    return Mapping(tuple((Scalar(k, place), node_of(v, file)) for k, v in value.items()), place)
