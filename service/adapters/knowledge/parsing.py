"""
Parsing authored files once, however often their trees are read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from service.adapters.knowledge.strict_yaml import parse_yaml

if TYPE_CHECKING:
    from service.domain.nodes import Node


@lru_cache(maxsize=4096)
def parsed(raw: bytes, file: str) -> Node:
    """
    Parse a file; trees never change.

    Args:
        raw: Its bytes.

        file: Its name, for places.

    Returns:
        The tree.

    Raises:
        KnowledgeError: With the place and the remedy.
    """
    return parse_yaml(raw, file)
