"""
Reading ``drawn apart`` of ``ruleset.yaml``: how far apart results may have been drawn before an answer says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.apart import DrawnApart
from service.domain.language.words import duration_in_days

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.safety import SafetyReader
    from service.domain.nodes import Node

WORD = "drawn apart"


def read_drawn_apart(reader: Reader, safety: SafetyReader, node: Node | None) -> DrawnApart | None:
    """
    Read the span.

    Args:
        reader: Keeps faults.

        safety: Reads who says so.

        node: The section, or None where there is none.

    Returns:
        The span; None where the rule set names none.
    """
    if node is None:
        return None
    fields = reader.mapping(node, WORD, ("after", "because", "source"), ("where", "read"))
    if fields is None:
        return None
    after = fields.get("after")
    days = duration_in_days(reader, after)
    if days is not None and after is not None and days <= 0:
        reader.fault(after.place, "results are drawn apart after a time, which is longer than none; write 90 d.")
        return None
    because, cites = reader.text(fields.get("because"), "because"), safety.cites(fields, WORD)
    return None if days is None else DrawnApart(days, because, cites)
