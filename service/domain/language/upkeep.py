"""
Reading what a rule rests on, who keeps it, and when it is due.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from service.domain.language.words import READ_LEVELS
from service.domain.nodes import Scalar
from service.domain.rules import Evidence, Review

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
MOST_WORDS = 25
"""Of what a passage says: guidelines are cited, not quoted."""


def read_evidence(reader: Reader, node: Node, sources: Collection[str]) -> Evidence | None:
    """
    Read one passage.

    Args:
        reader: Keeps faults.

        node: The passage.

        sources: Keys of the sources that may be cited.

    Returns:
        The passage, or None where it is none.
    """
    fields = reader.mapping(
        node,
        "an evidence item",
        ("source", "where", "says", "supports", "strength", "read"),
        ordered=True,
    )
    if fields is None:
        return None
    says = fields.get("says")
    words = len(reader.text(says, "says").split())
    if says is not None and words > MOST_WORDS:
        message = f"says has {words} words; at most {MOST_WORDS} are read: cite the passage, in words of your own."
        reader.fault(says.place, message, authors=True)
    return Evidence(
        reader.known(fields.get("source"), "source", sources),
        reader.text(fields.get("where"), "where"),
        says.text.strip() if isinstance(says, Scalar) else "",
        reader.one_of(fields.get("supports"), "answer", ("true", "false"), "true") == "true",
        reader.text(fields.get("strength"), "strength"),
        reader.one_of(fields.get("read"), "level of reading", READ_LEVELS, "memory"),
    )


def read_review(reader: Reader, node: Node | None) -> Review:
    """
    Read who keeps the rule, who reviewed it and when, and when it is due.

    Args:
        reader: Keeps faults.

        node: What stands under ``review``.

    Returns:
        The review; empty where there is none.
    """
    fields = reader.mapping(node, "review", wanted=("owner", "reviewed", "next"), ordered=True)
    if fields is None:
        return Review("", None, "")
    texts = {key: reader.text(fields.get(key), key) for key in ("owner", "reviewed", "next")}
    if texts["next"] and not is_date(texts["next"]):
        message = f"{texts['next']!r} is not a date; write one such as 2028-11-22."
        reader.fault(fields.index["next"].place, message, authors=True)
    reviewed = texts["reviewed"]
    if reviewed not in {"", "none"} and reviewed_on(reviewed) is None:
        message = (
            f"{reviewed!r} does not say who reviewed the rule, and when; "
            "write none, or a name and a day: Jane Roe on 2026-11-20."
        )
        reader.fault(fields.index["reviewed"].place, message, authors=True)
    elif is_date(texts["next"]) and (reviewed_on(reviewed) or "") >= texts["next"]:
        message = f"the next review, {texts['next']}, is not after the last one, {reviewed_on(reviewed)}."
        reader.fault(fields.index["next"].place, message, authors=True)
    return Review(texts["owner"], None if reviewed in {"", "none"} else reviewed, texts["next"])


def reviewed_on(text: str) -> str | None:
    """Return the day of a review such as ``Jane Roe on 2026-11-20``, or None where the text is none."""
    name, on, day = text.rpartition(" on ")
    return day.strip() if on and name.strip() and is_date(day.strip()) else None


def is_date(text: str) -> bool:
    """Return whether a text is a day that there is, as 2028-11-22."""
    try:
        return bool(_DATE.match(text) and date.fromisoformat(text))
    except ValueError:
        return False
