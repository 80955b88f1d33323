"""
Where things stand in a tree of text, for faults that are found after reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.nodes import Mapping, Place, Sequence

if TYPE_CHECKING:
    from service.domain.nodes import Node


def at(node: Node | None, *keys: str) -> Place:
    """Return the place of a value under keys, or the nearest one above it."""
    place = node.place if node is not None else Place("")
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
        if node is None:
            return place
        place = node.place
    return place


def line_of(node: Node, name: str) -> Place:
    """Return the place of the first key of that name, at whatever depth, or of the node itself."""
    return _first(node, name) or node.place


def _first(node: Node, name: str) -> Place | None:
    if isinstance(node, Sequence):
        return next((place for item in node.items if (place := _first(item, name))), None)
    if not isinstance(node, Mapping):
        return None
    return next(
        (place for key, value in node if (place := key.place if key.text == name else _first(value, name))), None
    )
