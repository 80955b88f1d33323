"""
Names as they are typed: a rule by its id, in whatever case, or by its file.
"""

from __future__ import annotations

from pathlib import PurePath

ID_LENGTH = len("ABC-010")


def rule_id(typed: str) -> str:
    """
    Return the id of a rule.

    Args:
        typed: The id, in whatever case, or the path of the rule's file or of its cases.

    Returns:
        The id, in capitals; what was typed where it can be neither.
    """
    is_file = typed.endswith((".yaml", ".yml")) or "/" in typed
    return PurePath(typed).name[:ID_LENGTH].upper() if is_file else typed.upper()
