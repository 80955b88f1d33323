"""
Where something stands, for faults that are found after reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.nodes import Mapping, Place

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
