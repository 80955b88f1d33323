"""
Reading times in cases: ``30 d ago``, ``now``, a day, ``never``.

A case has no calendar of its own: what was long ago in it is told from the instant
at which it is read.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.language.words import duration_in_days

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Scalar

AS_OF = datetime(2026, 11, 22, 10, tzinfo=UTC)
"""The instant at which cases are read; what is told without a time does not depend on it."""
AGO = r"\d\S* \S+ ago"
DAY = r"\d{4}-\d{2}-\d{2}"
NEVER = "never"
HAPPENED = "happened"
_TIMED = re.compile(rf"(?P<value>.+?) (?:(?P<ago>{AGO})|now)\Z", re.ASCII)


def sample_time(reader: Reader, node: Scalar) -> tuple[str, datetime | None]:
    """
    Read when a result was taken: ``91 g/L 30 d ago``, ``105 g/L now``.

    Args:
        reader: Keeps faults.

        node: A result of a case.

    Returns:
        The result without its time, and the time; None where it has none.
    """
    match = _TIMED.match(node.text.strip())
    if match is None:
        return node.text, None
    return match["value"], _ago(reader, node, match["ago"]) if match["ago"] else AS_OF


def event_time(reader: Reader, node: Scalar) -> datetime | date | None:
    """
    Read when something happened: ``10 d ago``, ``2026-11-12``, ``never``, ``happened`` on a day not known.

    Args:
        reader: Keeps faults.

        node: An event of a case.

    Returns:
        The instant, the day, or None for never and for a day not known.
    """
    text = node.text.strip()
    if text in {NEVER, HAPPENED}:
        return None
    if re.fullmatch(AGO, text, re.ASCII):
        return _ago(reader, node, text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        remedy = f"write 10 d ago, a day such as 2026-11-12, {HAPPENED} for a day not known, or {NEVER}"
        reader.fault(node.place, f"{text!r} is not a time; {remedy}.")
        return None


def _ago(reader: Reader, node: Scalar, text: str) -> datetime:
    days = duration_in_days(reader, type(node)(text.removesuffix(" ago"), node.place))
    return AS_OF if days is None else AS_OF - timedelta(microseconds=round(days * 86_400_000_000))
