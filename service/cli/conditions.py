"""
Telling conditions on a terminal, each with its limits, as they stand in a rule or a safety property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.told import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.application.ports import Document
    from service.cli.told import Teller

FEW = 3
"""As many profiles as are named one by one, where all others are named beside them."""


def tell_group(teller: Teller, group: Document, step: int) -> None:
    """
    Print the members of a group of conditions, with their limits.

    Args:
        teller: Prints.

        group: As `service.application.show.group_words` returns it.

        step: How far inside.
    """
    for member in group["members"]:
        if "members" in member:
            teller.points([f"{member['words']}:"], step)
            tell_group(teller, member, step + STEP)
        else:
            _condition(teller, member, step)


def _where(reading: Document, readings: Sequence[Document]) -> str:
    """Return in which profiles a limit holds; most of them, where the others are named, in a word."""
    others = [one for one in readings if one is not reading]
    own = {*reading["profiles"]}
    apart = all(own.isdisjoint(one["profiles"]) and len(one["profiles"]) < len(own) for one in others)
    if others and apart and len(own) > FEW:
        return "in every other profile"
    return f"in {' and '.join(reading['profiles'])}"


def _condition(teller: Teller, condition: Document, step: int) -> None:
    teller.points([condition["text"]], step)
    limits = condition.get("limits", ())
    for reading in limits:
        rows = reading["rows"]
        cited = f"{rows[0]['source']}, {rows[0]['where']} ({rows[0]['read']})"
        without = ", for a result without a laboratory range" if reading["without_range"] else ""
        where = f"{_where(reading, limits)}{without}"
        teller.say(f"{reading['compares']}, {where}, by {cited}:", "italic", step + STEP)
        same = (rows[0]["source"], rows[0]["read"])
        others = ["" if (row["source"], row["read"]) == same else f"by {row['source']} ({row['read']})" for row in rows]
        lines = [(row["for"], row["limit"], other) for row, other in zip(rows, others, strict=True)]
        teller.columns(lines, step + 2 * STEP)
