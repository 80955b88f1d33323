"""
Names as they are typed: a rule by its id, in whatever case, or by its file.
"""

from __future__ import annotations

from pathlib import PurePath

from service.domain.language.words import RULE_ID

ID_LENGTH = len("ABC-010")


def rule_id(typed: str) -> str:
    """
    Return the id of a rule.

    Args:
        typed: The id, in whatever case, or the path of the rule's file or of its cases.

    Returns:
        The id, in capitals; what was typed where it can be neither.
    """
    if not typed.endswith((".yaml", ".yml")) and "/" not in typed:
        return typed.upper()
    begins = PurePath(typed).name[:ID_LENGTH].upper()
    return begins if RULE_ID.match(begins) else typed
