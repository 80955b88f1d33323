"""
The files of one rule set, before they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.domain.nodes import Node


@dataclass(frozen=True, slots=True)
class Tree:
    """
    The files of one rule set, as trees of text.

    Attributes:
        vocabulary, sources, ruleset, thresholds: The files of those names.

        profiles: Of ``profiles/``, in the order of names.

        rules: Of ``rules/``, in the order of names.
    """

    vocabulary: Node
    sources: Node
    ruleset: Node
    thresholds: Node
    profiles: tuple[Node, ...]
    rules: tuple[Node, ...]
